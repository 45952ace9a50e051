"""Checks of answers: what is right, in any form; what is said of what is not."""

import contextlib
import io
import math
import random
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from bcelib.exercises import check, check_expression, check_function

RUBBISH = [
    None,
    "0.7",
    "seven",
    [0.7, "a"],
    [[1.0], [1.0, 2.0]],
    np.zeros((2, 3)),
    np.nan,
    1j,
    {"a": 1},
    pytest.param(object(), id="object"),
    len,
    float,
    sp.Symbol("x"),
    np.datetime64("2020-01-01"),
    10**400,
    random,
]


@pytest.fixture
def said(capsys):
    """What the check that was called last has printed: one line."""

    def read():
        (line,) = capsys.readouterr().out.splitlines()
        return line

    return read


# ---- values -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        1.4,
        Fraction(7, 5),
        np.float64(1.4),
        np.array(1.4),
        sp.Rational(7, 5),
        1.4 + 9e-10,
        1.4 - 9e-10,
    ],
)
def test_right_number_in_any_form(said, answer):
    check("ratio", answer, 1.4)
    assert said() == "Correct."


@pytest.mark.parametrize(
    "answer", [2, 2.0, True + True, np.int8(2), np.float32(2), 2 + 0]
)
def test_whole_numbers_in_any_form(said, answer):
    check("n", answer, 2)
    assert said() == "Correct."


@pytest.mark.parametrize(
    "answer", [[1, 0.5], (1, Fraction(1, 2)), np.array([1, 0.5]), np.float32([1, 0.5])]
)
def test_right_array_in_any_form(said, answer):
    check("p", answer, [1, 0.5])
    assert said() == "Correct."


@pytest.mark.parametrize("answer", [(1, 2), [1, 2], np.array([1, 2])])
def test_right_tuple_in_any_form(said, answer):
    check("low, high", answer, (1, 2))
    assert said() == "Correct."


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_infinity_and_nan_equal_themselves_only(said, value):
    check("loss", value, value)
    assert said() == "Correct."
    check("loss", 1e308, value, tolerance=1e300)
    assert said() == "Not yet: loss is 1e+308."
    check("loss", value, 0.0)
    assert said() == f"Not yet: loss is {value}."


@pytest.mark.parametrize("relative", [False, True])
def test_infinity_is_not_near_everything(said, relative):
    check("loss", 27.6, math.inf, tolerance=0.5, relative=relative)
    assert said() == "Not yet: loss is 27.6."


def test_blank(said):
    for answer in (..., (..., 1), (1, ...), [1, ...]):
        check("low, high", answer, (1, 2))
        assert said() == "Not attempted yet."


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (None, "x should be one number, not None: is a `return` missing?"),
        ("7", "x should be one number, not '7' (str)."),
        ([7.0], "x should be one number, not [7.0] (list)."),
        (np.zeros(10), "x should be one number, not an array of shape (10,)."),
        (abs, "x should be one number, not a function."),
        (7.01, "x is 7.01, near but not precise enough."),
        (70, "x is 70: that is the sum; divide by ten."),
        (8, "x is 8."),
    ],
)
def test_sentence(said, answer, sentence):
    check("x", answer, 7, hints={"that is the sum; divide by ten": 70})
    assert said() == f"Not yet: {sentence}"


def test_sentence_names_the_part_and_the_place(said):
    check("low, high", (1, 3), (1, 2), hints={"too high": (..., 3)})
    assert said() == "Not yet: high is 3: too high."
    check("low, high", (3, 3), (1, 2), hints={"too high": (1, 3), "both": (3, 3)})
    assert said() == "Not yet: low is 3: both."
    check("low, high", (1, 5), (1, 2))
    assert said() == "Not yet: high is 5."
    check("pair", (1, 5), (1, 2))
    assert said() == "Not yet: pair[1] is 5."
    check("low, high", (1, None), (1, 2))
    assert (
        said() == "Not yet: high should be one number, not None: is a `return` missing?"
    )
    check("low, high", 1, (1, 2))
    assert said() == "Not yet: low, high should be 2 values, not 1 (int)."
    check("p", [[1, 2], [3, 5]], [[1, 2], [3, 4]])
    assert said() == "Not yet: p[1, 1] is 5."


@pytest.mark.parametrize("answer", RUBBISH, ids=repr)
def test_rubbish_is_refused_in_a_sentence(said, answer):
    for expected in (0.7, [0.7, 1.0], (0.7, 1.0), np.zeros((2, 2))):
        check("x", answer, expected)
        assert said().startswith("Not yet: ")


