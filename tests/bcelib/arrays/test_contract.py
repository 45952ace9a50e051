"""The contract of a formula: what breaks a clause is refused, and gives no number."""

import functools
import inspect
import math
import re

import array_api_strict
import numpy as np
import pytest
from catalogue import CASES, VALUE_AND_GRAD

import bcelib._arrays
from bcelib import bernoulli, losses, metrics, numerics
from bcelib._arrays.dispatch import LONG, evaluate, mean_and_gradient
from bcelib._arrays.validate import REAL, Argument
from bcelib._arrays.whole import Calls

ARGUMENTS = [Argument("z", REAL)]
CLAUSES = re.findall(r"^(\d)\. ", inspect.getdoc(bcelib._arrays), flags=re.M)
# One for each way: a number, a short array, a long one, and another library's.
VALUES = {
    "number": 2.0,
    "short": np.linspace(-2, 2, 5),
    "long": np.linspace(-2, 2, 3 * LONG),
    "foreign": array_api_strict.asarray([-2.0, 2.0]),
}
every_way = pytest.mark.parametrize("z", VALUES.values(), ids=list(VALUES))


# ---- formulas that break a clause --------------------------------------------------

unnamed = lambda xp, z: z + 1  # noqa: E731


def local():
    def formula(xp, z):
        return z + 1

    return formula


def takes_a_sum(xp, z):
    return z / xp.sum(z)


def takes_a_sum_of_numpy(xp, z):
    return z / np.sum(z)


def takes_a_sum_by_its_method(xp, z):
    return z / z.sum()


def takes_a_running_sum(xp, z):
    return np.add.accumulate(z)


def takes_a_product_of_matrices(xp, z):
    return z * (z @ z)


def takes_the_first(xp, z):
    return z - z[0]


def reads_the_shape(xp, z):
    return z / z.size


def converts_by_a_method(xp, z):
    return z.clip(0, 1)


def names_an_argument(xp, z):
    return xp.where(z > 0, x=z, y=-z)


def names_another(xp, z):
    return np.add(z, z, where=z > 0)


def writes_over_its_argument(xp, z):
    z += 1
    return z


def branches(xp, z):
    return z if z > 0 else -z


def branches_in_between(xp, z):
    return z * (0 < z < 1)


def asks_python(xp, z):
    return z * math.exp(z)


def squares_by_an_operator(xp, z):
    return (z + 1) ** 2


def raises_to_a_power_by_an_operator(xp, z):
    return 2.0**z


def returns_two(xp, z):
    return z + 1, z


def returns_a_number(xp, z):
    return 1.0


ELEMENTS = "a formula (works element by element|may call|must call functions of xp)"
BROKEN = [
    (1, unnamed, "a formula must stand in its module under a name.*got <lambda>"),
    (1, local(), "a formula must stand in its module under a name.*local.<locals>"),
    (1, functools.partial(returns_a_number), "under a name.*got functools.partial"),
    (2, takes_a_sum, rf"{ELEMENTS}.*; xp\.sum is none of them"),
    (2, takes_a_sum_of_numpy, rf"{ELEMENTS}.*not so sum"),
    (2, takes_a_sum_by_its_method, rf"{ELEMENTS}, not \.sum"),
    (2, takes_a_running_sum, rf"{ELEMENTS}.*not so np\.add\.accumulate"),
    (2, takes_a_product_of_matrices, rf"{ELEMENTS}.*not so np\.matmul"),
    (2, takes_the_first, rf"{ELEMENTS}, and takes none by index"),
    (2, reads_the_shape, rf"{ELEMENTS}, not \.size"),
    (2, converts_by_a_method, rf"{ELEMENTS}, not \.clip"),
    (2, names_an_argument, "where|keyword"),
    (2, names_another, rf"{ELEMENTS}.*by position; not so np\.add"),
    (2, writes_over_its_argument, rf"{ELEMENTS}, on new arrays.*not so np\.add"),
    (3, branches, r"a formula must not branch on values; use xp\.where"),
    (3, branches_in_between, r"a formula must not branch on values; use xp\.where"),
    (3, asks_python, "must be real number, not _Recorder"),
    (4, squares_by_an_operator, r"a formula must call xp\.square or xp\.pow"),
    (4, raises_to_a_power_by_an_operator, r"must call xp\.square or xp\.pow"),
    (5, returns_two, "a formula must return an array; got tuple"),
    (5, returns_a_number, "a formula must return an array; got float"),
]


@every_way
@pytest.mark.parametrize(
    ("formula", "message"),
    [(formula, message) for _, formula, message in BROKEN],
    ids=[getattr(formula, "__name__", "partial") for _, formula, _ in BROKEN],
)
def test_what_breaks_a_clause_is_refused_whatever_the_way(formula, message, z):
    for _ in range(2):  # and is not forgotten
        with pytest.raises((TypeError, AttributeError), match=message):
            evaluate(formula, ARGUMENTS, z)
    with pytest.raises((TypeError, AttributeError), match=message):
        mean_and_gradient((formula, keeps_to_it), ARGUMENTS, z)
    with pytest.raises((TypeError, AttributeError), match=message):
        mean_and_gradient((keeps_to_it, formula), ARGUMENTS, z)


def test_the_arrays_are_left_alone_by_what_is_refused():
    z = np.zeros(3)
    with pytest.raises(TypeError, match="on new arrays"):
        evaluate(writes_over_its_argument, ARGUMENTS, z)
    assert z.tolist() == [0, 0, 0]


