"""roster: who is in the class, from what an LMS exports and from a spreadsheet."""

import pytest
from made_up import HOMEWORK, result, unreadable

from autograder import reports
from autograder.reports import roster
from autograder.reports.roster import Person, Roster

# As lib/gradebook_exporter.rb of instructure/canvas-lms writes it.
CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Homework 03: Surprise (881),Final Score
,,,,,Manual Posting,
    Points Possible,,,,,10,(read only)
"Lovelace, Ada",101,S-0042,adal,"Maths, A and B",9.5,95
"Müller, Jürgen",102,S-0043,jm@uni.example,A,,
"Student, Test",999,,1f2e3d,A,,
"""
# As grade/export/txt of moodle/moodle writes it.
MOODLE = """\
First name,Surname,ID number,Institution,Department,Email address,\
Assignment: Homework 03 (Real),Last downloaded from this course
Ada,Lovelace,S-0042,,Maths,ada@uni.example,9.50,1567713827
Jürgen,Müller,,,,jm@uni.example,-,1567713827
"""
ADA = {"name": "Lovelace, Ada", "id": "101", "sis": "S-0042", "login": "adal"}
JÜRGEN = {"name": "Müller, Jürgen", "id": "102", "sis": "S-0043"}


def read(tmp_path, text, encoding="utf-8"):
    (tmp_path / "roster.csv").write_bytes(text.encode(encoding))
    return roster.read(tmp_path / "roster.csv")


def test_canvas(tmp_path):
    assert read(tmp_path, CANVAS).people == [
        Person(**ADA, section="Maths, A and B"),
        Person(**JÜRGEN, login="jm@uni.example", section="A"),
    ]


def test_canvas_with_two_columns_of_names(tmp_path):
    text = "LastName,FirstName,ID,SIS Login ID,Section\nLovelace,Ada,101,adal,A\n"
    [ada] = read(tmp_path, text).people
    assert ada == Person("Ada Lovelace", id="101", login="adal", section="A")


def test_moodle(tmp_path):
    assert read(tmp_path, MOODLE).people == [
        Person("Ada Lovelace", sis="S-0042", email="ada@uni.example"),
        Person("Jürgen Müller", email="jm@uni.example"),
    ]


def test_moodle_s_grading_worksheet(tmp_path):
    text = "Identifier,Full name,Email address,Status\n"
    text += "Participant 48211,Ada Lovelace,ada@uni.example,Submitted for grading\n"
    [ada] = read(tmp_path, text).people
    assert ada == Person("Ada Lovelace", participant="48211", email="ada@uni.example")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_as_a_spreadsheet_leaves_it(tmp_path, encoding, delimiter):
    """With a mark or without, semicolons, quotes in names, formulas disarmed."""
    rows = [["LOGIN", " Name ", "mine"], ["adal", '"Ada ""A."" Lovelace"', "x"],
            ["'=1+1", "'+Plus", ""], ["", "", ""]]  # fmt: skip
    text = "\r\n".join(delimiter.join(row) for row in rows)
    assert read(tmp_path, text, encoding).people == [
        Person('Ada "A." Lovelace', login="adal"),
        Person("+Plus", login="=1+1"),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("mine,yours\n1,2\n", "no column says who is in the class; permitted: a first"),
        ("section\nA\n", "no column says who"),
        ("login,name\nada,A\nADA,B\n", "login 'ada' twice, of 'A' and 'B'"),
        ("id,name\n1,A\n1,A\n", "id '1' twice"),
        ("name,Name\nA,B\n", "the columns name must be there, each once"),
        ("", "is empty"),
    ],
)
def test_what_is_no_roster(tmp_path, text, says):
    with pytest.raises(ValueError, match=says):
        read(tmp_path, text)


def test_latin_1_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"roster\.csv is not CSV in UTF-8"):
        read(tmp_path, "name\nMüller\n", "latin-1")


CLASS = Roster([Person(**ADA, email="ada@uni.example"), Person(**JÜRGEN, login="jm"),
                Person("Kim Lee", login="kim1"), Person("Kim Lee", login="kim2"),
                Person("101", login="other")])  # fmt: skip


@pytest.mark.parametrize(
    ("hand_in", "name"),
    [
        # By the number in the LMS, whatever the name in the file is.
        (result("lovelaceada-101", lms="canvas", lms_id="101"), "Lovelace, Ada"),
        # The number of an assignment is not the number in the course.
        (result("x-102", name="x", lms="moodle", lms_id="102"), None),
        (result("adal"), "Lovelace, Ada"),
        (result("ADAL"), "Lovelace, Ada"),
        (result("s-0043", name="?"), "Müller, Jürgen"),
        (result("x", name="ada@uni.example"), "Lovelace, Ada"),
        (result("Ju-48", name="Jürgen Müller"), "Müller, Jürgen"),
        (result("Ju-48", name="Ju\u0308rgen  Mu\u0308ller"), "Müller, Jürgen"),
        (result("kim2", name="Kim Lee"), "Kim Lee"),
        (result("102", name="102"), "Müller, Jürgen"),
        (result("adal2"), None),
        (result("x", name=""), None),
    ],
)
def test_whose_a_hand_in_is(hand_in, name):
    found = CLASS.of(hand_in)
    assert (found and found.name) == name


def test_a_name_of_two_is_nobody_s():
    with pytest.raises(ValueError, match="'Kim Lee' is the name of 2 students"):
        CLASS.of(result("k-9", name="Kim Lee"))


# ---- in a batch ---------------------------------------------------------------------


def test_a_batch_says_who_is_missing(tmp_path):
    (tmp_path / "roster.csv").write_text(CANVAS, "utf-8")
    out = tmp_path / "03"
    handed_in = [unreadable("lovelaceada-101", lms="canvas", lms_id="101"),
                 result("zoe-103", lms="canvas", lms_id="103")]  # fmt: skip
    reports.write(out, HOMEWORK, handed_in)
    people, strangers = reports.missing(out, handed_in)
    assert [person.name for person in people] == ["Müller, Jürgen"]
    assert [each.student for each in strangers] == ["zoe-103"]
    assert [*reports.to_do(out, handed_in)] == [
        "1 students of the roster are missing",
        "1 hand-ins are of nobody in the roster",
        f"1 written answers wait for points in {out / 'scores.csv'}",
    ]
    page = (out / "summary.html").read_text("utf-8")
    missing = page[page.index('<h2 id="absent">') : page.index('<h2 id="similar">')]
    assert "Müller, Jürgen" in missing
    assert "zoe-103" in missing
    assert "Ada" not in missing


def test_without_a_roster_nobody_is_missing(tmp_path):
    reports.write(tmp_path / "03", HOMEWORK, [result("ann")])
    assert reports.missing(tmp_path / "03", [result("ann")]) is None
    assert "Who is missing" not in (tmp_path / "03" / "summary.html").read_text()


def test_a_roster_that_cannot_be_read_stops_before_anything_is_written(tmp_path):
    (tmp_path / "roster.csv").write_text("mine\n1\n")
    with pytest.raises(ValueError, match="no column says who"):
        reports.write(tmp_path / "03", HOMEWORK, [result("ann")])
    assert not (tmp_path / "03").exists()
