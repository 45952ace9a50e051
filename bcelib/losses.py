r"""Losses for a label in {0, 1}, or in [0, 1] once it is soft.

In the formulas z is a logit, p = σ(z) a probability, y a label and
sp(z) = log(1 + exp(z)). For every function of this module:

* **Order.** Prediction first, label second; the rest is passed by name.
* **Domains.** `logits` are real numbers, infinities included; `probabilities` and
  `labels` lie in [0, 1]. NaN is refused.
* **Shapes.** Any, but equal, or one side is a scalar. (n,) against (n, 1) is refused:
  broadcasting it would compare every prediction with every label.
* **Results** have that shape, one value for each element, in nats. Nothing is averaged:
  the caller writes ``.mean()``. Nothing is clipped unless `clip` asks for it.
* **Derivatives** are of each element's loss by its own logit. They take the arguments
  of the loss. Divide by n for the gradient of the mean.
* **Arrays** of other libraries, and float32, stay what they are: `bcelib.numerics` says
  how. Long NumPy arrays are shared among threads: as many as the environment variable
  OMP_NUM_THREADS says, else one for each core. No bit depends on their number.
* **Errors.** TypeError for what is not real numbers; ValueError for a value outside its
  domain, and for shapes that differ.

Error bounds are in ulps, of float64 unless float32 is named.
"""

from __future__ import annotations

from numpy.typing import ArrayLike

from bcelib._arrays import validate as _validate
from bcelib._arrays.dispatch import evaluate, mean_and_gradient
from bcelib._arrays.types import Array
from bcelib._arrays.validate import LABEL, NON_NEGATIVE, REAL, UNIT, Argument, Domain
from bcelib._losses.cross_entropy import (
    _bce,
    _bce_grad,
    _bce_hessian,
    _bce_of_p,
    _clipped_cross_entropy,
    _weighted_bce,
    _weighted_bce_grad,
    _weighted_bce_hessian,
)
from bcelib._losses.focal import _focal, _focal_constants, _focal_grad
from bcelib._losses.margins import _hinge, _hinge_grad, _margin, _zero_one
from bcelib._losses.smoothing import _smooth
from bcelib._losses.squared_error import _squared_error, _squared_error_grad

_LABELS = Argument("labels", UNIT)
_SOFT = Argument("logits", REAL), _LABELS  # logits and labels in [0, 1]
_HARD = Argument("logits", REAL), Argument("labels", LABEL)
_WEIGHTED = (*_SOFT, Argument("pos_weight", NON_NEGATIVE))


def binary_cross_entropy(
    probabilities: ArrayLike, labels: ArrayLike, *, clip: float | None = None
) -> Array:
    r"""Binary cross-entropy of probabilities, −y log p − (1 − y) log(1 − p).

    The surprise at the label of one who forecast the probability :cite:p:`good1952`.
    The error is at most 2 ulps for hard labels, but a probability made from a logit has
    lost digits: see `binary_cross_entropy_with_logits`. Chapter 3.

    Parameters
    ----------
    probabilities, labels : array_like
        Probabilities of the label 1, and labels, in [0, 1].
    clip : float, optional
        Move probabilities into [clip, 1 − clip] first; in (0, ½).

    Returns
    -------
    array or scalar
        Losses in [0, ∞]; ∞ for p = 0 with y > 0 and for p = 1 with y < 1.

    See Also
    --------
    bcelib.bernoulli.cross_entropy : The same sum, truth first.
    sklearn.metrics.log_loss : Its mean; takes labels first, clips at the dtype's eps.
    torch.nn.functional.binary_cross_entropy : Clamps the logarithm at −100.

    Examples
    --------
    >>> binary_cross_entropy([0.5, 0.25], [1, 1]).round(6)
    array([0.693147, 1.386294])
    >>> float(binary_cross_entropy(0.0, 1))  # a wrong certainty
    inf
    >>> round(float(binary_cross_entropy(0.0, 1, clip=1e-7)), 6)  # what clipping hides
    16.118096
    """
    arguments = Argument("probabilities", UNIT), _LABELS
    if clip is None:
        return evaluate(_bce_of_p, arguments, probabilities, labels)
    below_half = Domain("(0, 0.5)", 0, 0.5, open_low=True, open_high=True)
    clip = _validate.number("clip", clip, below_half)
    return evaluate(_clipped_cross_entropy, arguments, probabilities, labels, clip=clip)


def _by_weight(evaluate, plain, weighted, logits, labels, pos_weight):
    """`evaluate` the plain formula, or with a `pos_weight` the weighted one."""
    if pos_weight is None:
        return evaluate(plain, _SOFT, logits, labels)
    return evaluate(weighted, _WEIGHTED, logits, labels, pos_weight)


