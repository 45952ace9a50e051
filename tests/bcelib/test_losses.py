"""Losses: exact values, limits at 0 · ∞, bad input, laws, and derivatives."""

import math

import mpmath
import numpy as np
import pytest
import scipy.special
import sympy
from hypothesis import given
from hypothesis import strategies as st

from bcelib.bernoulli import cross_entropy, entropy
from bcelib.losses import (
    binary_cross_entropy,
    focal_loss,
    focal_loss_grad,
    hinge_loss,
    hinge_loss_grad,
    margin,
    smooth_labels,
    squared_error,
    squared_error_grad,
    zero_one_loss,
)
from bcelib.losses import binary_cross_entropy_with_logits as bce
from bcelib.losses import binary_cross_entropy_with_logits_grad as bce_grad
from bcelib.losses import binary_cross_entropy_with_logits_hessian as bce_hessian
from bcelib.losses import (
    binary_cross_entropy_with_logits_value_and_grad as bce_value_and_grad,
)
from bcelib.numerics import logit, sigmoid, softplus

INF = math.inf
TINY = 5e-324
HUGE = 1.7976931348623157e308
EPS = 2.0**-52
LN2, LN3, LN4, LN5 = map(math.log, (2, 3, 4, 5))

any_logit = st.floats(allow_nan=False)
finite = st.floats(allow_nan=False, allow_infinity=False)
moderate = st.floats(-700, 700)
soft = st.floats(0, 1)
hard = st.integers(0, 1)
exact_share = st.integers(0, 2**52).map(lambda k: k / 2**52)  # 1 − y is exact


@pytest.mark.parametrize(
    ("function", "arguments", "keywords", "exact"),
    [
        (binary_cross_entropy, [0.5, 1], {}, LN2),
        (binary_cross_entropy, [0.25, 1], {}, LN4),
        (binary_cross_entropy, [0.25, 0], {}, LN4 - LN3),
        (binary_cross_entropy, [0.5, 0.3], {}, LN2),
        (binary_cross_entropy, [0.2, 0.25], {}, LN5 - 0.75 * LN4),
        (binary_cross_entropy, [1e-20, 0], {}, 1e-20),
        (binary_cross_entropy, [0, 1], {"clip": 0.25}, LN4),
        (binary_cross_entropy, [1, 0], {"clip": 0.25}, LN4),
        (binary_cross_entropy, [0, 0], {"clip": 0.25}, LN4 - LN3),
        (binary_cross_entropy, [0.5, 1], {"clip": 0.25}, LN2),
        (binary_cross_entropy, [1, 0], {"clip": 1e-20}, 20 * math.log(10)),
        (binary_cross_entropy, [1, 1], {"clip": 1e-20}, 1e-20),
        (bce, [0, 1], {}, LN2),
        (bce, [LN4, 0], {}, LN5),
        (bce, [LN4, 1], {}, LN5 - LN4),
        (bce, [LN4, 0.25], {}, LN5 - 0.25 * LN4),
        (bce, [-LN4, 0.75], {}, LN5 - 0.25 * LN4),
        (bce, [40, 1], {}, math.exp(-40)),
        (bce, [-40, 0], {}, math.exp(-40)),
        (bce, [LN4, 0.25], {"pos_weight": 3}, 0.75 * LN5 + 0.75 * (LN5 - LN4)),
        (bce, [LN4, 1], {"pos_weight": 0}, 0),
        (bce_grad, [0, 1], {}, -1 / 2),
        (bce_grad, [LN4, 0], {}, 4 / 5),
        (bce_grad, [LN4, 1], {}, -1 / 5),
        (bce_grad, [LN4, 0.25], {}, 0.8 - 0.25),
        (bce_grad, [139, 1], {}, -math.exp(-139)),
        (bce_grad, [LN4, 0.5], {"pos_weight": 3}, 0.4 - 0.3),
        (bce_hessian, [0, 1], {}, 1 / 4),
        (bce_hessian, [LN4, 0.25], {}, 4 / 25),
        (bce_hessian, [100, 1], {}, math.exp(-100)),
        (bce_hessian, [LN4, 0.5], {"pos_weight": 3}, 2 * 4 / 25),
        (margin, [2, 1], {}, 2),
        (margin, [2, 0], {}, -2),
        (hinge_loss, [0.25, 1], {}, 0.75),
        (hinge_loss, [0.25, 0], {}, 1.25),
        (squared_error, [LN4, 1], {}, 1 / 25),
        (squared_error, [LN4, 0.25], {}, 0.55**2),
        (squared_error, [100, 1], {}, math.exp(-200)),
        (squared_error_grad, [LN4, 1], {}, -2 * (1 / 5) * (4 / 25)),
        (squared_error_grad, [-40, 1], {}, -2 * math.exp(-40)),
        (focal_loss, [0, 1], {}, LN2 / 4),
        (focal_loss, [LN4, 1], {}, (LN5 - LN4) / 25),
        (focal_loss, [LN4, 0], {}, LN5 * 16 / 25),
        (focal_loss, [LN4, 1], {"gamma": 1}, (LN5 - LN4) / 5),
        (focal_loss, [LN4, 1], {"balance": 0.25}, (LN5 - LN4) / 100),
        (focal_loss, [LN4, 0], {"balance": 0.25}, LN5 * 12 / 25),
        (focal_loss_grad, [0, 1], {}, -(1 + 2 * LN2) / 8),
        (focal_loss_grad, [0, 0], {}, (1 + 2 * LN2) / 8),
        (focal_loss_grad, [0, 1], {"gamma": 0}, -1 / 2),
        (smooth_labels, [1], {"alpha": 0.2}, 0.9),
        (smooth_labels, [0], {"alpha": 0.2}, 0.1),
        (smooth_labels, [0.75], {"alpha": 0.5}, 0.625),
    ],
)
def test_exact_value(function, arguments, keywords, exact):
    assert function(*arguments, **keywords) == pytest.approx(exact, rel=8 * EPS, abs=0)


