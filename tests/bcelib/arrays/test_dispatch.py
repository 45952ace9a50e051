"""Dispatch: what goes in decides what comes out, in NumPy and in other libraries."""

import array_api_strict as xp
import numpy as np
import pytest
from catalogue import CASES, HUGE, TINY, VALUE_AND_GRAD, Case

from bcelib import losses, numerics
from bcelib.bernoulli import likelihood, log_likelihood, mle
from bcelib.losses import binary_cross_entropy_with_logits as bce
from bcelib.losses import margin, smooth_labels
from bcelib.numerics import xlogy

FLOATS = [np.float16, np.float32, np.float64, np.longdouble]
bce_value_and_grad = losses.binary_cross_entropy_with_logits_value_and_grad
every_case = pytest.mark.parametrize("case", CASES, ids=str)
every_case_and_mean = pytest.mark.parametrize(
    "case", [*CASES, *VALUE_AND_GRAD], ids=str
)


def parts(result):
    return result if isinstance(result, tuple) else (result,)


# ---- NumPy -----------------------------------------------------------------------


@every_case_and_mean
@pytest.mark.parametrize("dtype", FLOATS)
def test_extremes_of_the_domain_warn_of_nothing_and_give_no_nan(case, dtype):
    arguments = case.grid(dtype)
    with np.errstate(all="raise"):
        results = parts(case.function(*arguments))
    for result in results:
        assert result.dtype == dtype
        assert not np.isnan(result).any()
    assert results[-1].shape == arguments[0].shape


@every_case
def test_every_extreme_alone_is_the_same_as_among_others(case):
    arguments = case.grid()
    together = case.function(*arguments)
    with np.errstate(all="raise"):
        alone = [case.function(*each) for each in zip(*arguments, strict=True)]
    np.testing.assert_array_equal(alone, together)


@every_case
def test_numbers_give_numpy_scalars_and_lists_give_arrays(case):
    numbers = [float(each) for each in case.draw(())]
    result = case.function(*numbers)
    assert type(result) is np.float64
    arrays = [np.array(each) for each in numbers]
    assert type(case.function(*arrays)) is np.float64
    for wrap in (lambda x: [x], lambda x: (x,), lambda x: [[x]]):
        nested = case.function(*map(wrap, numbers))
        assert nested.shape == np.shape(wrap(0.0))
        assert nested.dtype == float
        assert nested == result


@every_case
@pytest.mark.parametrize("shape", [(0,), (3, 0), (0, 2, 1)])
def test_nothing_gives_nothing(case, shape):
    for dtype in FLOATS:
        result = case.function(*(np.empty(shape, dtype) for _ in case.kinds))
        assert result.shape == shape
        assert result.dtype == dtype


@every_case
@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint64, int])
def test_integers_and_booleans_are_numbers(case, dtype):
    zeros_and_ones = [np.array([0, 1, 1, 0], dtype), np.array([1, 1, 0, 0], dtype)]
    zeros_and_ones.append(np.array([0, 1, 0, 1], dtype))
    arguments = zeros_and_ones[: len(case.kinds)]
    result = case.function(*arguments)
    assert result.dtype == float
    np.testing.assert_array_equal(
        result, case.function(*(each.astype(float) for each in arguments))
    )


f16, f32, f64, long = (np.ones(2, dtype) for dtype in FLOATS)


