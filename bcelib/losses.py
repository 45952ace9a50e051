r"""Losses for a label in {0, 1}, or in [0, 1] once it is soft.

Prediction first, label second. Losses are taken element by element and never
reduced: the caller writes ``.mean()``. Shapes must agree, or one side is a
scalar. Nothing is clipped unless `clip` asks for it.

Long NumPy arrays, from about 200,000 float64 on, are shared among threads: as
many as the environment variable OMP_NUM_THREADS says, else one for each core. No bit
of a result depends on their number.

In the formulas z is a logit, p = σ(z) a probability, y a label and
sp(z) = log(1 + exp(z)).
"""

import math

from bcelib._arrays import validate as _validate
from bcelib._arrays.dispatch import evaluate, mean_and_gradient
from bcelib._arrays.validate import LABEL, NON_NEGATIVE, REAL, UNIT, Argument, Domain
from bcelib.bernoulli import _cross_entropy
from bcelib.numerics import _decision, _quotient, _sigmoid, _softplus

_LABELS = Argument("labels", UNIT)
_SOFT = Argument("logits", REAL), _LABELS  # logits and labels in [0, 1]
_HARD = Argument("logits", REAL), Argument("labels", LABEL)
_WEIGHTED = (*_SOFT, Argument("pos_weight", NON_NEGATIVE))


def binary_cross_entropy(probabilities, labels, *, clip=None):
    r"""Binary cross-entropy of probabilities, −y log p − (1 − y) log(1 − p).

    The surprise at the label, in nats, of one who forecast the probability. Use the
    form with logits where the model gives logits: it loses no digits.

    Parameters
    ----------
    probabilities : array_like of float
        Probabilities in [0, 1] of the label 1, of any shape.
    labels : array_like of real numbers
        Labels in [0, 1], of the shape of `probabilities`, or one of the two a
        scalar.
    clip : float, optional
        Move probabilities into [clip, 1 − clip] first; in (0, ½). By default
        nothing is moved.

    Returns
    -------
    array or scalar
        Losses in [0, ∞], element by element; ∞ for p = 0 with y > 0 and for p = 1
        with y < 1.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If `probabilities` or `labels` leaves [0, 1], `clip` leaves (0, ½), or the
        shapes differ: (n,) against (n, 1) is refused, because broadcasting it
        compares every prediction with every label.

    See Also
    --------
    binary_cross_entropy_with_logits : The same loss of a logit.
    bcelib.bernoulli.cross_entropy : The same sum, truth first.

    Notes
    -----
    Both terms are non-negative and a term of weight 0 is exactly 0, so the error is
    at most 2 ulps in float64 for hard labels. Twins: `sklearn.metrics.log_loss`
    (clips at the dtype's eps, takes labels first),
    `torch.nn.functional.binary_cross_entropy` (clamps the logarithm at −100),
    `keras.losses.BinaryCrossentropy` (clips at 1e-7). Chapter 3.

    References
    ----------
    .. [1] I. J. Good, "Rational decisions", Journal of the Royal Statistical
       Society B 14(1), 1952.

    Examples
    --------
    >>> binary_cross_entropy([0.5, 0.25], [1, 1]).round(6)
    array([0.693147, 1.386294])

    A wrong certainty costs ∞. Clipping turns it into a number of its own choice:

    >>> float(binary_cross_entropy(0.0, 1))
    inf
    >>> round(float(binary_cross_entropy(0.0, 1, clip=1e-7)), 6)
    16.118096
    """
    arguments = Argument("probabilities", UNIT), _LABELS
    if clip is None:
        return evaluate(_cross_entropy, arguments, probabilities, labels)
    below_half = Domain("(0, 0.5)", 0, 0.5, open_low=True, open_high=True)
    clip = _validate.number("clip", clip, below_half)
    return evaluate(_clipped_cross_entropy, arguments, probabilities, labels, clip=clip)


def _clipped_cross_entropy(xp, p, y, *, clip):
    # The logarithms are clipped, as 1 − clip itself may round to 1. No logarithm of 0
    # is taken: clipped or not, its slope is infinite, and an automatic derivative NaN.
    low, high = math.log(clip), math.log1p(-clip)
    zero, one = p == 0, p == 1
    log_p = xp.where(zero, low, xp.log(xp.where(zero, 1.0, p)))
    log_q = xp.where(one, low, xp.log1p(-xp.where(one, 0.0, p)))
    return -y * xp.clip(log_p, low, high) - (1 - y) * xp.clip(log_q, low, high)


