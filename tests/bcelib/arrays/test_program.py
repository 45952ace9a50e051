"""Programs: nothing computed twice, no new array, and the values of the formula."""

import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from catalogue import CASES, VALUE_AND_GRAD

from bcelib._arrays.blocks import BLOCK
from bcelib._arrays.program import Program
from bcelib.losses import _bce, _bce_and_grad, _bce_grad
from bcelib.losses import binary_cross_entropy_with_logits as bce


def ran(formula, *arrays):
    out = np.full_like(arrays[0], np.nan)
    return Program(formula, len(arrays), arrays[0].dtype).run(*arrays, out=out), out


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.longdouble])
def test_several_results_are_those_of_the_formula(dtype):
    rng = np.random.default_rng(0)
    z, y = rng.normal(scale=9, size=999).astype(dtype), rng.random(999).astype(dtype)
    (values, slopes), out = ran(_bce_and_grad, z, y)
    assert slopes is out
    np.testing.assert_array_equal(values, _bce(np, z, y))
    np.testing.assert_array_equal(slopes, _bce_grad(np, z, y))


def test_what_occurs_twice_is_computed_once():
    calls = []

    def formula(xp, z):
        return xp.exp(-z) + 1 / xp.exp(-z), xp.exp(-z)

    program = Program(formula, 1, np.dtype(float))
    original = program._run.__globals__
    for name in [name for name in original if name.startswith("step")]:

        def noted(*arrays, function=original[name], **out):
            calls.append(function)
            return function(*arrays, **out)

        original[name] = noted
    z = np.linspace(-2, 2, 5)
    both, alone = program.run(z, out=np.empty(5))
    assert calls.count(np.exp) == calls.count(np.negative) == 1
    np.testing.assert_array_equal(both, np.exp(-z) + 1 / np.exp(-z))
    np.testing.assert_array_equal(alone, np.exp(-z))


def test_a_minimum_with_the_negative_takes_one_step():
    program = Program(lambda xp, z: xp.exp(xp.minimum(z, -z)), 1, np.dtype(float))
    steps = [name for name in program._run.__globals__ if name.startswith("step")]
    assert len(steps) == 2
    z = np.array([-np.inf, -2, -0.0, 0, 1e-320, 3, np.inf])
    np.testing.assert_array_equal(program.run(z, out=np.empty(7)), np.exp(-abs(z)))
    assert np.isnan(program.run(z + np.nan, out=np.empty(7))).all()


@pytest.mark.parametrize(
    ("formula", "sure"),
    [
        (lambda xp, z, y: (z - y) * 2, {0, 1}),
        (lambda xp, z, y: xp.exp(xp.minimum(z, -z)) + xp.maximum(y, 0), {0, 1}),
        (lambda xp, z, y: xp.where(z > 0, 1 - y, y), set()),
        (lambda xp, z, y: xp.astype(z > 0, z.dtype) * y, {1}),
        (lambda xp, z, y: (z**y) - y, {1}),  # NaN ** 0 is 1
        (lambda xp, z, y: (z, y), {0}),  # of the first result
    ],
)
def test_program_knows_whose_nan_is_sure_to_show(formula, sure):
    program = Program(formula, 2, np.dtype(float))
    assert program.nan_from == sure
    for i in sure:
        inputs = [np.array([1.0, np.nan]), np.array([0.0, 1.0])]
        first = program.run(*(inputs if i == 0 else inputs[::-1]), out=np.empty(2))
        first = first[0] if isinstance(first, tuple) else first
        assert np.isnan(first[1])


@pytest.mark.parametrize(
    "formula",
    [
        lambda xp, z: z,
        lambda xp, z: z > 1,
        lambda xp, z: (z, z),
        lambda xp, z: (z + 1, z + 1),
        lambda xp, z: (z + 1, (z + 1) * 2),
        lambda xp, z: ((z + 1) * 2, z + 1),
        lambda xp, z: xp.where(z > 1, z**2, 0.0 * z) + xp.where(z > 1, z, -0.0),
        lambda xp, z: xp.clip(z, 1, 2) ** 0.5 - z**3,
        lambda xp, z: xp.astype((z == 0) | (z > 1), z.dtype) * z + xp.exp(-z),
    ],
)
def test_odd_formulas(formula):
    z = np.linspace(0, 3, 7)
    expected = formula(np, z)
    result, _ = ran(formula, z)
    for r, e in zip(np.atleast_2d(result), np.atleast_2d(expected), strict=True):
        np.testing.assert_array_equal(r, e)


def test_what_cannot_be_recorded_says_so():
    with pytest.raises(TypeError):
        Program(lambda xp, z: xp.sum(z, axis=0), 1, np.dtype(float))
    with pytest.raises(TypeError):
        Program(lambda xp, z: xp.add.reduce(z), 1, np.dtype(float))


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
