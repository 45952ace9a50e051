"""The instructor's page: how a batch went, and whom to look at."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from statistics import fmean, median

from autograder.masters.homework import Homework
from autograder.reports import gradebook, similarity
from autograder.reports.pages import PAGES
from autograder.reports.roster import Person
from autograder.results import Result, Status

ATTENTION = {  # what an instructor looks at, most urgent first
    Status.UNREADABLE: "Could not be graded, no points yet",
    Status.CRASHED: "Stopped with an error",
    Status.TIMED_OUT: "Ran out of time",
    "changed": "Written answer changed after it was scored",
    Status.TO_BE_SCORED: "Written answer to be scored",
    "person": "Changed by a person (changes.csv)",
    "note": "Notes of the grader",
}


def page(
    homework: Homework,
    results: Sequence[Result],
    absent: tuple[Sequence[Person], Sequence[Result]] | None = None,
) -> str:
    """The HTML page for the instructor; `absent` as `autograder.reports.missing`."""
    totals = [gradebook.total(homework, each) for each in results]
    final = None not in totals
    autograded = [gradebook.autograded(homework, each) for each in results]
    points = [each for each in (totals if final else autograded) if each is not None]
    most = sum(q.points for q in homework.questions if final or not q.written)
    return PAGES.get_template("summary.html").render(
        homework=homework,
        results=results,
        totals=totals,
        autograded=autograded,
        final=final,
        points=points,
        most=most,
        **spread(points, most),
        questions=hardest_first(homework, results),
        mistakes=mistakes(results),
        attention=attention(results),
        similar=similarity.similar(results),
        note=similarity.NOTE,
        absent=absent,
        names={each.student: each.name for each in results},
    )


def spread(points: Sequence[float], most: float) -> dict:
    """Mean, median and bars of points, from 0 to `most`."""
    some = points or [0]
    bars = histogram(points, most)
    return {"mean": fmean(some), "median": median(some), "bars": bars}


def histogram(points: Iterable[float], most: float) -> list[tuple[int, int]]:
    """(first value, students) of each bar: at most 21 bars from 0 to `most`."""
    step = max(1, math.ceil(most / 20))
    counts = Counter(int(each // step) for each in points)
    return [(bar * step, counts[bar]) for bar in range(int(most // step) + 1)]


def hardest_first(homework: Homework, results: Sequence[Result]) -> list[dict]:
    """For each question its mean and how many students ended in which status."""
    rows = []
    for question in homework.questions:
        everything = (each for result in results for each in result.questions)
        given = [each for each in everything if each.question == question.name]
        statuses = Counter(each.status for each in given)
        points = [each.earned for each in given if each.earned is not None]
        # While some wait for a person, the mean of the rest would mislead.
        known = points and not statuses[Status.TO_BE_SCORED]
        mean = fmean(points) if known else None
        statuses[Status.UNREADABLE] += len(results) - len(given)
        share = math.inf if mean is None else mean / (question.points or 1)
        ended = [(name, n) for name, n in statuses.most_common() if n]
        rows.append((share, {"question": question, "mean": mean, "statuses": ended}))
    return [row for _, row in sorted(rows, key=lambda row: row[0])]


def mistakes(results: Iterable[Result]) -> list[tuple[tuple[str, str], int]]:
    """((question, diagnosis), number of students), the commonest first."""
    found = Counter(
        (question.question, question.diagnosis)
        for result in results
        for question in result.questions
        if question.diagnosis
    )
    return found.most_common(20)


def attention(results: Iterable[Result]) -> dict[str, list[tuple[str, str, str]]]:
    """{why: [(student, name, what)]} of those whom an instructor should look at."""
    found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for result in results:
        reasons: dict[str, list[str]] = defaultdict(list, note=[*result.notes])
        if result.open_problem:
            reasons[Status.UNREADABLE].append(result.problem)
        for question in () if result.open_problem else result.questions:
            reasons[question.status].append(question.question)
            if question.changed:
                reasons["changed"].append(question.question)
            if question.was not in (None, Status.TO_BE_SCORED):
                reasons["person"].append(question.question)
        for why, what in reasons.items():
            if what:
                found[why].append((result.student, result.name, " · ".join(what)))
    return {title: found[why] for why, title in ATTENTION.items() if found[why]}
