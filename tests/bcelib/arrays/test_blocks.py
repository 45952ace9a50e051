"""Blocks: the same bits as the whole-array formula, whatever the size and layout."""

import math

import numpy as np
import pytest
from catalogue import CASES, HUGE, TINY, VALUE_AND_GRAD

from bcelib._arrays import blocks
from bcelib._arrays.blocks import BLOCK
from bcelib._arrays.validate import REAL, Argument
from bcelib._arrays.whole import NUMPY
from bcelib.bernoulli import _kl_divergence
from bcelib.losses import _bce, _bce_grad, _bce_hessian, _weighted_bce
from bcelib.losses import binary_cross_entropy_with_logits as bce
from bcelib.losses import (
    binary_cross_entropy_with_logits_value_and_grad as bce_value_and_grad,
)
from bcelib.numerics import _logit, _sigmoid, _softplus, softplus

SIZES = [0, 1, 7, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 5]
DRAWS = {
    "z": lambda rng, n: rng.normal(scale=20, size=n),
    "p": lambda rng, n: rng.random(n),
    "w": lambda rng, n: rng.exponential(size=n),
}


def blockwise(formula, *arrays, **constants):
    arguments = [Argument("z", REAL) for _ in arrays]
    shape, dtype = arrays[0].shape, arrays[0].dtype
    with np.errstate(all="ignore"):
        return blocks.evaluate(formula, constants, arguments, arrays, shape, dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("formula", "kinds"),
    [
        (_sigmoid, "z"),
        (_softplus, "z"),
        (_logit, "p"),
        (_kl_divergence, "pp"),
        (_bce, "zp"),
        (_bce_grad, "zp"),
        (_bce_hessian, "zp"),
        (_weighted_bce, "zpw"),
    ],
)
def test_blocks_give_the_bits_of_the_whole(formula, kinds, size, dtype):
    rng = np.random.default_rng(size)
    arrays = [DRAWS[kind](rng, size).astype(dtype) for kind in kinds]
    constants = {"unit": 2.0} if formula is _kl_divergence else {}
    with np.errstate(all="ignore"):
        whole = formula(NUMPY, *arrays, **constants)
    result = blockwise(formula, *arrays, **constants)
    assert result.dtype == whole.dtype == dtype
    np.testing.assert_array_equal(result, whole)


def scaled(xp, z, *, factor):
    return factor * z


def test_each_constant_has_a_program_of_its_own():
    z = np.arange(2 * BLOCK, dtype=float)
    for factor in (2.0, 3.0, 2.0, 2, 0.5):
        np.testing.assert_array_equal(blockwise(scaled, z, factor=factor), factor * z)


def rearrangements(array):
    """The same values in other layouts in memory, each with its name."""
    yield "Fortran order", np.asfortranarray(array)
    yield "negative strides", array[::-1, ::-1].copy()[::-1, ::-1]
    yield "every other column", np.repeat(array, 2, axis=1)[:, ::2]
    yield "big-endian", array.astype(array.dtype.newbyteorder(">"))
    readonly = array.copy()
    readonly.flags.writeable = False
    yield "read-only", readonly


@pytest.mark.parametrize("case", CASES, ids=str)
def test_layout_of_the_arrays_does_not_matter(case):
    shape = (123, 1100)  # two blocks and a remainder
    arguments = case.draw(shape)
    expected = case.function(*arguments)
    layouts = zip(*map(rearrangements, arguments), strict=True)
    for layout in layouts:
        names, arrays = zip(*layout, strict=True)
        result = case.function(*arrays)
        assert result.dtype == expected.dtype, names
        # Strided loops of NumPy may end in another last bit.
        np.testing.assert_allclose(result, expected, rtol=1e-15, atol=TINY)


def test_arrays_of_different_layouts_meet_element_by_element():
    z = np.arange(40_000.0).reshape(200, 200) / 1e3
    y = np.asfortranarray(z % 1)
    np.testing.assert_array_equal(bce(z, y), bce(z, y.copy(order="C")))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_order_of_the_elements_does_not_matter(case):
    arguments = case.draw(2 * BLOCK + 3)
    order = np.random.default_rng(1).permutation(2 * BLOCK + 3)
    permuted = case.function(*(array[order] for array in arguments))
    np.testing.assert_array_equal(permuted, case.function(*arguments)[order])


