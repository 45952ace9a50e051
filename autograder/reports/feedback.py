"""What a batch leaves for people: a feedback page a student, a summary, the sheets.

`write` makes, in the folder of the batch, ``feedback/STUDENT.html``, ``summary.html``,
``written.html`` and, through `export`, `written` and `handback`, the sheets and zips.
A page is one file, without scripts, and asks nobody for anything.
"""

import re
from collections import defaultdict
from pathlib import Path

from autograder.reports import gradebook, handback, written
from autograder.reports.pages import PAGES
from autograder.reports.summary import summary

SAYS = {
    "passed": "All checks passed.",
    "failed": "At least one check did not come out as it should.",
    "timed out": (
        "Your code was still running when its time was up. This is not a judgement of "
        "your idea. Look for a loop that never ends, or one that does the same work "
        "many times over, and try the function on a small input first. Outside of a "
        "function, one such loop stops every question."
    ),
    "crashed": (
        "Your code stopped with an error before it could answer. This is not a "
        "judgement of your idea. Read the message below, restart the kernel, run all "
        "cells from the top, and see where it stops."
    ),
    "not attempted": (
        "The grader found no answer here. If you did answer, tell your instructor: the "
        "answer may stand in a cell where the grader does not look."
    ),
    "unreadable": (
        "The grader could not read this answer, so it has no points yet, not 0. Your "
        "instructor sees this too."
    ),
    "to be scored": "A person reads this answer. Its points are not counted yet.",
    "scored": "A person has read this answer.",
}
BLANK = {"case": "", "came_out": "", "expected": "", "message": "", "diagnosis": ""}
BLANK |= {"source": "", "answer": "", "comment": "", "checks": (), "changed": False}


def write(out, homework, results):
    """Write all pages and sheets of a batch.

    Parameters
    ----------
    out : Path
        Folder of the batch. If it holds ``written.csv``, the points in it count.
    homework : Homework
    results : list of dict
        One a student.

    Returns
    -------
    list of dict
        The results with the scores of written answers.

    Raises
    ------
    ValueError
        If ``written.csv`` cannot be read or has wrong rows; nothing is written then.
    """
    out = Path(out)
    results = written.merge(out, results)
    pages = {f"feedback/{each['student']}.html": each for each in results}
    for name in pages:
        if not re.fullmatch(r"feedback/[\w-][\w.-]{0,79}\.html", name, re.ASCII):
            raise ValueError(f"{name!r}: permitted are letters, digits, - _ and .")
    written.write(out, homework, results)
    gradebook.write(out, homework, results)
    for name, result in pages.items():
        gradebook.save(out / name, feedback(homework, result))
    for page in (out / "feedback").glob("*.html"):
        if f"feedback/{page.name}" not in pages:  # of a student who was taken out
            page.unlink()
    handback.write(out, homework, results)
    gradebook.save(out / "summary.html", summary(homework, results))
    if any(question.written for question in homework.questions):
        gradebook.save(out / "written.html", answers(homework, results))
    return results


def feedback(homework, result):
    """The HTML page for one student."""
    known = [each for each in result["questions"] if gradebook.earned(each) is not None]
    return PAGES.get_template("feedback.html").render(
        homework=homework,
        result=result,
        questions=map(_seen, known if result["problem"] else result["questions"]),
        total=gradebook.total(homework, result),
        so_far=sum(map(gradebook.earned, known)),
        so_far_of=sum(each["of"] for each in known),
        says=SAYS,
    )


def _seen(question):
    """What a student sees of a question: nothing of what a hidden check expects."""
    checks = [
        {**BLANK, **check} | ({"expected": ""} if check.get("hidden", True) else {})
        for check in question.get("checks", ())
    ]
    return {**BLANK, **question, "points": gradebook.earned(question), "checks": checks}


def answers(homework, results):
    """The HTML page with rubric and answers, without names."""
    by_question = defaultdict(list)
    for result, question in written.shuffled(homework, results):
        code = written.row_code(result["student"], question["question"])
        by_question[question["question"]].append({**BLANK, **question, "code": code})
    questions = [question for question in homework.questions if question.written]
    return PAGES.get_template("written.html").render(
        homework=homework, questions=questions, answers=by_question
    )
