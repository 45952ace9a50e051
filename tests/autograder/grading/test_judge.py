"""One submission: points, statuses, diagnoses, and what is told of hidden tests."""

import json
import os

import pytest
from handed_in import demo, notebook, solved

from autograder.grading.judge import Judge
from autograder.masters import homework, release


@pytest.fixture(scope="module")
def judge(bubblewrap):
    return Judge(demo(), release.stubs(demo()), limits={"seconds": 30})


@pytest.fixture(scope="module")
def hasty(bubblewrap):
    """A judge for what never ends."""
    return Judge(demo(), release.stubs(demo()), limits={"seconds": 2})


def graded(judge, made):
    result = judge.grade(json.dumps(made).encode())
    return result, {each.question: each for each in result.questions}


def test_a_judge_runs_nothing_when_it_is_made(tmp_path):
    ran = tmp_path / "ran"
    mark = f"open({str(ran)!r}, 'w').close()\ndef bce"
    answers = demo().answers.replace("def bce", mark, 1)
    master = homework.Homework(demo().name, demo().notebook, answers)
    judge = Judge(master, release.stubs(master))
    assert not ran.exists()
    assert [mistake.name for mistake, _ in judge.mistakes] == ["swapped", "minus"]
    assert ran.exists()


def test_the_solution_earns_all_that_a_machine_gives(judge):
    result, by_name = graded(judge, solved(judge.homework))
    assert [(q.status, q.points) for q in result.questions] == [
        ("passed", 3),
        ("passed", 2),
        ("to be scored", None),
    ]
    assert by_name["q3"].answer == "It says a, b and c."
    assert (result.problem, result.unsafe, result.notes) == ("", False, ())


def test_a_blank_handout_is_not_attempted(judge):
    _, by_name = graded(judge, notebook(judge.homework, {}))
    for question in by_name.values():
        assert (question.status, question.points) == ("not attempted", 0)


def test_an_answer_in_words_near_its_place_waits_for_a_person(judge):
    made = solved(judge.homework, words="YOUR ANSWER HERE")
    above = next(i for i, cell in enumerate(made["cells"]) if cell["id"] == "q3-prompt")
    words = {"cell_type": "markdown", "metadata": {}, "source": "It says a, b and c."}
    made["cells"].insert(above, words)
    result, by_name = graded(judge, made)
    assert (by_name["q3"].status, by_name["q3"].points) == ("to be scored", None)
    assert by_name["q3"].answer == "It says a, b and c."
    assert result.notes == ("The answer to q3 was found near its place, not in it.",)


def test_an_answer_in_words_that_is_missing_is_said(judge):
    result, by_name = graded(judge, solved(judge.homework, words="YOUR ANSWER HERE"))
    assert (by_name["q3"].status, by_name["q3"].points) == ("not attempted", 0)
    assert result.notes[0].startswith("No answer to q3 was found, in its place or near")


def test_the_variant_of_another_is_said(judge):
    made = solved(judge.homework)
    made["metadata"]["bce_variant"] = "bob"
    result, _ = graded(judge, made)
    assert result.notes[0].startswith(
        "The notebook has the numbers of the variant 'bob'"
    )


def test_a_known_mistake_is_named(judge):
    for mistake in judge.homework.wrong:
        made = solved(judge.homework, mistake.question, mistake.source)
        _, by_name = graded(judge, made)
        assert by_name["q1"].status == "failed"
        assert by_name["q1"].diagnosis == mistake.diagnosis
        assert by_name["q2"].points == 2


def test_an_unknown_mistake_is_not_given_a_name(judge):
    source = "def bce(p, y):\n    return 7.0"
    _, by_name = graded(judge, solved(judge.homework, "q1", source))
    assert (by_name["q1"].status, by_name["q1"].diagnosis) == ("failed", "")


@pytest.mark.parametrize(
    ("known", "answer", "alike"),
    [
        ("return 7.0", "return np.array(7)", True),
        ("return 7.0", "return 7.1", False),
        ("return 7.0", "return [7.0]", False),
        ("return 7.0", "return '7.0'", False),
        ("return 'no'", "return 'no'", True),
        ("return 'no'", "return 'yes'", False),
        ("return ['no', 7.0]", "return ('no', 7)", True),
        ("return ['no', 7.0]", "return ['no', 8.0]", False),
        ("return ['no', 7.0]", "return ['no']", False),
        ("return object()", "return object()", True),
        ("return object()", "return iter([])", False),
        ("raise ValueError('a')", "raise ValueError('b')", True),
        ("raise ValueError('a')", "raise TypeError('a')", False),
        ("raise ValueError('a')", "return 7.0", False),
        ("return np.nan", "return np.nan", True),
    ],
)
def test_a_mistake_is_known_by_what_comes_out(known, answer, alike):
    """Here alone, without a sandbox: the code is ours."""
    body = "def bce(p, y):\n    "
    toml = demo().answers.partition("[[wrong]]")[0]
    toml += "[[wrong]]\nquestion = 'q1'\nname = 'x'\ndiagnosis = 'Known.'\n"
    toml += f'source = """{body}{known}"""\n'
    master = homework.Homework(demo().name, demo().notebook, toml)
    judge = Judge(master, release.stubs(master))
    outcomes = judge.try_locally(master.solved("q1", body + answer))
    said = judge.diagnose(master.questions[0], outcomes)
    assert said == ("Known." if alike else "")


