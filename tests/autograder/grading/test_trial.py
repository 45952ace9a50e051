"""A test cell on functions that are elsewhere: statuses, exceptions, arguments."""

import builtins
import contextlib
import resource
import time

import numpy as np
import pytest

from autograder.grading import checks, trial
from autograder.results import Status
from autograder.sandbox.guest.wire import Unusable
from autograder.sandbox.session import CrashedError, TimedOutError

GIVEN = ["import numpy as np\nLIMIT = 3\ndef helper(x):\n    return x + LIMIT"]


def tried(code, test, given=GIVEN):
    """The Outcome of a test cell on the code of a student."""
    trusted = {}
    for source in given:
        exec(source, trusted)
    code = [code] if isinstance(code, str) else code
    return trial.run(test, trusted, trial.LocalSession(given, code))


class Liar:
    """A session that answers what it was told to, then its last answer for ever."""

    def __init__(self, *replies):
        self.replies = [*replies]

    def ask(self, question):
        reply = self.replies[0] if len(self.replies) == 1 else self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply


EMPTY_AND_HUGE = {"array": "<f8", "shape": [0, 2**62], "data": ""}
FOUND = {"names": {"f": {"function": True}}, "errors": []}


def lied(test, *replies):
    return trial.run(test, {"np": np}, Liar(*replies))


def test_a_right_function_passes():
    outcome = tried("def double(x):\n    return 2 * x", "check(double(3), 6, 'three')")
    assert outcome == trial.Outcome(Status.PASSED, trace=[("double", 6)])


def test_a_wrong_function_fails_and_says_where():
    test = "x = double(1)\ncheck(double(3), 6, 'three')"
    outcome = tried("def double(x):\n    return x", test)
    assert (outcome.status, outcome.line, outcome.case) == (Status.FAILED, 2, "three")
    assert (outcome.came_out, outcome.expected) == ("3", "6")
    assert outcome.trace == [("double", 1), ("double", 3)]


def test_a_plain_assertion_fails_with_its_message_and_the_last_answer():
    outcome = tried("def f(x):\n    return -x", "assert f(2) > 0, 'a positive number'")
    assert (outcome.status, outcome.line) == (Status.FAILED, 1)
    assert (outcome.case, outcome.came_out) == ("a positive number", "f gave -2")
    assert tried("f = abs", "assert f(-3) < f(2), ''").came_out == "f gave 2"
    assert tried("f = abs", "f\nassert False, ''").came_out == ""


def test_what_a_test_cannot_use_fails():
    outcome = tried("def f():\n    return 'ab'", "y = 1\nassert f() @ 2 == 1")
    assert (outcome.status, outcome.line) == (Status.FAILED, 2)
    assert outcome.case == "what came back could not be used"
    assert outcome.came_out == "f gave 'ab'"


def test_a_stub_is_not_attempted():
    stub = "def f(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
    assert tried(stub, "check(f(1), 1, '')").status == Status.NOT_ATTEMPTED
    for code in ("raise NotImplementedError()", ""):
        assert tried(code, "check(f(1), 1, '')").status == Status.NOT_ATTEMPTED


def test_a_name_that_is_missing_after_an_error_is_a_crash_that_tells_the_error():
    outcome = tried("x = 1\nf = 1 / 0", "check(f(1), 1, '')")
    assert outcome.status == Status.CRASHED
    assert outcome.message == (
        "the name f is not defined; "
        "ZeroDivisionError: division by zero (line 2 of the cell)"
    )


def test_a_cell_that_fails_does_not_stop_those_after_it():
    outcome = tried(["1 / 0", "def f():\n    return 1"], "check(f(), 1, '')")
    assert outcome.status == Status.PASSED


@pytest.mark.parametrize(
    ("raised", "message"),
    [
        ("ValueError('no p')", "ValueError: no p (line 2 of the cell)"),
        ("KeyError('p')", "KeyError: 'p' (line 2 of the cell)"),
        ("SystemExit(3)", "SystemExit: 3 (line 2 of the cell)"),
        ("KeyboardInterrupt()", "KeyboardInterrupt:  (line 2 of the cell)"),
        ("type('Odd', (Exception,), {})('x')", "Odd: x (line 2 of the cell)"),
        ("UnicodeDecodeError('utf-8', b'', 0, 1, 'bad')", "UnicodeDecodeError: "),
        ("BaseExceptionGroup('g', [ValueError()])", "ExceptionGroup: g (1 sub-"),
        ("OSError(2, 'none', '/x')", "FileNotFoundError: [Errno 2] none: '/x' (line 2"),
        ("AssertionError('not mine')", "AssertionError: not mine (line 2 of the cell)"),
        ("ValueError('x' * 10**6)", f"ValueError: {'x' * 400} (line 2 of the cell)"),
    ],
)
def test_an_exception_is_a_crash_that_tells_its_class_and_line(raised, message):
    outcome = tried(f"def f():\n    raise {raised}", "check(f(), 1, '')")
    assert outcome.status == Status.CRASHED
    assert outcome.message.startswith(message)
    assert len(outcome.message) < 600


