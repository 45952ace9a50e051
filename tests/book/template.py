"""What a chapter consists of, from its promise to its further reading.

- The first cell is prose: `# Title`, **You will** with a list of 3 or 4 verbs,
  **You need**, and `NN minutes`.
- One cell, `imports`, holds every import; bcelib is among them.
- The sections `## Pitfall: …`, `## Check yourself`, `## Summary`, `## Exercises` and
  `## Further reading` come last, in this order.
- *Check yourself* has 3 to 5 questions, `**1.** …`; each option is a `<details>` whose
  `<summary>` is the option and whose body says why it is right or wrong.
- Exercise k: prose `exercise-k`, then code `exercise-k-answer` with `...` where the
  learner writes, code `exercise-k-check`, and code `exercise-k-solution`, collapsed. A
  written exercise has no code: its solution is a `<details>`.
"""

import re

from notebook_file import Rulebook, sentences, without_fences

TEMPLATE = Rulebook()
rule = TEMPLATE.rule


@rule("Open with `# Title`, **You will** (3 or 4), **You need** and `NN minutes`.")
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
    if not re.search(r"\b[1-9]\d* minutes\b", first.source):
        yield first.id, "no reading time"


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


CLOSING = ["Pitfall: ", "Check yourself", "Summary", "Exercises", "Further reading"]


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


@rule("Ask 3 to 5 questions, `**1.** …`; say under each option why it is right or not.")
def questions_give_feedback(notebook):
    text = notebook.sections.get("Check yourself", "")
    _, *questions = re.split(r"^\*\*\d+\.", text, flags=re.MULTILINE)
    if not 3 <= len(questions) <= 5:
        yield "Check yourself", f"{len(questions)} questions"
    for number, question in enumerate(questions, start=1):
        details = r"<details>\s*<summary>(.+?)</summary>(.*?)</details>"
        options = re.findall(details, question, re.DOTALL)
        if len(options) < 2:
            yield "Check yourself", f"question {number} has {len(options)} options"
        for option, feedback in options:
            if len(feedback.split()) < 4:
                yield "Check yourself", f"no feedback on '{option}'"


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
    prompts = [
        cell for cell in notebook.cells if re.fullmatch(r"exercise-\d+", cell.id)
    ]
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