@pytest.mark.parametrize(
    ("logits", "labels", "dtype"),
    [
        (f32, f32, np.float32),
        (f32, f64, np.float64),
        (f16, f32, np.float32),
        (f16, f16, np.float16),
        (long, f32, np.longdouble),
        (f32, [0, 1], np.float32),
        (f32, [0.5, 1.0], np.float32),
        (f32, 0.5, np.float32),
        (f32, 1, np.float32),
        (f32, True, np.float32),
        (f32, np.array([0, 1]), np.float32),
        (f32, np.array([False, True]), np.float32),
        (f32, np.float64(0.5), np.float64),  # as in NumPy 2: it carries its dtype
        (f32, np.float16(0.5), np.float32),
        ([0.0, 1.0], f32, np.float32),
        (0.5, f16, np.float16),
        (2, f32, np.float32),
        (np.array([0, 1]), f32, np.float32),
        (np.float32(0.5), 1, np.float32),
        ([np.float32(0.5)], [1], np.float64),  # a list carries none
        (0.5, 1, np.float64),
        (np.ones(2, ">f8"), [0, 1], np.float64),
        (np.ones(2, ">f4"), np.ones(2, "<f4"), np.float32),
    ],
)
def test_only_arrays_with_a_floating_dtype_decide_the_dtype(logits, labels, dtype):
    result = bce(logits, labels)
    assert result.dtype == dtype
    assert result.dtype.isnative
    value, gradient = bce_value_and_grad(logits, labels)
    assert value.dtype == gradient.dtype == dtype
    assert bce(logits, labels, pos_weight=2.0).dtype == dtype


@every_case
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_narrow_dtypes_are_computed_to_their_own_precision(case, dtype):
    narrow = case.draw(1000, dtype)
    wide = case.function(*(array.astype(float) for array in narrow))
    eps, smallest = (float(x) for x in (np.finfo(dtype).eps, np.finfo(dtype).tiny))
    with np.errstate(all="ignore"):
        expected = wide.astype(dtype).astype(float)
    # p − y of a soft label cancels, so what is made of it is measured against 1.
    cancels = any(word in case.name for word in ("grad", "squared"))
    np.testing.assert_allclose(
        case.function(*narrow).astype(float),
        expected,
        rtol=16 * eps,
        atol=8 * eps * max(1, wide.max()) if cancels else smallest,
    )


def test_a_number_beside_a_narrower_array_is_checked_before_it_is_rounded():
    with pytest.raises(ValueError, match=r"labels is 1\.0000000001$"):
        bce(f32, 1.0000000001)
    with pytest.raises(ValueError, match=r"p\[1\] is -1e-60$"):
        numerics.logit([0.5, -1e-60])
    with pytest.raises(ValueError, match=r"labels\[1\] is -1e-60$"):
        bce(f32, [0.5, -1e-60])


def test_a_number_too_large_for_the_narrower_array_says_so():
    message = (
        r"^x must be in \(-inf, inf\); x\[1\] is 1e\+300, which is inf in float32$"
    )
    with pytest.raises(ValueError, match=message):
        xlogy([1.0, 1e300], f32)
    assert bce([1e300, -1e300], f32).tolist() == [0, np.inf]  # a logit may be ∞


def test_subclasses_and_look_alikes_become_plain_arrays():
    class Tagged(np.ndarray):
        pass

    assert type(bce(np.ones(2).view(Tagged), 1)) is np.ndarray
    assert type(bce(memoryview(np.ones(2)), 1)) is np.ndarray
    assert type(bce(range(2), 1)) is np.ndarray


def test_the_callers_error_state_is_restored_after_a_result_and_after_an_error():
    with np.errstate(all="raise"):
        before = np.geterr()
        bce(HUGE, 0)
        bce_value_and_grad([HUGE], 0)
        assert np.geterr() == before
        with pytest.raises(ValueError, match="labels is 2"):
            bce(HUGE, 2)
        assert np.geterr() == before


# ---- other libraries, by way of the strictest -------------------------------------


def foreign(arrays, dtype=xp.float64):
    return [xp.asarray(array.tolist(), dtype=dtype) for array in arrays]


def plain(array):
    return np.asarray(array)


@every_case_and_mean
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_foreign_arrays_give_foreign_arrays_of_the_same_values(case, dtype):
    arguments = case.grid(np.dtype(dtype))
    expected = parts(case.function(*arguments))
    results = parts(case.function(*foreign(arguments, getattr(xp, dtype))))
    for result, ours in zip(results, expected, strict=True):
        assert type(result) is type(xp.asarray(0.0))
        assert result.dtype == getattr(xp, dtype)
        assert result.shape == ours.shape
        assert not np.isnan(plain(result)).any()
        np.testing.assert_allclose(
            plain(result), ours, rtol=1e-6 if dtype == "float32" else 1e-15
        )


