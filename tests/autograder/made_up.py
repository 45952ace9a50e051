"""A homework and results that nobody handed in, for the tests of what is reported."""

from dataclasses import replace
from types import SimpleNamespace

from autograder.results import Check, QuestionResult, Result, Status

LOSS = """def loss(p, y):
    \"\"\"Mean loss.\"\"\"
    total = 0.0
    for each, label in zip(p, y):  # one by one
        total -= label * np.log(each) + (1 - label) * np.log(1 - each)
    return total / len(p)
"""


def question(name, title, points, written=False):
    return SimpleNamespace(
        name=name,
        title=title,
        points=points,
        written=written,
        prompt=f"## {title}\nSay what you think.",
        answer="Because of the logarithm." if written else "",
        rubric=((2.0, "names the logarithm"), (1.0, "says why")) if written else (),
    )


HOMEWORK = SimpleNamespace(
    name="03_binary_cross_entropy",
    title="Homework 03: Surprise, measured",
    points=10,
    questions=(
        question("q1", "The loss of a forecast", 4),
        question("q2", "Repair a mean", 3),
        question("q3", "Why the logarithm", 3, written=True),
    ),
    exhibits={"q2": "The mean of means"},
)


def check(cell="q1-tests", of=3, points=3, status="passed", **rest):
    return Check(cell=cell, of=of, points=points, status=Status(status), **rest)


PASSED = {"status": Status.PASSED, "points": 4, "checks": (check(of=4, points=4),)}
FAILED = {
    "status": Status.FAILED,
    "points": 1,
    "diagnosis": "Your loss rewards the wrong class: p and 1 - p are swapped.",
    "checks": (
        check("q1-check", 1, 1, case="a fair coin", hidden=False),
        check(of=3, points=0, status="failed", case="a wrong forecast", came_out="0.1"),
    ),
}
CRASHED = {
    "status": Status.CRASHED,
    "points": 0,
    "checks": (check(points=0, status="crashed", message="ValueError: no (line 3)"),),
}
TIMED_OUT = {"status": Status.TIMED_OUT, "points": 0, "checks": ()}
BLANK = {"status": Status.NOT_ATTEMPTED, "points": 0, "source": ""}


def result(
    student, *, q1=PASSED, q2=None, q3=None, answer="It turns products into sums.",
    **rest,
):  # fmt: skip
    """One Result: q1 as given, q2 passed, q3 written and not scored yet."""
    one = {"question": "q1", "title": "The loss of a forecast", "of": 4}
    one |= {"written": False, "source": LOSS}
    two = {**one, "question": "q2", "title": "Repair a mean", "of": 3, "points": 3}
    two |= {"status": Status.PASSED, "source": "mean = np.mean"}
    three = {"question": "q3", "title": "Why the logarithm", "of": 3, "written": True}
    three |= {"points": None, "status": Status.TO_BE_SCORED, "answer": answer}
    if not answer:
        three |= {"points": 0, "status": Status.NOT_ATTEMPTED}
    questions = one | q1, two | (q2 or {}), three | (q3 or {})
    given = {
        "homework": HOMEWORK.name,
        "student": student,
        "name": student.title(),
        "file": f"{student}.ipynb",
        "sha256": "0123456789abcdef" * 4,
        "questions": tuple(QuestionResult(**each) for each in questions),
    }
    return Result(**given | rest)


def scored(student, points=2.5, **rest):
    """One Result whose q3 a person has scored."""
    said = {"status": Status.SCORED, "points": points, "was": Status.TO_BE_SCORED}
    return result(student, q3=said, **rest)


def unreadable(student, problem="the notebook is no JSON", **rest):
    made = result(student, **{"problem": problem, "sha256": "", **rest})
    lost = {"points": None, "status": Status.UNREADABLE, "answer": "", "source": ""}
    return replace(made, questions=tuple(replace(q, **lost) for q in made.questions))


HOSTILE = [
    '=HYPERLINK("http://evil.example","x")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "＝1+1",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title></style><script>alert(1)</script>",
    "{{7*7}}{% include '/etc/passwd' %}",
    "a\x00b\x1b[31mc\x7f\x85\x0b",
    "\u202eexe.fdp\u2066\u200f",
    "lone \ud800 surrogate \udfff",
    "ÄÖÜ 名前 שם 👩‍🔬",
    'many "quotes", commas; and\nlines',
    "x" * 1_000_000,
]