@pytest.mark.parametrize("case", [*CASES, *VALUE_AND_GRAD], ids=str)
def test_arguments_are_left_as_they_were(case):
    arguments = case.draw(BLOCK + 3)
    copies = [array.copy() for array in arguments]
    case.function(*arguments)
    for array, copy in zip(arguments, copies, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_scalars_meet_every_block():
    z = np.linspace(-5, 5, 2 * BLOCK + 9)
    np.testing.assert_array_equal(bce(z, 0.25), bce(z, np.full_like(z, 0.25)))
    np.testing.assert_array_equal(
        bce(0.5, z / 20 + 0.5), bce(np.full_like(z, 0.5), z / 20 + 0.5)
    )


@pytest.mark.parametrize("place", [0, BLOCK - 1, BLOCK, 3 * BLOCK + 4])
def test_a_bad_value_is_found_in_its_block(place):
    z = np.zeros(3 * BLOCK + 5)
    z[place] = math.nan
    with pytest.raises(ValueError, match=rf"z\[{place}\] is nan$"):
        softplus(z)
    y = np.zeros(3 * BLOCK + 5, int)
    y[place] = 2
    with pytest.raises(ValueError, match=rf"labels\[{place}\] is 2$"):
        bce(0.0, y)


def test_limits_are_taken_where_needed_and_nowhere_else():
    # sp(z) − y z would be ∞ − ∞, and (1 − y) sp(z) is 0 · ∞, at the last place.
    z = np.random.default_rng(0).normal(scale=9, size=2 * BLOCK)
    w = np.full_like(z, 2.0)
    y = np.ones_like(z)
    expected = bce(z, y, pos_weight=w)
    z[-1] = np.inf
    result = bce(z, y, pos_weight=w)
    np.testing.assert_array_equal(result[:-1], expected[:-1])
    assert result[-1] == 0


@pytest.mark.parametrize("size", SIZES[1:])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_mean_is_that_of_the_values(size, dtype):
    rng = np.random.default_rng(size)
    z, y = rng.normal(scale=5, size=size).astype(dtype), rng.random(size).astype(dtype)
    value, gradient = bce_value_and_grad(z, y)
    wide = z.astype(np.longdouble), y.astype(np.longdouble)
    values, slopes = (formula(np, *wide) for formula in (_bce, _bce_grad))
    assert value.dtype == gradient.dtype == dtype
    rtol = 4 * float(np.finfo(dtype).eps)
    np.testing.assert_allclose(value, values.mean(), rtol=rtol)
    atol = max(rtol / size, 0.51 * float(np.finfo(dtype).smallest_subnormal))
    np.testing.assert_allclose(gradient, slopes / size, rtol=rtol, atol=atol)


def test_mean_in_float32_is_summed_in_more_than_float32():
    z = np.random.default_rng(0).normal(scale=5, size=3 * BLOCK + 5).astype(np.float32)
    value, _ = bce_value_and_grad(z, 1)
    assert value == np.float32(math.fsum(bce(z, 1)) / z.size)


def test_float16_is_averaged_in_more_than_float16():
    z = np.full(100_000, 10, np.float16)  # the sum of the losses is beyond float16
    value, gradient = bce_value_and_grad(z, 0)
    assert value == 10
    np.testing.assert_allclose(gradient, 1e-5, rtol=1e-2)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000, 12_345, 3 * BLOCK + 5])
@pytest.mark.parametrize("largest", [HUGE, np.finfo(np.float32).max])
def test_mean_of_the_largest_number_is_that_number(largest, size):
    # The shares z/n are rounded, so that their sum may end above z, even at ∞.
    z = np.full(size, largest, type(largest))
    value, gradient = bce_value_and_grad(z, 0)
    assert value <= largest
    assert value == pytest.approx(largest, rel=1e-13)
    np.testing.assert_allclose(gradient, 1 / size, rtol=1e-6)


def test_mean_in_longdouble_goes_beyond_float64():
    z = np.array(["1e4000", "3e4000"], np.longdouble)
    if np.isinf(z).any():
        pytest.skip("longdouble is float64 on this platform")
    value, _ = bce_value_and_grad(z, 0)
    assert value == np.longdouble("2e4000")


@pytest.mark.parametrize("size", [1, 7, 1000, 3 * BLOCK + 5])
def test_mean_of_subnormal_numbers_is_that_number(size):
    z = np.full(size, -740.0)  # a share of the loss, divided by n, would be 0
    value, _ = bce_value_and_grad(z, 0)
    assert value == bce(-740.0, 0) > 0


def test_mean_with_one_infinite_loss_is_infinite():
    z = np.zeros(2 * BLOCK)
    z[-1] = -np.inf
    assert bce_value_and_grad(z, 1)[0] == np.inf
    value, gradient = bce_value_and_grad([0.0, -np.inf, 0.0, 0.0], 1)
    assert value == np.inf
    np.testing.assert_array_equal(gradient, [-1 / 8, -1 / 4, -1 / 8, -1 / 8])


def test_mean_of_one_is_the_loss():
    for z in (-745.0, -1.0, 0.0, 37.0, HUGE):
        assert bce_value_and_grad(z, 0)[0] == bce(z, 0)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_memory_order_of_the_result_is_that_of_the_arguments(case):
    arguments = [np.asfortranarray(array) for array in case.draw((3, 4))]
    assert case.function(*arguments).flags.f_contiguous
    assert case.function(*case.draw((3, 4))).flags.c_contiguous