@pytest.mark.parametrize(
    ("function", "arguments", "keywords", "limit"),
    [
        (binary_cross_entropy, [0, 0], {}, 0),
        (binary_cross_entropy, [1, 1], {}, 0),
        (binary_cross_entropy, [0, 1], {}, INF),
        (binary_cross_entropy, [1, 0], {}, INF),
        (binary_cross_entropy, [0, TINY], {}, INF),
        (binary_cross_entropy, [1, 1 - EPS / 2], {}, INF),
        (binary_cross_entropy, [-0.0, 0], {}, 0),
        (bce, [INF, 1], {}, 0),
        (bce, [-INF, 0], {}, 0),
        (bce, [INF, 0], {}, INF),
        (bce, [-INF, 1], {}, INF),
        (bce, [INF, 1 - EPS / 2], {}, INF),
        (bce, [-INF, TINY], {}, INF),
        (bce, [HUGE, 0], {}, HUGE),
        (bce, [-HUGE, 1], {}, HUGE),
        (bce, [HUGE, 1], {}, 0),
        (bce, [HUGE, 0.5], {}, HUGE / 2),
        (bce, [745, 1], {}, TINY),
        (bce, [TINY, 0], {}, LN2),
        (bce, [INF, 1], {"pos_weight": 7}, 0),
        (bce, [-INF, 1], {"pos_weight": 7}, INF),
        (bce, [-INF, 1], {"pos_weight": 0}, 0),
        (bce, [-INF, 0], {"pos_weight": HUGE}, 0),
        (bce_grad, [INF, 1], {}, 0),
        (bce_grad, [-INF, 1], {}, -1),
        (bce_grad, [INF, 0], {}, 1),
        (bce_grad, [-INF, 0], {}, 0),
        (bce_grad, [INF, 0.25], {}, 0.75),
        (bce_grad, [-INF, 0.25], {}, -0.25),
        (bce_grad, [745, 1], {}, -TINY),
        (bce_grad, [-745, 0], {}, TINY),
        (bce_grad, [HUGE, 0], {}, 1),
        (bce_grad, [INF, 1], {"pos_weight": HUGE}, 0),
        (bce_grad, [-INF, 1], {"pos_weight": HUGE}, -HUGE),
        (bce_hessian, [INF, 1], {}, 0),
        (bce_hessian, [-INF, 1], {}, 0),
        (bce_hessian, [HUGE, 0], {}, 0),
        (bce_hessian, [-745, 0], {}, TINY),
        (margin, [INF, 0], {}, -INF),
        (margin, [-INF, 0], {}, INF),
        (zero_one_loss, [INF, 1], {}, 0),
        (zero_one_loss, [INF, 0], {}, 1),
        (zero_one_loss, [TINY, 1], {}, 0),
        (zero_one_loss, [0, 1], {}, 1),
        (zero_one_loss, [-0.0, 0], {}, 0),
        (hinge_loss, [1, 1], {}, 0),
        (hinge_loss, [INF, 1], {}, 0),
        (hinge_loss, [INF, 0], {}, INF),
        (hinge_loss, [-HUGE, 1], {}, HUGE),
        (hinge_loss_grad, [1, 1], {}, 0),
        (hinge_loss_grad, [1 - EPS, 1], {}, -1),
        (hinge_loss_grad, [-1, 0], {}, 0),
        (hinge_loss_grad, [INF, 0], {}, 1),
        (hinge_loss_grad, [-INF, 1], {}, -1),
        (squared_error, [INF, 1], {}, 0),
        (squared_error, [-INF, 1], {}, 1),
        (squared_error, [HUGE, 0.5], {}, 0.25),
        (squared_error_grad, [-INF, 1], {}, 0),
        (squared_error_grad, [HUGE, 0], {}, 0),
        (focal_loss, [INF, 1], {}, 0),
        (focal_loss, [-INF, 1], {}, INF),
        (focal_loss, [-INF, 1], {"balance": 0}, 0),
        (focal_loss, [INF, 0], {"balance": 1}, 0),
        (focal_loss, [-HUGE, 1], {"gamma": 5}, HUGE),
        (focal_loss_grad, [INF, 1], {}, 0),
        (focal_loss_grad, [-INF, 1], {}, -1),
        (focal_loss_grad, [INF, 0], {}, 1),
        (focal_loss_grad, [-HUGE, 1], {"gamma": 5}, -1),
        (focal_loss_grad, [0, 1], {"gamma": 1e38}, 0),
        (smooth_labels, [1], {"alpha": 0}, 1),
        (smooth_labels, [0], {"alpha": 1}, 0.5),
        (smooth_labels, [1], {"alpha": TINY}, 1),
    ],
)
def test_limit(function, arguments, keywords, limit):
    assert function(*arguments, **keywords) == limit


