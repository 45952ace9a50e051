r"""The Bernoulli distribution: a coin, its likelihood, its entropy.

Prediction first, label second. Logarithms are natural unless `base` says
otherwise: base 2 gives bits.
"""

import math

import numpy as np

from bcelib._arrays import validate as _validate
from bcelib._arrays.dispatch import evaluate
from bcelib._arrays.validate import LABEL, UNIT, Argument, Domain
from bcelib.numerics import _xlog1py, _xlogy

_COIN = Argument("p", UNIT)
_COIN_AND_OUTCOMES = _COIN, Argument("y", LABEL)
_TRUTH_AND_BELIEF = Argument("q", UNIT), _COIN


def sample(p, size=None, *, rng):
    """Draws from Bernoulli(p): 1 with probability p, else 0.

    Parameters
    ----------
    p : float or array_like of float
        Probability of a 1, in [0, 1].
    size : int or tuple of int, optional
        Shape of the result; by default the shape of `p`. If `p` is an array,
        `size` must be its shape.
    rng : numpy.random.Generator
        Source of randomness. The same state gives the same draws.

    Returns
    -------
    ndarray of int, or int
        Labels in {0, 1}.

    Raises
    ------
    TypeError
        If `rng` is not a `numpy.random.Generator`.
    ValueError
        If `p` leaves [0, 1] or holds NaN, or `size` is not the shape of `p`.

    See Also
    --------
    pmf : The probability of each outcome.

    Notes
    -----
    A uniform draw from [0, 1) is below p with probability p. The twin in NumPy is
    `Generator.binomial(1, p, size)`. Chapter 1.

    References
    ----------
    .. [1] J. Bernoulli, *Ars Conjectandi*, Basel, 1713.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> sample(0.5, 10, rng=rng)
    array([0, 1, 1, 1, 0, 0, 0, 0, 0, 0])

    At the ends nothing is left to chance:

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


def pmf(p, y):
    r"""Bernoulli probability mass, p^y (1 − p)^(1−y).

    The probability that a coin with parameter `p` shows `y`. Read as a function
    of `p` it is the likelihood of `p`.

    Parameters
    ----------
    p : array_like of float
        Probability of a 1, in [0, 1].
    y : array_like of int
        Outcomes in {0, 1}, of the shape of `p`, or one of the two a scalar.

    Returns
    -------
    array or scalar
        p where y = 1, and 1 − p where y = 0.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If `p` leaves [0, 1], `y` is not 0 or 1, or the shapes differ.

    See Also
    --------
    log_pmf : Its logarithm.
    likelihood : The product over independent trials.

    Notes
    -----
    The twin in SciPy is `scipy.stats.bernoulli.pmf`, which takes `y` first.
    Chapter 1.

    References
    ----------
    .. [1] J. Bernoulli, *Ars Conjectandi*, Basel, 1713.

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


def log_pmf(p, y):
    r"""Logarithm of the Bernoulli probability, y log p + (1 − y) log(1 − p).

    Parameters
    ----------
    p : array_like of float
        Probability of a 1, in [0, 1].
    y : array_like of int
        Outcomes in {0, 1}, of the shape of `p`, or one of the two a scalar.

    Returns
    -------
    array or scalar
        Values in [−∞, 0], in nats.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If `p` leaves [0, 1], `y` is not 0 or 1, or the shapes differ.

    See Also
    --------
    log_likelihood : The sum over independent trials.
    bcelib.losses.binary_cross_entropy : Its negative.

    Notes
    -----
    The twin in SciPy is `scipy.stats.bernoulli.logpmf`. Chapter 2.

    References
    ----------
    .. [1] R. A. Fisher, "On the mathematical foundations of theoretical
       statistics", Philosophical Transactions of the Royal Society A 222, 1922.

    Examples
    --------
    >>> round(float(log_pmf(0.25, 1)), 6)
    -1.386294

    An impossible outcome has log-probability −∞, and no NaN appears:

    >>> log_pmf([0.0, 0.0], [0, 1])
    array([  0., -inf])
    """
    return evaluate(_log_pmf, _COIN_AND_OUTCOMES, p, y)


