"""Whatever is wrong in a master, its teacher reads a sentence: where, what, what to do.

And nobody is graded with it.
"""

import json
import re

import pytest
from handed_in import DEMO, hand_in, solved
from hypothesis import given
from hypothesis import strategies as st

from autograder.__main__ import MASTERS, main
from autograder.grading import promises
from autograder.masters import guide, homework, release

NOTEBOOK = (DEMO / "01_demo" / "01_demo.ipynb").read_text("utf-8")
ANSWERS = (DEMO / "01_demo" / "homework.toml").read_text("utf-8")
MAGIC = "delete it, magics do not run in the grader"


class Masters:
    """A folder with one homework, to be broken."""

    def __init__(self, folder):
        self.folder = folder
        self.notebook = folder / "01_demo" / "01_demo.ipynb"
        self.answers = folder / "01_demo" / "homework.toml"
        self.notebook.parent.mkdir()
        self.notebook.write_text(NOTEBOOK, "utf-8")
        self.answers.write_text(ANSWERS, "utf-8")

    def change(self, change):
        notebook = json.loads(self.notebook.read_text("utf-8"))
        change(notebook)
        self.notebook.write_text(json.dumps(notebook), "utf-8")

    def run(self, command, *words):
        return main([command, *words, "--masters", str(self.folder)])


@pytest.fixture
def masters(tmp_path):
    folder = tmp_path / "masters"
    folder.mkdir()
    return Masters(folder)


def cell(notebook, name):
    return next(each for each in notebook["cells"] if each["id"] == name)


def says(name, **metadata):
    """A change of a cell's nbgrader metadata; None deletes."""

    def change(notebook):
        nbgrader = cell(notebook, name)["metadata"]["nbgrader"]
        nbgrader |= metadata
        for key in [key for key, value in nbgrader.items() if value is None]:
            del nbgrader[key]

    return change


def source(name, old, new):
    """A change of a cell's text."""

    def change(notebook):
        found = cell(notebook, name)
        text = "".join(found["source"])
        assert old in text
        found["source"] = text.replace(old, new, 1)

    return change


def has(name, **parts):
    """A change of a cell; None deletes."""

    def change(notebook):
        found = cell(notebook, name)
        found |= parts
        for key in [key for key, value in found.items() if value is None]:
            del found[key]

    return change


def without(name):
    return lambda notebook: notebook["cells"].remove(cell(notebook, name))


def moved(name, to):
    def change(notebook):
        found = cell(notebook, name)
        notebook["cells"].remove(found)
        notebook["cells"].insert(to, found)

    return change


def both(*changes):
    def change(notebook):
        for each in changes:
            each(notebook)

    return change


