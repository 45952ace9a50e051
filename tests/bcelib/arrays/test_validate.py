"""Validation: what is let through, and in which words the rest is refused."""

import math
import re
from dataclasses import FrozenInstanceError
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bcelib._arrays.validate import (
    FINITE,
    LABEL,
    NON_NEGATIVE,
    REAL,
    UNIT,
    Argument,
    Domain,
    check_shapes,
    checked,
    features,
    generator,
    number,
    numpy_array,
    one_label_each,
    one_of,
    whole_number,
)

INF = math.inf
TINY = 5e-324
ABOVE_ONE = Domain("(1, inf)", 1, open_low=True, open_high=True)
DOMAINS = [REAL, FINITE, UNIT, LABEL, NON_NEGATIVE, ABOVE_ONE]


def says(message):
    return f"^{re.escape(message)}$"


@pytest.mark.parametrize(
    ("domain", "inside", "outside"),
    [
        (REAL, [-INF, -1, 0, INF], [math.nan]),
        (FINITE, [-1.7e308, 0, 1.7e308], [-INF, INF, math.nan]),
        (UNIT, [0, -0.0, TINY, 0.5, 1], [-TINY, 1 + 2**-52, INF, math.nan]),
        (LABEL, [0, -0.0, 1, True], [0.5, TINY, -1, 2, INF, math.nan]),
        (NON_NEGATIVE, [0, -0.0, TINY, 1.7e308], [-TINY, INF, math.nan]),
        (ABOVE_ONE, [1 + 2**-52, 2], [1, 0, INF, math.nan]),
    ],
)
def test_domain_has_these_ends(domain, inside, outside):
    assert domain.contains(np.array(inside)).all()
    assert not domain.contains(np.array(outside)).any()


@pytest.mark.parametrize("domain", DOMAINS, ids=lambda domain: domain.text)
@given(
    x=hnp.arrays(
        float,
        st.integers(1, 5),
        elements=st.sampled_from([0, 1, 0.5, -1, 2, INF, -INF, math.nan]) | st.floats(),
    )
)
def test_domain_holds_an_array_when_it_contains_every_element(domain, x):
    assert domain.holds(x) == domain.contains(x).all()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_ends_of_the_unit_interval(dtype):
    one, tiny = dtype(1), np.finfo(dtype).smallest_subnormal
    for inside in (0, -dtype(0), tiny, np.nextafter(one, dtype(0)), one):
        assert UNIT.holds(np.array([0.5, inside], dtype))
    for outside in (-tiny, np.nextafter(one, dtype(2)), -one, INF, -INF, math.nan):
        assert not UNIT.holds(np.array([0.5, outside], dtype))
    assert UNIT.holds(np.zeros((2, 3), dtype)[:, ::2])
    assert UNIT.holds(np.array([0, 1], np.dtype(dtype).newbyteorder()))


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint64, np.float16, np.longdouble])
def test_domain_reads_every_dtype(dtype):
    for domain in (REAL, FINITE, UNIT, LABEL, NON_NEGATIVE):
        assert domain.holds(np.array([0, 1], dtype))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (2, "y must be in [0, 1]; y is 2"),
        (True - 2, "y must be in [0, 1]; y is -1"),
        (np.float32(1.1), "y must be in [0, 1]; y is 1.1"),
        ([0, 1, 1.5, 7], "y must be in [0, 1]; y[2] is 1.5"),
        ([[0, 1], [0, math.nan]], "y must be in [0, 1]; y[1, 1] is nan"),
        (
            np.zeros((2, 3, 4)) - np.eye(4)[1:],
            "y must be in [0, 1]; y[0, 0, 1] is -1.0",
        ),
        (np.array([[0.5], [-INF]], order="F"), "y must be in [0, 1]; y[1, 0] is -inf"),
        (np.arange(6)[::-2], "y must be in [0, 1]; y[0] is 5"),
    ],
)
def test_message_names_argument_range_value_and_place(value, message):
    with pytest.raises(ValueError, match=says(message)):
        checked("y", value, UNIT)