def likelihood(p, y):
    r"""Likelihood of independent trials, Π p^y (1 − p)^(1−y).

    Parameters
    ----------
    p : float or array_like of float
        Probability of a 1, in [0, 1]: one for all trials or one for each.
    y : array_like of int
        Outcomes in {0, 1}.

    Returns
    -------
    float
        The product over all trials; 1 for no trial.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If `p` leaves [0, 1], `y` is not 0 or 1, or the shapes differ.

    See Also
    --------
    log_likelihood : The same information, without underflow.

    Notes
    -----
    The product is computed as written, so it underflows: for a fair coin it is
    exactly 0 from 1075 trials on. Chapter 2.

    References
    ----------
    .. [1] R. A. Fisher, "On the mathematical foundations of theoretical
       statistics", Philosophical Transactions of the Royal Society A 222, 1922.

    Examples
    --------
    >>> likelihood(0.5, [1, 0, 1])
    0.125
    >>> likelihood(0.5, [1] * 1074), likelihood(0.5, [1] * 1075)
    (5e-324, 0.0)
    """
    with np.errstate(under="ignore"):
        return float(np.prod(np.asarray(pmf(p, y)), dtype=float))


def log_likelihood(p, y):
    r"""Log-likelihood of independent trials, Σ y log p + (1 − y) log(1 − p).

    Parameters
    ----------
    p : float or array_like of float
        Probability of a 1, in [0, 1]: one for all trials or one for each.
    y : array_like of int
        Outcomes in {0, 1}.

    Returns
    -------
    float
        The sum over all trials, in nats; 0 for no trial.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If `p` leaves [0, 1], `y` is not 0 or 1, or the shapes differ.

    See Also
    --------
    likelihood : The product, which underflows.
    mle : Where this is largest, for one `p`.

    Notes
    -----
    Its negative divided by n is the mean binary cross-entropy. Chapter 2.

    References
    ----------
    .. [1] R. A. Fisher, "On the mathematical foundations of theoretical
       statistics", Philosophical Transactions of the Royal Society A 222, 1922.

    Examples
    --------
    >>> round(log_likelihood(0.5, [1, 0, 1]), 6)
    -2.079442

    Where the likelihood is 0 the log-likelihood is an ordinary number:

    >>> round(log_likelihood(0.5, [1] * 1075), 6)
    -745.133219
    """
    return float(np.sum(np.asarray(log_pmf(p, y)), dtype=float))