HIDDEN = "### BEGIN HIDDEN TESTS"
PLAIN = {"cell_type": "code", "metadata": {}, "source": "x = 1", "outputs": []}
OF_NOTEBOOK = {
    # the file
    "format 3": (lambda n: n.update(nbformat=3), "is of format 3, not 4; open"),
    "no format": (lambda n: n.pop("nbformat"), "is JSON but no notebook; make one"),
    "no cells": (lambda n: n.pop("cells"), "is JSON but no notebook; make one"),
    "empty": (lambda n: n.update(cells=[]), "holds no cell; make one"),
    "no kernel": (lambda n: n["metadata"].pop("kernelspec"), "is not named; choose"),
    "a kernel of R": (
        lambda n: n["metadata"].update(kernelspec={"display_name": "R", "name": "ir"}),
        "its kernel is R; choose Python 3",
    ),
    "odd kernel": (
        lambda n: n["metadata"].update(kernelspec=3), "is not named; choose Python 3"
    ),
    # structure
    "a cell that is none": (lambda n: n["cells"].append(3), "cell 13: is damaged"),
    "no source": (has("q1", source=None), "cell 5 'q1': is damaged"),
    "no metadata": (has("q1", metadata=None), "cell 5: is damaged"),
    "a source of numbers": (has("q1", source=[1]), "cell 5 'q1': is damaged"),
    "an odd type": (has("q1", cell_type="codes"), "cell 5 'q1': is damaged"),
    "an id of digits": (has("q1-prompt", id=7), "cell 4: is damaged"),
    # metadata
    "not marked": (
        lambda n: n["cells"].append(PLAIN | {"id": "mine"}),
        "cell 13 'mine': is code that nbgrader does not know; make it Read-only",
    ),
    "metadata of words": (
        has("q1", metadata={"nbgrader": "yes"}), "metadata are no table; choose its typ"
    ),
    "no grade": (says("q1", grade=None), "nbgrader's grade is None, not true or false"),
    "a grade in words": (says("q1", grade="no"), "nbgrader's grade is 'no', not true"),
    "no locked": (says("q1", locked=None), "nbgrader's locked is None"),
    "an old schema": (says("q1", schema_version=2), "version 2, not 3; run `nbgrader"),
    "no schema": (says("q1", schema_version=None), "of version None, not 3"),
    "no ID": (says("q1", grade_id=None), "cell 5: has no ID; write an ID of 1 to 64"),
    "an empty ID": (says("q1", grade_id=""), "cell 5: has no ID; write an ID"),
    "an ID of digits": (says("q1", grade_id=1), "cell 5: has no ID; write an ID"),
    "ä": (says("q1", grade_id="q1-ä"), "cell 'q1-ä': nbgrader takes no such ID; write"),
    "a gap": (says("q1", grade_id="q 1"), "cell 'q 1': nbgrader takes no such ID; wri"),
    "a task": (says("q3", task=True), "is a manually graded task; make it a manually"),
    "code in words": (has("q1", cell_type="markdown"), "in a cell of text; make it a"),
    "a test in words": (has("q1-tests", cell_type="markdown"), "make it a code cell"),
    "raw": (has("q3", cell_type="raw"), "in a cell of text; make it a code cell"),
    "words in code": (has("q3", cell_type="code"), "make it a Markdown cell"),
    "no type": (says("check", locked=False), "'check': has no type; make it Read-only"),
    "no points": (says("q1-tests", points=None), "points are None; give it a number"),
    "points in words": (says("q1-tests", points="2"), "its points are '2'; give it a"),
    "points below 0": (says("q1-tests", points=-1), "its points are -1; give it a num"),
    "NaN points": (says("q1-tests", points=float("nan")), "its points are nan; give"),
    "true points": (says("q1-tests", points=True), "its points are True; give it a"),
    "points at the answer": (says("q1", points=3), "has 3 points and is no test; give"),
    # names
    "twice": (says("q1-tests", grade_id="q1-check"), "'q1-check': 2 have this ID; giv"),
    "two prompts": (
        source("q2-prompt", "Question 2", "Question 1"), "'q1-prompt': 2 have this ID"
    ),
    "a test of nothing": (
        says("q1-tests", grade_id="test_q1"),
        "cell 'test_q1': is of no question; give it an ID like q1-tests",
    ),
    "an answer to nothing": (
        says("q1", grade_id="solution1"),
        "cell 'solution1': is of no question; give it an ID like q1",
    ),
    "_ for -": (says("q1-tests", grade_id="q1_tests"), "'q1_tests': is of no question"),
    # contents
    "no end": (
        source("q1", "    ### END SOLUTION", ""),
        "cell 'q1': ### BEGIN SOLUTION is never closed; add ### END SOLUTION",
    ),
    "no beginning": (
        source("q1", "    ### BEGIN SOLUTION\n", ""),
        "cell 'q1': line 5: ### END SOLUTION without ### BEGIN SOLUTION before it",
    ),
    "nested": (
        source("q1", "### BEGIN", "### BEGIN SOLUTION\n    ### BEGIN"),
        "line 4: ### BEGIN SOLUTION without ### END SOLUTION before it; add that",
    ),
    "a leak": (
        source("q1-tests", HIDDEN, "### BEGIN HIDDEN TEST"),
        "'### BEGIN HIDDEN TEST' is no marker here; write ### BEGIN HIDDEN TESTS",
    ),
    "a small leak": (
        source("q1-tests", HIDDEN, "### begin hidden tests"),
        "'### begin hidden tests' is no marker here; write ### BEGIN HIDDEN TESTS",
    ),
    "no end of tests": (
        source("q1-tests", "### END HIDDEN TESTS", ""),
        "### BEGIN HIDDEN TESTS is never closed; add ### END HIDDEN TESTS",
    ),
    "the other marker": (
        source("q1", "BEGIN SOLUTION", "BEGIN HIDDEN TESTS"), "write ### BEGIN SOLUTION"
    ),
    "a mark scheme": (
        source("q3", "**Rubric**", "### BEGIN MARK SCHEME"), "is no marker here; write"
    ),
    "a marker in a prompt": (
        source("q1-prompt", "Write it", "### BEGIN SOLUTION"), "hides nothing here; del"
    ),
    "a marker in a given cell": (
        source("numbers", "TOSSES", "### BEGIN SOLUTION\nTOSSES"), "hides nothing here"
    ),
    "no Python": (
        source("q1", "return -(", "return -(("), "cell 'q1': line 5: is no Python ("
    ),
    "no Python in a test": (
        source("q2-tests", "check(best", "check(best,,"), "cell 'q2-tests': line 2: is "
    ),
    "a magic": (source("check", "import", "%matplotlib inline\nimport"), MAGIC),
    "a stub that is no Python": (
        source("q2", "### BEGIN SOLUTION\nbest = 0.62\n### END SOLUTION",
               "best = (\n### BEGIN SOLUTION\n0.62\n### END SOLUTION\n)"),
        "cell 'q2': what students get in place of the solution, line 2: is no Python",
    ),
    "no title": (without("title"), "cell 1: is no title; begin it with a Markdown cel"),
    "no question": (
        lambda n: n.update(cells=n["cells"][:3]), "asks no question; make one with"
    ),
    "no prompt": (without("q1-prompt"), "question q1: has no prompt; add a Markdown"),
    "no answer": (without("q1"), "question q1: has 0 cells for the answer; give it on"),
    "no test": (
        both(without("q2-tests"), without("q2-prompt")), "question q2: has no prompt"
    ),
    "no test at all": (without("q2-tests"), "question q2: has no test; add Autograder"),
    "a test of words": (
        says("q2-tests", grade_id="q3-tests"), "q3: has tests and is scored by hand; de"
    ),
    "a test above": (moved("q1-tests", 4), "question q1: is out of order; put the ans"),
    "a prompt below": (moved("q1-prompt", 6), "question q1: is out of order; put the"),
    "nothing to win": (
        both(says("q2-tests", points=0), source("q2-prompt", "2 points", "0 points")),
        "question q2: has no points; give some to the cells that are graded",
    ),
    "points that do not add up": (
        says("q1-tests", points=5),
        "cell 'q1-prompt': says 3 points, but the question has 6; change one of the tw",
    ),
    "a prompt without points": (
        source("q1-prompt", " (3 points)", ""),
        "begins with '## Question 1: BCE'; begin it with '## Question 1: TITLE (3 po",
    ),
    "no rubric": (source("q3", "**Rubric**", "Rubric"), "cell 'q3': has no rubric; en"),
    "half a rubric": (
        source("q3", "- 1: says a", "- says a"),
        "cell 'q3': its rubric adds up to 1 points, but the cell has 2; change one",
    ),
}  # fmt: skip