@pytest.mark.parametrize("kind", sorted(trial.FAMILIAR - {"AssertionError"}))
def test_a_test_meets_the_builtin_exception_that_was_raised(kind):
    code = f"def f():\n    raise {kind}('x')"
    test = "try:\n    f()\nexcept {}:\n    pass\nelse:\n    raise AssertionError"
    for familiar in sorted(trial.FAMILIAR | {"Exception"}):
        caught = issubclass(getattr(builtins, kind), getattr(builtins, familiar))
        uncaught = Status.NOT_ATTEMPTED if kind == trial.STUB else Status.CRASHED
        outcome = tried(code, test.format(familiar))
        assert outcome.status == (Status.PASSED if caught else uncaught)


@pytest.mark.parametrize("kind", ["TimeoutError", "MemoryError", "SystemExit", "Odd"])
def test_an_exception_of_another_name_is_no_builtin_to_the_test(kind):
    code = f"def f():\n    raise type('{kind}', (Exception,), {{}})('x')"
    test = "try:\n    f()\nexcept (ValueError, OSError, MemoryError):\n    pass"
    assert tried(code, test).status == Status.CRASHED


@pytest.mark.parametrize("name", ["CheckFailedError", "AssertionError", "PASSED"])
def test_an_exception_cannot_pose_as_one_of_the_grader(name):
    code = f"class {name}(Exception):\n    pass\ndef f():\n    raise {name}('x')"
    outcome = tried(code, "check(f(), 1, 'x')")
    assert (outcome.status, outcome.case) == (Status.CRASHED, "")
    assert outcome.message.startswith(f"{name}: x")


def test_arguments_are_copies():
    code = "def f(x, more):\n    x[:] = 7\n    more.append(7)\n    return 0"
    test = (
        "x, more = np.array([1.0, 2.0]), [1]\nf(x, more)\n"
        "assert x.tolist() == [1, 2] and more == [1]"
    )
    assert tried(code, test).status == Status.PASSED


def test_results_are_copies_of_each_other():
    code = "kept = np.zeros(2)\ndef f():\n    return kept"
    test = "a = f()\na += 1\nassert f().tolist() == [0, 0]"
    assert tried(code, test).status == Status.PASSED


def test_arguments_arrive_in_place_and_by_name():
    code = "def f(a, *rest, k=0, **more):\n    return [a, list(rest), k, more]"
    test = "assert f(1, 2.5, (3,), k='é', z=None) == [1, [2.5, (3,)], 'é', {'z': None}]"
    assert tried(code, test).status == Status.PASSED


def test_the_student_s_functions_may_be_arguments():
    code = "def square(x):\n    return x * x\ndef twice(f, x):\n    return f(f(x))"
    assert tried(code, "check(twice(square, 3), 81, '')").status == Status.PASSED
    assert tried(code, "check(twice(f=square, x=3), 81, '')").status == Status.PASSED


def test_a_function_of_the_test_cannot_travel():
    code = "def call(f):\n    return type(f).__name__"
    assert tried(code, "assert call(len) == 'Unusable'").status == Status.PASSED


def test_a_name_that_is_no_function_cannot_be_called():
    outcome = tried("f = 3", "check(f(1), 1, '')")
    assert outcome.status == Status.FAILED
    assert outcome.came_out == "f = 3"


def test_values_are_read_by_name():
    outcome = tried("best = np.float32(0.5)", "check(best, 0.5, '')")
    assert outcome.status == Status.PASSED
    assert outcome.trace == [("best =", np.float32(0.5))]


def test_what_the_handout_gave_is_the_master_s_and_not_the_student_s():
    code = (
        "LIMIT = 100\ndef helper(x):\n    return 0\nnp = None\ndef f(x):\n    return x"
    )
    test = "check(f(helper(1)), 4, '')\ncheck(f(np.log(1)), 0, '')\ncheck(LIMIT, 3, '')"
    assert tried(code, test).status == Status.PASSED


def test_the_student_s_check_is_not_the_grader_s():
    code = "def check(*a, **k):\n    return True\ndef f(x):\n    return 5"
    assert tried(code, "check(f(1), 1, '')").status == Status.FAILED


@pytest.mark.parametrize("name", ["len", "abs", "AssertionError", "print", "range"])
def test_the_student_s_builtins_are_not_the_test_s(name):
    code = f"{name} = lambda *a: 0\ndef f(x):\n    return 5"
    test = f"{name}\nassert len([0]) == 1 == abs(-1)\nassert f(1) == 1"
    assert tried(code, test).status == Status.FAILED


