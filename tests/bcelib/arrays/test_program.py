"""Programs: nothing computed twice, no new array, and the values of the formula."""

import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from catalogue import CASES, VALUE_AND_GRAD

from bcelib._arrays.blocks import BLOCK
from bcelib._arrays.program import Program
from bcelib._arrays.whole import NUMPY
from bcelib.losses import _bce, _bce_grad
from bcelib.losses import binary_cross_entropy_with_logits as bce


def ran(*formulas_and_arrays):
    """What a program of the formulas gives for the arrays, and its output."""
    formulas = [each for each in formulas_and_arrays if callable(each)]
    arrays = formulas_and_arrays[len(formulas) :]
    out = np.full_like(arrays[0], np.nan)
    return Program(formulas, len(arrays), arrays[0].dtype, {}).run(arrays, out), out


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.longdouble])
def test_several_results_are_those_of_the_formulas(dtype):
    rng = np.random.default_rng(0)
    z, y = rng.normal(scale=9, size=999).astype(dtype), rng.random(999).astype(dtype)
    (values, slopes), out = ran(_bce, _bce_grad, z, y)
    assert slopes is out
    np.testing.assert_array_equal(values, _bce(np, z, y))
    np.testing.assert_array_equal(slopes, _bce_grad(np, z, y))


def test_what_occurs_twice_is_computed_once():
    divisions = []  # NumPy tells of each that divides by 0
    z = np.array([0.0, 2.0])
    program = Program(
        [lambda xp, z: 1 / z + xp.exp(-(1 / z)), lambda xp, z: 1 / z], 1, z.dtype, {}
    )
    with np.errstate(divide="call", call=lambda *_: divisions.append(1)):
        both, alone = program.run([z], np.empty(2))
    assert len(divisions) == 1
    np.testing.assert_array_equal(both, [np.inf, 0.5 + np.exp(-0.5)])
    np.testing.assert_array_equal(alone, [np.inf, 0.5])


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.longdouble])
def test_a_minimum_with_the_negative_is_minus_the_absolute(dtype):
    z = np.array([-np.inf, -2, -0.0, 0, 1e-38, 3, np.inf], dtype)
    (result,), _ = ran(lambda xp, z: xp.exp(xp.minimum(z, -z)), z)
    np.testing.assert_array_equal(result, np.exp(-abs(z)))
    (result,), _ = ran(lambda xp, z: xp.minimum(z, -z), z)
    np.testing.assert_array_equal(result, -abs(z))
    (result,), _ = ran(lambda xp, z: xp.minimum(z, -z) - z, z + np.nan)
    assert np.isnan(result).all()
    (result,), _ = ran(lambda xp, z: xp.minimum(z, -(z + 1)), z)  # not its negative
    np.testing.assert_array_equal(result, np.minimum(z, -(z + 1)))


@pytest.mark.parametrize(
    ("formulas", "sure"),
    [
        ([lambda xp, z, y: (z - y) * 2], {0, 1}),
        ([lambda xp, z, y: xp.exp(xp.minimum(z, -z)) + xp.maximum(y, 0)], {0, 1}),
        ([lambda xp, z, y: xp.where(z > 0, 1 - y, y)], set()),
        ([lambda xp, z, y: xp.astype(z > 0, z.dtype) * y], {1}),
        ([lambda xp, z, y: xp.pow(z, y) - y], {1}),  # NaN ** 0 is 1
        ([lambda xp, z, y: xp.astype(z > 0, z.dtype), lambda xp, z, y: z * 2], {0}),
    ],
)
def test_program_knows_whose_nan_is_sure_to_show(formulas, sure):
    program = Program(formulas, 2, np.dtype(float), {})
    assert program.nan_from == sure
    for i in sure:
        inputs = [np.array([1.0, np.nan]), np.array([0.0, 1.0])]
        results = program.run(inputs if i == 0 else inputs[::-1], np.empty(2))
        assert any(np.isnan(result[1]) for result in results)


@pytest.mark.parametrize(
    "formulas",
    [
        [lambda xp, z: z],
        [lambda xp, z: z > 1],
        [lambda xp, z: z, lambda xp, z: z],
        [lambda xp, z: z + 1, lambda xp, z: z + 1],
        [lambda xp, z: z + 1, lambda xp, z: (z + 1) * 2],
        [lambda xp, z: (z + 1) * 2, lambda xp, z: z + 1],
        [
            lambda xp, z: (
                xp.where(z > 1, xp.square(z), 0.0 * z) + xp.where(z > 1, z, -0.0)
            )
        ],
        [lambda xp, z: xp.where(z > 1, z + 1, z * 2) - (z + 1)],
        [lambda xp, z: xp.where(z > 1, 2 * z, 3 * z)],
        [lambda xp, z: xp.where(z * 2 > z + 1, z * 2, z + 1)],
        [lambda xp, z: xp.pow(xp.clip(z, 1, 2), 0.5) - xp.pow(z, 3)],
        [lambda xp, z: xp.astype((z == 0) | (z > 1), z.dtype) * z + xp.exp(-z)],
    ],
)
def test_odd_formulas(formulas):
    z = np.linspace(0, 3, 7)
    results, out = ran(*formulas, z)
    assert results[-1] is out
    for formula, result in zip(formulas, results, strict=True):
        np.testing.assert_array_equal(result, formula(NUMPY, z))
        assert result is not z


def peak(function, *arguments):
    tracemalloc.start()
    function(*arguments)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


@pytest.mark.parametrize("case", [*CASES, *VALUE_AND_GRAD], ids=str)
def test_temporaries_do_not_grow_with_the_arrays(case, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")  # each thread has its own
    few, many = (case.draw(k * BLOCK) for k in (2, 6))
    case.function(*few)  # what is kept from call to call is there
    growth = peak(case.function, *many) - peak(case.function, *few)
    result = 4 * BLOCK * np.dtype(float).itemsize
    assert growth <= result + 10_000


def test_threads_do_not_share_buffers():
    rng = np.random.default_rng(0)
    arrays = [rng.normal(scale=5, size=BLOCK + i) for i in range(16)]
    expected = [bce(z, 1) for z in arrays]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(5):
            for result, e in zip(
                pool.map(lambda z: bce(z, 1), arrays), expected, strict=True
            ):
                np.testing.assert_array_equal(result, e)
