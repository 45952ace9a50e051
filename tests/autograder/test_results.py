"""results: what is written is read back, and another thing is refused."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import FAILED, result, scored, unreadable

from autograder import results
from autograder.results import Check, QuestionResult, Result, Status

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
POINTS = st.integers(0, 9) | st.floats(0, 9)
STATUS = st.sampled_from(Status)
CHECK = st.builds(
    Check, cell=TEXT, of=POINTS, points=POINTS, status=STATUS, hidden=st.booleans(),
    case=TEXT, came_out=TEXT, expected=TEXT, message=TEXT,
)  # fmt: skip
QUESTION = st.builds(
    QuestionResult, question=TEXT, title=TEXT, of=POINTS, points=POINTS | st.none(),
    written=st.booleans(), status=STATUS, diagnosis=TEXT, source=TEXT, answer=TEXT,
    checks=st.lists(CHECK, max_size=2).map(tuple),
)  # fmt: skip
RESULT = st.builds(
    Result, student=TEXT, homework=TEXT, variant=TEXT | st.none(), unsafe=st.booleans(),
    notes=st.lists(TEXT, max_size=2).map(tuple),
    questions=st.lists(QUESTION, max_size=2).map(tuple),
)  # fmt: skip


@given(RESULT)
def test_json_and_back(one):
    assert Result.from_dict(json.loads(json.dumps(one.as_dict()))) == one


def test_what_a_person_adds_is_kept():
    one = scored("ann")
    last = replace(one.questions[2], comment="good", changed=True)
    one = replace(one, questions=(*one.questions[:2], last))
    assert Result.from_dict(one.as_dict()) == one


def test_the_file_of_a_result_has_these_keys_in_this_order():
    data = result("ann", q1=FAILED).as_dict()
    assert [*data] == [
        *("student", "name", "lms", "lms_id", "file", "attachment", "handed_in", "key"),
        *("homework", "variant"),
        *("unsafe", "sha256", "problem", "notes", "questions"),
    ]
    question = ["question", "title", "of", "points", "written", "status", "diagnosis"]
    question += ["source", "answer", "checks"]
    assert [[*each] for each in data["questions"]] == [question] * 3
    (*_, added) = scored("ann").as_dict()["questions"]
    added_by_a_person = ["comment", "reason", "by", "was", "given", "changed"]
    assert [*added] == [*question, *added_by_a_person]
    assert [*data["questions"][0]["checks"][0]] == [
        *("cell", "of", "points", "status", "hidden", "case", "came_out", "expected"),
        "message",
    ]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: [],
        lambda data: None,
        lambda data: {},
        lambda data: data | {"homework_": "x"},
        lambda data: data | {"questions": 3},
        lambda data: data | {"questions": [{}]},
        lambda data: data | {"questions": [data["questions"][0] | {"status": "fine"}]},
        lambda data: data | {"questions": [data["questions"][0] | {"checks": [{}]}]},
    ],
)
def test_what_is_no_result_is_refused(spoil, tmp_path):
    data = spoil(result("ann", q1=FAILED).as_dict())
    with pytest.raises(ValueError, match=r"no result|is not a valid Status"):
        Result.from_dict(data)
    (tmp_path / "ann.json").write_text(json.dumps(data))
    assert results.read(tmp_path / "ann.json") is None


@pytest.mark.parametrize(
    ("status", "points", "earned"),
    [
        (Status.PASSED, 4, 4),
        (Status.CRASHED, 0, 0),
        (Status.CRASHED, None, None),
        (Status.NOT_ATTEMPTED, None, 0),
        (Status.UNREADABLE, 0, None),
        (Status.TO_BE_SCORED, None, None),
    ],
)
def test_points_are_known_or_none(status, points, earned):
    one = result("ann", q1={"status": status, "points": points})
    assert one.questions[0].earned == earned
    assert one.points_for(["q2"]) == 3
    assert one.points_for(["q1", "q2"]) == (None if earned is None else earned + 3)
    assert one.points_for(["q2", "q9"]) is None
    assert unreadable("ann").points_for(["q1"]) is None
    assert replace(one, problem="the sandbox was lost").points_for(["q2"]) is None