def test_float32_reaches_its_own_limits():
    z = np.float32([-3.4e38, -104, 104, 3.4e38, np.inf])
    tiny = np.float32(1e-45)
    np.testing.assert_array_equal(bce(z, 0)[[0, 2, 3, 4]], z[[0, 2, 3, 4]].clip(0))
    assert bce(np.float32(-103), 0) == tiny
    assert bce_grad(np.float32(103), 1) == -tiny
    assert bce(np.float32(17), 1) == pytest.approx(math.exp(-17), rel=1e-6)


TAKE_SOFT_LABELS = [bce, bce_grad, bce_hessian, bce_value_and_grad]
TAKE_SOFT_LABELS += [squared_error, squared_error_grad, focal_loss, focal_loss_grad]
TAKE_LABELS = [margin, zero_one_loss, hinge_loss, hinge_loss_grad]


@pytest.mark.parametrize(
    ("logits", "labels", "error", "message"),
    [
        (math.nan, 1, ValueError, r"^logits must be in \[-inf, inf\]; logits is nan$"),
        ([[0, 1], [2, math.nan]], 1, ValueError, r"logits\[1, 1\] is nan"),
        (
            [0, 1],
            [0, math.nan],
            ValueError,
            r"labels must be in .*; labels\[1\] is nan",
        ),
        ([0, 1], [0, 2], ValueError, r"labels must be in .*; labels\[1\] is 2"),
        ([0, 1], [-1, 1], ValueError, r"labels must be in .*; labels\[0\] is -1"),
        (0, 1 + EPS, ValueError, r"labels is 1\.0000000000000002"),
        (0, INF, ValueError, r"labels is inf"),
        (
            np.zeros(4),
            np.zeros((4, 1)),
            ValueError,
            r"^labels must have the shape of logits or be a scalar; "
            r"logits has shape \(4,\), labels has shape \(4, 1\) "
            r"\(broadcasting would silently make \(4, 4\)\)\. "
            r"Did you mean labels\.reshape\(logits\.shape\)\?$",
        ),
        (
            np.zeros((4, 1)),
            np.zeros(4),
            ValueError,
            r"\(4, 1\), labels has shape \(4,\) \(broadcasting .* \(4, 4\)\)",
        ),
        (np.zeros((2, 3)), np.zeros(3), ValueError, r"\(2, 3\), .* shape \(3,\)$"),
        (np.zeros((2, 3)), np.zeros(6), ValueError, r"\(6,\)\. Did you mean"),
        (np.zeros(3), np.zeros(1), ValueError, r"\(3,\), labels has shape \(1,\)$"),
        ([0], [], ValueError, r"\(1,\), labels has shape \(0,\)$"),
        (1j, 1, TypeError, r"^logits must hold real numbers; got 1j$"),
        ("0", 1, TypeError, r"^logits must hold real numbers; got '0'$"),
        (None, 1, TypeError, r"^logits must hold real numbers; got None$"),
        (0, "spam", TypeError, r"^labels must hold real numbers; got 'spam'$"),
        (0, None, TypeError, r"^labels must hold real numbers; got None$"),
        ([0, 1], ["yes", "no"], TypeError, r"labels .* got list of dtype <U3"),
    ],
)
def test_bad_logits_and_labels_are_refused(logits, labels, error, message):
    with pytest.raises(error, match=message):
        bce(logits, labels)