@given(st.floats(allow_nan=False), st.floats(min_value=0, max_value=1e300))
def test_tolerance_is_where_the_border_is(wanted, tolerance):
    for relative in (False, True):
        allowed = tolerance * abs(wanted) if relative else tolerance
        for answer in (wanted, wanted + allowed, wanted + 2 * allowed + 1):
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed), np.errstate(all="ignore"):
                check("x", answer, wanted, tolerance=tolerance, relative=relative)
                off = np.abs(np.subtract(answer, wanted))
                right = answer == wanted or (np.isfinite(wanted) and off <= allowed)
            assert (printed.getvalue() == "Correct.\n") == right


def test_judge_decides_where_several_answers_are_right(said):
    def judge(n):
        return "" if n % 2 == 0 else f"{n:.0f} is odd"

    check("even", 4, 2, judge=judge)
    assert said() == "Correct."
    check("even", 3, 2, judge=judge, hints={"one more": 3})
    assert said() == "Not yet: 3 is odd: one more."
    with pytest.raises(ValueError, match="judge refuses expected: 1 is odd"):
        check("even", 4, 1, judge=judge)


# ---- functions ----------------------------------------------------------------------


def half(x):
    return x / 2


CASES = [1.0, -3.0, np.array([2.0, 4.0])]


@pytest.mark.parametrize(
    "answer",
    [
        half,
        lambda x: x * 0.5,
        lambda x: np.divide(x, 2),
        lambda x: [v / 2 for v in x] if np.ndim(x) else Fraction(x) / 2,
    ],
)
def test_right_function(said, answer):
    check_function("half", answer, half, CASES)
    assert said() == "Correct."


def test_right_function_in_place(said):
    def step(w, b):
        w /= 2
        b[0] += 1
        return w, b

    def copied(w, b):
        return w / 2, b + 1

    cases = [(np.array([1.0, 2.0]), np.array([0.0]))] * 2
    for answer, expected in ((step, copied), (copied, step)):
        check_function("step", answer, expected, cases)
        assert said() == "Correct."
    assert cases[0][0].tolist() == [1, 2]


def test_function_is_called_once_a_case(said):
    calls = []
    check_function("half", lambda x: calls.append(x) or x / 2, half, CASES[:2])
    assert calls == [1, -3]


def fails(x):
    raise KeyError("lost")


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (lambda x: x, "for x = 1 you get 1: that is x itself."),
        (lambda x: np.abs(x) / 2, "for x = -3 you get 1.5."),
        (lambda x: np.round(x / 2 + 0.4), "for x = 1 you get 1."),
        (lambda x: x / 2 + (np.asarray(x) == 4), "for x = 4 you get 3."),
        (
            lambda x: x / 2 * 1.001,
            "for x = 1 you get 0.5005, near but not precise enough.",
        ),
        (
            lambda x: np.sum(x) / 2,
            "for x = [2, 4] it should be an array of shape (2,), not 3 (float64).",
        ),
        (
            lambda x: print(end=""),
            "for x = 1 it should be one number, not None: is a `return` missing?",
        ),
        (fails, "for x = 1 you get a KeyError: 'lost'."),
        (lambda x: x / 2 if x != 1 else ..., "Not attempted yet."),
        (lambda x: ... if np.all(x == -3) else x / 2, "for x = -3 you get `...`."),
        (
            lambda x: x / 2 if x < 9 else 4,
            "for x = [2, 4] you get a ValueError: `if`, `and` and `or` decide about "
            "one number; for an array use np.where.",
        ),
        (7, "half should be a function, not 7 (int)."),
        (lambda: 1, "for 1 you get a TypeError: "),
    ],
)
def test_sentence_on_a_function(said, answer, sentence):
    check_function("half", answer, half, CASES, hints={"that is x itself": lambda x: x})
    assert said().removeprefix("Not yet: ").startswith(sentence)


def test_first_fault_is_named_even_if_a_later_case_fails(said):
    check_function("half", lambda x: -x if x > 0 else x / 0, half, [1.0, -1.0])
    assert said() == "Not yet: for x = 1 you get -1."


def test_place_in_an_array_is_named_by_its_arguments(said):
    p, y = np.array([0.2, 0.9]), np.array([0, 1])
    right = lambda p, y: np.where(y == 1, p, 1 - p)  # noqa: E731
    swapped = lambda p, y: np.where(y == 0, p, 1 - p)  # noqa: E731
    check_function("pmf", swapped, right, [(p, y)], hints={"swapped": swapped})
    assert said() == "Not yet: for p = 0.2, y = 0 you get 0.2: swapped."


def test_a_matrix_is_shown_in_one_line(said):
    X = np.array([[1.0, 2.0], [3.0, 4.0]])
    check_function("total", lambda X: 0.0, np.sum, [X])
    assert said() == "Not yet: for X = [[1, 2], [3, 4]] you get 0."