def answers(old, new):
    assert old in ANSWERS
    return ANSWERS.replace(old, new, 1)


OF_ANSWERS = {
    "no TOML": (
        answers("minutes = 10", "minutes = "),
        "is no TOML (Invalid value (at ",
    ),
    "unclosed": (answers("log(p))\n'''", "log(p))\n"), "is no TOML ("),
    "no minutes": (answers("minutes = 10", ""), "minutes is None; write minutes = 50"),
    "minutes in words": (answers("= 10", "= 'ten'"), "minutes is 'ten'; write minutes"),
    "no minute": (answers("= 10", "= 0"), "minutes is 0; write minutes = 50"),
    "true minutes": (answers("= 10", "= true"), "minutes is True; write minutes = 50"),
    "unknown": (
        answers("minutes", "colour = 3\nminutes"),
        "the unknown key 'colour'; perm",
    ),
    "misspelt": (
        answers("[misconceptions]", "[misconception]"),
        "did you mean misconce",
    ),
    "no table": (
        answers('[misconceptions]\nq1 = "a"\nq2 = "b"', "misconceptions = 3"),
        "misconceptions is no table; write [misconceptions] above its lines",
    ),
    "a misconception of nothing": (
        answers('q2 = "b"', 'q7 = "b"'),
        "[misconceptions] q7: the notebook has no such question; it has q1, q2, q3",
    ),
    "an exhibit of nothing": (
        answers("[variant]", '[exhibits]\nq7 = "x"\n[variant]'),
        "[exhibits] q7: the notebook has no such question; it has q1, q2, q3",
    ),
    "a misconception in numbers": (
        answers('q2 = "b"', "q2 = 7"),
        '[misconceptions] q2: is 7; write q2 = "…"',
    ),
    "one bracket": (
        answers("[[right]]", "[right]"),
        "right is no list of tables; write",
    ),
    "misspelt key": (
        answers("diagnosis", "diagnose"),
        "[[wrong]] 'swapped': has the unknown key 'diagnose'; did you mean diagnosis",
    ),
    "no diagnosis": (
        answers('diagnosis = "The minus is missing."', ""),
        "[[wrong]] 'minus': diagnosis is None; write diagnosis = \"…\"",
    ),
    "no name": (answers('name = "loop"', ""), "[[right]] 1: name is None; write name"),
    "an empty name": (answers('"loop"', '""'), "[[right]] '': name is ''; write name"),
    "twice": (
        answers('"minus"', '"swapped"'),
        "[[wrong]] 'swapped': q1 has 2 so named",
    ),
    "of no question": (
        answers('question = "q1"\nname = "minus"', 'question = "q9"\nname = "minus"'),
        "[[wrong]] 'minus': the notebook has no question 'q9'; it has q1, q2",
    ),
    "of words": (
        answers('question = "q1"\nname = "loop"', 'question = "q3"\nname = "loop"'),
        "[[right]] 'loop': q3 is scored by hand; delete this answer",
    ),
    "no source": (
        answers("source = '''\nimport", "text = '''\nimport"),
        "source is None",
    ),
    "no Python": (
        answers("import math", "import math math"),
        "[[right]] 'loop': line 1 of its source is no Python (invalid syntax); mend it",
    ),
    "a variant of a mistake": (
        answers('name = "minus"', 'name = "minus"\nvariant = "ada"'),
        "[[wrong]] 'minus': has the unknown key 'variant'; permitted are",
    ),
    "no numbers": (
        answers("[50, 60]", "[]"),
        "[variant] TOSSES: is []; write a list of",
    ),
    "no list": (
        answers("[50, 60]", "50"),
        "[variant] TOSSES: is 50; write a list of num",
    ),
    "infinity": (
        answers("60]", "inf]"),
        "[variant] TOSSES: is [50, inf]; write a list",
    ),
    "a small name": (answers("TOSSES", "tosses"), "[variant] tosses: is no name for a"),
    "no cell": (
        answers("TOSSES = [50, 60]", "TOSSES = [50, 60]\nTURNS = [1, 2]"),
        "[variant] TURNS: the cell 'numbers' assigns it 0 times; assign it once",
    ),
    "another number": (
        answers("[50, 60]", "[60, 50]"),
        "[variant] TOSSES: the cell 'numbers' says 50, the list begins with 60; the fi",
    ),
    "no variant": (
        answers("[variant]\nTOSSES = [50, 60]", ""),
        "cell 'q1-prompt' shows {{TOSSES}}, which has no numbers; add TOSSES = […]",
    ),
}


