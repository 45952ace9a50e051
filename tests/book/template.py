"""What a chapter consists of, from its promise to its further reading.

- The first cell is prose: `# Title`, **You will** with a list of 3 or 4 verbs, and
  **You need** … · NN minutes to read · NN with questions and exercises.
- One cell, `imports`, holds every import; bcelib is among them.
- The sections `## Pitfall: …`, `## In your library`, `## Check yourself`, `## Summary`,
  `## Exercises` and `## Further reading` come last, in this order.
- *In your library* has a few fenced lines of other libraries, which define what they
  use: a test runs them.
- What a reader may leave out is a `<details>` called *If you want more*.
- *Check yourself* has 3 to 5 questions, `**1.** …`, and at least two prompts,
  `**Predict:** …`, have options to choose from: each is a `<details>` whose `<summary>`
  is the option and whose body says why. The right one, and no other, begins with Yes:
  the page's script and the reader both know it by that.
- One question has a plot, to be read: code `check-plot`, its source folded, asserts
  that the `answer` which it computes is the right option in the prose below it.
- Exercise k: prose `exercise-k`, then code `exercise-k-answer` with `...` where the
  learner writes, code `exercise-k-check` that begins with `# Check k`, its source
  folded since it tells the answer, and code `exercise-k-solution`, collapsed.
  The solution begins with `# Solution k` and sets `our_x` for each `x` of the answer,
  and nothing else. A written exercise has no code: its solution is a `<details>`.
- The last exercise builds or explores, and says so: `**Exercise k, to explore.**`
"""

import re

from attempts import names_bound
from notebook_file import Rulebook, sentences, without_fences, without_folds

TEMPLATE = Rulebook()
rule = TEMPLATE.rule


@rule("Open with `# Title`, **You will** (3 or 4) and **You need** … · minutes.")
def chapter_opens_with_a_promise(notebook):
    first = notebook.cells[0]
    if not (first.is_prose and re.match(r"# \S", first.source)):
        yield first.id, "no `# Title`"
    promise = re.search(
        r"^\*\*You will\*\*(.*?)(?=^\*\*|\Z)", first.source, re.M | re.S
    )
    verbs = re.findall(r"^[-*] \S", promise[1], re.MULTILINE) if promise else []
    if not 3 <= len(verbs) <= 4:
        yield first.id, f"**You will** lists {len(verbs)} things"
    if not re.search(r"^\*\*You need\*\*", first.source, re.MULTILINE):
        yield first.id, "no **You need**"


READING, ALL = 40, 70


@rule("Say what it takes: `… · 25 minutes to read · 45 with questions and exercises`.")
def minutes_are_honest(notebook):
    first = notebook.cells[0].id
    if not notebook.minutes:
        yield first, "no reading time"
        return
    reading, everything = notebook.minutes
    if reading > READING or everything > ALL:
        yield first, f"more than {READING} minutes to read or {ALL} in all"
    estimate = minutes_to_read(notebook)
    if not 2 / 3 <= reading / estimate <= 4 / 3:
        yield first, f"{reading} minutes to read, where {estimate:.0f} are estimated"
    work = 1.5 * questions(notebook) + 4 * len(exercises(notebook))
    if not 2 / 3 <= (everything - reading) / work <= 2:
        yield first, f"{everything - reading} minutes for work estimated at {work:.0f}"


DRAWING = r"\)|(ax|fig|plt|left|right)\b|.*\b(axes|plotting)\.|.*\.(legend|plot|set)\("


def minutes_to_read(notebook):
    """An estimate, to a third: 200 words a minute, and 20 seconds for a line of code.

    What fresh readers took for eleven chapters of this course agrees with it. Lines
    that draw, folds and what comes after the sections are left out.
    """
    words = lines = 0
    for cell in notebook.cells[1:]:
        if cell.is_prose and "## Check yourself" in cell.source:
            break
        if cell.is_prose:
            words += len(sentences(without_folds(cell.source)).split())
        elif cell.id != "imports":
            code = map(str.strip, cell.source.splitlines())
            lines += sum(bool(c) and not re.match(DRAWING, c) for c in code)
    return words / 200 + lines / 3


def questions(notebook):
    text = notebook.sections.get("Check yourself", "")
    return len(re.findall(r"^\*\*\d+\.", text, re.MULTILINE))


def exercises(notebook):
    return [c for c in notebook.cells if re.fullmatch(r"exercise-\d+", c.id)]


@rule("A page has one title: make it a `## ` heading.")
def title_stands_alone(notebook):
    for cell in notebook.prose[1:]:
        if re.search(r"^# ", without_fences(cell.source), re.MULTILINE):
            yield cell.id, "a second `# ` heading"


@rule("Import everything, bcelib included, in the first code cell, 'imports'.")
def imports_stand_together(notebook):
    first, *others = notebook.code
    if first.id != "imports":
        yield first.id, "the first code cell"
    if not any(name.partition(".")[0] == "bcelib" for name in first.imports):
        yield first.id, "no import of bcelib"
    for cell in others:
        if cell.imports:
            yield cell.id, f"an import of {cell.imports[0]}"


