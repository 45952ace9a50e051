"""What is made of masters for others: a class's handouts, notebooks for nbgrader."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from handed_in import DEMO, hand_in, notebook

from autograder import results
from autograder.__main__ import HANDOUTS, MASTERS, main
from autograder.grading import notice
from autograder.masters import homework, release
from autograder.sandbox import bubblewrap, sandbox

CLASS = "Student,ID\nPoints Possible,\nAda,48211\nGeorge,48305\nJohn,48306\n"
TYPED = '\n[[right]]\nquestion = "q2"\nname = "typed"\nsource = "best = {}"\n'
NAMES = ["48211", "48305", "48306"]


@pytest.fixture
def masters(tmp_path):
    """A copy of the demo whose second question is about a number that is drawn."""
    folder = tmp_path / "masters"
    shutil.copytree(DEMO, folder)
    path = folder / "01_demo" / "01_demo.ipynb"
    text = path.read_text("utf-8").replace("best = 0.62", "best = 1 / TOSSES")
    path.write_text(
        text.replace("check(best, 0.62,", "check(best, 1 / TOSSES,"), "utf-8"
    )
    return folder


@pytest.fixture
def roster(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text(CLASS, "utf-8")
    return path


def test_a_class_gets_its_handouts_in_one_call(masters, roster, tmp_path, capsys):
    out = tmp_path / "handouts"
    words = ["--masters", str(masters), "--out", str(out)]
    assert main(["release", "01", "--variants", str(roster), *words]) == 0
    assert capsys.readouterr().out == f"3 notebooks in {out}\n"
    paths = [out / name / "01_demo.ipynb" for name in NAMES]
    assert sorted(out.rglob("*.ipynb")) == paths
    for path, name in zip(paths, NAMES, strict=True):
        one = tmp_path / "one.ipynb"
        command = ["release", "01", "--variant", name, "--masters", str(masters)]
        assert main([*command, "--out", str(one)]) == 0
        assert path.read_bytes() == one.read_bytes()
    assert len({path.read_bytes() for path in paths}) == 3


def test_who_solves_the_own_handout_has_full_points(
    masters, roster, tmp_path, bubblewrap, capsys
):
    """By the number in the prompt; with a neighbour's numbers there are none."""
    folder, out = tmp_path / "class", tmp_path / "out"
    words = ["--masters", str(masters)]
    main(["release", "01", "--variants", str(roster), *words, "--out", str(folder)])
    master = homework.load("01", masters)
    drawn = {name: master.numbers(name)["TOSSES"] for name in NAMES}
    assert set(drawn.values()) == {50, 60}
    for name in NAMES:
        path = folder / name / "01_demo.ipynb"
        made = json.loads(path.read_text("utf-8"))
        (prompt,) = [each for each in made["cells"] if each["id"] == "q1-prompt"]
        assert f"Write it for {drawn[name]}." in prompt["source"]
        for cell in made["cells"]:
            if cell["id"] == "q2":
                typed = drawn[name] if name != NAMES[0] else 110 - drawn[name]
                cell["source"] = f"best = {1 / typed}"
        path.write_text(json.dumps(made), "utf-8")
    words += ["--variants", "--out", str(out)]
    assert main(["grade", "01", str(folder), *words]) == 0
    points = {r.student: r.questions[1].points for r in results.read_all(out, master)}
    assert points == {NAMES[0]: 0, NAMES[1]: 2, NAMES[2]: 2}


def test_an_appeal_with_typed_numbers(masters, tmp_path, bubblewrap, capsys):
    """A right answer that a test refused: added with its numbers; all are graded."""
    words = ["--masters", str(masters)]
    path = masters / "01_demo" / "01_demo.ipynb"
    lax = path.read_text("utf-8")
    strict = lax.replace("rtol=1e-6", "rtol=1e-12")
    path.write_text(strict, "utf-8")
    master, out = homework.load("01", masters), tmp_path / "out"
    student = next(x for x in NAMES if master.numbers(x)["TOSSES"] == 60)
    made = notebook(master, {"q2": "best = 0.01666667"}, student)
    hand_in(tmp_path / "class", student, made)
    grade = ["grade", "01", str(tmp_path / "class"), *words, "--variants"]
    assert main([*grade, "--out", str(out)]) == 0
    (result,) = results.read_all(out, master)
    assert result.questions[1].points == 0

    answers = masters / "01_demo" / "homework.toml"
    text = answers.read_text("utf-8")
    right = (
        '\n[[right]]\nquestion = "q2"\nname = "typed"\nsource = "best = 0.01666667"\n'
    )
    answers.write_text(text + right, "utf-8")
    assert main(["check", "01", *words]) == 1  # wrong for everybody else's numbers
    answers.write_text(f'{text}{right}variant = "{student}"\n', "utf-8")
    capsys.readouterr()
    assert main(["check", "01", *words]) == 1  # and for the test that was too strict
    said = capsys.readouterr().out
    assert f"01_demo ({student}): NOT right answer q2 'typed': q2-tests passes" in said
    path.write_text(lax, "utf-8")
    assert main(["check", "01", *words]) == 0
    assert main([*grade, "--out", str(out)]) == 0
    (result,) = results.read_all(out, homework.load("01", masters))
    assert result.questions[1].points == 2