@every_case_and_mean
def test_a_foreign_array_takes_numbers_and_lists_beside_it(case):
    arguments = case.draw(3)
    expected = parts(case.function(*arguments))[-1]
    for position, _ in enumerate(arguments):
        mixed = [array.tolist() for array in arguments]
        (mixed[position],) = foreign([arguments[position]])
        result = parts(case.function(*mixed))[-1]
        np.testing.assert_allclose(plain(result), expected, rtol=1e-15)


@every_case_and_mean
def test_a_foreign_array_meets_scalars(case):
    arguments = case.draw(3)
    for position, _ in enumerate(arguments):
        mixed = [float(array[0]) for array in arguments]
        (mixed[position],) = foreign([arguments[position]])
        beside = [
            mixed[i] if i != position else arguments[i] for i in range(len(mixed))
        ]
        result = parts(case.function(*mixed))[-1]
        assert result.shape == (3,)
        np.testing.assert_allclose(
            plain(result), parts(case.function(*beside))[-1], rtol=1e-15
        )


@every_case_and_mean
def test_foreign_scalars_stay_foreign_scalars(case):
    results = parts(case.function(*foreign(case.draw(()))))
    assert all(result.shape == () for result in results)
    assert all(type(result) is type(xp.asarray(0.0)) for result in results)


@every_case
def test_foreign_nothing_gives_nothing(case):
    result = case.function(*(xp.empty((2, 0), dtype=xp.float32) for _ in case.kinds))
    assert result.shape == (2, 0)
    assert result.dtype == xp.float32


@pytest.mark.parametrize(
    ("logits", "labels", "dtype"),
    [
        ("float32", "float32", "float32"),
        ("float32", "float64", "float64"),
        ("float32", "int64", "float32"),
        ("float32", "bool", "float32"),
        ("float32", "uint8", "float32"),
        ("int32", "int32", "float64"),  # the default of the library
        ("bool", "float32", "float32"),
    ],
)
def test_foreign_dtypes_follow_the_same_law(logits, labels, dtype):
    z, y = (xp.asarray([0, 1], dtype=getattr(xp, each)) for each in (logits, labels))
    assert bce(z, y).dtype == getattr(xp, dtype)
    assert bce(z, [0.5, 1.0]).dtype == bce(z, 1).dtype
    value, gradient = bce_value_and_grad(z, y)
    assert value.dtype == gradient.dtype == getattr(xp, dtype)


def test_foreign_arrays_stay_on_their_device():
    there = xp.Device("device1")
    z = xp.asarray([0.0, 1.0], device=there)
    assert bce(z, [0, 1]).device == there
    assert bce(2.0, xp.asarray([0, 1], device=there)).device == there
    with pytest.raises(ValueError, match=r"^logits must be in .*; logits\[1\] is nan$"):
        bce(xp.asarray([0.0, xp.nan], device=there), 1)
    with pytest.raises(ValueError, match="devices"):
        bce(z, xp.asarray([0.0, 1.0]))


MIXED = "all arrays must come from one library; logits comes from "