def faults(masters, capsys):
    """The one sentence that `check` prints; release and grade say the same."""
    assert masters.run("check") == 1
    printed = capsys.readouterr().out.splitlines()
    out = masters.folder.parent / "out"
    with pytest.raises(homework.FaultyError) as raised:
        homework.load("01", masters.folder)
    assert str(raised.value).splitlines() == printed
    assert masters.run("release", "01", "--out", str(out)) == 2
    assert masters.run("grade", "01", str(masters.folder), "--out", str(out)) == 2
    assert capsys.readouterr().err.count(printed[0]) == 2
    assert not out.exists()
    return printed


@pytest.mark.parametrize("name", OF_NOTEBOOK)
def test_a_fault_of_the_notebook_is_a_sentence(name, masters, capsys):
    change, sentence = OF_NOTEBOOK[name]
    masters.change(change)
    printed = faults(masters, capsys)
    assert printed[0].startswith(f"{masters.notebook}: ")
    assert any(sentence in line for line in printed)
    assert all("; " in line for line in printed)  # what to do


@pytest.mark.parametrize("name", OF_ANSWERS)
def test_a_fault_of_the_answers_is_a_sentence(name, masters, capsys):
    text, sentence = OF_ANSWERS[name]
    masters.answers.write_text(text, "utf-8")
    printed = faults(masters, capsys)
    assert printed[0].startswith(f"{masters.answers}: ")
    assert any(sentence in line for line in printed)
    assert all("; " in line for line in printed)


