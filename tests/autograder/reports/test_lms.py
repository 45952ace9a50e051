"""What Canvas and Moodle import: the grades, and the pages in zips, by their names."""

import re
import zipfile
from importlib import import_module
from types import SimpleNamespace

import pytest
from made_up import HOMEWORK, result, scored, unreadable

from autograder import reports
from autograder.reports import canvas, roster
from autograder.results import LMS

INTAKE = {name: import_module(f"autograder.intake.{name}") for name in LMS}


@pytest.mark.parametrize("name", LMS)
def test_each_system_says_whose_a_file_is_and_takes_grades_and_pages(name):
    assert callable(INTAKE[name].claims)
    assert callable(reports.SYSTEMS[name].grades)
    assert callable(reports.SYSTEMS[name].page_name)
    assert callable(reports.SYSTEMS[name].term)
    assert callable(reports.SYSTEMS[name].is_late)
    assert LMS[name] in roster.NUMBERS


def test_canvas(tmp_path):
    results = [scored("ann", lms="canvas", lms_id="12")]
    results += [unreadable("ben", lms="canvas", lms_id="13"), scored("cyd")]
    reports.write(tmp_path, HOMEWORK, results)
    lines = (tmp_path / "canvas.csv").read_bytes().decode().split("\r\n")
    assert lines == [
        '"Student","ID","SIS User ID","SIS Login ID","Section",'
        '"Homework 03: Surprise, measured"',
        '"    Points Possible","","","","","10"',
        '"Ann","12","","","","9.5"',
        "",
    ]
    assert not (tmp_path / "moodle.csv").exists()


def test_canvas_title_does_not_name_another_assignment():
    homework = SimpleNamespace(title="Losses (2)", points=10, questions=())
    assert next(canvas.grades(homework, []))[-1] == "Losses"


def test_moodle(tmp_path):
    results = [scored("ann", lms="moodle", lms_id="12")]
    results += [result("ben", lms="moodle", lms_id="13")]
    reports.write(tmp_path, HOMEWORK, results)
    assert (tmp_path / "moodle.csv").read_bytes().decode().split("\r\n") == [
        '"Identifier","Full name","Grade","Maximum Grade","Last modified (grade)"',
        '"Participant 12","Ann","9.5","10","-"',
        '"Participant 13","Ben","","10","-"',
        "",
    ]


def test_sheet_of_an_earlier_export_goes(tmp_path):
    reports.write(tmp_path, HOMEWORK, [scored("ann", lms="moodle", lms_id="12")])
    reports.write(tmp_path, HOMEWORK, [scored("ann", lms="canvas", lms_id="12")])
    assert not (tmp_path / "moodle.csv").exists()


def test_each_page_goes_to_its_student(tmp_path):
    one = "doejane_LATE_501_9001_hw_03-2.ipynb"
    two = "submissions/müllerjürgen_502_9002_Copy+of+hw03.ipynb"
    reports.write(
        tmp_path,
        HOMEWORK,
        [
            result("jane-501", lms="canvas", lms_id="501", file=one),
            result("jurgen-502", lms="canvas", lms_id="502", file=two),
            result("pdf-503", lms="canvas", lms_id="503", file=""),
            result("kim-77", lms="moodle", lms_id="77", file="Kim_77_x/hw.ipynb"),
            result("here", lms="", lms_id="", file="here/hw.ipynb"),
        ],
    )
    in_moodle = f"Participant_77_assignsubmission_file/{HOMEWORK.name}_feedback.html"
    expected = {
        "canvas": {
            "doejane_LATE_501_9001_hw_03-2.ipynb.feedback.html": "jane-501",
            "müllerjürgen_502_9002_Copy+of+hw03.ipynb.feedback.html": "jurgen-502",
        },
        "moodle": {in_moodle: "kim-77"},
    }
    for lms, names in expected.items():
        with zipfile.ZipFile(tmp_path / f"feedback_{lms}.zip") as file:
            assert {*file.namelist()} == {*names}
            for name, student in names.items():
                page = tmp_path / "feedback" / f"{student}.html"
                assert file.read(name) == page.read_bytes()
                assert file.getinfo(name).external_attr >> 16 == 0o644


@pytest.mark.parametrize("late", ["", "LATE_"])
def test_canvas_finds_user_and_attachment(late, tmp_path):
    handed_in = f"doejane_{late}501_9001_hw_03-2.ipynb"
    one = result("jane-501", lms="canvas", lms_id="501", file=handed_in)
    reports.write(tmp_path, HOMEWORK, [one])
    with zipfile.ZipFile(tmp_path / "feedback_canvas.zip") as file:
        (name,) = file.namelist()
    digits = [part for part in name.split("_") if re.fullmatch(r"\d+", part)]
    assert digits[:2] == ["501", "9001"]
    assert INTAKE["canvas"].NAMED.fullmatch(name)["id"] == "501"


def test_moodle_finds_the_participant(tmp_path):
    reports.write(tmp_path, HOMEWORK, [result("kim-77", lms="moodle", lms_id="77")])
    with zipfile.ZipFile(tmp_path / "feedback_moodle.zip") as file:
        (name,) = file.namelist()
    found = INTAKE["moodle"].NAMED.fullmatch(name.partition("/")[0])
    assert (found["id"], found["plugin"]) == ("77", "file")


def test_the_same_pages_make_the_same_zip_and_no_class_none(tmp_path):
    one = result("kim-77", lms="moodle", lms_id="77")
    reports.write(tmp_path, HOMEWORK, [one])
    path = tmp_path / "feedback_moodle.zip"
    first = path.read_bytes()
    reports.write(tmp_path, HOMEWORK, [one])
    assert path.read_bytes() == first
    assert not (tmp_path / "feedback_canvas.zip").exists()
    reports.write(tmp_path, HOMEWORK, [result("here")])
    assert not path.exists()