def _bce(xp, z, y):
    # sp(z) = max(z, 0) + log1p(exp(−|z|)), and max(z, 0) − y z = (h − y) z: nothing
    # cancels, as (h − y) z is |z| times what of the label is on the other side.
    h = _decision(xp, z)
    return (h - y) * z + xp.log1p(xp.exp(xp.minimum(z, -z)))


def _by_weight(evaluate, plain, weighted, logits, labels, pos_weight):
    """`evaluate` the plain formula, or with a `pos_weight` the weighted one."""
    if pos_weight is None:
        return evaluate(plain, _SOFT, logits, labels)
    return evaluate(weighted, _WEIGHTED, logits, labels, pos_weight)


def _weighted_bce(xp, z, y, w):
    return (1 - y) * _softplus(xp, z) + w * y * _softplus(xp, -z)


def binary_cross_entropy_with_logits(logits, labels, *, pos_weight=None):
    r"""Binary cross-entropy of logits, sp(z) − y z.

    The surprise at the label, in nats, of a model that gave the logit. Digits are
    kept at every finite logit, and no finite logit gives NaN.

    Parameters
    ----------
    logits : array_like of real numbers
        Logits, of any shape, infinities included.
    labels : array_like of real numbers
        Labels in [0, 1], of the shape of `logits`, or one of the two a scalar.
    pos_weight : array_like of float, optional
        Finite weight ≥ 0 of the term of label 1: a scalar, or of the shape of
        `logits`. Without it both terms weigh 1.

    Returns
    -------
    array or scalar
        Losses in [0, ∞], element by element.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If `logits` holds NaN, `labels` leaves [0, 1], or the shapes differ: (n,)
        against (n, 1) is refused, because broadcasting it compares every
        prediction with every label.
        Also if `pos_weight` is negative or infinite.

    See Also
    --------
    binary_cross_entropy : The same loss of a probability.
    binary_cross_entropy_with_logits_grad : Its derivative, p − y.
    binary_cross_entropy_with_logits_value_and_grad : Mean and gradient in one pass.

    Notes
    -----
    (h − y) z + log1p(exp(−\|z\|)) with h = 1 where z ≥ 0, else 0: two non-negative
    terms, so nothing cancels. The error is at most 2 ulps in float64 for hard labels
    and 3 for soft ones, 4 in float32. With `pos_weight` w: w y sp(−z) + (1 − y) sp(z).
    Twins: `torch.nn.functional.binary_cross_entropy_with_logits`,
    `optax.losses.sigmoid_binary_cross_entropy`. Chapters 3 and 11.

    References
    ----------
    .. [1] D. R. Cox, "The regression analysis of binary sequences", Journal of
       the Royal Statistical Society B 20(2), 1958.

    Examples
    --------
    >>> binary_cross_entropy_with_logits([0.0, 0.0], [0, 1]).round(6)
    array([0.693147, 0.693147])

    At z = 40 the sigmoid rounds to 1, and a loss of the probability would be 0:

    >>> float(binary_cross_entropy_with_logits(40.0, 1))
    4.248354255291589e-18
    >>> float(binary_cross_entropy_with_logits(-1e308, 1))
    1e+308
    """
    return _by_weight(evaluate, _bce, _weighted_bce, logits, labels, pos_weight)


def _bce_grad(xp, z, y):
    # The derivative of `_bce`, term by term: that of −|z| is 1 − 2 h.
    h, f = _decision(xp, z), xp.exp(xp.minimum(z, -z))
    return (h - y) + (1 - 2 * h) * _quotient(f, f)


def _weighted_bce_grad(xp, z, y, w):
    return (1 - y) * _sigmoid(xp, z) - w * y * _sigmoid(xp, -z)


