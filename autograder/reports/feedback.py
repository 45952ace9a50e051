"""A student's page: what was tried, what came out, and what the mistake is.

It is one file, without scripts, and asks nobody for anything. The exhibit of a question
is a link where BCE_BASE_URL, as in the publishing workflow, says where the site is.
"""

import os
from dataclasses import replace

from autograder.masters.homework import Homework
from autograder.reports import gradebook
from autograder.reports.pages import PAGES
from autograder.results import Result, Status

SAYS = {
    Status.PASSED: "All checks passed.",
    Status.FAILED: "At least one check did not come out as it should.",
    Status.TIMED_OUT: (
        "Your code was still running when its time was up. This is not a judgement of "
        "your idea. Look for a loop that never ends, or one that does the same work "
        "many times over, and try the function on a small input first."
    ),
    Status.CRASHED: (
        "Your code stopped with an error before it could answer. This is not a "
        "judgement of your idea. Read the message below, restart the kernel, run all "
        "cells from the top, and see where it stops."
    ),
    Status.NOT_REACHED: "An error that is told above stopped this as well.",
    Status.NOT_ATTEMPTED: (
        "The grader found no answer here. If you did answer, tell your instructor: the "
        "answer may stand in a cell where the grader does not look."
    ),
    Status.UNREADABLE: (
        "The grader could not read this answer, so it has no points yet, not 0. Your "
        "instructor sees this too."
    ),
    Status.TO_BE_SCORED: "A person reads this answer. Its points are not counted yet.",
    Status.SCORED: "A person has read this answer.",
}


def page(homework: Homework, result: Result) -> str:
    """The HTML page for one student."""
    known = [each for each in result.questions if each.earned is not None]
    return PAGES.get_template("feedback.html").render(
        homework=homework,
        result=result,
        questions=map(_seen, known if result.open_problem else result.questions),
        total=gradebook.total(homework, result),
        so_far=sum(each.earned for each in known),
        so_far_of=sum(each.of for each in known),
        says=SAYS,
        site=os.environ.get("BCE_BASE_URL", "").rstrip("/"),
    )


def _seen(question):
    """What a student sees of a question: nothing of what a hidden check expects."""
    checks = tuple(
        replace(check, expected="") if check.hidden else check
        for check in question.checks
    )
    return replace(question, points=question.earned, checks=checks)
