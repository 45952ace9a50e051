"""export: what an instructor, Canvas and Moodle find in the sheets; no formula."""

import csv
import io
import json
import os
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import BLANK, CRASHED, FAILED, HOMEWORK, HOSTILE, result, unreadable

from autograder.reports import gradebook


def sheet(path, mark):
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") == mark
    return [*csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""))]


def scored(student, points=2.5, **rest):
    made = result(student, **rest)
    made["questions"][2] |= {"status": "scored", "points": points, "comment": ""}
    return made


# ---- cells ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (3, "3"),
        (-1, "-1"),
        (2.0, "2"),
        (2.5, "2.5"),
        (1 / 3, "0.33"),
        (None, ""),
        ("", ""),
        ("plain", "plain"),
        ("1-2", "1-2"),
        ("=1", "'=1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@a", "'@a"),
        ("  =1", "'  =1"),
        ("\t=1", "'\t=1"),
        ("\r1", "'\n1"),
        ("\u202e=1", "'=1"),
        ("\x00=1", "'=1"),
        ("＝1", "'＝1"),
    ],
)
def test_cell(value, text):
    assert gradebook.cell(value) == text


@given(st.text(st.characters(exclude_categories=())))
def test_cell_is_no_formula_and_is_utf8(text):
    made = gradebook.cell(text)
    made.encode("utf-8")
    assert not made.lstrip().startswith(("=", "+", "-", "@"))
    assert not made.startswith(("\t", "\r", "\n"))


@given(st.text(st.characters(exclude_categories=())))
def test_plain_is_settled(text):
    assert gradebook.plain(gradebook.plain(text)) == gradebook.plain(text)
    assert "\n" not in gradebook.one_line(text)
    assert len(gradebook.one_line(text, 10)) <= 11


def test_long_texts_are_cut():
    text = "x" * 1_000_000
    assert gradebook.plain(text, 5) == "xxxxx … (999,995 more characters are left out)"
    assert gradebook.one_line(text, 5) == "xxxxx…"
    assert gradebook.one_line("xxxxx", 5) == "xxxxx"
    assert len(gradebook.cell(text)) < 32_767  # Excel's limit


# ---- files ------------------------------------------------------------------------


def test_save_is_all_or_nothing(tmp_path, monkeypatch):
    path = tmp_path / "new" / "a.csv"
    gradebook.save(path, "one")
    monkeypatch.setattr(os, "replace", lambda *paths: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        gradebook.save(path, "two")
    assert path.read_text() == "one"
    assert [*path.parent.iterdir()] == [path]


def test_grades(tmp_path):
    results = [
        scored("ann"),
        result("ben", q1=FAILED),
        result("cyd", q1=CRASHED, answer="", unsafe=True, notes=["late", "twice"]),
        result("dee", q1=BLANK, answer=""),
        unreadable("eve", lms_id="5"),
    ]
    gradebook.write(tmp_path, HOMEWORK, results)
    rows = sheet(tmp_path / "grades.csv", mark=True)
    assert [*rows[0]] == [
        *("student", "name", "lms_id", "file", "autograded", "total", "of"),
        *("q1", "q1 status", "q2", "q2 status", "q3", "q3 status"),
        *("written to be scored", "unsafe", "notes"),
    ]
    columns = "autograded", "total", "q1", "q1 status", "q3", "written to be scored"
    assert {row["student"]: [row[column] for column in columns] for row in rows} == {
        "ann": ["7", "9.5", "4", "passed", "2.5", "0"],
        "ben": ["4", "", "1", "failed", "", "1"],
        "cyd": ["3", "3", "0", "crashed", "0", "0"],
        "dee": ["3", "3", "0", "not attempted", "0", "0"],
        "eve": ["", "", "", "unreadable", "", "0"],
    }
    assert {row["of"] for row in rows} == {"10"}
    assert [row["unsafe"] for row in rows] == ["", "", "unsafe", "", ""]
    assert rows[2]["notes"] == "late twice"
    assert rows[4]["notes"] == "the notebook is no JSON"


def test_unreadable_is_never_zero():
    """Whatever the points say, and also for one question of a readable hand-in."""
    lost = scored("ann", q1={"status": "unreadable", "points": 0})
    assert gradebook.autograded(HOMEWORK, lost) is None
    assert gradebook.total(HOMEWORK, lost) is None
    missing = scored("ann")
    del missing["questions"][1]
    assert gradebook.total(HOMEWORK, missing) is None
    assert (
        gradebook.total(HOMEWORK, scored("ann", problem="the sandbox was lost")) is None
    )


def test_canvas(tmp_path):
    results = [scored("ann", lms="canvas", lms_id="12")]
    results += [unreadable("ben", lms="canvas", lms_id="13"), scored("cyd")]
    gradebook.write(tmp_path, HOMEWORK, results)
    lines = (tmp_path / "canvas.csv").read_bytes().decode().split("\r\n")
    assert lines == [
        'Student,ID,SIS User ID,SIS Login ID,Section,"Homework 03: Surprise, measured"',
        "    Points Possible,,,,,10",
        "Ann,12,,,,9.5",
        "",
    ]
    assert not (tmp_path / "moodle.csv").exists()


def test_canvas_title_does_not_name_another_assignment():
    homework = SimpleNamespace(title="Losses (2)", points=10, questions=())
    assert next(gradebook.canvas(homework, []))[-1] == "Losses"


def test_moodle(tmp_path):
    results = [scored("ann", lms="moodle", lms_id="12")]
    results += [result("ben", lms="moodle", lms_id="13")]
    gradebook.write(tmp_path, HOMEWORK, results)
    assert (tmp_path / "moodle.csv").read_bytes().decode().split("\r\n") == [
        "Identifier,Full name,Grade,Maximum Grade,Last modified (grade)",
        "Participant 12,Ann,9.5,10,-",
        "Participant 13,Ben,,10,-",
        "",
    ]


def test_sheet_of_an_earlier_export_goes(tmp_path):
    gradebook.write(tmp_path, HOMEWORK, [scored("ann", lms="moodle", lms_id="12")])
    gradebook.write(tmp_path, HOMEWORK, [scored("ann", lms="canvas", lms_id="12")])
    assert not (tmp_path / "moodle.csv").exists()


@pytest.mark.parametrize("lms", ["canvas", "moodle"])
def test_hostile_texts(tmp_path, lms):
    make = scored if lms == "canvas" else result  # Canvas gets those with a total
    results = [
        make(f"s{i}", name=text, file=text, notes=[text], lms=lms, lms_id=str(i))
        for i, text in enumerate(HOSTILE)
    ]
    gradebook.write(tmp_path, HOMEWORK, results)
    for name, mark in [("grades", True), (lms, False)]:
        rows = sheet(tmp_path / f"{name}.csv", mark)
        assert len(rows) == len(HOSTILE) + (lms == name == "canvas")
        for row in rows:
            for column, text in row.items():
                formula = text.lstrip().startswith(("=", "+", "-", "@"))
                assert not formula or (column, text) == ("Last modified (grade)", "-")
                assert not gradebook.UNSEEN.search(text)
                assert len(text) < 32_767
    loaded = json.loads((tmp_path / "results.json").read_text("utf-8"))
    assert [each["student"] for each in loaded] == [each["student"] for each in results]