@pytest.mark.parametrize("function", TAKE_SOFT_LABELS + TAKE_LABELS)
def test_every_function_refuses_them(function):
    for logits, labels, message in [
        (math.nan, 1, r"^logits must be in \[-inf, inf\]; logits is nan$"),
        ([0, 1], [0, 2], r"^labels must be in .*; labels\[1\] is 2$"),
        (np.zeros(4), np.zeros((4, 1)), r"^labels must have the shape of logits "),
    ]:
        with pytest.raises(ValueError, match=message):
            function(logits, labels)


@pytest.mark.parametrize("function", TAKE_LABELS)
def test_a_soft_label_is_refused_where_the_loss_has_no_meaning_for_it(function):
    with pytest.raises(
        ValueError, match=r"^labels must be in \{0, 1\}; labels is 0\.5$"
    ):
        function(0, 0.5)


@pytest.mark.parametrize(
    ("probabilities", "labels", "message"),
    [
        (1.5, 1, r"^probabilities must be in \[0, 1\]; probabilities is 1\.5$"),
        ([0.5, -TINY], 1, r"probabilities\[1\] is -5e-324"),
        ([0.5, math.nan], 1, r"probabilities\[1\] is nan"),
        (0.5, -0.5, r"labels must be in \[0, 1\]; labels is -0\.5"),
        (np.zeros(3), np.zeros((3, 1)), r"labels\.reshape\(probabilities\.shape\)"),
    ],
)
def test_bad_probabilities_are_refused(probabilities, labels, message):
    with pytest.raises(ValueError, match=message):
        binary_cross_entropy(probabilities, labels)


@pytest.mark.parametrize(
    ("function", "keywords", "error", "message"),
    [
        (binary_cross_entropy, {"clip": 0}, ValueError, r"clip must be in \(0, 0\.5\)"),
        (binary_cross_entropy, {"clip": 0.5}, ValueError, r"clip is 0\.5"),
        (binary_cross_entropy, {"clip": -1e-7}, ValueError, r"clip is -1e-07"),
        (binary_cross_entropy, {"clip": math.nan}, ValueError, r"clip is nan"),
        (binary_cross_entropy, {"clip": [0.1]}, ValueError, r"clip must be one number"),
        (binary_cross_entropy, {"clip": "eps"}, TypeError, r"clip must .* got 'eps'"),
        (focal_loss, {"gamma": -1}, ValueError, r"gamma must be in .*; gamma is -1"),
        (focal_loss, {"gamma": INF}, ValueError, r"gamma is inf"),
        (focal_loss, {"gamma": 1e39}, ValueError, r"in \[0, 1e38\]; gamma is 1e\+39"),
        (focal_loss, {"gamma": math.nan}, ValueError, r"gamma is nan"),
        (focal_loss, {"gamma": [1, 2]}, ValueError, r"gamma must be one number"),
        (focal_loss, {"gamma": None}, TypeError, r"gamma must .* got None"),
        (focal_loss, {"balance": 1.1}, ValueError, r"balance must be in \[0, 1\]"),
        (focal_loss, {"balance": -0.1}, ValueError, r"balance is -0\.1"),
        (focal_loss_grad, {"gamma": -1}, ValueError, r"gamma is -1"),
        (focal_loss_grad, {"balance": math.nan}, ValueError, r"balance is nan"),
    ],
)
def test_bad_parameters_are_refused(function, keywords, error, message):
    with pytest.raises(error, match=message):
        function(0.5, 1, **keywords)


@pytest.mark.parametrize(
    ("alpha", "error", "message"),
    [
        (1.1, ValueError, r"alpha must be in \[0, 1\]; alpha is 1\.1"),
        (-0.1, ValueError, r"alpha is -0\.1"),
        (math.nan, ValueError, r"alpha is nan"),
        ([0.1], ValueError, r"alpha must be one number; got shape \(1,\)"),
        ("0.1", TypeError, r"alpha must hold real numbers; got '0\.1'"),
    ],
)
def test_bad_smoothing_is_refused(alpha, error, message):
    with pytest.raises(error, match=message):
        smooth_labels([0, 1], alpha=alpha)