def test_visible_checks_tell_what_they_expect_and_hidden_ones_do_not(judge):
    source = "def bce(p, y):\n    return -7.25 * np.ones(np.shape(p))"
    _, by_name = graded(judge, solved(judge.homework, "q1", source))
    visible, hidden = by_name["q1"].checks
    assert (visible.hidden, visible.expected) == (False, "0.69314718")
    assert (hidden.hidden, hidden.expected) == (True, "")
    assert (hidden.case, hidden.came_out) == ("two heads", "[-7.25, -7.25]")


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ("return 1 / 0", "crashed", "ZeroDivisionError: division by zero (line 2"),
        ("return (1", "crashed", "SyntaxError"),
        ("import os; os._exit(0)", "crashed", "ended before it answered"),
        ("x = 1; raise NotImplementedError()", "crashed", "NotImplementedError"),
        ("return 1\nraise RuntimeError('stop')", "failed", ""),
        (
            "return 1\ndel bce; raise RuntimeError('a')",
            "crashed",
            "RuntimeError: a (line",
        ),
        ("return 1\ndel bce; import sys; sys.exit(1)", "crashed", "SystemExit: 1"),
        ("return 1\ndel bce", "failed", "the name bce is not defined"),
    ],
)
def test_a_crash_is_never_a_silent_nought(judge, body, status, message):
    source = f"def bce(p, y):\n    {body}"
    _, by_name = graded(judge, solved(judge.homework, "q1", source))
    assert by_name["q1"].status == status
    assert message in by_name["q1"].checks[0].message
    assert by_name["q2"].status == "passed"


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"\xff\xfe", b'{"cells": 3}', b"%PDF-1.4"]
)
def test_what_is_no_notebook_is_unreadable_and_has_no_points(judge, data):
    result = judge.grade(data)
    assert result.problem
    for question in result.questions:
        assert (question.status, question.points) == ("unreadable", None)


@pytest.mark.parametrize(
    ("source", "status", "then"),
    [
        (None, "passed", "passed"),
        ("def bce(p, y):\n    import os; os._exit(0)", "crashed", "not reached"),
        ("def bce(p, y):\n    return 1\ndel bce", "failed", "not reached"),
    ],
)
def test_a_hidden_cell_is_hidden_also_where_no_line_of_it_failed(
    judge, source, status, then
):
    made = solved(judge.homework, source and "q1", source)
    visible, hidden = graded(judge, made)[1]["q1"].checks
    assert (visible.status, hidden.status) == (status, then)
    assert (visible.hidden, hidden.hidden) == (False, True)


def test_magics_plots_and_prints_do_no_harm(judge):
    source = (
        "%matplotlib inline\n!pip install torch\n%time x = 1\n"
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\ndisplay(x)\n"
        + judge.homework.solved()["q1"]
    )
    _, by_name = graded(judge, solved(judge.homework, "q1", source))
    assert by_name["q1"].status == "passed"


def with_cells(made, name, *sources, above=False):
    """The notebook with cells of code below the one of a name, or above."""
    at = [cell["id"] for cell in made["cells"]].index(name) + (not above)
    made["cells"][at:at] = [
        {"cell_type": "code", "id": f"own-{at}-{i}", "metadata": {}, "source": source}
        for i, source in enumerate(sources)
    ]
    return made


@pytest.mark.parametrize(
    "source",
    [
        "for best in (0, 1):\n    print(best)",
        "best = None\ndef bce(p):\n    return p",
        "del bce, best",
        "np.log = None",
        "raise SystemExit",
        "import os\nos._exit(0)",
        "import sys\nsys.modules['guest.wire'].encode = None",
    ],
)
def test_what_stands_below_the_tests_takes_nothing_back(judge, source):
    made = with_cells(solved(judge.homework), "q3", source)
    result, _ = graded(judge, made)
    assert [q.points for q in result.questions[:2]] == [3, 2]


def test_a_cell_that_never_ends_takes_nothing_back(hasty):
    ends = ("while True:\n    pass", "import time\ntime.sleep(10**6)", "x = 1")
    made = with_cells(solved(hasty.homework), "q3", *ends)
    result, _ = graded(hasty, with_cells(made, "q1", ends[0], above=True))
    assert [q.points for q in result.questions[:2]] == [3, 2]
    said = "The cell that begins with `{}` was still running after 2 s and was stopped"
    for first in ("while True:", "import time"):
        assert said.format(first) in "\n".join(result.notes)


def test_an_answer_below_its_tests_counts(judge):
    right = judge.homework.solved()["q1"]
    for first in ("", "def bce(p, y):\n    return 7.0"):
        made = with_cells(solved(judge.homework, "q1", first), "q2-tests", right)
        assert graded(judge, made)[1]["q1"].points == 3
    made = solved(judge.homework, "q1", "")
    wrong = with_cells(made, "q2-tests", "def bce(p, y):\n    return 7.0")
    assert graded(judge, wrong)[1]["q1"].points == 0


