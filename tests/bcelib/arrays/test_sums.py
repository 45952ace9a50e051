"""Sums of losses that arrive in pieces: mergeable in any order, three numbers each."""

import dataclasses
import json
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bcelib import losses, metrics
from bcelib._arrays import sums
from bcelib.metrics import LossSum, log_loss_sum, log_loss_sum_with_logits

logits = st.floats(-1e300, 1e300) | st.floats(-800, 800)
labels = st.sampled_from([0.0, 1.0, 0.5, 1e-9])
pieces = st.lists(
    st.integers(0, 30).flatmap(
        lambda n: st.tuples(
            hnp.arrays(float, n, elements=logits), hnp.arrays(float, n, elements=labels)
        )
    ),
    min_size=1,
    max_size=12,
).filter(lambda pieces: any(len(z) for z, _ in pieces))
numbers = st.floats(0, 1e290) | st.floats(0, 1) | st.floats(0, 1e-300)


def ulps(found, true):
    """Distance in units in the last place of `true`."""
    true = Fraction(true)
    return abs(Fraction(found) - true) / Fraction(math.ulp(float(true)))


def exact(values):
    return sum(map(Fraction, np.ravel(values).tolist()), Fraction(0))


# ---- the order of the pieces ------------------------------------------------------


@given(pieces, st.randoms(use_true_random=False))
def test_no_order_and_no_grouping_moves_the_mean_by_more_than_two_ulps(pieces, random):
    sums = [log_loss_sum_with_logits(z, y) for z, y in pieces]
    every = [losses.binary_cross_entropy_with_logits(z, y) for z, y in pieces]
    n = sum(map(len, every))
    true = exact(np.concatenate(every)) / n
    in_turn = sum(sums, LossSum())
    while len(sums) > 1:  # merge any two, until one is left
        random.shuffle(sums)
        sums.append(sums.pop() + sums.pop())
    for total in (in_turn, sums[0]):
        assert total.count == n
        assert ulps(total.mean, true) <= 0.500001
    assert ulps(in_turn.mean, sums[0].mean) <= 1


@given(hnp.arrays(float, st.integers(0, 60), elements=numbers))
def test_a_sum_has_all_digits_of_two_floats(values):
    total, correction = sums.sum_of(values)
    true = exact(values)
    assert ulps(total, true) <= 0.500001
    assert abs(Fraction(total) + Fraction(correction) - true) <= true / 2**95


@pytest.mark.parametrize("size", [16_383, 16_384, 16_385, 100_000])
def test_many_blocks_sum_as_one(size):
    values = np.random.default_rng(size).exponential(size=size) ** 8
    assert sums.sum_of(values)[0] == math.fsum(values)
    assert sums.sum_of(values[::-1])[0] == math.fsum(values)


def test_small_losses_beside_a_large_one_are_all_kept():
    values = np.r_[1e16, np.full(1000, 0.7)]
    expected = 1e16 + 700
    assert sums.sum_of(values)[0] == expected
    one_by_one = sum((LossSum(1, float(x)) for x in values), LossSum())
    assert one_by_one.total == expected
    naive = 0.0
    for x in values:
        naive += x
    assert naive == 1e16  # 0.7 is less than half of an ulp


def test_ends_of_the_range():
    tiny, huge = 5e-324, float(np.finfo(float).max)
    assert sums.sum_of(np.full(3, tiny)) == (3 * tiny, 0)
    assert sums.sum_of(np.array([huge / 2, tiny]))[0] == huge / 2
    assert sums.sum_of(np.array([huge, huge])) == (math.inf, 0)
    assert sums.sum_of(np.array([1.0, math.inf, 2.0])) == (math.inf, 0)
    assert sums.sum_of(np.array([huge, 2.0**960])) == (huge, 2.0**960)
    assert sums.add((math.inf, 0.0), (1.0, 1e-20)) == (math.inf, 0)
    assert sums.add((huge, 0.0), (huge, 0.0)) == (math.inf, 0)


# ---- what the public functions make of it ------------------------------------------


def test_exact_values():
    assert log_loss_sum(0.5, 1).total == math.log(2)
    assert log_loss_sum([0.25, 1.0], [1, 1]) == LossSum(2, math.log(4))
    assert log_loss_sum([0.0], [1], clip=0.25).mean == math.log(4)
    assert log_loss_sum_with_logits([0.0, 0.0], [0, 1]).mean == math.log(2)
    assert log_loss_sum_with_logits([], []) == LossSum() == LossSum(0, 0.0, 0.0)


def test_the_mean_is_the_log_loss():
    rng = np.random.default_rng(0)
    z, y = rng.normal(size=1000) * 9, rng.integers(0, 2, size=1000)
    expected = metrics.log_loss_with_logits(z, y)
    assert log_loss_sum_with_logits(z, y).mean == pytest.approx(expected, rel=1e-15)
    single = log_loss_sum_with_logits(z.astype("float32").reshape(10, 100), 1)
    every = losses.binary_cross_entropy_with_logits(z.astype("float32"), 1)
    assert single.total == math.fsum(every)


def test_three_numbers_are_all_there_is():
    total = log_loss_sum_with_logits(np.linspace(-5, 50, 1001), 1)
    assert total.correction != 0
    sent = json.dumps(dataclasses.astuple(total))
    assert LossSum(*json.loads(sent)) == total
    with pytest.raises(dataclasses.FrozenInstanceError):
        total.count = 3


def test_infinity_stays():
    certain = log_loss_sum([0.0], [1])
    assert certain == LossSum(1, math.inf, 0.0)
    assert (certain + log_loss_sum([0.5], [1]) + certain).mean == math.inf


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: LossSum(-1), ValueError, "count must be at least 0; got -1"),
        (lambda: LossSum(1.5), TypeError, "count must be a whole number"),
        (lambda: LossSum(1, -0.5), ValueError, r"total must be in \[0, inf\]"),
        (lambda: LossSum(1, 1.0, math.nan), ValueError, "correction must be in"),
        (lambda: LossSum() + 1, TypeError, "unsupported operand"),
        (lambda: LossSum().mean, ValueError, "needs at least one loss; count is 0"),
        (lambda: log_loss_sum([2.0], [1]), ValueError, r"probabilities\[0\] is 2"),
        (lambda: log_loss_sum([1.0], [1], clip=0.5), ValueError, "clip must be in"),
        (
            lambda: log_loss_sum_with_logits(np.zeros(3), np.zeros((3, 1))),
            ValueError,
            r"silently make \(3, 3\)",
        ),
    ],
)
def test_bad_input_is_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()