def binary_cross_entropy_with_logits(
    logits: ArrayLike, labels: ArrayLike, *, pos_weight: ArrayLike | None = None
) -> Array:
    r"""Binary cross-entropy of logits, sp(z) − y z.

    The surprise at the label of a model that gave the logit :cite:p:`cox1958`. It is
    computed as (h − y) z + log1p(exp(−\|z\|)) with h = 1 where z ≥ 0, else 0: two
    non-negative terms, so nothing cancels and no finite logit gives NaN. The error is
    at most 2 ulps for hard labels, 3 for soft ones, 4 in float32. Chapters 3 and 11.

    Parameters
    ----------
    logits, labels : array_like
        Logits, and labels in [0, 1].
    pos_weight : array_like, optional
        Finite weight w ≥ 0 of label 1, a scalar or of the shape of `logits`: the loss
        is then w y sp(−z) + (1 − y) sp(z). For one weight a class, of shape (c,) beside
        logits (n, c), pass ``numpy.broadcast_to(w, logits.shape)``.

    Returns
    -------
    array or scalar
        Losses in [0, ∞].

    See Also
    --------
    optax.losses.sigmoid_binary_cross_entropy : The twin in Optax.
    torch.nn.functional.binary_cross_entropy_with_logits : Takes a mean by default.

    Examples
    --------
    >>> binary_cross_entropy_with_logits([0.0, 0.0], [0, 1]).round(6)
    array([0.693147, 0.693147])
    >>> float(binary_cross_entropy_with_logits(40.0, 1))  # where σ(z) rounds to 1
    4.248354255291589e-18
    >>> float(binary_cross_entropy_with_logits(-1e308, 1))
    1e+308
    """
    return _by_weight(evaluate, _bce, _weighted_bce, logits, labels, pos_weight)


def binary_cross_entropy_with_logits_grad(
    logits: ArrayLike, labels: ArrayLike, *, pos_weight: ArrayLike | None = None
) -> Array:
    r"""Derivative of `binary_cross_entropy_with_logits` by the logit, σ(z) − y.

    In [−1, 1] without `pos_weight`. It is (1 − y) − σ(−z) for z ≥ 0, so a probability
    near 1 is never formed: for a hard label the error is at most 2 ulps, where p − y as
    written is exactly 0 from z = 36.74 on. For a soft label it is at most 3 ulps of
    max(p, y), in float32 4. Chapters 7 and 11.

    Examples
    --------
    >>> float(binary_cross_entropy_with_logits_grad(0.0, 1))
    -0.5
    >>> print(f"{binary_cross_entropy_with_logits_grad(139.0, 1):.4g}")
    -4.296e-61
    """
    return _by_weight(
        evaluate, _bce_grad, _weighted_bce_grad, logits, labels, pos_weight
    )


def binary_cross_entropy_with_logits_hessian(
    logits: ArrayLike, labels: ArrayLike, *, pos_weight: ArrayLike | None = None
) -> Array:
    r"""Second derivative of `binary_cross_entropy_with_logits` by the logit, p (1 − p).

    In [0, ¼] and without the label, or with `pos_weight` (1 − y + w y) p (1 − p). It is
    positive at every finite logit whose f = exp(−\|z\|) does not underflow: the loss is
    convex. As f / (1 + f)² it keeps its digits where p rounds to 1. The error is at
    most 3 ulps, in float32 4. Chapters 7, 8 and 9.

    Examples
    --------
    >>> float(binary_cross_entropy_with_logits_hessian(0.0, 1))
    0.25
    >>> print(f"{binary_cross_entropy_with_logits_hessian(100.0, 1):.4g}")
    3.72e-44
    """
    return _by_weight(
        evaluate, _bce_hessian, _weighted_bce_hessian, logits, labels, pos_weight
    )