def test_a_number_that_is_not_drawn_in_the_notebook(masters, capsys):
    masters.change(source("numbers", "TOSSES = 50", "TOSSES = 50\nTOSSES = 51"))
    (said,) = faults(masters, capsys)
    assert "the cell 'numbers' assigns it 2 times; assign it once" in said
    masters.change(without("numbers"))
    (said,) = faults(masters, capsys)
    assert "has no Read-only code cell 'numbers'; add it" in said


def test_a_place_for_a_number_in_code(masters, capsys):
    masters.change(source("q2", "best = 0.62", "best = 0.62  # of {{TOSSES}}"))
    (said,) = faults(masters, capsys)
    assert "{{TOSSES}} stands in the code of 'q2', where it shows no number" in said


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        (lambda m: m.notebook.unlink(), "01_demo.ipynb: is missing; `autograder new`"),
        (lambda m: m.answers.unlink(), "homework.toml: is missing; `autograder new`"),
        (
            lambda m: m.notebook.rename(m.notebook.with_name("Untitled.ipynb")),
            "01_demo.ipynb: is missing; `autograder new` shows what it holds",
        ),
        (lambda m: m.notebook.write_bytes(b"\xff\xfe{"), "is not in UTF-8; save it as"),
        (lambda m: m.answers.write_bytes(b"\xe4"), "toml: is not in UTF-8; save it"),
        (lambda m: m.notebook.write_text(NOTEBOOK[:500]), "is no JSON ("),
        (lambda m: m.notebook.write_text(""), "line 1: is no JSON (Expecting value); "),
        (lambda m: m.notebook.write_text("[1]"), "is JSON but no notebook; make one"),
        (lambda m: m.notebook.write_text("%PDF"), "is no JSON (Expecting value); take"),
    ],
)
def test_a_file_that_is_missing_or_another(broken, sentence, masters, capsys):
    broken(masters)
    (said,) = faults(masters, capsys)
    assert said.startswith(f"{masters.folder}/01_demo/")
    assert sentence in said


