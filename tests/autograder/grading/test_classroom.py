"""A class as classes hand in: one of each kind earns what it deserves.

The whole class of 300 stands in `benchmarks/grading.py`, beside nbgrader.
"""

import json
import os
import shutil

import pytest

from autograder.__main__ import MASTERS
from autograder.grading import batch
from autograder.intake.submissions import find_submissions
from autograder.masters import homework
from benchmarks import classroom

SECONDS = 2
MASTER = homework.load(classroom.HOMEWORK, MASTERS)
CLASS = {each.student: each for each in classroom.one_of_each(MASTER, SECONDS)}


def graded(folder, out, jobs):
    found = find_submissions([folder], MASTER.name)
    limits = {"seconds": SECONDS}
    batch.grade_all(MASTER, found, out, limits=limits, jobs=jobs, progress=False)
    return {path.stem: path.read_text() for path in (out / "results").iterdir()}


@pytest.fixture(scope="module")
def results(bubblewrap, tmp_path_factory):
    """The files of results, graded four at a time."""
    folder = tmp_path_factory.mktemp("class")
    for student, hand_in in CLASS.items():
        (folder / "in" / student).mkdir(parents=True)
        path = folder / "in" / student / f"{MASTER.name}.ipynb"
        path.write_text(json.dumps(hand_in.notebook))
    return folder, graded(folder / "in", folder / "out", 4)


@pytest.mark.parametrize("student", CLASS)
def test_a_hand_in_earns_what_it_deserves(results, student):
    result = json.loads(results[1][student])
    earned = {q["question"]: q["points"] for q in result["questions"]}
    assert CLASS[student].deserved.items() <= earned.items()
    for text in CLASS[student].said:
        assert text in json.dumps(result, ensure_ascii=False)


def test_one_at_a_time_or_four_the_results_are_the_same(results, tmp_path):
    """On one processor with something else to do."""
    folder, with_four = results
    few = [x for x in CLASS if x.partition("-")[0] in ("endless", "works", "right")]
    for student in few:
        shutil.copytree(folder / "in" / student, tmp_path / "in" / student)
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        alone = graded(tmp_path / "in", tmp_path / "out", 1)
    finally:
        os.sched_setaffinity(0, before)
    assert alone == {student: with_four[student] for student in few}
    assert len(few) == 3
