"""Every master keeps its promises: who must earn what, and who must not."""

import itertools
import json
import re
import tomllib
from dataclasses import replace

import nbformat
import pytest
from nbgrader.nbgraderformat import MetadataValidator

from autograder.__main__ import MASTERS
from autograder.grading import promises
from autograder.grading.checks import shown
from autograder.grading.judge import Judge
from autograder.masters import homework, release
from autograder.sandbox.sandbox import Sandbox

ALL = homework.load_all(MASTERS)
VARIED = [(m, who) for m in ALL if m.numbers() for who in promises.VARIANTS]
ROOT = MASTERS.parent
CHECK = """\
import numpy as np


def check(actual, expected, case, rtol=1e-9, atol=0.0):
    \"\"\"Assert that two results agree in shape and in value; `case` names the case.\"\"\"
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.shape == expected.shape, (
        f"{case}: the shape is {actual.shape}; it should be {expected.shape}"
    )
    assert np.allclose(actual, expected, rtol=rtol, atol=atol), (
        f"{case}: got {actual}, expected {expected}"
    )"""  # noqa: E501
every_homework = pytest.mark.parametrize("master", ALL, ids=lambda each: each.name)


def broken(promises):
    made = list(promises)
    assert len(made) >= 15
    return [f"{each.text}; {each.saw}" for each in made if not each.kept]


def test_every_chapter_has_a_homework():
    chapters = sorted(path.stem for path in ROOT.glob("book/[0-9][0-9]_*.ipynb"))
    assert [each.name for each in ALL] == chapters


@every_homework
def test_promises_hold(master):
    judge = Judge(master, release.stubs(master))
    assert broken(promises.promises(judge, judge.try_locally)) == []


def students(master):
    """Who solved all, who did nothing, and who gave a known answer to each question.

    Between them they give every answer that the master knows.
    """
    yield master.solved()
    yield {}
    for known in (master.right, master.wrong):
        names = {answer.question for answer in known}
        each = [[a for a in known if a.question == name] for name in sorted(names)]
        for answers in itertools.zip_longest(*each):
            made = master.solved()
            for answer in filter(None, answers):
                made |= {
                    cell.name: answer.source
                    for cell in master.cells
                    if (cell.kind, cell.question) == ("solution", answer.question)
                }
            yield made


def seen(outcomes):
    """All that was seen of a student's code, with values as a person sees them."""
    return {
        name: replace(outcome, trace=[(of, shown(it)) for of, it in outcome.trace])
        for name, outcome in outcomes.items()
    }


@every_homework
def test_the_sandbox_sees_what_the_promises_were_tried_on(master, bubblewrap):
    judge = Judge(master, release.stubs(master))
    for solutions in students(master):
        alone = judge.try_alone(list(solutions.values()))
        assert seen(alone) == seen(judge.try_locally(solutions))


def test_every_known_answer_is_some_student_s():
    for master in ALL:
        given = {source for made in students(master) for source in made.values()}
        assert given >= {each.source for each in (*master.right, *master.wrong)}


@pytest.mark.parametrize(
    ("master", "student"), VARIED, ids=lambda x: getattr(x, "name", x)
)
def test_promises_hold_for_variants(master, student):
    judge = Judge(master, release.stubs(master), student)
    assert broken(promises.promises(judge, judge.try_locally)) == []
    assert broken(promises.idle_promises(judge, judge.try_locally)) == []


def test_some_homeworks_have_variants_that_differ():
    assert len({each.name for each, _ in VARIED}) >= 4
    for master, _ in VARIED:
        drawn = {tuple(master.numbers(f"student {i}").values()) for i in range(40)}
        assert len(drawn) > 3


