"""The instructors' guide says what the masters and the measurements say."""

import json
import re

from autograder import homework, release
from autograder.__main__ import GUIDE, in_block
from benchmarks import grading

TEXT = GUIDE.read_text(encoding="utf-8")


def test_the_overview_is_that_of_the_masters():
    masters = homework.load_all()
    assert in_block(TEXT, "overview", release.overview(masters)) == TEXT
    assert in_block(TEXT, "aims", release.aims(masters)) == TEXT


def test_the_speeds_are_those_of_the_benchmark():
    result = json.loads(grading.RESULT.read_text(encoding="utf-8"))
    assert in_block(TEXT, "speed", grading.table(result)) == TEXT


def test_the_commands_of_the_guide_exist():
    commands = re.findall(r"-m autograder (\w+)", TEXT)
    assert set(commands) == {"grade", "merge", "release", "check"}