def binary_cross_entropy_with_logits_grad(logits, labels, *, pos_weight=None):
    r"""Derivative of the loss by the logit, σ(z) − y.

    The derivative of each element's loss by its own logit. Divide by n for the
    gradient of the mean.

    Parameters
    ----------
    logits : array_like of real numbers
        Logits, of any shape, infinities included.
    labels : array_like of real numbers
        Labels in [0, 1], of the shape of `logits`, or one of the two a scalar.
    pos_weight : array_like of float, optional
        Finite weight ≥ 0 of the term of label 1: a scalar, or of the shape of
        `logits`. Without it both terms weigh 1.

    Returns
    -------
    array or scalar
        Derivatives in [−1, 1] (without `pos_weight`), of the shape of the loss.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If `logits` holds NaN, `labels` leaves [0, 1], or the shapes differ: (n,)
        against (n, 1) is refused, because broadcasting it compares every
        prediction with every label.
        Also if `pos_weight` is negative or infinite.

    See Also
    --------
    binary_cross_entropy_with_logits : The loss.
    binary_cross_entropy_with_logits_hessian : The next derivative.

    Notes
    -----
    σ(z) − y for z < 0 and (1 − y) − σ(−z) for z ≥ 0, so that a probability near 1
    is never formed. For a hard label 1 − y is exact and nothing cancels: the error is
    at most 2 ulps in float64, where p − y as written is exactly 0 from z = 36.74 on.
    For a soft label it is at most 3 ulps of max(p, y). In float32 4. Chapters 7 and 11.

    References
    ----------
    .. [1] D. R. Cox, "The regression analysis of binary sequences", Journal of
       the Royal Statistical Society B 20(2), 1958.

    Examples
    --------
    >>> float(binary_cross_entropy_with_logits_grad(0.0, 1))
    -0.5

    σ(139) rounds to 1, and 1 − 1 = 0. The derivative is small, and not 0:

    >>> print(f"{binary_cross_entropy_with_logits_grad(139.0, 1):.4g}")
    -4.296e-61
    """
    return _by_weight(
        evaluate, _bce_grad, _weighted_bce_grad, logits, labels, pos_weight
    )


def _bce_hessian(xp, z, y):
    # p (1 − p) = f / (1 + f)². As a square the rounding of 1 + f would count twice.
    f = xp.exp(xp.minimum(z, -z))
    return f / (1 + f * (2 + f))


def _weighted_bce_hessian(xp, z, y, w):
    return (1 - y + w * y) * _bce_hessian(xp, z, y)


def binary_cross_entropy_with_logits_hessian(logits, labels, *, pos_weight=None):
    r"""Second derivative of the loss by the logit, p (1 − p).

    Without `pos_weight` it does not depend on the label. It is positive at every
    finite logit whose e^(−\|z\|) does not underflow: the loss is convex.

    Parameters
    ----------
    logits : array_like of real numbers
        Logits, of any shape, infinities included.
    labels : array_like of real numbers
        Labels in [0, 1], of the shape of `logits`, or one of the two a scalar.
    pos_weight : array_like of float, optional
        Finite weight ≥ 0 of the term of label 1: a scalar, or of the shape of
        `logits`. Without it both terms weigh 1.

    Returns
    -------
    array or scalar
        Second derivatives in [0, ¼] (without `pos_weight`), of the shape of the loss.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If `logits` holds NaN, `labels` leaves [0, 1], or the shapes differ: (n,)
        against (n, 1) is refused, because broadcasting it compares every
        prediction with every label.
        Also if `pos_weight` is negative or infinite.

    See Also
    --------
    binary_cross_entropy_with_logits_grad : The first derivative.

    Notes
    -----
    p (1 − p) = σ(z) σ(−z) = f / (1 + f)² with f = exp(−\|z\|), so p (1 − p) keeps its
    digits where p rounds to 1. The error is at most 3 ulps in float64 and 4 in
    float32. With `pos_weight` w: (1 − y + w y) p (1 − p). Chapters 7, 8 and 9.

    References
    ----------
    .. [1] D. R. Cox, "The regression analysis of binary sequences", Journal of
       the Royal Statistical Society B 20(2), 1958.

    Examples
    --------
    >>> float(binary_cross_entropy_with_logits_hessian(0.0, 1))
    0.25

    Where p rounds to 1, p (1 − p) as written is 0:

    >>> print(f"{binary_cross_entropy_with_logits_hessian(100.0, 1):.4g}")
    3.72e-44
    """
    return _by_weight(
        evaluate, _bce_hessian, _weighted_bce_hessian, logits, labels, pos_weight
    )