def binary_cross_entropy_with_logits_value_and_grad(
    logits: ArrayLike, labels: ArrayLike, *, pos_weight: ArrayLike | None = None
) -> tuple[Array, Array]:
    r"""Mean of `binary_cross_entropy_with_logits`, and its gradient, in one pass.

    The one reduction of this module: the loss is the *mean* over all elements, of which
    there must be one, and the gradient is that of the mean. Chapters 8 and 11.

    Returns
    -------
    value : scalar
        Mean loss in [0, ∞].
    gradient : array or scalar
        (p − y) / n, of the shape of `logits`. If that is a scalar, of the shape of
        `labels`, and its sum is the derivative.

    See Also
    --------
    jax.value_and_grad : The twin, for any function.

    Examples
    --------
    >>> value, gradient = binary_cross_entropy_with_logits_value_and_grad(
    ...     [0.0, 0.0], [0, 1])
    >>> round(float(value), 6), gradient
    (0.693147, array([ 0.25, -0.25]))
    >>> value, gradient = binary_cross_entropy_with_logits_value_and_grad(
    ...     [1e308, 1e308], 0)  # whose sum overflows
    >>> float(value), gradient
    (1e+308, array([0.5, 0.5]))
    """
    plain, weighted = (_bce, _bce_grad), (_weighted_bce, _weighted_bce_grad)
    return _by_weight(mean_and_gradient, plain, weighted, logits, labels, pos_weight)


def margin(logits: ArrayLike, labels: ArrayLike) -> Array:
    r"""Margin, m = (2 y − 1) z.

    The logit, counted as positive when its sign agrees with the label. The one place
    where labels become ±1. Binary cross-entropy of a hard label is sp(−m). The idea is
    that of support-vector machines :cite:p:`cortes1995`. Chapter 12.

    Parameters
    ----------
    logits, labels : array_like
        Logits, and labels in {0, 1}.

    Returns
    -------
    array or scalar
        Margins.

    Examples
    --------
    >>> margin([2.0, 2.0], [1, 0])
    array([ 2., -2.])
    >>> float(margin(float("inf"), 0))
    -inf
    """
    return evaluate(_margin, _HARD, logits, labels)


def zero_one_loss(logits: ArrayLike, labels: ArrayLike) -> Array:
    r"""Zero-one loss: 1 where the decision z > 0 misses the label, else 0.

    What accuracy counts. Its derivative is 0 wherever it exists, so nothing learns
    from it. The decision at z = 0, where p = ½, is 0. Twin: the mean of
    `sklearn.metrics.zero_one_loss`, which takes decisions. Chapter 12.

    Parameters
    ----------
    logits, labels : array_like
        Logits, and labels in {0, 1}.

    Returns
    -------
    array or scalar
        0 or 1, in the dtype of the logits.

    Examples
    --------
    >>> zero_one_loss([2.0, 2.0, -1.0], [1, 0, 0])
    array([0., 1., 0.])
    >>> zero_one_loss([0.0, 0.0], [0, 1])  # a tie
    array([0., 1.])
    """
    return evaluate(_zero_one, _HARD, logits, labels)


def hinge_loss(logits: ArrayLike, labels: ArrayLike) -> Array:
    r"""Hinge loss, max(0, 1 − m) with the `margin` m = (2 y − 1) z.

    The soft-margin loss of support-vector machines: exactly 0 once the margin reaches
    1, as binary cross-entropy never is. Twin: `sklearn.metrics.hinge_loss`, which takes
    labels first and averages. Chapter 12.

    Returns
    -------
    array or scalar
        Losses in [0, ∞].

    Examples
    --------
    >>> hinge_loss([2.0, 0.5, -1.0], 1)
    array([0. , 0.5, 2. ])
    >>> float(hinge_loss(float("inf"), 0))
    inf
    """
    return evaluate(_hinge, _HARD, logits, labels)


def hinge_loss_grad(logits: ArrayLike, labels: ArrayLike) -> Array:
    r"""Derivative of `hinge_loss` by the logit: 1 − 2 y where m < 1, else 0.

    At the kink m = 1 there is no derivative. Its subgradients are the interval between
    0 and 1 − 2 y; 0 is returned. Chapter 12.

    Examples
    --------
    >>> hinge_loss_grad([0.5, -0.5], [1, 0])
    array([-1.,  1.])
    >>> hinge_loss_grad([1.0, 1e9], 1)  # from the margin 1 on nothing pulls any more
    array([0., 0.])
    """
    return evaluate(_hinge_grad, _HARD, logits, labels)


def squared_error(logits: ArrayLike, labels: ArrayLike) -> Array:
    r"""Squared error of the probability, (σ(z) − y)².

    The Brier score of one forecast :cite:p:`brier1950`, as a function of the logit.
    It is bounded: a wild mistake costs hardly more than a mistake. Chapter 7.

    Parameters
    ----------
    logits, labels : array_like
        Logits, and labels in [0, 1].

    Returns
    -------
    array or scalar
        Losses in [0, 1].

    Examples
    --------
    >>> float(squared_error(0.0, 1))
    0.25
    >>> squared_error([-8.0, -800.0], 1).round(6)
    array([0.999329, 1.      ])
    """
    return evaluate(_squared_error, _SOFT, logits, labels)