def test_smoothing_refuses_what_is_no_label():
    with pytest.raises(
        ValueError, match=r"labels must be in \[0, 1\]; labels\[1\] is 2"
    ):
        smooth_labels([0, 2], alpha=0.1)


@pytest.mark.parametrize("function", [bce, bce_grad, bce_hessian, bce_value_and_grad])
@pytest.mark.parametrize(
    ("pos_weight", "error", "message"),
    [
        (-1, ValueError, r"^pos_weight must be in \[0, inf\); pos_weight is -1"),
        (INF, ValueError, r"pos_weight is inf"),
        ([1, math.nan, 1], ValueError, r"pos_weight\[1\] is nan"),
        ([1, 1], ValueError, r"pos_weight must have the shape of logits"),
        ([[1], [1], [1]], ValueError, r"pos_weight .* silently make \(3, 3\)"),
        ("2", TypeError, r"pos_weight must hold real numbers; got '2'"),
    ],
)
def test_bad_pos_weight_is_refused(function, pos_weight, error, message):
    with pytest.raises(error, match=message):
        function([0.0, 1.0, 2.0], 1, pos_weight=pos_weight)


@pytest.mark.parametrize(
    ("logits", "labels", "name"),
    [([], [], "logits"), ([], 1, "logits"), (0, [], "labels"), ([[], []], 1, "logits")],
)
def test_nothing_has_no_mean(logits, labels, name):
    with pytest.raises(ValueError, match=f"^{name} must hold at least one value"):
        bce_value_and_grad(logits, labels)
    with pytest.raises(ValueError, match=f"^{name} must hold at least one value"):
        bce_value_and_grad(logits, labels, pos_weight=2)


def test_the_second_argument_is_the_label_and_the_rest_are_named():
    with pytest.raises(TypeError, match="positional"):
        bce([0], [1], [2])
    with pytest.raises(ValueError, match="labels must be in"):
        bce([1], [3.2])  # swapped


@given(any_logit, soft)
def test_loss_is_never_negative_and_its_gradient_never_beyond_one(z, y):
    assert bce(z, y) >= 0
    assert -1 <= bce_grad(z, y) <= 1
    assert 0 <= bce_hessian(z, y) <= 1 / 4


@given(finite, soft)
def test_soft_label_mixes_the_losses_of_the_hard_ones(z, y):
    parts = y * bce(z, 1), (1 - y) * bce(z, 0)
    assert bce(z, y) == pytest.approx(float(sum(parts)), rel=4 * EPS, abs=2 * TINY)


@given(moderate, exact_share, st.floats(0, 5), exact_share)
def test_soft_label_mixes_the_focal_losses(z, y, gamma, balance):
    for function in (focal_loss, focal_loss_grad):
        one, zero, mixed = (
            function(z, label, gamma=gamma, balance=balance) for label in (1, 0, y)
        )
        parts = float(y * one), float((1 - y) * zero)
        assert mixed == pytest.approx(
            sum(parts), rel=4 * EPS, abs=4 * EPS * max(map(abs, parts)) + 2 * TINY
        )


@given(any_logit, exact_share)
def test_swapping_the_classes_changes_nothing(z, y):
    # BCE is not asymmetric: only the sign of the gradient turns.
    assert bce(z, y) == pytest.approx(float(bce(-z, 1 - y)), rel=2 * EPS, abs=0)
    assert bce_grad(z, y) == pytest.approx(
        float(-bce_grad(-z, 1 - y)), rel=0, abs=2 * EPS * max(sigmoid(z), y)
    )
    assert bce_hessian(z, y) == bce_hessian(-z, 1 - y)


@given(exact_share)
def test_probability_p_of_label_1_costs_what_1_minus_p_of_label_0_does(p):
    mirrored = binary_cross_entropy(1 - p, 0)
    assert binary_cross_entropy(p, 1) == pytest.approx(mirrored, rel=4 * EPS, abs=0)


@given(st.floats(-700, 36), soft)
def test_logit_form_is_the_probability_form_of_its_sigmoid(z, y):
    # p near 1 has lost digits of 1 − p: an ulp of p, times dL/dp = (p − y)/(p (1 − p)).
    p = float(sigmoid(z))
    lost = EPS * abs(p - y) / (p * (1 - p)) * p
    assert bce(z, y) == pytest.approx(
        float(binary_cross_entropy(p, y)), rel=8 * EPS, abs=8 * lost
    )