def binary_cross_entropy_with_logits_value_and_grad(logits, labels, *, pos_weight=None):
    r"""Mean loss, and its gradient by the logits, in one pass.

    The one reduction of this module: the loss is the *mean* over all elements, and
    the gradient is that of the mean, (p − y) / n.

    Parameters
    ----------
    logits : array_like of real numbers
        Logits, of any shape, infinities included.
    labels : array_like of real numbers
        Labels in [0, 1], of the shape of `logits`, or one of the two a scalar.
    pos_weight : array_like of float, optional
        Finite weight ≥ 0 of the term of label 1: a scalar, or of the shape of
        `logits`. Without it both terms weigh 1.

    Returns
    -------
    value : scalar
        Mean loss in [0, ∞].
    gradient : array or scalar
        Derivative of `value` by each logit, of the shape of `logits`; if `logits` is
        a scalar, of the shape of `labels`, and its sum is the derivative.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If `logits` holds NaN, `labels` leaves [0, 1], or the shapes differ: (n,)
        against (n, 1) is refused, because broadcasting it compares every
        prediction with every label.
        Also if `pos_weight` is negative or infinite, or there is no element.

    See Also
    --------
    binary_cross_entropy_with_logits : The losses.
    binary_cross_entropy_with_logits_grad : The derivatives, without the 1/n.

    Notes
    -----
    Twins: `jax.value_and_grad` of a mean of `optax` losses; `loss_gradient` of
    `sklearn._loss.HalfBinomialLoss`, which does not divide by n. Chapters 8 and 11.

    References
    ----------
    .. [1] D. R. Cox, "The regression analysis of binary sequences", Journal of
       the Royal Statistical Society B 20(2), 1958.

    Examples
    --------
    >>> value, gradient = binary_cross_entropy_with_logits_value_and_grad(
    ...     [0.0, 0.0], [0, 1])
    >>> round(float(value), 6), gradient
    (0.693147, array([ 0.25, -0.25]))

    The sum of these losses overflows; their mean does not:

    >>> value, gradient = binary_cross_entropy_with_logits_value_and_grad(
    ...     [1e308, 1e308], 0)
    >>> float(value), gradient
    (1e+308, array([0.5, 0.5]))
    """
    plain, weighted = (_bce, _bce_grad), (_weighted_bce, _weighted_bce_grad)
    return _by_weight(mean_and_gradient, plain, weighted, logits, labels, pos_weight)


def _margin(xp, z, y):
    return (2 * y - 1) * z


def margin(logits, labels):
    r"""Margin, m = (2 y − 1) z.

    The logit, counted as positive when its sign agrees with the label. This is the
    one place where labels become ±1.

    Parameters
    ----------
    logits : array_like of real numbers
        Logits, of any shape, infinities included.
    labels : array_like of int
        Labels in {0, 1}, of the shape of `logits`, or one of the two a scalar.

    Returns
    -------
    array or scalar
        Margins, element by element.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If `logits` holds NaN, `labels` holds anything but 0 and 1, or the shapes
        differ.

    See Also
    --------
    hinge_loss : max(0, 1 − m).
    zero_one_loss : Whether the decision is wrong.

    Notes
    -----
    Binary cross-entropy of a hard label is sp(−m). Chapter 12.

    References
    ----------
    .. [1] C. Cortes, V. Vapnik, "Support-vector networks", Machine Learning
       20, 1995.

    Examples
    --------
    >>> margin([2.0, 2.0], [1, 0])
    array([ 2., -2.])
    >>> float(margin(float("inf"), 0))
    -inf
    """
    return evaluate(_margin, _HARD, logits, labels)


def _zero_one(xp, z, y):
    return xp.abs(xp.astype(z > 0, z.dtype) - y)


def zero_one_loss(logits, labels):
    r"""Zero-one loss: 1 where the decision z > 0 misses the label, else 0.

    What accuracy counts. Its derivative is 0 wherever it exists, so nothing learns
    from it.

    Parameters
    ----------
    logits : array_like of real numbers
        Logits, of any shape, infinities included.
    labels : array_like of int
        Labels in {0, 1}, of the shape of `logits`, or one of the two a scalar.

    Returns
    -------
    array or scalar
        0 or 1, element by element, in the dtype of the logits.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If `logits` holds NaN, `labels` holds anything but 0 and 1, or the shapes
        differ.

    See Also
    --------
    margin : Away from z = 0 the decision is wrong where the margin is negative.

    Notes
    -----
    The decision is 1 for z > 0, that is for p > ½; at z = 0 it is 0. Twin:
    `sklearn.metrics.zero_one_loss` of the decisions. Chapter 12.

    References
    ----------
    .. [1] C. Cortes, V. Vapnik, "Support-vector networks", Machine Learning
       20, 1995.

    Examples
    --------
    >>> zero_one_loss([2.0, 2.0, -1.0], [1, 0, 0])
    array([0., 1., 0.])

    A tie is decided as 0:

    >>> zero_one_loss([0.0, 0.0], [0, 1])
    array([0., 1.])
    """
    return evaluate(_zero_one, _HARD, logits, labels)


