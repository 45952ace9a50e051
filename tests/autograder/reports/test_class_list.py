"""The names that a class's numbers are drawn from, out of any sheet that has them."""

import re

import pytest

from autograder.reports.class_list import students_in

# As the systems write them; the first two have a row that is no student's.
GRADEBOOK = """Student,ID,SIS User ID,SIS Login ID,Section,Homework 02 (55)
    Points Possible,,,,,10
"Lovelace, Ada",48211,s100,ada,A,9
"Boole, George",48305,s101,george,A,
"""
WORKSHEET = """Identifier,"Full name","Email address",Status,Grade
"Participant 7001","Ada Lovelace",ada@x.org,"No submission",
"Teilnehmer/in 7002","George Boole",george@x.org,"No submission",
"""
OF_GRADES = """student,name,lms,lms_id,total
lovelace-48211,Lovelace,x,48211,9
boole-48305,Boole,x,48305,
"""
OF_FOLDERS = "student,name,lms_id,total\nada,Ada,,9\ngeorge.b,George,,7\n"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (GRADEBOOK, ["48211", "48305"]),
        (WORKSHEET, ["7001", "7002"]),
        (OF_GRADES, ["48211", "48305"]),
        (OF_FOLDERS, ["ada", "george.b"]),
        ("\ufeffStudent;Group\r\nada;1\r\n g-b ;2\r\n\r\n", ["ada", "g-b"]),
        ("Name\tLogin\nAda\tada\n", ["ada"]),
        ("student\nada\n", ["ada"]),
    ],
)
def test_names_are_those_that_the_grader_finds(text, names, tmp_path):
    path = tmp_path / "class.csv"
    path.write_bytes(text.encode())
    assert students_in(path) == names


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (
            b"student\n",
            "names no student: it needs a filled column, one of lms_id, id, ",
        ),
        (b"First name,Username\nAda,ada\n", "names no student: it needs a filled"),
        (b"student\nada\nAda Lovelace\n", "row 3: 'Ada Lovelace' cannot name a hand"),
        (b"student\n../ada\n", "row 2: '../ada' cannot name a hand-in; permitted are"),
        (b"student\n.ada\n", "row 2: '.ada' cannot name"),
        (b"student\n" + b"a" * 56, "cannot name a hand-in"),
        (b"student\nada\nbob\nAda\n", "row 4: 'Ada' stands in"),
        ("student\nå\n".encode("latin-1"), "is not CSV in UTF-8 ("),
    ],
)
def test_a_sheet_that_cannot_be_used_is_refused(data, says, tmp_path):
    path = tmp_path / "class.csv"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=re.escape(says)) as raised:
        students_in(path)
    assert str(raised.value).startswith(str(path))