@given(soft, soft)
def test_probability_form_is_cross_entropy_with_the_truth_last(p, y):
    expected = -scipy.special.xlogy(y, p) - scipy.special.xlog1py(1 - y, -p)
    for loss in (binary_cross_entropy(p, y), cross_entropy(y, p)):
        assert loss == pytest.approx(expected, rel=4 * EPS, abs=0)


@given(exact_share, soft, st.integers(1, 2**51 - 1))
def test_clipping_is_moving_the_probability(p, y, k):
    clip = k / 2**52  # so that 1 − clip is exact
    moved = float(binary_cross_entropy(min(max(p, clip), 1 - clip), y))
    clipped = binary_cross_entropy(p, y, clip=clip)
    assert clipped == pytest.approx(moved, rel=4 * EPS, abs=0)


@given(soft, soft, st.floats(TINY, 0.49))
def test_clipping_makes_every_loss_finite(p, y, clip):
    assert 0 <= binary_cross_entropy(p, y, clip=clip) <= -math.log(clip)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_clip_below_the_spacing_of_the_dtype_bounds_both_labels(dtype):
    bound = -math.log(1e-20)
    clipped = binary_cross_entropy(np.array([0, 1], dtype), [1, 0], clip=1e-20)
    np.testing.assert_allclose(clipped, bound, rtol=np.finfo(dtype).eps)


@given(moderate, st.floats(0.001, 0.999))
def test_floor_of_a_soft_label_is_its_entropy(z, y):
    assert bce(z, y) >= entropy(y) * (1 - 4 * EPS)
    at_optimum = bce(logit(y), y)
    assert at_optimum == pytest.approx(float(entropy(y)), rel=4 * EPS)
    assert bce_grad(logit(y), y) == pytest.approx(0, abs=4 * EPS)


@given(finite, finite, soft)
def test_loss_is_convex_in_the_logit(a, b, y):
    chord = float(bce(a, y)) / 2 + float(bce(b, y)) / 2
    assert bce(a / 2 + b / 2, y) <= chord * (1 + 8 * EPS)


@given(moderate, moderate, soft)
def test_loss_lies_above_its_tangents_and_below_its_parabola(z, step, y):
    line = float(bce(z, y) + bce_grad(z, y) * step)
    loss = float(bce(z + step, y))
    slack = 8 * EPS * (1 + abs(z) + abs(step))
    assert line - slack <= loss <= line + step**2 / 8 + slack


@given(any_logit, any_logit)
def test_loss_falls_with_the_logit_for_label_1_and_rises_for_label_0(a, b):
    low, high = sorted([a, b])
    assert float(bce(high, 1)) <= float(bce(low, 1)) * (1 + 4 * EPS)
    assert float(bce(low, 0)) <= float(bce(high, 0)) * (1 + 4 * EPS)


@given(any_logit, soft)
def test_pos_weight_1_is_no_pos_weight(z, y):
    for function in (bce, bce_grad, bce_hessian):
        plain = float(function(z, y))
        assert function(z, y, pos_weight=1) == pytest.approx(
            plain, rel=4 * EPS, abs=4 * EPS * (function is bce_grad) + 2 * TINY
        )


@given(moderate, st.floats(0, 100))
def test_pos_weight_multiplies_the_loss_of_label_1_only(z, w):
    for function in (bce, bce_grad, bce_hessian):
        assert function(z, 0, pos_weight=w) == pytest.approx(
            function(z, 0), rel=4 * EPS
        )
        weighted = float(w * function(z, 1))
        assert function(z, 1, pos_weight=w) == pytest.approx(
            weighted, rel=4 * EPS, abs=2 * TINY
        )


@given(st.floats(0.01, 0.99), st.floats(0.01, 100))
def test_pos_weight_shifts_the_optimum_by_its_logarithm(q, w):
    best = logit(q) + math.log(w)
    assert bce_grad(best, q, pos_weight=w) == pytest.approx(0, abs=1e-13 * (1 + w))


@given(any_logit, hard)
def test_loss_of_a_hard_label_is_softplus_of_minus_the_margin(z, y):
    loss = float(softplus(-margin(z, y)))
    assert bce(z, y) == pytest.approx(loss, rel=2 * EPS, abs=0)


@given(st.floats(-1e300, 1e300), hard)
def test_hinge_and_its_base_2_logistic_rival_bound_the_zero_one_loss(z, y):
    assert zero_one_loss(z, y) <= hinge_loss(z, y)
    assert zero_one_loss(z, y) <= bce(z, y) / math.log(2) * (1 + 2 * EPS)