def test_a_name_without_a_number(masters, capsys):
    masters.notebook.parent.rename(masters.folder / "demo")
    (masters.folder / "demo" / "01_demo.ipynb").rename(
        masters.folder / "demo" / "demo.ipynb"
    )
    assert masters.run("check") == 1
    said = capsys.readouterr().out
    assert said.endswith("demo: is no name like 03_topic; rename folder and notebook\n")


def test_two_of_one_number(masters, capsys):
    other = masters.folder / "01_other"
    other.mkdir()
    (other / "homework.toml").write_text(ANSWERS, "utf-8")
    assert masters.run("check", "1") == 1
    said = capsys.readouterr().out
    assert said.endswith("01_demo and 01_other have the same number; rename one\n")


def test_all_faults_of_all_masters_are_told(masters, capsys):
    masters.change(both(says("q1-tests", points=5), source("q3", "**Rubric**", "")))
    masters.answers.write_text(answers("= 10", "= 0"), "utf-8")
    (masters.folder / "02_next").mkdir()
    (masters.folder / "02_next" / "homework.toml").write_text("minutes = 5")
    assert masters.run("check") == 1
    assert len(capsys.readouterr().out.splitlines()) == 4


# What only a try shows: each is one sentence too, and there is no traceback.
TRIED = {
    "the wrong solution": (
        source("q2", "0.62", "0.26"),
        "NOT the solution: q2-tests passes (failed (line 2): the best p: 0.26, not 0.62"
        "); mend the test or the answer",
    ),
    "a given cell that raises": (
        source("numbers", "TOSSES = 50", "TOSSES = 50\nhalf = TOSSES / 0"),
        "NOT cell 'numbers' runs in the grader (ZeroDivisionError: division by zero)",
    ),
    "a solution that raises": (
        source("q2", "0.62", "best_of_all"),
        "NOT cell 'q2' runs in the grader (NameError: name 'best_of_all' is not define",
    ),
    "a solution that leaves": (
        source("q2", "best = 0.62", "raise SystemExit(3)"),
        "NOT cell 'q2' runs in the grader (SystemExit: 3); mend it",
    ),
    "a library that the grader lacks": (
        source("check", "import numpy", "import pandas\nimport numpy"),
        "NOT cell 'check' runs in the grader (it imports pandas); import numpy, matplo",
    ),
    "a test without an answer's name": (
        source("q2-tests", "check(best", "check(0.62"),
        "NOT blank: q2-tests not attempted (passed); let the test use a name that only",
    ),
    "a test of a name that nobody gives": (
        source("q2-tests", "check(best", "check(the_best"),
        "NOT the solution: q2-tests passes (not attempted (line 0): the name the_best ",
    ),
    "a test that raises": (
        source("q2-tests", "check(best", "check(1 / 0 + best"),
        "NOT the solution: q2-tests passes (failed (line 2): what came back could not",
    ),
    "an endless solution": (
        source("q1", "    p, y", "    while True:\n        pass\n    p, y"),
        "NOT the solution: q1-check passes (crashed (line 2): TimedOutError: no end af",
    ),
    "an endless cell": (
        source("q2", "best = 0.62", "best = 0.62\nwhile True:\n    pass"),
        "NOT cell 'q2' runs in the grader (TimedOutError: no end after 0.1 s); mend it",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TRIED)
def test_what_a_try_shows_is_a_sentence(name, masters, capsys, monkeypatch):
    monkeypatch.setitem(promises.LIMITS, "seconds", 0.1)
    change, sentence = TRIED[name]
    masters.change(change)
    assert masters.run("check") == 1
    told = [line for line in capsys.readouterr().out.splitlines() if " NOT " in line]
    assert sentence in told[0]
    out = masters.folder.parent / "out"
    assert masters.run("release", "01", "--out", str(out)) == 2
    assert masters.run("grade", "01", str(masters.folder), "--out", str(out)) == 2
    assert capsys.readouterr().err.count(told[0]) == 2
    assert not out.exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            answers("1 - p) + (1 - y) * np.log(p)", "p) + (1 - y) * np.log(1 - p)"),
            "NOT wrong answer q1 'swapped': fails its question (all its cells pass); a",
        ),
        (
            answers("-math.log(p if y else 1 - p)", "-math.log(1 - p if y else p)"),
            "NOT right answer q1 'loop': q1-tests passes (",
        ),
        (
            answers("[50, 60]", "[50, 'x']"), "): NOT cell 'q2' runs in the grader ("
        ),
    ],
)  # fmt: skip
def test_an_answer_that_is_not_what_it_says(text, sentence, masters, capsys):
    masters.answers.write_text(text, "utf-8")
    if "'x'" in text:
        masters.change(source("q2", "best = 0.62", "best = 0.62 + 0 * TOSSES"))
    assert masters.run("check") == 1
    assert sentence in capsys.readouterr().out