CLOSING = ["Pitfall: ", "In your library", "Check yourself", "Summary", "Exercises"]
CLOSING += ["Further reading"]


@rule(f"Close with the sections {', '.join(CLOSING)}.")
def closing_sections_are_in_order(notebook):
    headings = list(notebook.sections)
    places = []
    for name in CLOSING:
        found = [k for k, heading in enumerate(headings) if heading.startswith(name)]
        places += found[-1:]
        if not found:
            yield "notebook", f"no section '{name}'"
    if places != sorted(places):
        yield "notebook", "closing sections out of order"


@rule("Show 2 to 12 lines, in ```python fences that belong to their heading.")
def library_box_is_short(notebook):
    lines = sum(len(fence.splitlines()) for fence in library_fences(notebook))
    if not 2 <= lines <= 12:
        yield "In your library", f"{lines} lines of code"


def library_fences(notebook):
    text = "\n".join(cell.source for cell in notebook.prose)
    box = re.search(r"^## In your library$(.*?)(?=^## |\Z)", text, re.M | re.S)
    return re.findall(r"^```python\n(.*?)^```", box[1], re.M | re.S) if box else []


@rule("What may be left out is a `<details>` with `<summary>If you want more`.")
def folds_say_that_they_can_be_left_out(notebook):
    first = min((notebook.cells.index(c) for c in exercises(notebook)), default=None)
    for cell in notebook.cells[:first]:
        if cell.is_prose:
            for summary in re.findall(r"<summary>(.*?)</summary>", unasked(cell)):
                if not summary.startswith("If you want more"):
                    yield cell.id, f"a fold called '{summary}'"


@rule("Ask 3 to 5 questions, `**1.** …`; say under each option why it is right or not.")
def questions_give_feedback(notebook):
    text = notebook.sections.get("Check yourself", "")
    _, *questions = re.split(r"^\*\*\d+\.", text, flags=re.MULTILINE)
    if not 3 <= len(questions) <= 5:
        yield "Check yourself", f"{len(questions)} questions"
    for number, question in enumerate(questions, start=1):
        for fault in faults_of_options(question):
            yield "Check yourself", f"question {number} {fault}"


@rule("Under two prompts or more, give options as in *Check yourself*.")
def predictions_can_be_chosen(notebook):
    prompts = {c.id: c.source.partition("**Predict:**")[2] for c in notebook.prose}
    chosen = {k: text for k, text in prompts.items() if options(text)}
    if len(chosen) < 2:
        yield "notebook", f"{len(chosen)} prompts with options"
    for cell_id, text in chosen.items():
        for fault in faults_of_options(text):
            yield cell_id, f"the prompt {fault}"


@rule("Begin no other fold with Yes: the page would make a question of it.")
def only_options_say_yes(notebook):
    for cell in notebook.prose:
        for fold in right_options(unasked(cell)):
            yield cell.id, f"the fold '{fold}'"


def unasked(cell):
    """The prose of a cell without the questions and what can be chosen."""
    if cell.id == "check-options":
        return ""
    return re.split(r"\*\*Predict:\*\*|## Check yourself", cell.source)[0]


def options(text):
    """[(option, feedback)] of a question."""
    details = r"<details>\s*<summary>(.+?)</summary>(.*?)</details>"
    return re.findall(details, text, re.DOTALL)


def faults_of_options(text):
    found = options(text)
    if len(found) < 2:
        yield f"has {len(found)} options"
    if len(right_options(text)) != 1:
        yield f"has {len(right_options(text))} options that say Yes"
    for option, feedback in found:
        if len(feedback.split()) < 4:
            yield f"has no feedback on '{option}'"


def right_options(text):
    return [option for option, why in options(text) if re.match(r"\n\nYes\b", why)]


@rule("Move the right option about: two times in three are the most in one place.")
def right_option_moves(notebook):
    text = notebook.sections.get("Check yourself", "")
    questions = re.split(r"^\*\*\d+\.", text, flags=re.MULTILINE)
    questions += [c.source.partition("**Predict:**")[2] for c in notebook.prose]
    places = [
        place
        for question in questions
        for place, (_, why) in enumerate(options(question))
        if re.match(r"\n\nYes\b", why)
    ]
    most = max(map(places.count, places), default=0)
    if most > 2 / 3 * len(places):
        yield "Check yourself", f"one place for {most} of {len(places)} right options"


@rule("Fold the source of a plot to be read; compute the right option in it.")
def one_question_has_a_plot(notebook):
    plot = notebook.cell("check-plot")
    if not plot:
        yield "Check yourself", "no question with a plot, 'check-plot'"
        return
    below = notebook.cells[notebook.cells.index(plot) + 1]
    if not plot.figures:
        yield plot.id, "no figure"
    if "hide-input" not in plot.tags or not plot.source.startswith("# Plot"):
        yield plot.id, "tells the answer: no `hide-input`, or no `# Plot` to begin with"
    computed = re.findall(r'^assert answer == "(.+)"$', plot.source, re.MULTILINE)
    if computed != right_options(below.source):
        yield plot.id, f"asserts {computed}, not {right_options(below.source)}"