@pytest.mark.parametrize("function", [bce, bce_value_and_grad, margin])
@pytest.mark.parametrize(
    ("logits", "labels", "error", "message"),
    [
        (
            xp.zeros(2),
            np.zeros(2),
            TypeError,
            f"^{MIXED}array_api_strict, labels comes",
        ),
        (
            np.zeros(2),
            xp.zeros(2),
            TypeError,
            f"^{MIXED}numpy, labels comes from array",
        ),
        (xp.zeros(2), np.asarray(0.0), TypeError, r"labels comes from numpy$"),
        (xp.zeros(2), np.ma.zeros(2), TypeError, r"labels comes from numpy$"),
        (
            xp.zeros(2, dtype=xp.complex128),
            1,
            TypeError,
            r"^logits must hold real .*128",
        ),
        (
            1,
            xp.zeros(2, dtype=xp.complex64),
            TypeError,
            r"^labels must hold real .*x64",
        ),
        (xp.zeros(2), "a", TypeError, r"^labels must hold real numbers; got 'a'$"),
        (None, xp.zeros(2), TypeError, r"^logits must hold real numbers; got None$"),
        (xp.zeros(2), [1j, 0], TypeError, r"^labels must hold .* list of dtype comp"),
        (xp.asarray([[0.0, xp.nan]]), 1, ValueError, r"; logits\[0, 1\] is nan$"),
        (xp.asarray(xp.nan), 1, ValueError, r"; logits is nan$"),
        (xp.zeros(2), [0, 2], ValueError, r"^labels must be in .*; labels\[1\] is 2$"),
        (xp.zeros(2), xp.asarray([0, 2]), ValueError, r"; labels\[1\] is 2\.0$"),
        (xp.zeros(2, dtype=xp.float32), 1 + 1e-12, ValueError, r"labels is 1\.00000"),
        (xp.zeros(3), xp.zeros((3, 1)), ValueError, r"silently make \(3, 3\)"),
        (xp.zeros((3, 1)), [0, 1, 1], ValueError, r"silently make \(3, 3\)"),
        (xp.zeros(3), xp.zeros(4), ValueError, r"labels must have the shape of logits"),
    ],
)
def test_foreign_input_is_refused_in_the_same_words(
    function, logits, labels, error, message
):
    with pytest.raises(error, match=message):
        function(logits, labels)


@pytest.mark.parametrize(
    ("logits", "labels", "name"),
    [
        (xp.zeros(0), 1, "logits"),
        (1.0, xp.zeros(0), "labels"),
        (xp.zeros((2, 0)), xp.zeros((2, 0)), "logits"),
    ],
)
def test_foreign_nothing_has_no_mean(logits, labels, name):
    with pytest.raises(ValueError, match=f"^{name} must hold at least one value"):
        bce_value_and_grad(logits, labels)


def test_foreign_weight_too_large_for_the_array_is_refused():
    with pytest.raises(
        ValueError, match=r"^pos_weight must be in .*pos_weight is inf$"
    ):
        bce(xp.zeros(2, dtype=xp.float32), 1, pos_weight=1e300)


def test_foreign_mean_does_not_overflow_where_the_sum_would():
    for size in (2, 3, 7, 1000):
        value, gradient = bce_value_and_grad(xp.full(size, HUGE), 0)
        assert float(value) == pytest.approx(HUGE, rel=1e-13)
        np.testing.assert_array_equal(plain(gradient), 1 / size)


def test_foreign_arrays_are_left_as_they_were():
    z = xp.asarray([-np.inf, 0.0, np.inf])
    bce(z, 1)
    smooth_labels(xp.asarray([0.0, 1.0]), alpha=0.1)
    np.testing.assert_array_equal(plain(z), [-np.inf, 0, np.inf])


def test_reductions_of_a_coin_take_foreign_arrays():
    p, y = xp.asarray([0.5, 0.25]), xp.asarray([1, 0])
    assert likelihood(p, y) == 0.375
    assert log_likelihood(p, y) == pytest.approx(np.log(0.375))
    assert mle(y) == 0.5


def test_parameters_may_be_scalars_of_any_library():
    case = Case("focal", losses.focal_loss, "zs")
    z, y = case.draw(5)
    expected = losses.focal_loss(z, y, gamma=3)
    for gamma in (np.int8(3), np.array(3.0), xp.asarray(3.0)):
        np.testing.assert_array_equal(losses.focal_loss(z, y, gamma=gamma), expected)


def test_the_smallest_numbers_survive():
    assert bce(xp.asarray(-745.0), 0) == TINY
    assert bce(-745.0, 0) == TINY