def test_common_numbers_can_be_typed_too(masters, capsys):
    answers = masters / "01_demo" / "homework.toml"
    text = answers.read_text("utf-8") + TYPED.format("0.02")
    answers.write_text(text, "utf-8")
    assert main(["check", "--masters", str(masters)]) == 1
    answers.write_text(text + 'variant = "common"\n', "utf-8")
    assert main(["check", "--masters", str(masters)]) == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            ["--variants", "ROSTER"],
            "--variants and --nbgrader need --out DIR",
        ),
        (["--nbgrader"], "--variants and --nbgrader need --out DIR"),
        (["--variants", "MISSING", "--out", "OUT"], "No such file"),
        (
            ["--variants", "FIXED", "--out", "OUT"],
            "has no [variant]: it is the same",
        ),
    ],
)
def test_what_makes_no_class_is_refused(words, says, masters, roster, tmp_path, capsys):
    if "FIXED" in words:
        path = masters / "01_demo" / "homework.toml"
        text = path.read_text("utf-8").replace("[variant]\nTOSSES = [50, 60]", "")
        path.write_text(text, "utf-8")
        path = masters / "01_demo" / "01_demo.ipynb"
        path.write_text(path.read_text("utf-8").replace("{{TOSSES}}", "50"), "utf-8")
    places = {"ROSTER": roster, "FIXED": roster, "OUT": tmp_path / "out"}
    words = [str(places.get(word, word)) for word in words]
    assert main(["release", "01", *words, "--masters", str(masters)]) == 2
    assert says in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_every_handout_says_how_it_is_graded(tmp_path):
    said = notice.notice()
    assert f"more than {sandbox.LIMITS['seconds']} seconds" in said
    for library in bubblewrap.LIBRARIES:
        assert f"`{library}`" in said
    for path in HANDOUTS.glob("*.ipynb"):
        first = json.loads(path.read_text("utf-8"))["cells"][0]
        assert "".join(first["source"]).endswith(f"\n\n{said}")


def test_the_limits_of_the_handout_are_the_grader_s(monkeypatch):
    monkeypatch.setitem(sandbox.LIMITS, "seconds", 77)
    assert "more than 77 seconds" in notice.notice()


def test_masters_hold_no_place_of_a_number_for_nbgrader():
    for master in homework.load_all(MASTERS):
        made = release.with_numbers(master)
        nbformat.validate(made)
        for cell, known in zip(made.cells, master.cells, strict=True):
            assert "{{" not in cell.source
            same = cell.source == known.source
            assert same or "{{" in known.source or known.name == "numbers"


def test_nbgrader_makes_the_same_handout_with_its_own_command(tmp_path, capsys):
    name = "07_the_gradient_that_cancels"
    source = tmp_path / "source"
    assert main(["release", "07", "--nbgrader", "--out", str(source)]) == 0
    assert capsys.readouterr().out == f"1 notebooks in {source}\n"
    command = ["nbgrader", "generate_assignment", name, "--create"]
    there = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        [sys.executable, "-m", *command], cwd=tmp_path, check=True, capture_output=True,
        env=os.environ | {"PATH": there},
    )  # fmt: skip
    made = tmp_path / "release" / name / f"{name}.ipynb"
    theirs = json.loads(made.read_text("utf-8"))["cells"]
    ours = json.loads((HANDOUTS / made.name).read_text("utf-8"))["cells"]
    for one, two in zip(theirs[1:], ours[1:], strict=True):
        assert "".join(one["source"]) == "".join(two["source"])
        assert one["metadata"] == two["metadata"]
