"""The zips of feedback pages, named as the importers of Canvas and Moodle want them."""

import re
import zipfile

import pytest
from made_up import HOMEWORK, result

from autograder.intake import folders
from autograder.reports import feedback


def test_each_page_goes_to_its_student(tmp_path):
    one = "doejane_LATE_501_9001_hw_03-2.ipynb"
    two = "submissions/müllerjürgen_502_9002_Copy+of+hw03.ipynb"
    feedback.write(
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
    feedback.write(tmp_path, HOMEWORK, [one])
    with zipfile.ZipFile(tmp_path / "feedback_canvas.zip") as file:
        (name,) = file.namelist()
    digits = [part for part in name.split("_") if re.fullmatch(r"\d+", part)]
    assert digits[:2] == ["501", "9001"]
    assert folders.CANVAS.fullmatch(name)["id"] == "501"


def test_moodle_finds_the_participant(tmp_path):
    feedback.write(tmp_path, HOMEWORK, [result("kim-77", lms="moodle", lms_id="77")])
    with zipfile.ZipFile(tmp_path / "feedback_moodle.zip") as file:
        (name,) = file.namelist()
    found = folders.MOODLE.fullmatch(name.partition("/")[0])
    assert (found["id"], found["plugin"]) == ("77", "file")


def test_the_same_pages_make_the_same_zip_and_no_class_none(tmp_path):
    one = result("kim-77", lms="moodle", lms_id="77")
    feedback.write(tmp_path, HOMEWORK, [one])
    path = tmp_path / "feedback_moodle.zip"
    first = path.read_bytes()
    feedback.write(tmp_path, HOMEWORK, [one])
    assert path.read_bytes() == first
    assert not (tmp_path / "feedback_canvas.zip").exists()
    feedback.write(tmp_path, HOMEWORK, [result("here")])
    assert not path.exists()
