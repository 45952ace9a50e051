"""The students' versions: committed, repeatable, and without what must not be seen."""

import json

import pytest
from secret_lines import secrets

from autograder import __main__ as command
from autograder import authoring
from autograder.__main__ import HANDOUTS, MASTERS
from autograder.masters import homework, release

ALL = homework.load_all(MASTERS)
every_homework = pytest.mark.parametrize("master", ALL, ids=lambda each: each.name)


@every_homework
def test_the_committed_handout_is_what_release_makes(master):
    committed = HANDOUTS / f"{master.name}.ipynb"
    assert committed.read_text("utf-8") == authoring.handout(master)


def test_there_is_no_handout_without_a_master():
    names = sorted(path.stem for path in HANDOUTS.glob("*.ipynb"))
    assert names == [master.name for master in ALL]


@every_homework
def test_a_handout_holds_no_secret(master):
    text = release.as_text(release.student_version(master))
    shown = "\n".join(cell["source"] for cell in json.loads(text)["cells"])
    for secret in secrets(master):
        assert secret not in shown
    for cell in master.cells:
        if cell.kind in ("given", "text") and not master.numbers():
            assert cell.source in shown


@every_homework
def test_secrets_are_found_at_all(master):
    assert len(secrets(master)) > 20


@every_homework
def test_a_handout_leaves_a_stub_for_every_question(master):
    cells = {cell.id: cell.source for cell in release.student_version(master).cells}
    for cell in master.cells:
        if cell.kind == "solution":
            assert "raise NotImplementedError()" in cells[cell.name]
        if cell.kind == "written":
            assert cells[cell.name] == "YOUR ANSWER HERE"
        if cell.kind == "text":
            assert "{{" not in cells[cell.name]


def test_a_variant_differs_and_says_whose_it_is(tmp_path):
    varied = next(each for each in ALL if each.numbers())
    students = [f"student-{i}" for i in range(20)]
    made = [release.student_version(varied, each) for each in students]
    assert len({release.as_text(each) for each in made}) == 20
    assert [each.metadata["bce_variant"] for each in made] == students
    again = release.student_version(varied, students[0])
    assert release.as_text(again) == release.as_text(made[0])


def test_release_refuses_what_makes_no_sense(tmp_path, capsys):
    out = ["--out", str(tmp_path / "x.ipynb")]
    for arguments, says in {
        ("99",): "there is no homework '99'; there are 01_",
        ("01", "02", *out): "--out holds one homework; 2 were asked for",
        ("01", "--variant", "ada"): "--variant needs --out FILE",
    }.items():
        assert command.main(["release", *arguments]) == 2
        assert says in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_homework_without_numbers_has_no_variants(tmp_path, monkeypatch, capsys):
    fixed = homework.Homework("01_fixed", ALL[0].notebook, "minutes = 30")
    monkeypatch.setattr(homework, "load", lambda *_: fixed)
    out = ["--out", str(tmp_path / "x.ipynb")]
    assert command.main(["release", "01", "--variant", "ada", *out]) == 2
    assert "01_fixed has no [variant]" in capsys.readouterr().err