def test_overflow_counts_where_asked(said):
    def naive(z):
        return 1 / (1 + np.exp(-z))

    def stable(z):
        e = np.exp(-np.abs(z))
        return np.where(z >= 0, 1, e) / (1 + e)

    cases = [np.array([-800.0, 0.0, 800.0])]
    check_function("sigmoid", naive, stable, cases)
    assert said() == "Correct."
    check_function("sigmoid", naive, stable, cases, no_warnings=True)
    assert said().startswith(
        "Not yet: for z = [-800, 0, 800] you get a FloatingPointError"
    )
    check_function("sigmoid", stable, stable, cases, no_warnings=True)
    assert said() == "Correct."


def test_underflow_is_no_fault(said):
    check_function("f", np.exp, np.exp, [-1000.0], no_warnings=True)
    assert said() == "Correct."


def test_warnings_of_an_answer_are_quiet(said, recwarn):
    check_function(
        "mean", lambda y: np.log(np.mean(y)), lambda y: np.nan, [np.array([])]
    )
    assert said() == "Correct."
    assert not recwarn.list


@pytest.mark.parametrize("value", RUBBISH, ids=repr)
def test_rubbish_functions_are_refused_in_a_sentence(said, value):
    for answer in (lambda x: value, value):
        check_function("half", answer, half, CASES)
        assert said().startswith("Not yet: ")


def test_judge_of_a_function_sees_numbers_and_arguments(said):
    def judge(pair, total):
        return "" if sum(pair) == total else f"{pair[0]:g} + {pair[1]:g} is not {total}"

    def split(total):
        return total, 0

    check_function("split", lambda total: [1, total - 1], split, [3, 7], judge=judge)
    assert said() == "Correct."
    check_function("split", lambda total: (1, 2), split, [3, 7], judge=judge)
    assert said() == "Not yet: 1 + 2 is not 7."
    with pytest.raises(ValueError, match="judge refuses expected"):
        check_function("split", split, lambda total: (0, 0), [3], judge=judge)


# ---- formulas -----------------------------------------------------------------------

p, y, z, c = sp.symbols("p y z c")
SIGMOID = 1 / (1 + sp.exp(-z))
SLOPE = (1 - y) * p - c * y * (1 - p)
POINTS = [
    {"z": at, "p": 1 / (1 + math.exp(-at)), "y": label, "c": 3.0}
    for at, label in [(-1.0, 1), (0.5, 0), (2.0, 1)]
]


@pytest.mark.parametrize(
    "answer", [SLOPE, sp.expand(SLOPE), SLOPE.subs(p, SIGMOID), p - y * (c + p - c * p)]
)
def test_right_formula_in_any_form(said, answer):
    check_expression("slope", answer, SLOPE, POINTS)
    assert said() == "Correct."


def test_number_is_a_formula(said):
    for answer in (2, 2.0, sp.Integer(2)):
        check_expression("bend", answer, sp.Integer(2), POINTS)
        assert said() == "Correct."


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (p - y, ": where is c"),
        (SLOPE + 1, "for z = -1, p = 0.268941, y = 1, c = 3 you get -1.19318."),
        (sp.Symbol("q") * p, "slope should be in z and p and y and c alone, without q"),
        (sp.log(-p), "slope should be one number, not "),
        ("p - y", "slope should be one number, not 'p - y' (str)"),
        (lambda p: p, "slope should be one number, not a function"),
    ],
)
def test_sentence_on_a_formula(said, answer, sentence):
    check_expression("slope", answer, SLOPE, POINTS, hints={"where is c": p - y})
    assert sentence in said()


def test_blank_formula(said):
    check_expression("slope", ..., SLOPE, POINTS)
    assert said() == "Not attempted yet."


@pytest.mark.parametrize("answer", RUBBISH, ids=repr)
def test_rubbish_formulas_are_refused_in_a_sentence(said, answer):
    check_expression("slope", answer, SLOPE, POINTS)
    assert said().startswith("Not yet: ")


# ---- mistakes of an author ----------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        (
            lambda: check("x", 1, 1, tolerance=-1),
            r"tolerance must be in \[0, inf\); got -1",
        ),
        (lambda: check("x", 1, 1, tolerance=math.nan), "tolerance must be"),
        (lambda: check("x", 1, "one"), "'expected' cannot be compared"),
        (lambda: check("x", 1, ...), "'expected' cannot be compared"),
        (lambda: check("x", 1, 1, hints={"hm": "two"}), "'hm' cannot be compared"),
        (lambda: check_function("f", half, half, []), "at least one case"),
        (lambda: check_function("f", half, fails, [1.0]), "lost"),
        (lambda: check_function("f", half, half, [1.0], hints={"hm": fails}), "lost"),
        (lambda: check_expression("e", p, sp.Symbol("q"), POINTS), "without q"),
    ],
)
def test_author_is_told_at_once(call, fault):
    with pytest.raises((TypeError, ValueError, KeyError), match=fault):
        call()
