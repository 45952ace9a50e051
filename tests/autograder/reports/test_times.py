"""times: when something was handed in, where anybody says so."""

from datetime import datetime

import pytest
from made_up import result

from autograder.reports import SYSTEMS
from autograder.reports.roster import Person, Roster
from autograder.reports.times import Times

ADA = Person("Ada Lovelace", email="ada@uni.example")
# As mod/assign/gradingtable.php of moodle/moodle writes it.
WORKSHEET = """\
Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,\
Last modified (submission),Last modified (grade)
Participant 7,Ada L.,ada@uni.example,Submitted for grading - ,,10.00,Yes,\
"Wednesday, 14 October 2026, 11:58 PM",-
Participant 8,Kim Lee,kim@uni.example,No submission - ,,10.00,Yes,-,-
"""


def times(tmp_path, text):
    (tmp_path / "handed_in.csv").write_text(text, "utf-8")
    return Times(tmp_path)


def test_moodle_s_worksheet_says_when_and_whose(tmp_path):
    known = times(tmp_path, WORKSHEET)
    ada = result("x-7", name="A. L.", lms="moodle", lms_id="7")
    assert known.whose(ada, Roster([ADA])) == ADA
    assert known.of(ada, ADA) == datetime(2026, 10, 14, 23, 58)
    kim = result("x-8", lms="moodle", lms_id="8")
    assert known.of(kim, Person("Kim Lee")) is None


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-10-14 23:58", datetime(2026, 10, 14, 23, 58)),
        ("2026-10-14T23:58:01", datetime(2026, 10, 14, 23, 58, 1)),
        ('"Wednesday, October 14, 2026, 12:05 AM"', datetime(2026, 10, 14, 0, 5)),
        ("", None),
        ("-", None),
    ],
)
def test_a_time(tmp_path, text, time):
    known = times(tmp_path, f"student,handed_in\nAda-101,{text}\n")
    assert known.of(result("Ada-101"), ADA) == time


@pytest.mark.parametrize(
    "text", ["14.10.2026 23:58", "10/14/26", "2026-02-30 10:00", "late", "2026-10-14"]
)
def test_a_time_that_can_be_read_in_two_ways_or_none(tmp_path, text):
    says = rf"handed_in\.csv, row 2: '{text}'; permitted: a time such as"
    with pytest.raises(ValueError, match=says):
        times(tmp_path, f"student,handed_in\nada,{text}\n")


@pytest.mark.parametrize("who", ["Ada-101", "ada lovelace", "ada@uni.example"])
def test_a_student_is_named_by_key_name_or_address(tmp_path, who):
    known = times(tmp_path, f"student;handed_in\n{who};2026-10-14 10:00\n")
    hand_in = result("Ada-101", name="adalovelace", lms="canvas", lms_id="101")
    assert known.of(hand_in, ADA) == datetime(2026, 10, 14, 10)
    assert known.strangers(Roster([ADA]), {ADA: hand_in}) == []


def test_a_time_of_nobody_is_found(tmp_path):
    known = times(tmp_path, "student,handed_in\nadda,2026-10-14 10:00\nbob,\n")
    assert known.strangers(Roster([ADA]), {}) == [f"{tmp_path}/handed_in.csv, row 2"]


def test_without_the_sheet_nothing_is_known(tmp_path):
    assert Times(tmp_path).of(result("ada"), ADA) is None


@pytest.mark.parametrize(
    ("lms", "file", "late"),
    [
        ("canvas", "lovelaceada_LATE_101_9001_hw03.ipynb", True),
        ("canvas", "submissions/lovelaceada_101_9001_hw03.ipynb", False),
        ("canvas", "", None),
        ("moodle", "Ada_7_assignsubmission_file/hw03.ipynb", None),
    ],
)
def test_what_the_name_of_a_file_says(lms, file, late):
    assert SYSTEMS[lms].is_late(result("x", lms=lms, file=file)) is late