def test_value_that_only_the_narrower_dtype_refuses_is_shown_in_both():
    message = "w must be in (-inf, inf); w[1] is 1e+300, which is inf in float32"
    with np.errstate(over="ignore"), pytest.raises(ValueError, match=says(message)):
        Argument("w", FINITE).refuse(np.array([1, 1e300]), np.dtype("float32"))


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        (1, int),
        (1.5, float),
        (True, bool),
        ([0, 1], int),
        ((0.5, 1), float),
        ([[True], [False]], bool),
        ([1, 2.5], float),
        ([], float),
        (range(3), int),
        (memoryview(b"01"), np.uint8),
        (np.float16(1), np.float16),
        (np.longdouble(1), np.longdouble),
        (np.array([1], ">i4"), ">i4"),
        (2**63, np.uint64),
        (2**200, float),
        (-(2**200), float),
        ([np.float32(1)], np.float32),
        ([np.array(1), 2], int),
    ],
)
def test_real_numbers_of_all_kinds_become_an_array(value, dtype):
    array = numpy_array("z", value)
    assert array.dtype == dtype
    np.testing.assert_array_equal(array, np.array(value, dtype))


def test_array_is_not_copied():
    z = np.zeros(3)
    assert numpy_array("z", z) is z


class Opaque:
    def __repr__(self):
        return "Opaque()"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("0.5", "'0.5'"),
        (b"0.5", "b'0.5'"),
        (None, "None"),
        (1j, "1j"),
        (np.complex64(1j), r"complex64 of dtype complex64"),
        ([1j], "list of dtype complex128"),
        (["a", "bc"], "list of dtype <U2"),
        ([1, "a"], "list of dtype <U21"),
        ([None, 1], "list of dtype object"),
        (Opaque(), "Opaque of dtype object"),
        (Decimal("0.5"), "Decimal of dtype object"),
        (Fraction(1, 2), "Fraction of dtype object"),
        ({0: 1}, "dict of dtype object"),
        ({0, 1}, "set of dtype object"),
        ((each for each in [0, 1]), "generator of dtype object"),
        ([2**64 * 3], "list of dtype object"),
        (np.array([0.5], object), "ndarray of dtype object"),
        (np.array(["a"]), "ndarray of dtype <U1"),
        (np.datetime64("2020"), "datetime64 of dtype datetime64[Y]"),
        (np.timedelta64(1, "s"), "timedelta64 of dtype timedelta64[s]"),
        (np.zeros(1, "f8,i4"), "ndarray of dtype [('f0', '<f8'), ('f1', '<i4')]"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_real_number_is_a_type_error(value, found):
    with pytest.raises(TypeError, match=says(f"z must hold real numbers; got {found}")):
        numpy_array("z", value)


def test_ragged_list_is_a_value_error():
    with pytest.raises(ValueError, match=r"^z must be a rectangular array of real"):
        numpy_array("z", [[1, 2], [3]])


def test_integer_beyond_every_float_is_a_value_error():
    message = "z must be within the range of float64; got an integer of 3322 bits"
    with pytest.raises(ValueError, match=says(message)):
        numpy_array("z", 10**1000)


@pytest.mark.parametrize(
    "value",
    [np.ma.array([1.0, 2.0], mask=[0, 1]), np.ma.array([1.0]), np.ma.masked],
    ids=["masked", "unmasked", "constant"],
)
def test_masked_array_is_refused_rather_than_unmasked(value):
    with pytest.raises(TypeError, match=r"^z must not be a masked array.*filled"):
        numpy_array("z", value)


def shapes_of(*shapes):
    names = ["z", "y", "w"]
    arrays = [np.zeros(shape) for shape in shapes]
    arguments = [Argument(name, REAL) for name, _ in zip(names, arrays, strict=False)]
    return arguments, arrays


@pytest.mark.parametrize(
    "shapes",
    [
        [()],
        [(3,), (3,)],
        [(3,), ()],
        [(), (3,)],
        [(2, 3), (), (2, 3)],
        [(), (0,), (0,)],
        [(), (), ()],
    ],
)
def test_equal_shapes_and_scalars_agree(shapes):
    check_shapes(*shapes_of(*shapes))


TRAP = " (broadcasting would silently make (3, 3))"


@pytest.mark.parametrize(
    ("first", "second", "hint"),
    [
        ((3,), (3, 1), f"{TRAP}. Did you mean y.reshape(z.shape)?"),
        ((3, 1), (3,), f"{TRAP}. Did you mean y.reshape(z.shape)?"),
        ((1, 3), (3, 1), f"{TRAP}. Did you mean y.T?"),
        ((2, 3), (3, 2), ". Did you mean y.T?"),
        ((2, 3), (6,), ". Did you mean y.reshape(z.shape)?"),
        ((3,), (1,), ""),
        ((2, 3), (3,), ""),
        ((0,), (3,), ""),
    ],
)
def test_other_shapes_are_refused_by_name(first, second, hint):
    message = (
        "y must have the shape of z or be a scalar; "
        f"z has shape {first}, y has shape {second}{hint}"
    )
    with pytest.raises(ValueError, match=says(message)):
        check_shapes(*shapes_of(first, second))


def test_scalars_do_not_set_the_shape():
    with pytest.raises(ValueError, match=r"^w must have the shape of y or be a scalar"):
        check_shapes(*shapes_of((), (3,), (4,)))


@pytest.mark.parametrize("value", [2, 2.0, True + 1, np.int8(2), np.array(2.0)])
def test_number_is_a_python_float(value):
    result = number("base", value, ABOVE_ONE)
    assert type(result) is float
    assert result == 2


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (1, ValueError, "base must be in (1, inf); base is 1"),
        (math.nan, ValueError, "base must be in (1, inf); base is nan"),
        ([2.0], ValueError, "base must be one number; got shape (1,)"),
        ([], ValueError, "base must be one number; got shape (0,)"),
        ([2, 0], ValueError, "base must be in (1, inf); base[1] is 0"),
        ("2", TypeError, "base must hold real numbers; got '2'"),
    ],
)
def test_number_refuses_the_rest(value, error, message):
    with pytest.raises(error, match=says(message)):
        number("base", value, ABOVE_ONE)