# What is unusual and right.


def of_jupyterlab(notebook):
    """Ids as JupyterLab makes them, and an ID for the title too."""
    for number, each in enumerate(notebook["cells"]):
        each["id"] = f"{number:08x}"
        each["source"] = [f"{line}\r\n" for line in "".join(each["source"]).split("\n")]
        each["source"][-1] = each["source"][-1].removesuffix("\r\n")
        if each["cell_type"] == "code":
            each |= {"execution_count": 3, "outputs": []}
    cell(notebook, "00000003")["metadata"]["nbgrader"] = {
        "grade": False, "solution": False, "locked": True, "schema_version": 3,
        "grade_id": "cell-1f3a", "task": False,
    }  # fmt: skip


def without_ids(notebook):
    """As a program of the year 2020 wrote them."""
    notebook["nbformat_minor"] = 4
    for each in notebook["cells"]:
        del each["id"]


@pytest.mark.parametrize("change", [of_jupyterlab, without_ids])
def test_a_master_from_another_program_makes_the_same_handout(
    change, masters, tmp_path
):
    first, second = tmp_path / "1.ipynb", tmp_path / "2.ipynb"
    assert masters.run("release", "01", "--out", str(first)) == 0
    masters.change(change)
    assert masters.run("check") == 0
    assert masters.run("release", "01", "--out", str(second)) == 0
    one, two = (json.loads(path.read_text())["cells"] for path in (first, second))
    assert two[0].pop("id") != one[0].pop("id")  # of the title
    two[3]["metadata"] = one[3]["metadata"]  # a prompt may be Read-only
    assert one == two


def test_files_with_windows_line_endings(masters, tmp_path):
    first, second = tmp_path / "1.ipynb", tmp_path / "2.ipynb"
    assert masters.run("release", "01", "--out", str(first)) == 0
    for path in (masters.notebook, masters.answers):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert masters.run("check") == 0
    assert masters.run("release", "01", "--out", str(second)) == 0
    assert first.read_bytes() == second.read_bytes()


def test_what_may_be_left_out(masters, tmp_path):
    """Misconceptions, known answers, markers around a whole answer; 2.5 points."""
    masters.answers.write_text("minutes = 10\n[variant]\nTOSSES = [50]\n", "utf-8")
    masters.change(
        source("q2", "### BEGIN SOLUTION\nbest = 0.62\n### END SOLUTION", "best = 0.62")
    )
    masters.change(source("q2-prompt", "(2 points)", "(2.5 points)"))
    masters.change(says("q2-tests", points=2.5))
    assert masters.run("check") == 0
    path = tmp_path / "handout.ipynb"
    assert masters.run("release", "01", "--out", str(path)) == 0
    assert "0.62" not in path.read_text()
    master = homework.load("01", masters.folder)
    assert [q.points for q in master.questions] == [3, 2.5, 2]
    assert [q.title for q in master.questions] == ["BCE", "value", "words"]