def test_a_helper_typed_into_a_given_cell_is_there(judge):
    made = solved(judge.homework, "q1", "def bce(p, y):\n    return helper(p, y)")
    helper = judge.homework.solved()["q1"].replace("bce", "helper")
    cell = next(cell for cell in made["cells"] if cell["id"] == "check")
    top, _, rest = cell["source"].partition("def check")
    cell["source"] = f"{top}{helper}\n\ndef check{rest}"
    assert graded(judge, made)[1]["q1"].points == 3


def test_cells_are_run_once(judge):
    source = judge.homework.solved()["q1"]
    counted = f"seen = globals().get('seen', 0) + 1\n{source}\nif seen > 1: del bce"
    assert graded(judge, solved(judge.homework, "q1", counted))[1]["q1"].points == 3


def test_after_five_cells_without_end_no_more_are_run(bubblewrap):
    judge = Judge(demo(), release.stubs(demo()), limits={"seconds": 1})
    made = with_cells(solved(demo()), "title", *["while True: pass"] * 6)
    result, by_name = graded(judge, made)
    assert by_name["q1"].status == "timed out"
    assert result.notes[-1] == "The cells below it were not run."
    assert len(result.notes) == 6


SECOND = """
[[wrong]]
question = "q1"
name = "coin"
diagnosis = "A coin's loss is off."
source = '''
def bce(p, y):
    p, y = np.asarray(p, float), np.asarray(y, float)
    return -(y * np.log(p) + (1 - y) * np.log1p(-p)) * (1 + (p == 0.5))
'''
[[wrong]]
question = "q1"
name = "heads"
diagnosis = "Heads are off."
source = '''
def bce(p, y):
    p, y = np.asarray(p, float), np.asarray(y, float)
    return -(y * np.log(p) + (1 - y) * np.log1p(-p)) * (1 + (p == 0.9))
'''
"""


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        ("(1 + (p == 0.5) + (p == 0.9))", "A coin's loss is off.\nHeads are off."),
        ("(1 + (p == 0.5))", "A coin's loss is off."),
        ("(1 + (p == 0.9))", "Heads are off."),
        ("(1 + (p == 0.5) + 3 * (p == 0.9))", "A coin's loss is off."),
        ("(1 + 3 * (p == 0.5) + 3 * (p == 0.9))", ""),
        ("1", ""),
        ("(1 - 2 * (p == 0.5))", ""),  # as with the minus missing, which fails more
    ],
)
def test_two_mistakes_at_once_are_both_named(factor, said):
    """Here without a sandbox: the code is ours."""
    master = homework.Homework(demo().name, demo().notebook, demo().answers + SECOND)
    judge = Judge(master, release.stubs(master))
    source = master.wrong[-1].source.replace("(1 + (p == 0.9))", factor)
    outcomes = judge.try_locally(master.solved("q1", source))
    assert judge.diagnose(master.questions[0], outcomes) == said


def test_an_error_is_said_once_and_the_rest_is_not_reached(judge):
    made = solved(judge.homework, "q1", "def bce(p, y):\n    return 1 / 0")
    checks = graded(judge, made)[1]["q1"].checks
    assert [check.status for check in checks] == ["crashed", "not reached"]
    assert [check.message[:17] for check in checks] == ["ZeroDivisionError", ""]


def test_a_variant_is_graded_with_its_own_numbers(bubblewrap):
    master = demo()
    students = [f"s{i}" for i in range(12)]
    drawn = {master.numbers(student)["TOSSES"] for student in students}
    assert drawn == {50, 60}
    for student in students[:4]:
        judge = Judge(master, release.stubs(master), student)
        assert f"TOSSES = {master.numbers(student)['TOSSES']}" in judge.given
        assert judge.grade(b"{}").variant == student


def test_a_function_without_end_times_out_and_says_so(hasty):
    made = solved(hasty.homework, "q1", "def bce(p, y):\n    while True: pass")
    _, by_name = graded(hasty, made)
    assert by_name["q1"].status == "timed out"
    assert "no answer after 2 s" in by_name["q1"].checks[0].message


def test_an_untouched_question_is_not_blamed_for_another_cell(hasty):
    for trouble in ("1 / 0", "import os; os._exit(1)", "while True: pass"):
        made = notebook(hasty.homework, {"q1": trouble})
        _, by_name = graded(hasty, made)
        assert by_name["q1"].status in ("crashed", "timed out")
        assert by_name["q2"].status == "not attempted"


def test_a_cell_without_end_costs_its_time_once_and_nothing_else(hasty):
    made = solved(hasty.homework, "q1", "while True: pass")
    begun = os.times()
    result, by_name = graded(hasty, made)
    ended = os.times()
    assert [c.status for c in by_name["q1"].checks] == ["timed out", "not reached"]
    assert by_name["q2"].points == 2
    assert (
        "The cell that begins with `while True: pass` was still running after 2 s and "
        "was stopped there."
    ) in result.notes
    assert ended.children_user - begun.children_user < 8
