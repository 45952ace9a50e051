"""Formulas of binary cross-entropy, and of its derivatives.

From probabilities that are clipped, and from logits; plain, and with a weight w of
label 1. "By both" is the derivative by the prediction and the label.
"""

import math

from bcelib._arrays.slopes import declare
from bcelib.bernoulli import _cross_entropy, _curve, _slope
from bcelib.numerics import (
    _decision,
    _kurtosis,
    _logit,
    _logit_slope,
    _quotient,
    _sigmoid,
    _skewness,
    _softplus,
    _variance,
)

# ---- from probabilities ------------------------------------------------------------


def _bce_of_p(xp, p, y):
    return _cross_entropy(xp, y, p)


def _bce_of_p_slope(xp, p, y):
    return _slope(xp, y, p)


def _bce_of_p_curve(xp, p, y):
    return _curve(xp, y, p)


def _bce_of_p_by_label(xp, p, y):
    return -_logit(xp, p)


def _bce_of_p_by_both(xp, p, y):
    return -_logit_slope(xp, p)


declare(_bce_of_p, _bce_of_p_slope, _bce_of_p_by_label)
declare(_bce_of_p_slope, _bce_of_p_curve, _bce_of_p_by_both)
declare(_bce_of_p_by_label, _bce_of_p_by_both, 0.0)


def _clipped_cross_entropy(xp, p, y, *, clip):
    # The logarithms are clipped, as 1 − clip itself may round to 1.
    log_p, log_q = _clipped_logarithms(xp, p, clip)
    return -y * log_p - (1 - y) * log_q


def _clipped_logarithms(xp, p, clip):
    low, high = math.log(clip), math.log1p(-clip)
    return xp.clip(xp.log(p), low, high), xp.clip(xp.log1p(-p), low, high)


def _inside(xp, p, clip, slope):
    return xp.where((p > clip) & (p < 1 - clip), slope, 0.0)


def _clipped_slope(xp, p, y, *, clip):
    return _inside(xp, p, clip, _slope(xp, y, p))


def _clipped_curve(xp, p, y, *, clip):
    return _inside(xp, p, clip, _curve(xp, y, p))


def _clipped_by_label(xp, p, y, *, clip):
    log_p, log_q = _clipped_logarithms(xp, p, clip)
    return log_q - log_p


def _clipped_by_both(xp, p, y, *, clip):
    return _inside(xp, p, clip, -_logit_slope(xp, p))


declare(_clipped_cross_entropy, _clipped_slope, _clipped_by_label)
declare(_clipped_slope, _clipped_curve, _clipped_by_both)
declare(_clipped_by_label, _clipped_by_both, 0.0)

# ---- from logits -------------------------------------------------------------------


def _bce(xp, z, y):
    # sp(z) = max(z, 0) + log1p(exp(−|z|)), and max(z, 0) − y z = (h − y) z: nothing
    # cancels, as (h − y) z is |z| times what of the label is on the other side.
    h = _decision(xp, z)
    return (h - y) * z + xp.log1p(xp.exp(xp.minimum(z, -z)))


def _bce_by_label(xp, z, y):
    return -z


def _bce_grad(xp, z, y):
    # The derivative of `_bce`, term by term: that of −|z| is 1 − 2 h.
    h, f = _decision(xp, z), xp.exp(xp.minimum(z, -z))
    return (h - y) + (1 - 2 * h) * _quotient(f, f)


def _bce_hessian(xp, z, y):
    return _variance(xp, z)


def _bce_third(xp, z, y):
    return _skewness(xp, z)


def _bce_fourth(xp, z, y):
    return _kurtosis(xp, z)


declare(_bce, _bce_grad, _bce_by_label)
declare(_bce_by_label, -1.0, 0.0)
declare(_bce_grad, _bce_hessian, -1.0)
declare(_bce_hessian, _bce_third, 0.0)
declare(_bce_third, _bce_fourth, 0.0)

# ---- with a weight -----------------------------------------------------------------


def _weighted_bce_grad(xp, z, y, w):
    return (1 - y) * _sigmoid(xp, z) - w * y * _sigmoid(xp, -z)


def _weighted_bce_grad_by_label(xp, z, y, w):
    return -_sigmoid(xp, z) - w * _sigmoid(xp, -z)


def _weighted_bce_grad_by_weight(xp, z, y, w):
    return -y * _sigmoid(xp, -z)


def _grad_of_a_one(xp, z, y, w):
    return -_sigmoid(xp, -z)


def _weighted_bce_hessian(xp, z, y, w):
    return (1 - y + w * y) * _variance(xp, z)


def _weighted_bce_hessian_by_label(xp, z, y, w):
    return (w - 1) * _variance(xp, z)


def _weighted_bce_hessian_by_weight(xp, z, y, w):
    return y * _variance(xp, z)


def _weighted_bce_third(xp, z, y, w):
    return (1 - y + w * y) * _skewness(xp, z)


def _weighted_bce(xp, z, y, w):
    return (1 - y) * _softplus(xp, z) + w * y * _softplus(xp, -z)


def _weighted_bce_by_label(xp, z, y, w):
    return w * _softplus(xp, -z) - _softplus(xp, z)


def _weighted_bce_by_weight(xp, z, y, w):
    return y * _softplus(xp, -z)


def _loss_of_a_one(xp, z, y, w):
    return _softplus(xp, -z)


declare(
    _weighted_bce, _weighted_bce_grad, _weighted_bce_by_label, _weighted_bce_by_weight
)
declare(_weighted_bce_by_label, _weighted_bce_grad_by_label, 0.0, _loss_of_a_one)
declare(_weighted_bce_by_weight, _weighted_bce_grad_by_weight, _loss_of_a_one, 0.0)
declare(
    _weighted_bce_grad,
    _weighted_bce_hessian,
    _weighted_bce_grad_by_label,
    _weighted_bce_grad_by_weight,
)
declare(
    _weighted_bce_grad_by_label, _weighted_bce_hessian_by_label, 0.0, _grad_of_a_one
)
declare(
    _weighted_bce_grad_by_weight, _weighted_bce_hessian_by_weight, _grad_of_a_one, 0.0
)
declare(
    _weighted_bce_hessian,
    _weighted_bce_third,
    _weighted_bce_hessian_by_label,
    _weighted_bce_hessian_by_weight,
)
