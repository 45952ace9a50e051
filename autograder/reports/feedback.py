"""A student's page: what was tried, what came out, and what the mistake is.

It is one file, without scripts, and asks nobody for anything. The exhibit of a question
is a link where BCE_BASE_URL, as in the publishing workflow, says where the site is.
"""

import os
from dataclasses import replace

from autograder.masters.homework import Homework
from autograder.reports import gradebook
from autograder.reports.pages import PAGES
from autograder.results import Result


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
        site=os.environ.get("BCE_BASE_URL", "").rstrip("/"),
    )


def _seen(question):
    """What a student sees of a question: nothing of what a hidden check expects."""
    checks = tuple(
        replace(check, expected="") if check.hidden else check
        for check in question.checks
    )
    return replace(question, points=question.earned, checks=checks)