@pytest.mark.parametrize("name", ["20", "5_own", "20_my_topic"])
def test_a_new_homework_keeps_its_promises(name, tmp_path, capsys):
    masters = ["--masters", str(tmp_path / "masters")]
    assert main(["new", name, *masters]) == 0
    made = [tmp_path / line for line in capsys.readouterr().out.splitlines()]
    assert [path.suffix for path in made] == [".ipynb", ".toml"]
    assert main(["check", *masters]) == 0
    assert re.search(r"\(karen\): (\d+) of \1 promises kept", capsys.readouterr().out)
    (new,) = homework.load_all(tmp_path / "masters")
    number = made[0].name[:2]
    assert new.title == f"Homework {number}: A title"
    assert (new.points, len(new.questions)) == (6, 3)
    given = homework.load("01", MASTERS).cells[1]
    assert given in new.cells  # the same `check` as in all handouts


def test_a_new_homework_takes_nobody_s_place(tmp_path, capsys):
    masters = ["--masters", str(tmp_path)]
    assert main(["new", "20_own", *masters]) == 0
    assert main(["new", "20_other", *masters]) == 2
    assert "20_own is there already; choose another number" in capsys.readouterr().err
    for name in ("own", "20-own", "x/y", "200"):
        assert main(["new", name, *masters]) == 2
        assert f"{name!r} is no name for a homework" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["20_own"]


def test_a_new_homework_is_graded(tmp_path, bubblewrap, capsys):
    masters = ["--masters", str(tmp_path / "masters")]
    assert main(["new", "20", *masters]) == 0
    (new,) = homework.load_all(tmp_path / "masters")
    hand_in(tmp_path / "class", "ada", solved(new))
    out = tmp_path / "out"
    assert (
        main(["grade", "20", str(tmp_path / "class"), "--out", str(out), *masters]) == 0
    )
    (stored,) = (out / "results").glob("*.json")
    points = [each["points"] for each in json.loads(stored.read_text())["questions"]]
    assert points == [2, 2, None]


# Whatever else may be wrong: no traceback.


def places(value, path=()):
    """The path to each value in a JSON document."""
    yield path
    pairs = {dict: getattr(value, "items", None), list: lambda: enumerate(value)}
    for key, each in (pairs.get(type(value)) or (lambda: ()))():
        yield from places(each, (*path, key))


PLACES = [path for path in places(json.loads(NOTEBOOK)) if path]
VALUES = [None, 0, -1.5, True, "", "q1", "ä\n", [], ["x"], {}, {"x": 1}]


def used(folder):
    """What release, grade and the guide make of a homework, or its faults."""
    try:
        master = homework.load("01", folder)
    except homework.FaultyError as error:
        return str(error).splitlines()
    release.student_version(master, "ada")
    assert guide.overview([master])
    assert guide.aims([master])
    return []


@given(place=st.sampled_from(PLACES), value=st.sampled_from(["gone", *VALUES]))
def test_any_value_of_the_notebook_may_be_another(place, value, tmp_path_factory):
    notebook = json.loads(NOTEBOOK)
    *above, key = place
    parent = notebook
    for each in above:
        parent = parent[each]
    if value == "gone":
        del parent[key]
    else:
        parent[key] = value
    masters = Masters(tmp_path_factory.mktemp("masters"))
    masters.notebook.write_text(json.dumps(notebook), "utf-8")
    assert all("; " in fault for fault in used(masters.folder))


@given(data=st.data(), drop=st.booleans())
def test_any_line_of_the_answers_may_be_missing_or_another(
    data, drop, tmp_path_factory
):
    lines = ANSWERS.splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    if drop:
        del lines[number]
    else:
        other = data.draw(
            st.sampled_from([*lines, "x = 1", "[x]", "'''", "= 3", "q1 = 3"])
        )
        lines[number] = other
    masters = Masters(tmp_path_factory.mktemp("masters"))
    masters.answers.write_text("\n".join(lines), "utf-8")
    assert all("; " in fault for fault in used(masters.folder))
