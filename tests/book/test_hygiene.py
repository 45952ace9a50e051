"""Every rule holds in every chapter, and fails on a notebook made bad on purpose."""

import json
import re
from pathlib import Path

import nbformat
import pytest
import refresh
from hygiene import HYGIENE
from notebook_file import Notebook, sentences
from template import INSTALL, REFERENCE, TEMPLATE

BOOK = Path(__file__).parents[2] / "book"
CHAPTERS = sorted(BOOK.glob("[0-9][0-9]_*.ipynb"))
OTHERS = sorted({*BOOK.glob("*.ipynb")} - {*CHAPTERS})
RULES = HYGIENE | TEMPLATE


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_chapter_obeys(path, rule):
    faults = [f"{where}: {fault}" for where, fault in rule(Notebook.read(path))]
    assert not faults, "\n".join([*faults, RULES[rule]])


@pytest.mark.parametrize("rule", HYGIENE | REFERENCE, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.stem)
def test_reference_notebook_obeys(path, rule):
    faults = [f"{where}: {fault}" for where, fault in rule(Notebook.read(path))]
    assert not faults, "\n".join([*faults, RULES[rule]])


# ---- a good notebook ----------------------------------------------------------------

PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTkwmwAAAABJ"
    "RU5ErkJggg=="
)
ALT = "A curve that falls from infinity at p = 0 to zero at p = 1."
OPENING = """\
# A coin

**You will**
- flip a coin,
- count the heads,
- name the odds.

**You need** Python. · 4 minutes to read · 18 with questions and exercises"""
OPTIONS = """\
<details><summary>One</summary>

Yes: it leaves a remainder of one.

</details>
<details><summary>Two</summary>

No: two divides it without a remainder.

</details>
"""
QUESTION = f"""\
**{{}}. What is odd?**

{OPTIONS}"""
TURNED = "".join(re.split("(?=<details>)", OPTIONS)[::-1]).rstrip()
PREDICT = f"""\
**Predict:** what is one and one?

{TURNED}"""
PLOT = """\
# Plot of question 3
plt.show()
assert answer == "One\""""
CLOSING = """\
## Pitfall: the wrong base

`just!` is code, and $n!$ and $$simply$$ are formulas.

## In your library

```python
from sklearn.metrics import log_loss
log_loss(y, p)
```

## Check yourself

{}

**3. What is odd here?**"""
SUMMARY = """\
## Summary

The loss is a surprise.

$$-\\log p$$

## Exercises

Replace the `...`, then run the check."""


PICTURE = f"""\
Look at the curve. {"A coin has no memory. " * 99}

<details><summary>If you want more</summary>{"Words. " * 9000}</details>"""


def prose(cell_id, source):
    return nbformat.v4.new_markdown_cell(source, id=cell_id)


def code(cell_id, source, *outputs, **metadata):
    return nbformat.v4.new_code_cell(
        source, id=cell_id, outputs=list(outputs), metadata=metadata
    )


def printed(text):
    return nbformat.v4.new_output("stream", name="stdout", text=text)


def figure(**data):
    return nbformat.v4.new_output("display_data", {"image/png": PNG, **data})


def error(text):
    return nbformat.v4.new_output(
        "error", ename="ValueError", evalue=text, traceback=["frame", "frame"]
    )


def good_notebook():
    questions = "\n".join(map(QUESTION.format, (1, 2)))
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [
        prose("title", OPENING),
        code("imports", f"{INSTALL}\nimport matplotlib.pyplot as plt\nimport bcelib"),
        prose("question", "How many heads?"),
        code("heads", "print(0.5)", printed("0.5\n")),
        prose("prompt", PREDICT),
        code("predicted", "print(2)", printed("2\n"), tags=["hide-output"]),
        prose("picture", PICTURE),
        code("curve", "plt.show()", figure(), mystnb={"image": {"alt": ALT}}),
        prose("refusal", "A label of 2 is refused."),
        code("two", "losses.f(2)", error("labels"), tags=["raises-exception"]),
        prose("all-digits", "Every digit of the sum, on purpose."),
        code("sum", "0.1 + 0.2", printed("0.30000000000000004"), tags=["exact"]),
        prose("prompt-2", PREDICT),
        code("predicted-2", "print(2)", printed("2\n"), tags=["hide-output"]),
        prose("closing", CLOSING.format(questions)),
        code(
            "check-plot",
            PLOT,
            figure(),
            mystnb={"image": {"alt": ALT}},
            tags=["hide-input"],
        ),
        prose("check-options", OPTIONS),
        prose("summary", SUMMARY),
        prose("exercise-1", "Give the odds."),
        code("exercise-1-answer", "odds = ..."),
        prose("exercise-1-now-check", "Check it."),
        code(
            "exercise-1-check",
            "# Check 1\nprint(odds)",
            printed("Not attempted yet."),
            tags=["hide-input"],
        ),
        code(
            "exercise-1-solution",
            "# Solution 1\nour_odds = 1",
            tags=["hide-cell"],
            jupyter={"source_hidden": True},
        ),
        prose("exercise-2", "**Exercise 2, to explore.** Say why."),
        prose("exercise-2-why", "<details><summary>Why</summary>So.</details>"),
        prose("reading", "## Further reading\n\n[Good, 1952](https://doi.org/10/x)."),
    ]
    return json.loads(refresh.serialise(refresh.normalise(notebook)))