def _hinge(xp, z, y):
    return xp.maximum(0, 1 - _margin(xp, z, y))


def hinge_loss(logits, labels):
    r"""Hinge loss, max(0, 1 − m) with the margin m = (2 y − 1) z.

    The soft-margin loss of support-vector machines: exactly 0 once the margin
    reaches 1.

    Parameters
    ----------
    logits : array_like of real numbers
        Logits, of any shape, infinities included.
    labels : array_like of int
        Labels in {0, 1}, of the shape of `logits`, or one of the two a scalar.

    Returns
    -------
    array or scalar
        Losses in [0, ∞], element by element.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If `logits` holds NaN, `labels` holds anything but 0 and 1, or the shapes
        differ.

    See Also
    --------
    hinge_loss_grad : Its derivative, with a kink at m = 1.
    binary_cross_entropy_with_logits : sp(−m), which never reaches 0.

    Notes
    -----
    Twin: `sklearn.metrics.hinge_loss`, which takes labels first and averages.
    Chapter 12.

    References
    ----------
    .. [1] C. Cortes, V. Vapnik, "Support-vector networks", Machine Learning
       20, 1995.

    Examples
    --------
    >>> hinge_loss([2.0, 0.5, -1.0], 1)
    array([0. , 0.5, 2. ])
    >>> float(hinge_loss(float("inf"), 0))
    inf
    """
    return evaluate(_hinge, _HARD, logits, labels)


def _hinge_grad(xp, z, y):
    return xp.where(_margin(xp, z, y) < 1, 1 - 2 * y, 0.0)


def hinge_loss_grad(logits, labels):
    r"""Derivative of the hinge loss by the logit: 1 − 2 y where m < 1, else 0.

    At the kink m = 1 there is no derivative; the subgradient 0 is returned.

    Parameters
    ----------
    logits : array_like of real numbers
        Logits, of any shape, infinities included.
    labels : array_like of int
        Labels in {0, 1}, of the shape of `logits`, or one of the two a scalar.

    Returns
    -------
    array or scalar
        −1, 0 or 1, element by element.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If `logits` holds NaN, `labels` holds anything but 0 and 1, or the shapes
        differ.

    See Also
    --------
    hinge_loss : The loss.
    binary_cross_entropy_with_logits_grad : The smooth counterpart.

    Notes
    -----
    The subgradients at the kink are the interval between 0 and 1 − 2 y. Chapter 12.

    References
    ----------
    .. [1] C. Cortes, V. Vapnik, "Support-vector networks", Machine Learning
       20, 1995.

    Examples
    --------
    >>> hinge_loss_grad([0.5, -0.5], [1, 0])
    array([-1.,  1.])

    At and beyond the margin 1 nothing pulls any more:

    >>> hinge_loss_grad([1.0, 1e9], 1)
    array([0., 0.])
    """
    return evaluate(_hinge_grad, _HARD, logits, labels)


def _squared_error(xp, z, y):
    return xp.square(_bce_grad(xp, z, y))


def squared_error(logits, labels):
    r"""Squared error of the probability, (σ(z) − y)².

    The Brier score of one forecast, as a function of the logit.

    Parameters
    ----------
    logits : array_like of real numbers
        Logits, of any shape, infinities included.
    labels : array_like of real numbers
        Labels in [0, 1], of the shape of `logits`, or one of the two a scalar.

    Returns
    -------
    array or scalar
        Losses in [0, 1], element by element.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If `logits` holds NaN, `labels` leaves [0, 1], or the shapes differ: (n,)
        against (n, 1) is refused, because broadcasting it compares every
        prediction with every label.

    See Also
    --------
    squared_error_grad : Its derivative, which vanishes when confidently wrong.
    bcelib.numerics.sigmoid : From the logit to the probability.

    Notes
    -----
    p − y is computed without cancellation for hard labels. Chapter 7.

    References
    ----------
    .. [1] G. W. Brier, "Verification of forecasts expressed in terms of
       probability", Monthly Weather Review 78(1), 1950.

    Examples
    --------
    >>> float(squared_error(0.0, 1))
    0.25

    It is bounded, so a wild mistake costs hardly more than a mistake:

    >>> squared_error([-8.0, -800.0], 1).round(6)
    array([0.999329, 1.      ])
    """
    return evaluate(_squared_error, _SOFT, logits, labels)