def test_generator_is_handed_through():
    rng = np.random.default_rng(0)
    assert generator("rng", rng) is rng
    with pytest.raises(
        TypeError, match=r"^rng must be a numpy.*default_rng.*; got 42$"
    ):
        generator("rng", 42)


@pytest.mark.parametrize("value", [3, np.int64(3), np.array(3)])
def test_whole_number_is_an_int(value):
    result = whole_number("steps", value, at_least=3)
    assert type(result) is int
    assert result == 3


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (2, ValueError, "steps must be at least 3; got 2"),
        (3.0, TypeError, "steps must be a whole number; got 3.0"),
        ("3", TypeError, "steps must be a whole number; got '3'"),
    ],
)
def test_whole_number_refuses_the_rest(value, error, message):
    with pytest.raises(error, match=says(message)):
        whole_number("steps", value, at_least=3)


def test_features_are_a_finite_matrix_of_floats():
    X = features("X", [[1, 2], [3, 4]])
    assert X.dtype == float
    assert X.shape == (2, 2)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            [1, 2],
            "X must have two axes, (examples, features); got shape (2,); "
            "did you mean X[:, None]?",
        ),
        (1, "X must have two axes, (examples, features); got shape ()"),
        ([[]], "X must not be empty; got shape (1, 0)"),
        ([[1, INF]], "X must be in (-inf, inf); X[0, 1] is inf"),
    ],
)
def test_features_refuse_the_rest(value, message):
    with pytest.raises(ValueError, match=says(message)):
        features("X", value)


def test_one_label_stands_beside_each_row():
    X = np.zeros((3, 2))
    np.testing.assert_array_equal(one_label_each("y", [0, 1, 1], LABEL, X), [0, 1, 1])
    with pytest.raises(ValueError, match=r"shape \(3,\); got shape \(3, 1\).*y\.ravel"):
        one_label_each("y", [[0], [1], [1]], LABEL, X)
    with pytest.raises(ValueError, match=r"shape \(3,\); got shape \(2,\)$"):
        one_label_each("y", [0, 1], LABEL, X)


def test_choice_is_one_of_the_listed():
    assert one_of("solver", "newton", ["newton", "sgd"]) == "newton"
    message = "solver must be one of 'newton', 'sgd'; got 'adam'"
    with pytest.raises(ValueError, match=says(message)):
        one_of("solver", "adam", ["newton", "sgd"])


def test_domains_and_arguments_do_not_change():
    with pytest.raises(FrozenInstanceError):
        UNIT.high = 2
    with pytest.raises(AttributeError):
        Argument("z", REAL).name = "p"