def stored(raw):
    return Notebook(
        json.dumps(raw, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    )


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_good_notebook_obeys(rule):
    assert [*rule(stored(good_notebook()))] == []


# ---- bad notebooks ------------------------------------------------------------------


def cell(raw, cell_id):
    return next(each for each in raw["cells"] if each["id"] == cell_id)


def put(cell_id, key, value):
    """Replace one entry of one cell."""
    return lambda raw: cell(raw, cell_id).update({key: value})


def write(cell_id, source):
    return put(cell_id, "source", source)


def swap(cell_id, old, new):
    """Replace a part of a cell's source."""

    def change(raw):
        source = "".join(cell(raw, cell_id)["source"])
        assert old in source
        cell(raw, cell_id)["source"] = source.replace(old, new)

    return change


def show(cell_id, *outputs):
    return put(cell_id, "outputs", [dict(output) for output in outputs])


def drop(cell_id):
    return lambda raw: raw["cells"].remove(cell(raw, cell_id))


def move_before(cell_id, other):
    def change(raw):
        moved = cell(raw, cell_id)
        raw["cells"].remove(moved)
        raw["cells"].insert(raw["cells"].index(cell(raw, other)), moved)

    return change


def unexecuted(raw):
    for each in raw["cells"]:
        if each["cell_type"] == "code":
            each.update(execution_count=None, outputs=[])


STDERR = nbformat.v4.new_output("stream", name="stderr", text="a warning")
HTML = nbformat.v4.new_output("display_data", {"text/html": "<b>/home/me/x.csv</b>"})

BAD = [
    ("format_is_4_5", lambda raw: raw.update(nbformat_minor=4), r"\(4, 4\)"),
    ("format_is_4_5", put("heads", "outputs", [{}]), "schema objects"),
    ("format_is_4_5", lambda raw: cell(raw, "heads").pop("id"), "schema objects"),
    ("ids_are_readable_slugs", put("heads", "id", "Heads 1"), "not a readable slug"),
    ("ids_are_readable_slugs", put("heads", "id", "a3f09b12"), "not a readable slug"),
    ("ids_are_readable_slugs", put("heads", "id", "7d1e-4c2a"), "not a readable slug"),
    ("ids_are_readable_slugs", put("heads", "id", "curve"), "the id of 2 cells"),
    (
        "notebook_metadata_is_minimal",
        lambda raw: raw["metadata"].update(widgets={}),
        "other than kernelspec",
    ),
    ("cell_metadata_is_minimal", put("heads", "metadata", {"slide": 1}), "slide"),
    (
        "cell_metadata_is_minimal",
        put("heads", "metadata", {"jupyter": {"collapsed": True}}),
        "collapsed",
    ),
    ("cell_metadata_is_minimal", put("title", "metadata", {"editable": 1}), "editable"),
    ("tags_are_known", put("heads", "metadata", {"tags": ["hide_cell"]}), "hide_cell"),
    (
        "tags_are_known",
        put("heads", "metadata", {"tags": ["nbval-skip"]}),
        "nbval-skip",
    ),
    ("file_is_normalised", put("title", "metadata", {"editable": True}), "normal form"),
    (
        "file_is_normalised",
        show("heads", printed("0."), printed("5\n")),
        "normal form",
    ),
    ("counts_run_from_1_to_n", unexecuted, "None and not 1"),
    ("counts_run_from_1_to_n", put("curve", "execution_count", 9), "9 and not 4"),
    ("outputs_are_stored", unexecuted, "no stored output at all"),
    ("outputs_are_stored", show("heads"), r"`print\(…\)` without"),
    ("outputs_are_stored", show("curve"), r"`plt.show\(…\)` without"),
    ("nothing_on_stderr", show("heads", STDERR), "stderr"),
    ("nothing_is_timed", show("heads", printed("Wall time: 3 s")), "Wall time"),
    ("nothing_is_timed", show("heads", printed("took 3.5 ms")), "3.5 ms"),
    ("nothing_is_timed", write("heads", "t = time.perf_counter()"), "perf_counter"),
    (
        "no_memory_addresses",
        show("heads", printed("<Line2D at 0x7f2bc0>")),
        "at 0x7f2bc0",
    ),
    ("no_memory_addresses", show("two", error("at 0xff")), "at 0xff"),
    ("no_absolute_paths", show("heads", HTML), "'/home/me/x.csv'"),
    *[
        ("no_absolute_paths", show("heads", printed(text)), "an absolute path")
        for text in [
            "/home/me/x.csv",
            "C:\\\\Users",
            "file:///tmp/x",
            "('/opt/data/x.csv',)",
        ]
    ],
    (
        "printed_floats_are_rounded",
        show("heads", printed("0.30000000000000004")),
        "0.3",
    ),
    (
        "printed_floats_are_rounded",
        show("heads", printed("6.93147180559945e-01")),
        "6.93",
    ),
    ("figures_are_described", put("curve", "metadata", {}), "0 characters"),
    (
        "figures_are_described",
        put("curve", "metadata", {"mystnb": {"image": {"alt": "A curve."}}}),
        "8 characters",
    ),
    ("figures_are_described", show("curve", figure(), figure()), "for 2 figures"),
    ("code_follows_prose", drop("question"), "heads"),
    ("code_follows_prose", drop("title"), "imports"),
    ("code_follows_prose", drop("exercise-1-now-check"), "exercise-1-check"),
    ("code_is_short", write("heads", "a = 1\n" * 16), "16 lines"),
    ("code_is_short", write("heads", ""), "0 lines"),
    ("code_is_plain_python", write("heads", "%matplotlib inline"), "a magic"),
    ("code_is_plain_python", write("heads", "!pip install x"), "a shell command"),
    ("code_is_plain_python", write("heads", "x?"), "a syntax error"),
    ("code_is_plain_python", write("heads", "get_ipython().f()"), "in disguise"),
    ("code_stays_offline", write("heads", "import urllib.request"), "urllib.request"),
    ("code_stays_offline", write("heads", "from requests import get"), "requests"),
    (
        "code_stays_offline",
        write("heads", "a = np.loadtxt(fname='https://example.org/a')"),
        "'https://example.org/a' is opened",
    ),
    ("no_trailing_semicolon", write("heads", "print(0.5);\n"), "trailing"),
    ("loose_checks_have_a_reason", write("refusal", "A label of 2."), "raises-exc"),
    ("loose_checks_have_a_reason", drop("refusal"), "raises-exception"),
    (
        "loose_checks_have_a_reason",
        put("heads", "metadata", {"tags": ["nbval-ignore-output"]}),
        "`nbval-ignore-output` without a reason",
    ),
    (
        "loose_checks_have_a_reason",
        write("heads", "# NBVAL_IGNORE_OUTPUT\nprint(0.5)"),
        "switched off",
    ),
    ("chapter_opens_with_a_promise", swap("title", "# A coin", "A coin"), "no `# T"),
    ("chapter_opens_with_a_promise", swap("title", "- flip a coin,\n", ""), "2 things"),
    ("chapter_opens_with_a_promise", swap("title", "You will", "We shall"), "0 things"),
    ("chapter_opens_with_a_promise", swap("title", "You need", "Needs"), "You need"),
    ("minutes_are_honest", swap("title", "4 minutes to", "long to"), "no reading time"),
    ("minutes_are_honest", swap("title", "4 minutes", "41 minutes"), "more than 40"),
    ("minutes_are_honest", swap("title", "18 with", "71 with"), "or 70 in all"),
    ("minutes_are_honest", swap("title", "4 minutes", "2 minutes"), "where 4 are"),
    ("minutes_are_honest", swap("title", "4 minutes", "6 minutes"), "where 4 are"),
    ("minutes_are_honest", swap("title", "18 with", "9 with"), "5 minutes for work"),
    ("minutes_are_honest", swap("title", "18 with", "40 with"), "estimated at 12"),
    ("predictions_are_folded", put("predicted", "metadata", {}), "stands open"),
    ("predictions_are_folded", drop("predicted"), "stands open"),
    ("predictions_are_folded", swap("prompt", "Predict", "Sum"), "nothing is predict"),
    (
        "predictions_are_folded",
        put("predicted", "metadata", {"tags": ["hide-output"]}),
        "not in JupyterLab",
    ),
    ("library_box_is_short", swap("closing", "log_loss(y, p)\n", ""), "1 lines"),
    (
        "library_box_is_short",
        swap("closing", "log_loss(y", "f()\n" * 11 + "l(y"),
        "13 l",
    ),
    ("folds_say_that_they_can_be_left_out", swap("picture", "If you", "You"), "called"),
    ("exercises_say_what_to_do", swap("summary", "Replace", "Fill"), "where to write"),
    ("exercises_say_what_to_do", swap("exercise-2", ", to explore", ""), "the last"),
    ("title_stands_alone", swap("question", "How", "# How"), "a second"),
    ("imports_stand_together", swap("imports", "bcelib", "scipy"), "no import of bce"),
    ("imports_stand_together", put("imports", "id", "setup"), "the first code cell"),
    ("imports_stand_together", swap("heads", "print", "import os\nprint"), "of os"),
    *[
        ("closing_sections_are_in_order", swap(where, name, "Other"), f"no .*'{name}")
        for where, name in [
            ("closing", "Pitfall: "),
            ("closing", "In your library"),
            ("closing", "Check yourself"),
            ("summary", "Summary"),
            ("summary", "Exercises"),
            ("reading", "Further reading"),
        ]
    ],
    (
        "closing_sections_are_in_order",
        move_before("reading", "closing"),
        "out of order",
    ),
    ("questions_give_feedback", swap("closing", "**2.", "2."), "2 questions"),
    ("questions_give_feedback", swap("closing", "**2.", "**2.**\n" * 5), "7 questions"),
    ("questions_give_feedback", swap("closing", "details>", "b>"), "has 0 options"),
    (
        "questions_give_feedback",
        swap("closing", "two divides it without a remainder", "wrong"),
        "no feedback on 'Two'",
    ),
    ("questions_give_feedback", swap("closing", "Yes", "So"), "0 options that say Yes"),
    ("questions_give_feedback", swap("closing", "No:", "Yes:"), "2 options that say Y"),
    ("predictions_can_be_chosen", drop("prompt-2"), "1 prompts with options"),
    (
        "predictions_can_be_chosen",
        swap("prompt", "Yes", "So"),
        "0 options that say Yes",
    ),
    ("predictions_can_be_chosen", swap("prompt", "\n\nYes", " Yes"), "0 options that"),
    ("only_options_say_yes", swap("prompt", "**Predict:** what", "What"), "fold 'One'"),
    ("right_option_moves", swap("prompt", TURNED, OPTIONS), "one place for 4 of 5"),
    ("one_question_has_a_plot", put("check-plot", "id", "plot"), "no question with a"),
    ("one_question_has_a_plot", show("check-plot"), "no figure"),
    ("one_question_has_a_plot", put("check-plot", "metadata", {}), "tells the answer"),
    (
        "one_question_has_a_plot",
        swap("check-plot", "# Plot", "# A"),
        "tells the answer",
    ),
    (
        "one_question_has_a_plot",
        swap("check-plot", '"One"', '"Two"'),
        r"\['Two'\], not",
    ),
    (
        "one_question_has_a_plot",
        swap("check-plot", "assert", "# "),
        r"asserts \[\], not",
    ),
    ("summary_has_a_formula", swap("summary", "$$-\\log p$$", "Remember."), "no formu"),
    (
        "further_reading_names_sources",
        write("reading", "## Further reading"),
        "no link",
    ),
    ("exercises_are_complete", put("exercise-2", "id", "two-b"), "1 exercises"),
    ("exercises_are_complete", put("exercise-2", "id", "exercise-3"), "'exercise-2'"),
    ("says_how_to_get_bcelib", swap("imports", INSTALL, "import math"), "missing"),
    ("exercises_are_complete", drop("exercise-1-solution"), "not all"),
    ("exercises_are_complete", drop("exercise-2-why"), "no solution in a `<det"),
    (
        "exercises_are_complete",
        move_before("exercise-1-solution", "exercise-1-check"),
        "another order",
    ),
    ("exercises_are_complete", write("exercise-1-answer", "odds = 1"), "no `...`"),
    ("exercises_are_complete", show("exercise-1-check"), "Not attempted yet"),
    ("exercises_are_complete", swap("exercise-1-check", "# ", ""), "with `# Check 1`"),
    ("exercises_are_complete", put("exercise-1-check", "metadata", {}), "tells the"),
    ("exercises_are_complete", put("exercise-1-solution", "metadata", {}), "collapsed"),
    *[
        ("exercises_are_complete", write("exercise-1-solution", source), fault)
        for source, fault in [
            ("our_odds = 1", "begin with `# Solution 1`"),
            ("# Solution 1\nour_chance = 1", "does not set our_odds"),
            ("# Solution 1\nour_odds = odds = 1", "sets `odds`"),
            ("# Solution 1\nour_odds = 1\ndef odds(): pass", "sets `odds`"),
        ]
    ],
    *[
        ("prose_is_plain", write("question", text), re.escape(fault))
        for text, fault in [
            ("We simply add.", "'simply'"),
            ("**Obviously** true.", "'Obviously'"),
            ("It is just a sum.", "'just'"),
            ("It is important to note this.", "'It is important to note'"),
            ("It works!", "'works!'"),
            ("It *works!* And more.", "'works!'"),
            ("[A link!](x) follows.", "link!"),
        ]
    ],
    (
        "prose_is_plain",
        put("curve", "metadata", {"mystnb": {"image": {"alt": "Look, it falls!"}}}),
        "'falls!'",
    ),
]


@pytest.mark.parametrize(("name", "spoil", "fault"), BAD)
def test_bad_notebook_is_found_out(name, spoil, fault):
    raw = good_notebook()
    spoil(raw)
    [rule] = [each for each in RULES if each.__name__ == name]
    found = [f"{where}: {what}" for where, what in rule(stored(raw))]
    assert any(re.search(fault, each) for each in found), found


def test_every_rule_is_seen_failing():
    assert {name for name, *_ in BAD} == {rule.__name__ for rule in RULES}


def test_finding_names_rule_place_and_remedy():
    raw = good_notebook()
    write("heads", "print(0.5);")(raw)
    [finding] = HYGIENE.findings(stored(refreshed(raw)))
    assert re.fullmatch(r"no_trailing_semicolon: heads: .*`;`\. End in .*", finding)


# ---- what the rules let pass --------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "p/(1 - p) and/or 1/2",
        "0.6931471806",
        "<g><path d='M 1 2'/></g></svg>",
        "-0x1.62e42fefa39efp-1",
        "12 items",
        "100 million",
    ],
)
def test_innocent_output_passes(text):
    raw = good_notebook()
    show("heads", printed(text))(raw)
    assert HYGIENE.findings(stored(refreshed(raw))) == []


