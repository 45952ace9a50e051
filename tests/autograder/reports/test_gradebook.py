"""gradebook: what an instructor finds in the sheets; no formula, and no false 0."""

import csv
import io
import json
from dataclasses import replace

import pytest
from made_up import (
    BLANK,
    CRASHED,
    FAILED,
    HOMEWORK,
    HOSTILE,
    result,
    scored,
    unreadable,
)

from autograder import reports
from autograder.reports import gradebook, sheets
from autograder.reports.text import UNSEEN
from autograder.results import Status


def sheet(path, mark):
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") == mark
    return [*csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""))]


def test_grades(tmp_path):
    results = [
        scored("ann"),
        result("ben", q1=FAILED),
        result("cyd", q1=CRASHED, answer="", unsafe=True, notes=["late", "twice"]),
        result("dee", q1=BLANK, answer=""),
        unreadable("eve", lms_id="5"),
    ]
    reports.write(tmp_path, HOMEWORK, results)
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
    lost = scored("ann", q1={"status": Status.UNREADABLE, "points": 0})
    assert gradebook.autograded(HOMEWORK, lost) is None
    assert gradebook.total(HOMEWORK, lost) is None
    one = scored("ann")
    missing = replace(one, questions=(one.questions[0], one.questions[2]))
    assert gradebook.total(HOMEWORK, missing) is None
    assert (
        gradebook.total(HOMEWORK, scored("ann", problem="the sandbox was lost")) is None
    )


@pytest.mark.parametrize("lms", ["canvas", "moodle"])
def test_hostile_texts(tmp_path, lms):
    make = scored if lms == "canvas" else result  # Canvas gets those with a total
    results = [
        make(f"s{i}", name=text, file=text, notes=[text], lms=lms, lms_id=str(i))
        for i, text in enumerate(HOSTILE)
    ]
    gradebook.write(tmp_path, HOMEWORK, results)
    theirs = reports.SYSTEMS[lms].grades(HOMEWORK, results)
    sheets.save(tmp_path / f"{lms}.csv", theirs, mark=False)
    for name, mark in [("grades", True), (lms, False)]:
        rows = sheet(tmp_path / f"{name}.csv", mark)
        assert len(rows) == len(HOSTILE) + (lms == name == "canvas")
        for row in rows:
            for column, text in row.items():
                formula = text.lstrip().startswith(("=", "+", "-", "@"))
                assert not formula or (column, text) == ("Last modified (grade)", "-")
                assert not UNSEEN.search(text)
                assert len(text) < 32_767
    loaded = json.loads((tmp_path / "results.json").read_text("utf-8"))
    assert [each["student"] for each in loaded] == [each.student for each in results]
