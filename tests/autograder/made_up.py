"""A homework and results that nobody handed in, for the tests of what is reported."""

from copy import deepcopy
from types import SimpleNamespace

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
)


def check(cell="q1-tests", of=3, points=3, status="passed", **rest):
    blank = {"hidden": True, "case": "", "came_out": "", "expected": "", "message": ""}
    return {"cell": cell, "of": of, "points": points, "status": status, **blank, **rest}


PASSED = {"status": "passed", "points": 4, "checks": [check(of=4, points=4)]}
FAILED = {
    "status": "failed",
    "points": 1,
    "diagnosis": "Your loss rewards the wrong class: p and 1 - p are swapped.",
    "checks": [
        check("q1-check", 1, 1, case="a fair coin", hidden=False),
        check(of=3, points=0, status="failed", case="a wrong forecast", came_out="0.1"),
    ],
}
CRASHED = {
    "status": "crashed",
    "points": 0,
    "checks": [check(points=0, status="crashed", message="ValueError: no (line 3)")],
}
TIMED_OUT = {"status": "timed out", "points": 0, "checks": []}
BLANK = {"status": "not attempted", "points": 0, "source": ""}


def result(
    student, *, q1=PASSED, q2=None, answer="It turns products into sums.", **rest
):
    """One result: q1 as given, q2 passed, q3 written and not scored yet."""
    one = {"question": "q1", "title": "The loss of a forecast", "of": 4}
    one |= {"written": False, "diagnosis": "", "source": LOSS, "checks": []}
    two = {**one, "question": "q2", "title": "Repair a mean", "of": 3, "points": 3}
    two |= {"status": "passed", "source": "mean = np.mean"}
    three = {"question": "q3", "title": "Why the logarithm", "of": 3, "written": True}
    three |= {"points": None, "status": "to be scored", "answer": answer}
    if not answer:
        three |= {"points": 0, "status": "not attempted"}
    questions = [one | q1, two | (q2 or {}), three]
    return deepcopy(
        {
            "homework": HOMEWORK.name,
            "student": student,
            "name": student.title(),
            "lms": "",
            "lms_id": "",
            "file": f"{student}.ipynb",
            "sha256": "0123456789abcdef" * 4,
            "unsafe": False,
            "variant": None,
            "problem": "",
            "notes": [],
            "questions": questions,
            **rest,
        }
    )


def unreadable(student, problem="the notebook is no JSON", **rest):
    made = result(student, problem=problem, sha256="", **rest)
    for each in made["questions"]:
        each |= {"points": None, "status": "unreadable", "answer": "", "source": ""}
    return made


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