def squared_error_grad(logits: ArrayLike, labels: ArrayLike) -> Array:
    r"""Derivative of `squared_error` by the logit, 2 (p − y) p (1 − p).

    The factor p (1 − p) of the sigmoid stays. It takes the gradient to 0 where the
    model is sure, and that includes where it is sure and wrong. Chapter 7.

    Examples
    --------
    >>> float(squared_error_grad(0.0, 1))
    -0.25
    >>> print(f"{squared_error_grad(-30.0, 1):.3g}")
    -1.87e-13
    """
    return evaluate(_squared_error_grad, _SOFT, logits, labels)


def focal_loss(
    logits: ArrayLike,
    labels: ArrayLike,
    *,
    gamma: float = 2.0,
    balance: float | None = None,
) -> Array:
    r"""Focal loss, −(1 − p_t)^γ log p_t, with p_t = p for y = 1 and 1 − p for y = 0.

    Binary cross-entropy with less weight on what is already right :cite:p:`lin2017`.
    For γ > 0 it is not a proper scoring rule: for q = 0.8 and γ = 2 the best forecast
    is about 0.627. Twin: `torchvision.ops.sigmoid_focal_loss`. Chapter 14.

    Parameters
    ----------
    logits, labels : array_like
        Logits, and labels in [0, 1]. A soft one has y FL(z, 1) + (1 − y) FL(z, 0).
    gamma : float, optional
        Focusing exponent γ in [0, 1e38]; 0 gives binary cross-entropy.
    balance : float, optional
        Weight in [0, 1] of label 1; label 0 weighs 1 − balance (the α of the paper).
        By default both weigh 1.

    Returns
    -------
    array or scalar
        Losses in [0, ∞]. For label 1 exp(−γ sp(z)) sp(−z), with a relative error of at
        most (6 + 4 γ sp(z)) eps: below 10⁻¹² in float64, whatever γ is. The twin in
        torchvision differs for soft labels: there the power is one of
        p (1 − y) + (1 − p) y, not of each side.

    Examples
    --------
    >>> round(float(focal_loss(0.0, 1)), 6)
    0.173287
    >>> print(f"{focal_loss(5.0, 1):.3g}")  # an easy example; its cross-entropy: 0.0067
    3.01e-07
    """
    constants = _focal_constants(gamma, balance)
    return evaluate(_focal, _SOFT, logits, labels, **constants)


def focal_loss_grad(
    logits: ArrayLike,
    labels: ArrayLike,
    *,
    gamma: float = 2.0,
    balance: float | None = None,
) -> Array:
    r"""Derivative of `focal_loss` by the logit.

    For label 1 it is −(1 − p)^γ (1 − p − γ p log p), in logits
    −σ(−z)^γ [σ(−z) + γ σ(z) sp(−z)]; for label 0 the same at −z, with the opposite
    sign. The relative error for a hard label is at most (10 + 4 γ sp(z)) eps, whatever
    γ is: below 10⁻¹² in float64. In float32 σ(z) underflows from z = −103 on, which
    costs up to 1e-45 γ \|z\| more. Chapter 14.

    Examples
    --------
    >>> print(f"{focal_loss_grad(0.0, 1):.6f}")
    -0.298287
    >>> float(focal_loss_grad(0.0, 1, gamma=0))
    -0.5
    """
    constants = _focal_constants(gamma, balance)
    return evaluate(_focal_grad, _SOFT, logits, labels, **constants)


def smooth_labels(labels: ArrayLike, *, alpha: float) -> Array:
    r"""Smoothed labels, y (1 − α) + α/2.

    Moves each label by the share α towards ½ :cite:p:`szegedy2016`: "1 → 0.9" is
    α = 0.2, as for Keras' `label_smoothing` and `optax.smooth_labels`. Computed as
    y + α (½ − y), which no rounding takes out of the range. Chapter 13.

    Parameters
    ----------
    labels : array_like
        Labels in [0, 1].
    alpha : float
        Smoothing in [0, 1]: 0 changes nothing, 1 makes every label ½.

    Returns
    -------
    array or scalar
        Labels in [α/2, 1 − α/2].

    Examples
    --------
    >>> smooth_labels([0, 1], alpha=0.2)
    array([0.1, 0.9])
    >>> smooth_labels([0, 1], alpha=1.0)
    array([0.5, 0.5])
    """
    alpha = _validate.number("alpha", alpha, UNIT)
    return evaluate(_smooth, [_LABELS], labels, alpha=alpha)
