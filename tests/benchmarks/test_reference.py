"""The yardstick measured: exact values, and errors that are known beforehand."""

import math

import mpmath
import numpy as np
import pytest

from benchmarks.accuracy import grid
from benchmarks.reference import exact, in_ulps, truths


@pytest.mark.parametrize(
    ("z", "y", "loss", "gradient", "hessian"),
    [
        (0.0, 0.0, math.log(2), 0.5, 0.25),
        (0.0, 0.25, math.log(2), 0.25, 0.25),
        (math.log(3), 1.0, math.log(4 / 3), -1 / 4, 3 / 16),
        (-math.log(3), 1.0, math.log(4), -3 / 4, 3 / 16),
        (139.0, 1.0, math.exp(-139), -math.exp(-139), math.exp(-139)),
        (-700.0, 0.0, math.exp(-700), math.exp(-700), math.exp(-700)),
        (1e308, 0.5, 5e307, 0.5, 0.0),
        (-1e308, 1.0, 1e308, -1.0, 0.0),
    ],
)
def test_exact_values(z, y, loss, gradient, hessian):
    values = [float(value) for value in exact(z, y)]
    assert values == pytest.approx([loss, gradient, hessian], rel=1e-15, abs=0)


@pytest.mark.parametrize("z", [-801.0, -799.0, 799.0, 801.0])
@pytest.mark.parametrize("y", [0.0, 0.3, 1.0])
def test_the_far_form_agrees_with_the_definition(z, y):
    with mpmath.workprec(4000):
        p = 1 / (1 + mpmath.exp(-mpmath.mpf(z)))
        loss = -y * mpmath.log(p) - (1 - mpmath.mpf(y)) * mpmath.log(1 - p)
        for value, true in zip(exact(z, y), (loss, p - y, p * (1 - p)), strict=True):
            assert abs(value - true) <= abs(true) * mpmath.mpf(2) ** -110


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_errors_count_floats(dtype):
    format = np.finfo(dtype)
    tiny = format.smallest_subnormal
    values = np.array([1.5, -3, format.max, format.tiny, tiny, 0], dtype)
    truth = in_ulps([mpmath.mpf(float(v)) for v in values], dtype)
    assert truth.errors(values).tolist() == [0] * 6
    assert truth.errors(np.nextafter(values, dtype(0)))[:5].tolist() == [1] * 5
    nan = np.full(6, np.nan, dtype)
    assert truth.errors(nan).tolist() == [math.inf] * 6


def test_errors_see_less_than_one_ulp():
    with mpmath.workprec(120):
        third = in_ulps([mpmath.mpf(1) / 3], float)
    # 0.0101…01|0101… in binary: cut off after the bar, by a third of a unit.
    assert third.errors([1 / 3])[0] == pytest.approx(1 / 3, rel=1e-15)


def test_a_soft_gradient_counts_in_ulps_of_the_larger_of_p_and_y():
    z = np.array([math.log(9)])
    truth = truths(z, 0.9, float)["gradient"]
    assert truth.errors([2.0**-53])[0] == pytest.approx(1, abs=1)
    assert truth.errors([1e-3])[0] == pytest.approx(1e-3 * 2**53, rel=1e-3)
    hard = truths(np.array([-40.0]), 0.0, float)["gradient"]
    assert hard.errors([0.0])[0] > 2**52


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_grid_has_every_binade_of_both_signs(dtype):
    format = np.finfo(dtype)
    z = grid(dtype)
    assert z.dtype == dtype
    assert np.isfinite(z).all()
    assert 0 in z
    expected = set(range(format.minexp - format.nmant, format.maxexp))
    for side in (z[z > 0], -z[z < 0]):
        _, exponents = np.frexp(side.astype(float))
        assert set((exponents - 1).tolist()) == expected
    assert np.array_equal(z, grid(dtype))