@every_homework
def test_a_master_is_a_clean_nbgrader_notebook(master):
    notebook = nbformat.reads(master.notebook, as_version=4)
    nbformat.validate(notebook)
    MetadataValidator().validate_nb(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    for cell in notebook.cells:
        assert cell.get("outputs", []) == []
        assert cell.get("execution_count") is None
        assert cell.metadata.get("nbgrader", {}).get("grade_id", cell.id) == cell.id


@every_homework
def test_a_homework_is_one_sitting_of_ten_points(master):
    assert master.points == 10
    assert 30 <= master.minutes <= 75
    assert 3 <= len(master.questions) <= 5
    assert sum(question.written for question in master.questions) >= 1
    assert sum(not question.written for question in master.questions) >= 2
    bugs = {c.question for c in master.cells if re.fullmatch(r"q\d-bug", c.name)}
    assert bugs & {each.name for each in master.questions if not each.written}
    assert re.match(rf"Homework {master.name[:2]}: ", master.title)
    for question in master.questions:
        heading = question.prompt.partition("\n")[0]
        points = f"{question.points} point" + "s" * (question.points != 1)
        assert re.fullmatch(
            rf"## Question {question.name[1:]}: .+ \({points}\)", heading
        )
        assert len(question.misconception) > 20


@every_homework
def test_rubrics_add_up_and_answers_stand_beside_them(master):
    for question in master.questions:
        if question.written:
            assert sum(points for points, _ in question.rubric) == question.points
            assert len(question.answer.split()) > 30


@every_homework
def test_visible_checks_are_the_smaller_part(master):
    for question in master.questions:
        cells = [
            c for c in master.cells if c.question == question.name and c.kind == "test"
        ]
        visible = [c.points for c in cells if "BEGIN HIDDEN TESTS" not in c.source]
        if not question.written:
            assert sum(visible) < question.points / 2, question.name


@every_homework
def test_handouts_need_nothing_but_numpy(master):
    given = [cell.source for cell in master.cells if cell.kind == "given"]
    assert given[0] == CHECK
    for cell in master.cells:
        if cell.kind != "text":
            assert "bcelib" not in cell.source
            imported = re.findall(r"(?m)^\s*(?:import|from) (\w+)", cell.source)
            assert set(imported) <= {"numpy", "math", "matplotlib"}


@every_homework
def test_every_assertion_says_what_it_is_about(master):
    for cell in master.cells:
        if cell.kind == "test":
            asserted = re.findall(r"(?m)^\s*assert (?:.|\n)*?(?=\n\S|\Z)", cell.source)
            assert all('"' in each for each in asserted), cell.name


@every_homework
def test_no_test_swallows_what_it_does_not_name(master):
    for cell in master.cells:
        if cell.kind == "test":
            caught = re.findall(r"except\b(.*):", cell.source)
            assert not [
                each for each in caught if "Exception" in each or not each.strip()
            ]


@every_homework
def test_mistakes_are_told_apart(master):
    autograded = [each.name for each in master.questions if not each.written]
    for name in autograded:
        said = [each.diagnosis for each in master.wrong if each.question == name]
        assert len(said) >= 2, name
        assert len(set(said)) == len(said), name
    assert len(master.right) >= 3
    assert {each.question for each in (*master.wrong, *master.right)} <= set(autograded)


@every_homework
def test_exhibit_hangs_in_the_museum_and_the_handout_is_silent(master):
    museum = json.loads((ROOT / "book" / "museum.ipynb").read_text("utf-8"))
    walls = "\n".join("".join(cell["source"]) for cell in museum["cells"])
    for question, exhibit in master.exhibits.items():
        assert "mended" in "".join(
            cell.source for cell in master.cells if cell.name == question
        )
        assert f"### {exhibit}\n" in walls
    assert "museum" not in "".join(cell.source for cell in master.cells).lower()


@every_homework
def test_the_answers_file_holds_nothing_else(master):
    known = tomllib.loads(master.answers)
    keys = {"minutes", "misconceptions", "exhibits", "variant", "wrong", "right"}
    assert set(known) <= keys
    assert set(known["misconceptions"]) == {each.name for each in master.questions}


def test_a_broken_promise_is_seen():
    (demo,) = homework.load_all(ROOT / "tests" / "autograder" / "demo")
    judge = Judge(demo, release.stubs(demo))
    assert broken(promises.promises(judge, judge.try_locally)) == []
    swapped = demo.solved("q1", demo.wrong[0].source)
    saw = broken(promises.promises(judge, lambda _: judge.try_locally(swapped)))
    assert any("the solution: q1-tests passes" in each for each in saw)
    assert any("'minus': is recognised" in each for each in saw)
    assert any("blank: q1-check not attempted" in each for each in saw)


def test_the_sandbox_has_no_answers(bubblewrap):
    code = [
        "import importlib.util",
        "found = lambda name: importlib.util.find_spec(name) is not None",
    ]
    with Sandbox([], code) as sandbox, sandbox.session() as session:
        for name, present in {
            "bcelib": False,
            "numpy": True,
            "scipy": False,
            "sklearn": False,
        }.items():
            reply = session.ask({"call": "found", "args": [name], "kwargs": {}})
            assert reply == {"value": present}, name