def refreshed(raw):
    notebook = nbformat.from_dict(nbformat.v4.reads(json.dumps(raw)))
    return json.loads(refresh.serialise(refresh.normalise(notebook)))


@pytest.mark.parametrize(
    "text",
    [
        "The factorial `n!` and $n!$.",
        "$$\\text{simply } n!$$",
        "```python\nprint('just!')\n```",
        "![Alt](just.png)",
        "<b title='just'>adjust</b>",
        "a != b",
    ],
)
def test_innocent_prose_passes(text):
    raw = good_notebook()
    write("question", text)(raw)
    assert TEMPLATE.findings(stored(raw)) == []


def test_sentences_keep_the_words():
    assert sentences("A *coin* `x!`, [see](just)").split() == [
        "A",
        "*coin*",
        ",",
        "[see]",
    ]


@pytest.mark.parametrize(
    "slug", ["imports", "sigmoid-plot", "exercise-1-answer", "n10", "part-2", "facade"]
)
def test_readable_slugs(slug):
    assert refresh.is_readable_slug(slug)


@pytest.mark.parametrize(
    "slug",
    [
        "",
        "Plot",
        "plot_1",
        "1-plot",
        "plot--a",
        "-plot",
        "3f2a9c1b",
        "a1b2c3d4",
        "b6c1e1f0-22aa",
    ],
)
def test_unreadable_slugs(slug):
    assert not refresh.is_readable_slug(slug)
