"""The instructors' guide says what the masters and the measurements say."""

import json
import re

from autograder.__main__ import GUIDE, MASTERS
from autograder.masters import guide, homework
from autograder.masters.guide import in_block
from benchmarks import grading

TEXT = GUIDE.read_text(encoding="utf-8")


def test_the_overview_is_that_of_the_masters():
    masters = homework.load_all(MASTERS)
    assert in_block(TEXT, "overview", guide.overview(masters)) == TEXT
    assert in_block(TEXT, "aims", guide.aims(masters)) == TEXT


def test_the_speeds_are_those_of_the_benchmark():
    result = json.loads(grading.RESULT.read_text(encoding="utf-8"))
    assert in_block(TEXT, "speed", grading.table(result)) == TEXT


def test_the_commands_of_the_guide_exist():
    commands = re.findall(r"-m autograder (\w+)", TEXT)
    assert set(commands) == {"grade", "merge", "release", "check", "gradebook", "new"}


def test_each_chapter_leads_to_its_homework():
    for master in homework.load_all(MASTERS):
        chapter = MASTERS.parent / "book" / f"{master.name}.ipynb"
        last = json.loads(chapter.read_text(encoding="utf-8"))["cells"][-1]
        title = master.title.removeprefix("Homework ")
        link = f"**Homework:** [{title}](homework/{master.name}.ipynb)"
        assert f"{link}, about {master.minutes} minutes." in "".join(last["source"])