@pytest.mark.parametrize(
    ("test", "names"),
    [
        ("check(f(1), 1, 'x')", ["f"]),
        ("for x in [1]:\n    check(f(x), g(y=x), '')", ["f", "g"]),
        ("[f(i) for i in range(3)]\nh = lambda a: a + b", ["b", "f"]),
        ("def mine(a):\n    return f(a)\nmine(np.pi)", ["f"]),
        ("with np.errstate(all='ignore'):\n    z: int = f(helper)", ["f"]),
        ("f(np.zeros(3)).sum", ["f"]),
        ("x = 1", []),
    ],
)
def test_the_names_that_a_test_needs_from_the_student(test, names):
    trusted = {"np": np, "helper": None}
    assert trial.needed(test, trusted) == names


def test_warnings_and_prints_of_a_student_are_no_failures():
    code = "import warnings\ndef f(x):\n    warnings.warn('x')\n    return np.log(x)"
    assert tried(code, "assert f(0.0) == -np.inf\nnp.log(-1)").status == Status.PASSED


def test_a_time_out_ends_the_cell():
    outcome = lied("x = 1\nf(x)", FOUND, TimedOutError("no answer after 2 s"))
    assert (outcome.status, outcome.message) == (
        Status.TIMED_OUT,
        "no answer after 2 s",
    )
    assert [name for name, _ in outcome.trace] == ["f"]
    assert outcome.line == 0  # no line of the test is to blame
    assert lied("f(1)", TimedOutError("late")).status == Status.TIMED_OUT


def test_a_process_that_ended_is_a_crash():
    outcome = lied("f(1)", FOUND, CrashedError("its process ended before it answered"))
    assert (outcome.status, outcome.trace[0][0]) == (Status.CRASHED, "f")
    assert lied("f(1)", CrashedError("gone")).status == Status.CRASHED


def test_a_time_out_cannot_be_caught_as_what_a_test_expects():
    test = "try:\n    f(1)\nexcept ValueError:\n    pass"
    assert lied(test, FOUND, TimedOutError("late")).status == Status.TIMED_OUT


@pytest.mark.parametrize(
    "reply",
    [
        None, 0, "", [], {}, "passed", {"status": "passed", "points": 99},
        {"names": [], "errors": []}, {"names": {"f": {"function": True}}},
        {"names": {}, "errors": []}, {"names": {"f": None}, "errors": []},
        {"names": {"f": {"function": 1}}, "errors": []},
        {"names": {"f": {"value": {}}}, "errors": []},
        {"names": {"f": {"value": {"function": "f"}}}, "errors": []},
        {"names": {"f": {"function": True}}, "errors": [1]},
        {"names": {"f": {"function": True}}, "errors": [["a"]]},
        {"names": {"f": {"function": True}}, "errors": [["a", {"b": 1}]]},
        {"names": {"f": {"value": EMPTY_AND_HUGE}}, "errors": []},
    ],
    ids=str,
)  # fmt: skip
def test_a_forged_list_of_names_is_a_crash(reply):
    assert lied("check(f(1), 1, '')", reply).status == Status.CRASHED


@pytest.mark.parametrize(
    "reply",
    [
        None, 0, "", [], {}, "passed", {"outcome": "passed"}, FOUND,
        {"value": {}}, {"value": {"function": "check"}}, {"value": {"unusable": 1}},
        {"value": {"array": "|O", "shape": [], "data": "AAAAAAAAAAA="}},
        {"value": EMPTY_AND_HUGE},
        {"value": {"tuple": [{"nan": 1}]}}, {"value": 2**63},
        {"raised": "ValueError"}, {"raised": ["ValueError"]}, {"raised": [None, None]},
        {"raised": ["ValueError", "x", "y"]},
        {"raised": ["CheckFailedError", "x"]}, {"raised": ["TimedOutError", "x"]},
        {"raised": ["AssertionError", ""]}, {"raised": ["__class__", "x"]},
        {"raised": ["\ud800", "\0"]}, {"raised": ["X" * 10**6, "y" * 10**6]},
    ],
    ids=lambda reply: str(reply)[:60].encode("ascii", "replace").decode(),
)  # fmt: skip
def test_a_forged_answer_is_a_crash(reply):
    outcome = lied("check(f(1), 1, '')", FOUND, reply)
    assert outcome.status == Status.CRASHED
    assert len(outcome.message) < 700


def test_a_forged_answer_cannot_add_names():
    names = {"f": {"function": True}, "np": {"value": 0}, "check": {"function": True}}
    forged = {"names": names | {"AssertionError": {"value": 1}}, "errors": []}
    test = "assert np.pi > 3\ncheck(f(1), 1, 'x')"
    outcome = lied(test, forged, {"value": 2})
    assert (outcome.status, outcome.case) == (Status.FAILED, "x")