def mle(y):
    r"""Maximum-likelihood estimate of a coin's parameter, the mean of `y`.

    Parameters
    ----------
    y : array_like of int
        Outcomes in {0, 1}, at least one.

    Returns
    -------
    float
        The share of ones: the `p` at which `log_likelihood(p, y)` is largest.

    Raises
    ------
    TypeError
        If `y` does not hold real numbers.
    ValueError
        If `y` is empty, or holds anything but 0 and 1.

    See Also
    --------
    log_likelihood : What it maximises.

    Notes
    -----
    The derivative k / p − (n − k) / (1 − p) is 0 at p = k / n. With heads only
    or tails only the maximum is at the boundary, where no derivative is 0.
    Chapter 2.

    References
    ----------
    .. [1] R. A. Fisher, "On the mathematical foundations of theoretical
       statistics", Philosophical Transactions of the Royal Society A 222, 1922.

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


def entropy(p, *, base=math.e):
    r"""Entropy of a coin, H(p) = −p log p − (1 − p) log(1 − p).

    The mean surprise at a coin whose probability is known. No forecast does
    better on average.

    Parameters
    ----------
    p : array_like of float
        Probability of a 1, in [0, 1].
    base : float, optional
        Base of the logarithm, above 1: e for nats (default), 2 for bits.

    Returns
    -------
    array or scalar
        Values in [0, log 2], of the shape of `p`; largest at p = ½.

    Raises
    ------
    TypeError
        If `p` does not hold real numbers.
    ValueError
        If `p` leaves [0, 1] or holds NaN, or `base` is not above 1.

    See Also
    --------
    cross_entropy : The mean surprise of a forecast that may be wrong.

    Notes
    -----
    The twin is `scipy.stats.entropy([p, 1 - p], base=...)`. Chapter 4.

    References
    ----------
    .. [1] C. E. Shannon, "A mathematical theory of communication", Bell System
       Technical Journal 27, 1948.

    Examples
    --------
    >>> float(entropy(0.5, base=2))
    1.0

    A sure thing has no surprise, and 0 · log 0 does no harm:

    >>> entropy([0.0, 1.0])
    array([0., 0.])
    """
    return evaluate(_entropy, [_COIN], p, unit=_log_of_base(base))


def _entropy(xp, p, *, unit):
    return _cross_entropy(xp, p, p) / unit


def _cross_entropy(xp, p, q):
    # The 0 is for the sign: 0 − 0 is 0, and −0 would be shown as such.
    return 0 - _xlogy(xp, q, p) - _xlog1py(xp, 1 - q, -p)


def _cross_entropy_in_units(xp, q, p, *, unit):
    return _cross_entropy(xp, p, q) / unit


def cross_entropy(q, p, *, base=math.e):
    r"""Cross-entropy, H(q, p) = −q log p − (1 − q) log(1 − p).

    The mean surprise at a coin of probability `q` for one who believes `p`.

    Parameters
    ----------
    q : array_like of float
        True probability of a 1, in [0, 1].
    p : array_like of float
        Believed probability of a 1, in [0, 1], of the shape of `q`, or one of the
        two a scalar.
    base : float, optional
        Base of the logarithm, above 1: e for nats (default), 2 for bits.

    Returns
    -------
    array or scalar
        Values in [0, ∞]; ∞ where something possible was believed impossible.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If `q` or `p` leaves [0, 1], the shapes differ, or `base` is not above 1.

    See Also
    --------
    entropy : The least cross-entropy, at p = q.
    kl_divergence : The difference of the two.
    bcelib.losses.binary_cross_entropy : The same, with a label in the place of q.

    Notes
    -----
    H(q, p) = H(q) + KL(q‖p). The truth comes first, as in the formula. Chapter 4.

    References
    ----------
    .. [1] T. M. Cover, J. A. Thomas, *Elements of Information Theory*, 2nd ed.,
       Wiley, 2006, chapter 2.

    Examples
    --------
    >>> float(cross_entropy(0.5, 0.25, base=2)) > float(entropy(0.5, base=2))
    True
    >>> float(cross_entropy(0.5, 0.0))
    inf
    """
    unit = _log_of_base(base)
    return evaluate(_cross_entropy_in_units, _TRUTH_AND_BELIEF, q, p, unit=unit)


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


def kl_divergence(q, p, *, base=math.e):
    r"""Kullback–Leibler divergence, q log(q/p) + (1 − q) log((1 − q)/(1 − p)).

    What it costs, in mean surprise, to believe `p` when the truth is `q`.

    Parameters
    ----------
    q : array_like of float
        True probability of a 1, in [0, 1].
    p : array_like of float
        Believed probability of a 1, in [0, 1], of the shape of `q`, or one of the
        two a scalar.
    base : float, optional
        Base of the logarithm, above 1: e for nats (default), 2 for bits.

    Returns
    -------
    array or scalar
        Values in [0, ∞]; exactly 0 where p = q, never negative.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If `q` or `p` leaves [0, 1], the shapes differ, or `base` is not above 1.

    See Also
    --------
    cross_entropy : H(q) + KL(q‖p).

    Notes
    -----
    The two terms as written are of the size of \|p − q\| and cancel down to
    (p − q)²; here each side is written as a non-negative term of that size.
    Not symmetric in q and p, so not a distance. Chapter 4.

    References
    ----------
    .. [1] S. Kullback, R. A. Leibler, "On information and sufficiency", Annals of
       Mathematical Statistics 22(1), 1951.

    Examples
    --------
    >>> round(float(kl_divergence(0.5, 0.25)), 6)
    0.143841

    A tiny error still has a positive cost (2 · 10⁻²⁰ in exact arithmetic), which
    the formula as written loses:

    >>> print(f"{kl_divergence(0.5, 0.5 + 1e-10):.4g}")
    2e-20
    """
    return evaluate(_kl_divergence, _TRUTH_AND_BELIEF, q, p, unit=_log_of_base(base))


def _log_of_base(base):
    above_one = Domain("(1, inf)", low=1, open_low=True, open_high=True)
    return math.log(_validate.number("base", base, above_one))