@given(moderate, hard)
def test_hinge_loss_is_the_ramp_of_the_margin(z, y):
    m = z if y == 1 else -z
    assert hinge_loss(z, y) == max(0, 1 - m)
    assert abs(hinge_loss_grad(z, y)) == (m < 1)
    assert hinge_loss_grad(z, y) * (y - 0.5) <= 0


@given(any_logit, soft)
def test_squared_error_is_bounded_and_its_gradient_has_the_sign_of_p_minus_y(z, y):
    assert 0 <= squared_error(z, y) <= 1
    assert squared_error_grad(z, y) * bce_grad(z, y) >= 0
    assert abs(squared_error_grad(z, y)) <= abs(bce_grad(z, y)) / 2 * (1 + 8 * EPS)


@given(any_logit, soft)
def test_focal_loss_of_gamma_0_is_cross_entropy(z, y):
    loss, slope = float(bce(z, y)), float(bce_grad(z, y))
    assert focal_loss(z, y, gamma=0) == pytest.approx(loss, rel=6 * EPS, abs=2 * TINY)
    assert focal_loss_grad(z, y, gamma=0) == pytest.approx(
        slope, rel=4 * EPS, abs=4 * EPS * max(y, float(sigmoid(z))) + 2 * TINY
    )


@given(finite, hard, st.floats(0, 5))
def test_focal_loss_never_exceeds_cross_entropy(z, y, gamma):
    assert float(focal_loss(z, y, gamma=gamma)) <= float(bce(z, y)) * (1 + 8 * EPS)


def test_focal_loss_is_not_proper():
    z = np.linspace(-2, 3, 5001)
    best = z[np.argmin(focal_loss(z, 0.8, gamma=2))]
    assert sigmoid(best) == pytest.approx(0.627, abs=1e-3)


@given(soft, soft)
def test_smoothing_stays_within_half_alpha_of_the_ends(y, alpha):
    smooth = float(smooth_labels(y, alpha=alpha))
    assert alpha / 2 <= smooth * (1 + EPS)
    assert smooth <= (1 - alpha / 2) * (1 + EPS)
    assert smooth <= 1
    bce(0, smooth)  # is a label


@given(st.floats(0.001, 0.999))
def test_smoothing_makes_the_optimum_finite(alpha):
    best = logit(1 - alpha / 2)
    smooth = smooth_labels(1, alpha=alpha)
    assert bce_grad(best, smooth) == pytest.approx(0, abs=8 * EPS)


@given(
    st.lists(st.tuples(moderate, soft, st.floats(0, 100)), min_size=1, max_size=20),
    st.booleans(),
)
def test_value_and_grad_is_the_mean_and_its_gradient(rows, weighted):
    z, y, w = np.array(rows).T
    keywords = {"pos_weight": w} if weighted else {}
    value, gradient = bce_value_and_grad(z, y, **keywords)
    mean = math.fsum(bce(z, y, **keywords)) / len(z)
    assert value == pytest.approx(mean, rel=len(z) * EPS, abs=len(z) * TINY)
    np.testing.assert_array_equal(gradient, bce_grad(z, y, **keywords) / len(z))


def test_value_and_grad_of_a_shared_logit_has_the_shape_of_the_labels():
    value, gradient = bce_value_and_grad(0.0, [0, 1, 1])
    assert value == pytest.approx(LN2)
    np.testing.assert_allclose(gradient, [1 / 6, -1 / 6, -1 / 6])


POINTS = [-30.0, -5.0, -0.75, 0.0, 1e-3, 2.0, 8.0, 30.0]
LABELS = [0, 0.25, 0.9, 1]


@pytest.mark.parametrize("y", LABELS)
@pytest.mark.parametrize("z", POINTS)
def test_gradient_and_hessian_by_the_complex_step(z, y):
    # The textbook forms are analytic, ours have a branch in |z|; and the step forms
    # no difference, so the slope is exact to the rounding of the form itself.
    step = 1e-200j
    loss = np.log1p(np.exp(z + step)) - y * (z + step)
    slope = 1 / (1 + np.exp(-(z + step))) - y
    assert bce_grad(z, y) == pytest.approx(loss.imag / 1e-200, rel=0, abs=4 * EPS)
    assert bce_hessian(z, y) == pytest.approx(slope.imag / 1e-200, rel=1e-13)


