r"""The Bernoulli distribution: a coin, its likelihood, its entropy.

* **Order.** Prediction first, label second; the truth first where there is one, in
  `cross_entropy` and `kl_divergence`.
* **Domains.** Probabilities `p` and `q` lie in [0, 1], outcomes `y` are 0 or 1.
* **Units.** Nats, unless a `base` of the logarithm, above 1, says otherwise: 2 gives
  bits.
* **Shapes, arrays, dtypes and errors** are those of `bcelib.numerics`. Sums, products
  and estimates are floats.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from bcelib._arrays import validate as _validate
from bcelib._arrays.dispatch import evaluate
from bcelib._arrays.slopes import declare
from bcelib._arrays.types import Array
from bcelib._arrays.validate import LABEL, UNIT, Argument, Domain
from bcelib.numerics import _logit, _logit_slope, _over, _xlog1py, _xlogy

_COIN = Argument("p", UNIT)
_COIN_AND_OUTCOMES = _COIN, Argument("y", LABEL)
_TRUTH_AND_BELIEF = Argument("q", UNIT), _COIN


def sample(
    p: ArrayLike, size: int | tuple[int, ...] | None = None, *, rng: np.random.Generator
) -> np.ndarray | np.integer:
    r"""Draws from Bernoulli(p): 1 with probability p, else 0.

    A uniform draw from [0, 1) is below p with probability p. Chapter 1.

    Parameters
    ----------
    p : array_like
        Probability of a 1.
    size : int or tuple of int, optional
        Shape of the result; by default that of `p`, which it must be if `p` is an
        array.
    rng : numpy.random.Generator
        Source of randomness. The same state gives the same draws.

    Returns
    -------
    ndarray of int, or int
        Labels in {0, 1}.

    See Also
    --------
    numpy.random.Generator.binomial : The twin in NumPy, with 1 for its n.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> sample(0.5, 10, rng=rng)
    array([0, 1, 1, 1, 0, 0, 0, 0, 0, 0])
    >>> sample(1.0, 3, rng=rng)
    array([1, 1, 1])
    """
    _validate.generator("rng", rng)
    p = _validate.checked("p", p, UNIT)
    shape = p.shape if size is None else np.empty(size, dtype=bool).shape
    if p.ndim and shape != p.shape:
        raise ValueError(
            f"size must be the shape of p, {p.shape}, or p a scalar; got {size}"
        )
    return (rng.random(shape) < p).astype(int)[()]


def _pmf(xp, p, y):
    return xp.where(y == 1, p, 1 - p)  # p^y (1 − p)^(1−y) for y in {0, 1}


def _pmf_by_p(xp, p, y):
    return 2 * y - 1


def _pmf_by_y(xp, p, y):
    mass = _pmf(xp, p, y)
    return _xlogy(xp, mass, p) - _xlog1py(xp, mass, -p)


def _pmf_by_both(xp, p, y):
    return (2 * y - 1) * _logit(xp, p) + 1 / xp.abs(_pmf(xp, p, 1 - y))


def _pmf_twice_by_y(xp, p, y):
    # Where the mass is 0 it outweighs the square of the logarithm.
    mass = _pmf(xp, p, y)
    return mass * xp.square(xp.where(mass == 0, 0.0, _logit(xp, p)))


declare(_pmf, _pmf_by_p, _pmf_by_y)
declare(_pmf_by_p, 0.0, _pmf_by_both)
declare(_pmf_by_y, _pmf_by_both, _pmf_twice_by_y)


def pmf(p: ArrayLike, y: ArrayLike) -> Array:
    r"""Bernoulli probability mass, p^y (1 − p)^(1−y).

    The probability that a coin with parameter `p` shows `y` :cite:p:`bernoulli1713`.
    Read as a function of `p` it is the likelihood of `p`. Chapter 1.

    Parameters
    ----------
    p, y : array_like
        Probability of a 1, and outcomes.

    Returns
    -------
    array or scalar
        p where y = 1, and 1 − p where y = 0.

    See Also
    --------
    scipy.stats.bernoulli : The twin in SciPy, whose ``pmf`` takes `y` first.

    Examples
    --------
    >>> pmf(0.75, [1, 0])
    array([0.75, 0.25])
    >>> pmf([0.0, 1.0], [0, 1])
    array([1., 1.])
    """
    return evaluate(_pmf, _COIN_AND_OUTCOMES, p, y)


def _log_pmf(xp, p, y):
    return _xlogy(xp, y, p) + _xlog1py(xp, 1 - y, -p)


def _score(xp, p, y):
    return -_slope(xp, y, p)


def _logit_of_p(xp, p, y):
    return _logit(xp, p)


def _logit_slope_of_p(xp, p, y):
    return _logit_slope(xp, p)


def _minus_curve(xp, p, y):
    return -_curve(xp, y, p)


declare(_log_pmf, _score, _logit_of_p)
declare(_score, _minus_curve, _logit_slope_of_p)
declare(_logit_of_p, _logit_slope_of_p, 0.0)


def log_pmf(p: ArrayLike, y: ArrayLike) -> Array:
    r"""Logarithm of `pmf`, y log p + (1 − y) log(1 − p).

    Its negative is `bcelib.losses.binary_cross_entropy`. Chapter 2.

    Returns
    -------
    array or scalar
        Values in [−∞, 0].

    Examples
    --------
    >>> round(float(log_pmf(0.25, 1)), 6)
    -1.386294
    >>> log_pmf([0.0, 0.0], [0, 1])  # no NaN for an impossible outcome
    array([  0., -inf])
    """
    return evaluate(_log_pmf, _COIN_AND_OUTCOMES, p, y)


def likelihood(p: ArrayLike, y: ArrayLike) -> float:
    r"""Likelihood of independent trials, Π p^y (1 − p)^(1−y), the product of `pmf`.

    Introduced by :cite:t:`fisher1922`. Computed as written, so it underflows: for a
    fair coin it is exactly 0 from 1075 trials on. Chapter 2.

    Returns
    -------
    float
        The product over all trials; 1 for no trial.

    Examples
    --------
    >>> likelihood(0.5, [1, 0, 1])
    0.125
    >>> likelihood(0.5, [1] * 1074), likelihood(0.5, [1] * 1075)
    (5e-324, 0.0)
    """
    with np.errstate(under="ignore"):
        return float(np.prod(np.asarray(pmf(p, y)), dtype=float))


def log_likelihood(p: ArrayLike, y: ArrayLike) -> float:
    r"""Log-likelihood of independent trials, the sum of `log_pmf`.

    Its negative divided by n is the mean binary cross-entropy. Chapter 2.

    Returns
    -------
    float
        The sum over all trials; 0 for no trial.

    Examples
    --------
    >>> round(log_likelihood(0.5, [1, 0, 1]), 6)
    -2.079442
    >>> round(log_likelihood(0.5, [1] * 1075), 6)  # where the likelihood is 0
    -745.133219
    """
    return float(np.sum(np.asarray(log_pmf(p, y)), dtype=float))


def mle(y: ArrayLike) -> float:
    r"""Maximum-likelihood estimate of a coin's parameter, the mean of `y`.

    The derivative k / p − (n − k) / (1 − p) of `log_likelihood` is 0 at p = k / n. With
    heads only or tails only the maximum is at the boundary, where no derivative is 0.
    Chapter 2.

    Parameters
    ----------
    y : array_like
        Outcomes, at least one.

    Returns
    -------
    float
        The share of ones: the `p` at which ``log_likelihood(p, y)`` is largest.

    Examples
    --------
    >>> mle([1, 0, 1, 1])
    0.75
    >>> mle([1, 1, 1])
    1.0
    """
    y = _validate.checked("y", y, LABEL)
    if y.size == 0:
        raise ValueError("y must hold at least one outcome; got 0")
    return float(np.mean(y, dtype=float))


def entropy(p: ArrayLike, *, base: float = math.e) -> Array:
    r"""Entropy of a coin, H(p) = −p log p − (1 − p) log(1 − p).

    The mean surprise at a coin whose probability is known :cite:p:`shannon1948`. No
    forecast does better on average. Chapter 4.

    Parameters
    ----------
    p : array_like
        Probability of a 1.
    base : float, optional
        Base of the logarithm: e for nats, 2 for bits.

    Returns
    -------
    array or scalar
        Values in [0, log 2]; largest at p = ½.

    See Also
    --------
    scipy.stats.entropy : The twin in SciPy; takes the list [p, 1 − p].

    Examples
    --------
    >>> float(entropy(0.5, base=2))
    1.0
    >>> entropy([0.0, 1.0])  # a sure thing has no surprise
    array([0., 0.])
    """
    return evaluate(_entropy, [_COIN], p, unit=_log_of_base(base))


def _entropy(xp, p, *, unit):
    # Two terms that are rounded up may exceed log 2.
    return xp.minimum(_cross_entropy(xp, p, p, unit=unit), math.log(2) / unit)


def _entropy_slope(xp, p, *, unit):
    return -_logit(xp, p) / unit


def _entropy_curve(xp, p, *, unit):
    return -_logit_slope(xp, p) / unit


declare(_entropy, _entropy_slope)
declare(_entropy_slope, _entropy_curve)


def _cross_entropy(xp, q, p, *, unit=1.0):
    # The 0 is for the sign: 0 − 0 is 0, and −0 would be shown as such.
    nats = 0 - _xlogy(xp, q, p) - _xlog1py(xp, 1 - q, -p)
    return nats if unit == 1 else nats / unit


def _slope(xp, q, p, *, unit=1.0):
    """(p − q) / (p (1 − p)); by continuity ±1 where both are 0 or both are 1."""
    sure = ((p == 0) | (p == 1)) & (p == q)
    slope = (p - q) / xp.where(sure, 1.0, xp.abs(p * (1 - p)))
    return xp.where(sure, 1 - 2 * q, slope) / unit


def _curve(xp, q, p, *, unit=1.0):
    zeros = _over(xp, _over(xp, 1 - q, 1 - p), 1 - p)
    return (_over(xp, _over(xp, q, p), p) + zeros) / unit


def _by_truth(xp, q, p, *, unit=1.0):
    return -_logit(xp, p) / unit


def _by_both(xp, q, p, *, unit=1.0):
    return -_logit_slope(xp, p) / unit


declare(_cross_entropy, _by_truth, _slope)
declare(_slope, _by_both, _curve)
declare(_by_truth, 0.0, _by_both)


def cross_entropy(q: ArrayLike, p: ArrayLike, *, base: float = math.e) -> Array:
    r"""Cross-entropy, H(q, p) = −q log p − (1 − q) log(1 − p).

    The mean surprise at a coin of probability `q` for one who believes `p`. It is
    H(q) + KL(q‖p), so it is least at p = q. With a label in the place of q it is
    `bcelib.losses.binary_cross_entropy`. Chapter 4.

    Parameters
    ----------
    q, p : array_like
        True and believed probability of a 1.
    base : float, optional
        Base of the logarithm: e for nats, 2 for bits.

    Returns
    -------
    array or scalar
        Values in [0, ∞]; ∞ where something possible was believed impossible.

    Examples
    --------
    >>> float(cross_entropy(0.5, 0.25, base=2)) > float(entropy(0.5, base=2))
    True
    >>> float(cross_entropy(0.5, 0.0))
    inf
    """
    unit = _log_of_base(base)
    return evaluate(_cross_entropy, _TRUTH_AND_BELIEF, q, p, unit=unit)


def _excess(xp, weight, other, change):
    """w log(w/o) + c ≥ 0, without cancellation where the change c = o − w is small.

    With t = c/w it is w (t − log(1 + t)). With r = t/(2 + t) the series
    log(1 + t) = 2 (r + r³/3 + r⁵/5 + …) and 2 r = t − r t leave, for small t,
    t − log(1 + t) = r t − 2 r³ (1/3 + r²/5 + …).
    """
    positive = xp.where(weight == 0, 1.0, weight)
    ratio, t = other / positive, change / positive
    small = (t > -0.5) & (t < 1)  # beyond, at most two bits cancel in t − log(1 + t)
    r = xp.where(small, t / (2 + t), 0.0)
    tail = 0.0
    for k in range(35, 1, -2):  # |r| ≤ 1/3: the first term left out is below 2⁻⁵³
        tail = 1 / k + r * r * tail
    excess = weight * xp.where(small, r * t - 2 * r * r * r * tail, t - xp.log(ratio))
    # Where t overflows, w log(w/o) is below any digit of c.
    return xp.where((weight == 0) | (t == math.inf), change, excess)


def _kl_divergence(xp, q, p, *, unit):
    # q log(q/p) + (1 − q) log((1 − q)/(1 − p)): the changes, p − q on one side and
    # q − p on the other, drop out of the sum. Neither is taken from a rounded 1 − q.
    return (_excess(xp, q, p, p - q) + _excess(xp, 1 - q, 1 - p, q - p)) / unit


def _log_ratio(xp, a, b, change):
    """log(a/b), without cancellation where the change a − b is small."""
    t, ratio = change / b, a / b
    near = (t > -0.5) & (t < 1)
    far = xp.where(
        (ratio > 1e-30) & (ratio < 1e30), xp.log(ratio), xp.log(a) - xp.log(b)
    )
    return xp.where(near, xp.log1p(t), far)


def _divergence_by_truth(xp, q, p, *, unit):
    """logit(q) − logit(p); where both are 0, or both 1, as a step aside has it."""
    sure = ((p == 0) | (p == 1)) & (p == q)
    inside = xp.where(sure, 0.5, q)
    ratios = _log_ratio(xp, inside, p, inside - p)
    ratios = ratios - _log_ratio(xp, 1 - inside, 1 - p, p - inside)
    return ratios / unit


def _divergence_twice_by_truth(xp, q, p, *, unit):
    return _logit_slope(xp, q) / unit


declare(_kl_divergence, _divergence_by_truth, _slope)
declare(_divergence_by_truth, _divergence_twice_by_truth, _by_both)


def kl_divergence(q: ArrayLike, p: ArrayLike, *, base: float = math.e) -> Array:
    r"""Kullback–Leibler divergence, q log(q/p) + (1 − q) log((1 − q)/(1 − p)).

    What it costs, in mean surprise, to believe `p` when the truth is `q`
    :cite:p:`kullback1951`. Not symmetric in q and p, so not a distance. Chapter 4.

    Parameters
    ----------
    q, p : array_like
        True and believed probability of a 1.
    base : float, optional
        Base of the logarithm: e for nats, 2 for bits.

    Returns
    -------
    array or scalar
        Values in [0, ∞]; exactly 0 where p = q, never negative.

    Notes
    -----
    The two terms as written are of the size of \|p − q\| and cancel down to
    (p − q)²; here each side is written as a non-negative term of that size.

    Examples
    --------
    >>> round(float(kl_divergence(0.5, 0.25)), 6)
    0.143841
    >>> print(f"{kl_divergence(0.5, 0.5 + 1e-10):.4g}")  # which the formula loses
    2e-20
    """
    return evaluate(_kl_divergence, _TRUTH_AND_BELIEF, q, p, unit=_log_of_base(base))


def _log_of_base(base):
    above_one = Domain("(1, inf)", low=1, open_low=True, open_high=True)
    return math.log(_validate.number("base", base, above_one))