@pytest.mark.parametrize(
    "value",
    [
        "0.5", ["0.5"], None, [None], {}, {"a": 0.5}, [], (), np.zeros(0), np.nan,
        [0.5, 0.5], [[0.5]], np.full((1, 1), 0.5), np.array([0.5]), Unusable("x"),
        [Unusable("x")], True, 0.5 + 1e-7, complex(0.5, 1e-7), complex(0.5, np.nan),
        np.inf, -0.5, 2**62, np.datetime64("NaT", "s"), np.array("0.5"),
        [[0.5], [0.5, 1]],
    ],
    ids=repr,
)  # fmt: skip
def test_what_is_not_a_half_is_no_half(value):
    with pytest.raises(checks.CheckFailedError) as failed:
        checks.check(value, 0.5, "a half")
    assert failed.value.case == "a half"
    assert failed.value.expected == "0.5"


@pytest.mark.parametrize(
    "value",
    [0.5, np.float32(0.5), np.array(0.5), 0.5 + 1e-11, 0.5 + 0j, np.float16(0.5)],
    ids=repr,
)
def test_a_half_of_any_type_is_a_half(value):
    checks.check(value, 0.5, "a half")


def test_lists_are_compared_as_arrays():
    checks.check([[1, 2], (3, np.float64(4))], np.array([[1, 2], [3, 4]]), "")
    checks.check([np.array([1, 2]), np.array([3, 4])], [[1, 2], [3, 4]], "")
    checks.check([], np.zeros(0), "")
    with pytest.raises(checks.CheckFailedError) as failed:
        checks.check(np.ones((3, 1)), np.ones(3), "a row")
    assert failed.value.came_out == "the shape is (3, 1); it should be (3,)"


def test_infinity_is_infinity_and_nan_is_nothing():
    checks.check([-np.inf, np.inf], [-np.inf, np.inf], "")
    for value in ([np.inf, np.inf], [np.nan, np.inf], [1e308, np.inf]):
        with pytest.raises(checks.CheckFailedError):
            checks.check(value, [-np.inf, np.inf], "")
    with pytest.raises(checks.CheckFailedError):
        checks.check(np.nan, np.nan, "")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1 / 3, "0.33333333"), (np.nan, "nan"), (-np.inf, "-inf"), (True, "True"),
        (7, "7"), (1 + 2j, "1+2j"), (None, "None"), ("<b>", "'<b>'"), ({}, "dict"),
        ([1, "a"], "list"), (Unusable("Figure"), "<Figure>"), ([], "[]"),
        (np.zeros((0, 3)), "[]"), ([[1, 2], [3, 4]], "[[1, 2],\n [3, 4]]"),
        (np.arange(9.0).reshape(3, 3), "[0., 1., 2., ..., 6., 7., 8.], shape (3, 3)"),
    ],
)  # fmt: skip
def test_values_are_shown_to_a_person(value, text):
    assert checks.shown(value) == text


@pytest.mark.parametrize(
    "value",
    [
        np.zeros((2,) * 19, bool),
        np.zeros((7,) * 7, bool),
        np.ones((1,) * 32),
        "x" * 1_000_000,
        ["x" * 200_000] + [""] * 2_000,
        ["x" * 500_000] + [""] * 150_000,
        [0] * 500_000,
        [[[0]] * 3] * 100_000,
        {str(i): 0 for i in range(100_000)},
        np.zeros((0, 2**50)),
        [np.zeros((0, 2**40))] * 5,
        [[0] * 250_000, [0]],
    ],
    ids=lambda value: type(value).__name__,
)
def test_no_value_is_slow_or_large_to_look_at(value, memory):
    with memory(200 << 20):
        assert len(checks.shown(value)) < 400
        with pytest.raises(checks.CheckFailedError) as failed:
            checks.check(value, 0.5, "")
    assert len(failed.value.came_out) < 400


@pytest.fixture
def memory():
    """Permit this process so many bytes more than it has, and three seconds."""

    @contextlib.contextmanager
    def bounded(more):
        with open("/proc/self/statm") as file:
            has = int(file.read().split()[0]) * resource.getpagesize()
        before, begun = resource.getrlimit(resource.RLIMIT_AS), time.process_time()
        resource.setrlimit(resource.RLIMIT_AS, (has + more, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_AS, before)
        assert time.process_time() - begun < 3

    return bounded


def test_a_failed_assertion_shows_the_values_that_it_is_about():
    code = "first = 0.25\nsecond = 0.5\ndef f():\n    return 7"
    test = "assert f() == 7, ''\nassert (\n    second == first\n), 'both alike'"
    assert tried(code, test).came_out == "second = 0.5, first = 0.25"