@rule("End the summary in the one formula to remember.")
def summary_has_a_formula(notebook):
    if "$" not in notebook.sections.get("Summary", ""):
        yield "Summary", "no formula"


@rule("Link or cite the primary sources.")
def further_reading_names_sources(notebook):
    if not re.search(r"\]\(|\{cite", notebook.sections.get("Further reading", "")):
        yield "Further reading", "no link and no citation"


@rule("See the top of tests/book/template.py for the parts of an exercise.")
def exercises_are_complete(notebook):
    prompts = exercises(notebook)
    if len(prompts) < 2:
        yield "Exercises", f"{len(prompts)} exercises, where 2 are the least"
    for number, prompt in enumerate(prompts, start=1):
        if prompt.id != f"exercise-{number}" or not prompt.is_prose:
            yield prompt.id, f"not the prose cell 'exercise-{number}'"
        names = [f"{prompt.id}-{part}" for part in ("answer", "check", "solution")]
        parts = [part for part in map(notebook.cell, names) if part and part.is_code]
        if len(parts) == len(names):
            yield from faults_of_code(notebook, prompt, *parts)
        elif parts:
            yield prompt.id, f"not all of the code cells {', '.join(names)}"
        elif "<details>" not in written_solution(notebook, prompt):
            yield prompt.id, "no code, and no solution in a `<details>`"


def faults_of_code(notebook, prompt, answer, check, solution):
    places = [notebook.cells.index(cell) for cell in (prompt, answer, check, solution)]
    if places != sorted(places):
        yield prompt.id, "another order than prompt, answer, check, solution"
    if "..." not in answer.source:
        yield answer.id, "no `...` where the learner writes"
    if not check.search_shown("Not attempted yet"):
        yield check.id, "a blank answer does not show 'Not attempted yet'"
    if not solution.is_collapsed:
        yield solution.id, "not collapsed by `hide-cell` and `jupyter.source_hidden`"
    for cell, word in ((check, "Check"), (solution, "Solution")):
        first = f"# {word} {prompt.id[9:]}"  # which JupyterLab shows of a folded cell
        if cell.source.partition("\n")[0] != first:
            yield cell.id, f"does not begin with `{first}`"
    if "hide-input" not in check.tags:
        yield check.id, "not tagged `hide-input`, and tells the answer"
    asked = {f"our_{name}" for name in names_bound(answer.source)}
    bound = {*names_bound(solution.source)}
    if not asked <= bound:
        yield solution.id, f"does not set {', '.join(sorted(asked - bound))}"
    for name in sorted(bound):
        if not name.startswith("our_"):
            yield solution.id, f"sets `{name}`, which may be the reader's"


@rule("Say `Replace the `...`` once; call the last one `**Exercise k, to explore.**`")
def exercises_say_what_to_do(notebook):
    if not re.search(
        r"Replace the `(\.\.\.|…)`", notebook.sections.get("Exercises", "")
    ):
        yield "Exercises", "not said where to write"
    for cell in exercises(notebook)[-1:]:
        if not re.match(r"\*\*Exercise \d+, to (build|explore)\.\*\*", cell.source):
            yield cell.id, "the last exercise does not say that it builds or explores"


INSTALL = (
    '# Without bcelib, first: %pip install "bcelib @ git+ADDRESS-OF-THIS-REPOSITORY"'
)


@rule(f"Begin the first code cell with `{INSTALL}`, for a chapter that is alone.")
def says_how_to_get_bcelib(notebook):
    first = notebook.code[0]
    if "bcelib" in first.source and first.source.splitlines()[0] != INSTALL:
        yield first.id, "bcelib may be missing, and nothing says how to get it"


def written_solution(notebook, prompt):
    """The prose from a prompt to the next one."""
    start = notebook.cells.index(prompt)
    text = prompt.source
    for cell in notebook.cells[start + 1 :]:
        if re.fullmatch(r"exercise-\d+", cell.id):
            break
        text += cell.source
    return text


@rule("Say it without the filler and end in a full stop.")
def prose_is_plain(notebook):
    filler = r"\b(simply|obviously|just|it is important to note)\b"
    shout = r"\w+[\"'’”)*_]*!(?=[\s\"'’”)\]*_]|$)"
    for cell in notebook.cells:
        text = sentences(cell.source) if cell.is_prose else cell.alt
        for found in re.finditer(f"{filler}|{shout}", text, re.IGNORECASE):
            yield cell.id, f"'{found[0]}'"


# What a notebook obeys that is no chapter, but a page to look things up.
REFERENCE = {
    rule: TEMPLATE[rule]
    for rule in (title_stands_alone, imports_stand_together, prose_is_plain)
}