def test_the_clauses_that_are_refused_are_those_that_the_contract_says():
    assert "What breaks 1 to 5 is refused" in inspect.getdoc(bcelib._arrays)
    assert {clause for clause, *_ in BROKEN} == {1, 2, 3, 4, 5}
    assert [*"1234567"] == CLAUSES


# ---- formulas that keep to it ------------------------------------------------------


def keeps_to_it(xp, z, *, scale=2.0):
    if scale > 1:  # of a constant
        scale = 1 / scale
    small = xp.exp(xp.minimum(z, -z))
    return scale * xp.square(xp.where(z > 0, small, 1.0)) - xp.pow(small, scale)


@every_way
def test_what_keeps_to_it_has_one_value_on_every_way(z):
    z_there = np.asarray(z)
    small = np.exp(-abs(z_there))
    expected = np.where(z_there > 0, small, 1) ** 2 / 4 - small**0.25
    np.testing.assert_allclose(
        np.asarray(evaluate(keeps_to_it, ARGUMENTS, z, scale=4.0)), expected, rtol=1e-15
    )


def test_every_function_that_is_permitted_is_there_for_all_libraries():
    def call(xp, name, z):
        if name in ("minimum", "maximum", "pow"):
            return getattr(xp, name)(z, z)
        if name == "where":
            return xp.where(z > 0, z, z)
        if name == "clip":
            return xp.clip(z, 0.25, 0.75)
        return xp.astype(z, z.dtype) if name == "astype" else getattr(xp, name)(z)

    for name in Calls.NAMES:
        numbers = [0.5, 0.125]
        ours = call(np, name, np.array(numbers))
        theirs = call(Calls(array_api_strict), name, array_api_strict.asarray(numbers))
        np.testing.assert_allclose(np.asarray(theirs), ours, rtol=1e-15)


@pytest.mark.parametrize("module", [numerics, bernoulli, losses, metrics])
def test_the_formulas_of_the_course_use_what_is_permitted(module):
    used = set(re.findall(r"\bxp\.(\w+)", inspect.getsource(module)))
    assert used <= {*Calls.NAMES}


# ---- 7: NaN ------------------------------------------------------------------------


def weighs(xp, z):
    return xp.astype(z < 0, z.dtype) * z


@every_way
def test_a_weight_of_zero_at_infinity_counts_nothing(z):
    ends = {float: np.inf, np.ndarray: np.full_like(z, np.inf)}
    z = ends[type(z)] if type(z) in ends else z * np.inf
    result = np.asarray(evaluate(weighs, ARGUMENTS, z))
    assert not np.isnan(result).any()
    np.testing.assert_array_equal(result, np.where(np.asarray(z) > 0, 0, -np.inf))


# ---- what a mean assumes: nothing --------------------------------------------------


def as_they_are(xp, z):
    return z + 0.0


def slope(xp, z):
    return 1.0 + 0.0 * z  # NaN at infinity, where the value is not


@every_way
@pytest.mark.parametrize("largest", [3.0, float(np.finfo(float).max)])
def test_a_mean_may_have_either_sign_and_does_not_overflow(z, largest):
    z = z / 2 * largest
    value, gradient = mean_and_gradient((as_they_are, slope), ARGUMENTS, z)
    numbers = np.asarray(z).ravel()
    expected = math.fsum(numbers / numbers.size)
    assert float(value) == pytest.approx(expected, rel=1e-12, abs=1e-12 * largest)
    np.testing.assert_allclose(np.asarray(gradient), 1 / numbers.size, rtol=1e-15)


@every_way
def test_a_slope_that_is_undefined_alone_is_mended(z):
    z = z * np.inf if isinstance(z, float) else z * 0 + np.inf
    value, gradient = mean_and_gradient((as_they_are, slope), ARGUMENTS, z)
    assert float(value) == np.inf
    n = np.asarray(z).size
    np.testing.assert_allclose(np.asarray(gradient), 1 / n, rtol=1e-15)


# ---- what every way promises -------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_element_has_the_same_bits_alone_in_short_and_in_long_arrays(case, dtype):
    n = 2 * LONG
    arrays = case.draw(n, dtype)
    long = case.function(*arrays)
    short = [case.function(*(x[i : i + 7] for x in arrays)) for i in range(0, n, 7)]
    gaps = case.function(*(x[::5] for x in arrays))
    alone = [
        case.function(*each) for each in zip(*(x[:100] for x in arrays), strict=True)
    ]
    ones = [case.function(*(x[i : i + 1] for x in arrays)) for i in range(100)]
    np.testing.assert_array_equal(np.concatenate(short), long)
    np.testing.assert_array_equal(gaps, long[::5])
    np.testing.assert_array_equal(alone, long[:100])
    np.testing.assert_array_equal(np.concatenate(ones), long[:100])


@pytest.mark.parametrize("case", [*CASES, *VALUE_AND_GRAD], ids=str)
@pytest.mark.parametrize("n", [1, 5, LONG - 1, LONG, 3 * LONG])
def test_bad_values_are_named_alike_on_every_way(case, n):
    arrays = case.draw(n)
    arrays[-1][n // 2] = np.nan
    place = f"[{n // 2}]"
    with pytest.raises(ValueError, match=rf"must be in .*{re.escape(place)} is nan$"):
        case.function(*arrays)