def _squared_error_grad(xp, z, y):
    return 2 * _bce_grad(xp, z, y) * _bce_hessian(xp, z, y)


def squared_error_grad(logits, labels):
    r"""Derivative of the squared error by the logit, 2 (p − y) p (1 − p).

    The factor p (1 − p) of the sigmoid stays. It takes the gradient to 0 where the
    model is sure, and that includes where it is sure and wrong.

    Parameters
    ----------
    logits : array_like of real numbers
        Logits, of any shape, infinities included.
    labels : array_like of real numbers
        Labels in [0, 1], of the shape of `logits`, or one of the two a scalar.

    Returns
    -------
    array or scalar
        Derivatives, element by element.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If `logits` holds NaN, `labels` leaves [0, 1], or the shapes differ: (n,)
        against (n, 1) is refused, because broadcasting it compares every
        prediction with every label.

    See Also
    --------
    squared_error : The loss.
    binary_cross_entropy_with_logits_grad : p − y, without that factor.

    Notes
    -----
    Chapter 7 races the two from z = −8 with y = 1.

    References
    ----------
    .. [1] G. W. Brier, "Verification of forecasts expressed in terms of
       probability", Monthly Weather Review 78(1), 1950.

    Examples
    --------
    >>> float(squared_error_grad(0.0, 1))
    -0.25

    Confidently wrong, and almost no pull:

    >>> print(f"{squared_error_grad(-30.0, 1):.3g}")
    -1.87e-13
    """
    return evaluate(_squared_error_grad, _SOFT, logits, labels)


def _focal_of_ones(xp, z, gamma):
    return xp.pow(_sigmoid(xp, -z), gamma) * _softplus(xp, -z)


def _focal(xp, z, y, *, gamma, positive, negative):
    ones = positive * y * _focal_of_ones(xp, z, gamma)
    zeros = negative * (1 - y) * _focal_of_ones(xp, -z, gamma)
    return ones + zeros


def _focal_grad_of_ones(xp, z, gamma):
    p = _sigmoid(xp, z)
    q = _sigmoid(xp, -z)
    return -xp.pow(q, gamma) * (q + gamma * p * _softplus(xp, -z))


def _focal_grad(xp, z, y, *, gamma, positive, negative):
    ones = positive * y * _focal_grad_of_ones(xp, z, gamma)
    zeros = negative * (1 - y) * _focal_grad_of_ones(xp, -z, gamma)
    return ones - zeros


def _focal_constants(gamma, balance):
    in_float32 = Domain("[0, 1e38]", 0, 1e38)
    gamma = _validate.number("gamma", gamma, in_float32)
    if balance is None:
        return {"gamma": gamma, "positive": 1.0, "negative": 1.0}
    balance = _validate.number("balance", balance, UNIT)
    return {"gamma": gamma, "positive": balance, "negative": 1 - balance}