def derivatives_by_sympy():
    """(function of z and y, the same in mpmath, from a SymPy derivative)."""
    z, y = sympy.symbols("z y", real=True)
    p = 1 / (1 + sympy.exp(-z))
    cross = -y * sympy.log(p) - (1 - y) * sympy.log(1 - p)
    yield bce_grad, cross.diff(z), (z, y)
    yield bce_hessian, cross.diff(z, 2), (z, y)
    w = sympy.Rational(7, 2)
    weighted = -w * y * sympy.log(p) - (1 - y) * sympy.log(1 - p)
    yield lambda z, y: bce_grad(z, y, pos_weight=3.5), weighted.diff(z), (z, y)
    yield lambda z, y: bce_hessian(z, y, pos_weight=3.5), weighted.diff(z, 2), (z, y)
    yield squared_error_grad, ((p - y) ** 2).diff(z), (z, y)
    for gamma in (sympy.Rational(1, 2), 1, 2, 5):
        ones, zeros = -((1 - p) ** gamma) * sympy.log(p), -(p**gamma) * sympy.log(1 - p)
        a = sympy.Rational(1, 4)
        focal = a * y * ones + (1 - a) * (1 - y) * zeros
        yield (
            lambda z, y, g=float(gamma): focal_loss_grad(z, y, gamma=g, balance=0.25),
            focal.diff(z),
            (z, y),
        )


@pytest.mark.parametrize(
    ("function", "derivative", "symbols"), list(derivatives_by_sympy())
)
def test_derivative_is_that_of_sympy(function, derivative, symbols):
    exact = sympy.lambdify(symbols, derivative, "mpmath")
    with mpmath.workdps(60):
        for z in POINTS:
            for y in [0, 1] if function in TAKE_LABELS else LABELS:
                expected = float(exact(mpmath.mpf(z), mpmath.mpf(y)))
                # With a soft label two terms may cancel.
                slack = 0 if y in (0, 1) else 8 * EPS * max(sigmoid(z), y)
                # The focal power is an exponential: its error grows with |z|.
                relative = max(1e-14, 2 * EPS * abs(z))
                assert function(z, y) == pytest.approx(
                    expected, rel=relative, abs=slack
                )


@pytest.mark.parametrize(
    ("loss", "gradient"),
    [
        (bce, bce_grad),
        (bce_grad, bce_hessian),
        (hinge_loss, hinge_loss_grad),
        (squared_error, squared_error_grad),
        (focal_loss, focal_loss_grad),
        (
            lambda z, y: bce(z, y, pos_weight=3),
            lambda z, y: bce_grad(z, y, pos_weight=3),
        ),
    ],
)
@pytest.mark.parametrize("y", [0, 1])
def test_gradient_by_central_difference(loss, gradient, y):
    h, z = 1e-5, np.linspace(-6, 6, 48)  # no point within h of the hinge's kinks
    slope = (loss(z + h, y) - loss(z - h, y)) / (2 * h)
    np.testing.assert_allclose(gradient(z, y), slope, rtol=0, atol=1e-9)


@pytest.mark.parametrize("gamma", [0.0, 0.3, 2.0, 5.5, 1e3, 1e6, 1e16, 1e38])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_focal_loss_keeps_its_digits_at_any_gamma(gamma, dtype):
    rng, eps = np.random.default_rng(0), float(np.finfo(dtype).eps)
    z = np.append(rng.uniform(-90, 40, 300), -np.log(gamma + 1) + rng.normal(size=99))
    z = z.astype(dtype)
    with mpmath.workdps(60):
        sp = [mpmath.log1p(mpmath.exp(mpmath.mpf(x))) for x in z.tolist()]
        pairs = zip(sp, z.tolist(), strict=True)
        true = [mpmath.exp(-gamma * s) * (s - x) for s, x in pairs]
        error = [
            abs(mpmath.mpf(x) - t)
            for x, t in zip(focal_loss(z, 1, gamma=gamma).tolist(), true, strict=True)
        ]
    tiny = float(np.finfo(dtype).tiny)
    for e, t, s in zip(error, true, sp, strict=True):
        assert e <= (6 + 4 * gamma * s) * eps * t + tiny * eps


def test_a_weight_for_each_class_is_told_how():
    z, y = np.zeros((4, 3)), np.ones((4, 3))
    weights = np.array([1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match=r"One for each class is numpy.broadcast_to"):
        bce(z, y, pos_weight=weights)
    result = bce(z, y, pos_weight=np.broadcast_to(weights, z.shape))
    np.testing.assert_allclose(result, weights * math.log(2) * np.ones((4, 1)))