def focal_loss(logits, labels, *, gamma=2.0, balance=None):
    r"""Focal loss, −(1 − p_t)^γ log p_t, with p_t = p for y = 1 and 1 − p for y = 0.

    Binary cross-entropy with less weight on what is already right.

    Parameters
    ----------
    logits : array_like of real numbers
        Logits, of any shape, infinities included.
    labels : array_like of real numbers
        Labels in [0, 1], of the shape of `logits`, or one of the two a scalar.
    gamma : float, optional
        Focusing exponent γ in [0, 1e38]; 0 gives binary cross-entropy.
    balance : float, optional
        Weight in [0, 1] of label 1; label 0 weighs 1 − balance (the α of the paper).
        By default both weigh 1.

    Returns
    -------
    array or scalar
        Losses in [0, ∞], element by element. A soft label gives the mixture
        y FL(z, 1) + (1 − y) FL(z, 0).

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If `logits` holds NaN, `labels` leaves [0, 1], or the shapes differ: (n,)
        against (n, 1) is refused, because broadcasting it compares every
        prediction with every label.
        Also if `gamma` or `balance` leaves its range.

    See Also
    --------
    focal_loss_grad : Its derivative.
    binary_cross_entropy_with_logits : The case γ = 0.

    Notes
    -----
    For label 1: σ(−z)^γ sp(−z). Not a proper scoring rule for γ > 0: for q = 0.8 and
    γ = 2 the best forecast is about 0.627. Twin:
    `torchvision.ops.sigmoid_focal_loss`.

    References
    ----------
    .. [1] T.-Y. Lin, P. Goyal, R. Girshick, K. He, P. Dollár, "Focal loss for dense
       object detection", arXiv:1708.02002, 2017.

    Examples
    --------
    >>> round(float(focal_loss(0.0, 1)), 6)
    0.173287

    An easy example counts far less than its cross-entropy, 0.0067:

    >>> print(f"{focal_loss(5.0, 1):.3g}")
    3.01e-07
    """
    constants = _focal_constants(gamma, balance)
    return evaluate(_focal, _SOFT, logits, labels, **constants)


def focal_loss_grad(logits, labels, *, gamma=2.0, balance=None):
    r"""Derivative of the focal loss by the logit.

    For label 1 it is −(1 − p)^γ (1 − p − γ p log p).

    Parameters
    ----------
    logits : array_like of real numbers
        Logits, of any shape, infinities included.
    labels : array_like of real numbers
        Labels in [0, 1], of the shape of `logits`, or one of the two a scalar.
    gamma : float, optional
        Focusing exponent γ in [0, 1e38]; 0 gives binary cross-entropy.
    balance : float, optional
        Weight in [0, 1] of label 1; label 0 weighs 1 − balance (the α of the paper).
        By default both weigh 1.

    Returns
    -------
    array or scalar
        Derivatives, element by element.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If `logits` holds NaN, `labels` leaves [0, 1], or the shapes differ: (n,)
        against (n, 1) is refused, because broadcasting it compares every
        prediction with every label.
        Also if `gamma` or `balance` leaves its range.

    See Also
    --------
    focal_loss : The loss.
    binary_cross_entropy_with_logits_grad : The case γ = 0, σ(z) − y.

    Notes
    -----
    In logits: −σ(−z)^γ [σ(−z) + γ σ(z) sp(−z)]; for label 0 the same at −z, with the
    opposite sign.

    References
    ----------
    .. [1] T.-Y. Lin, P. Goyal, R. Girshick, K. He, P. Dollár, "Focal loss for dense
       object detection", arXiv:1708.02002, 2017.

    Examples
    --------
    >>> print(f"{focal_loss_grad(0.0, 1):.6f}")
    -0.298287
    >>> float(focal_loss_grad(0.0, 1, gamma=0))
    -0.5
    """
    constants = _focal_constants(gamma, balance)
    return evaluate(_focal_grad, _SOFT, logits, labels, **constants)


def _smooth(xp, y, *, alpha):
    return (1 - alpha) * y + alpha / 2


def smooth_labels(labels, *, alpha):
    r"""Smoothed labels, y (1 − α) + α/2.

    Moves each label by the share α towards ½.

    Parameters
    ----------
    labels : array_like of real numbers
        Labels in [0, 1], of any shape.
    alpha : float
        Smoothing in [0, 1]: 0 changes nothing, 1 makes every label ½.

    Returns
    -------
    array or scalar
        Labels in [α/2, 1 − α/2], of the shape of `labels`.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If `labels` or `alpha` leaves [0, 1].

    See Also
    --------
    binary_cross_entropy_with_logits : Takes the result as soft labels.

    Notes
    -----
    "1 → 0.9" is α = 0.2 here. Keras and Optax use the same convention
    (`label_smoothing=0.2`, `optax.smooth_labels`). Chapter 13.

    References
    ----------
    .. [1] C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens, Z. Wojna, "Rethinking the
       Inception architecture for computer vision", arXiv:1512.00567, 2015.

    Examples
    --------
    >>> smooth_labels([0, 1], alpha=0.2)
    array([0.1, 0.9])
    >>> smooth_labels([0, 1], alpha=1.0)
    array([0.5, 0.5])
    """
    alpha = _validate.number("alpha", alpha, UNIT)
    return evaluate(_smooth, [_LABELS], labels, alpha=alpha)
