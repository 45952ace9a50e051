r"""Models whose logit is linear in the features, and the fit by three methods.

The objective is the *mean* loss plus a penalty on the weights alone,

    J(w, b) = (1/n) Σ BCE(x_i·w + b, y_i) + (l2/2) ‖w‖²,

for each method. So `l2` means the same for any n, and the bias is free.
"""

import functools
import warnings
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from array_api_compat import is_dask_array

from bcelib import losses
from bcelib._arrays import validate as _validate
from bcelib._arrays.validate import FINITE, NON_NEGATIVE
from bcelib._fit import descent
from bcelib._fit.objective import (
    Loss,
    Objective,
    largest_curvature,
    root_of_information,
    triangle,
    triangle_of,
)
from bcelib._fit.rows import examples
from bcelib.numerics import sigmoid

# The formulas themselves: logits and labels are checked before the descent starts.
_LOGISTIC = Loss(
    losses.binary_cross_entropy_with_logits_value_and_grad,
    functools.partial(losses._bce_grad, np),
    functools.partial(losses._bce_hessian, np),
)


class SeparableDataError(ValueError):
    """The loss has no minimum: it falls forever along some direction.

    Attributes
    ----------
    direction : LinearModel
        Proof: its logits have the sign of the label (positive for 1), or are 0 for
        examples on which the direction has no effect.
    """

    def __init__(self, message, direction):
        super().__init__(message)
        self.direction = direction


class ConvergenceWarning(UserWarning):
    """The tolerance was not reached; the message says which limit was."""


class RankWarning(UserWarning):
    """The minimum is attained by many weights; the message says why."""


@dataclass(frozen=True, eq=False)
class LinearModel:
    r"""Linear logits, z = X w + b, and their probabilities, σ(z).

    Parameters
    ----------
    weights : array_like of float, shape (d,)
        Finite weights w, one for each feature. A copy is kept, read-only.
    bias : float
        Finite bias b.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If a value is not finite, or `weights` does not have one axis.

    See Also
    --------
    fit : Finds the weights from data.

    Notes
    -----
    A weight is the change of the log-odds for one unit of its feature; its
    exponential is the odds ratio. The twin is `sklearn.linear_model.
    LogisticRegression` with `coef_` and `intercept_`. Chapter 8.

    References
    ----------
    .. [1] D. R. Cox, "The regression analysis of binary sequences", Journal of
       the Royal Statistical Society B 20(2), 1958.

    Examples
    --------
    >>> model = LinearModel([2.0, -1.0], 0.5)
    >>> model.logits([[1.0, 0.0], [0.0, 0.5]])
    array([2.5, 0. ])

    A logit keeps what its probability has rounded away:

    >>> sure = LinearModel([1000.0], 0.0)
    >>> sure.probabilities([[1.0], [2.0]]), sure.logits([[1.0], [2.0]])
    (array([1., 1.]), array([1000., 2000.]))
    """

    weights: np.ndarray
    bias: float

    def __post_init__(self):
        weights = _validate.checked("weights", self.weights, FINITE).astype(float)
        if weights.ndim != 1:
            raise ValueError(f"weights must have one axis; got shape {weights.shape}")
        weights.flags.writeable = False
        object.__setattr__(self, "weights", weights)
        object.__setattr__(self, "bias", _validate.number("bias", self.bias, FINITE))

    def logits(self, X):
        """X w + b, of shape (n,), for features `X` of shape (n, d).

        Of a Dask array it is a Dask array: nothing is computed yet.
        """
        if is_dask_array(X):
            _validate.check_features("X", X)
            self._refuse_other_features(X.shape)
            whole = X.rechunk({1: -1})
            return whole.map_blocks(self.logits, dtype=float, drop_axis=1)
        X = _validate.features("X", X)
        self._refuse_other_features(X.shape)
        return X @ self.weights + self.bias

    def _refuse_other_features(self, shape):
        if shape[1] != self.weights.size:
            raise ValueError(
                f"X must have {self.weights.size} features, one for each weight; "
                f"got shape {shape}"
            )

    def probabilities(self, X):
        """σ(X w + b), of shape (n,), for features `X` of shape (n, d)."""
        return sigmoid(self.logits(X))


@dataclass(frozen=True, eq=False)
class Fit:
    """What `fit` found, and how it got there.

    Attributes
    ----------
    model : LinearModel
        The weights and the bias that were reached.
    converged : bool
        Whether the tolerance was reached at a minimum that is known to exist.
    gradient_norm : float
        Euclidean norm of the gradient of the objective by (w, b), at the end.
    losses : ndarray of float, shape (k,)
        The objective, penalty included: at the start, then after each iteration.
    passes : ndarray of int, shape (k,)
        How many passes over the data each of them took.
    """

    model: LinearModel
    converged: bool
    gradient_norm: float
    losses: np.ndarray
    passes: np.ndarray

    @property
    def iterations(self):
        """Number of iterations: Newton or gradient steps, or passes of "sgd"."""
        return len(self.losses) - 1


_MAX_PASSES = {"newton": 100, "gradient descent": 10_000, "sgd": 100}
_ADVICE = {
    "newton": "scale the features, or use l2",
    "gradient descent": "standardise the features, allow more max_passes, or use "
    'method="newton"',
    "sgd": "with a constant step it hovers around the minimum: pass tolerance=None to "
    'ask for max_passes and no more, or use method="newton"',
}


def fit(
    X,
    y,
    *,
    method="newton",
    l2=0.0,
    tolerance=1e-10,
    max_passes=None,
    step_size=None,
    batch_size=1,
    start=None,
    rng=None,
    progress=None,
):
    r"""Logistic regression: the weights and the bias that minimise the mean loss.

    Minimises J(w, b) = mean BCE + (l2/2) ‖w‖². The bias is not penalised. The
    gradient is Xᵀ(p − y)/n + l2 w by the weights and mean(p − y) by the bias.

    Parameters
    ----------
    X : array_like of float, shape (n, d)
        Finite features, without a column of ones. A Dask array may be larger than
        memory.
    y : array_like of real numbers, shape (n,)
        Labels in [0, 1], hard or soft, not all 0 and not all 1. A Dask array if `X` is
        one.
    method : {"newton", "gradient descent", "sgd"}, optional
        Newton with a step that is halved until the loss falls enough (IRLS);
        gradient descent with a constant step; stochastic gradient descent with a
        constant step, in a new random order on each pass.
    l2 : float, optional
        Strength ≥ 0 of the penalty.
    tolerance : float or None, optional
        Stop once the Euclidean norm of the gradient is at most this. With None all
        of `max_passes` are taken, and nothing is checked or warned of.
    max_passes : int, optional
        Stop after this many passes over the data; by default 100 for Newton and SGD
        and 10 000 for gradient descent.
    step_size : float, optional
        Learning rate η > 0. By default 1/L for gradient descent, with L from
        `lipschitz_constant`; for SGD 1/L of the example with the largest L.
    batch_size : int, optional
        Examples in each step of SGD.
    start : LinearModel, optional
        Where to start; by default at zero.
    rng : numpy.random.Generator, optional
        Source of the order of SGD, which needs it.
    progress : callable, optional
        Called as ``progress(passes, objective, gradient_norm)`` at the start and
        after each iteration; `print` will do. By default nothing is shown.

    Returns
    -------
    Fit
        The `model`; whether it `converged`; `gradient_norm`; the objective (`losses`)
        against `passes`.

    Raises
    ------
    TypeError
        If an argument has the wrong type; for "sgd" if `rng` is missing.
    ValueError
        If `X` is not a finite matrix, `y` does not have one label in [0, 1] for each
        row or holds one label only, or an option leaves its range.
    SeparableDataError
        If ``l2=0`` and the labels are proved separable, completely or in part: then
        the loss has no minimum. Its `direction` is the proof.
    OverflowError
        If `step_size` is so large that the logits overflow.

    Warns
    -----
    ConvergenceWarning
        If the tolerance was not reached, with the limit that was and the norm.
    RankWarning
        If ``l2=0`` and the columns of `X` and the constant 1 are linearly dependent.
        The probabilities are unique all the same; the weights are not.

    See Also
    --------
    standard_errors : How far the weights can be trusted.
    sklearn.linear_model.LogisticRegression : The twin, with C = 1 / (n l2).

    Notes
    -----
    Separable data raise an error, and do not warn: a model that was returned would
    have weights as large as the moment of stopping made them. The test is a proof
    either way. If the logits have the sign of every label, the loss tends to 0 along
    the weights and none attains it. If a full Newton step moves no logit by ½ or
    more, Stiemke's theorem gives a minimum, and only then can a fit converge. If
    neither proof is found, a `ConvergenceWarning` says so. Chapters 8 and 9.

    Of a Dask array each pass computes, for each chunk of rows, its mean loss, its
    gradient, and for Newton a triangle R with RᵀR = Xᵀ diag(p (1 − p)) X: about d²/2
    numbers. They are added here, with compensation, so chunks and workers change the
    weights by rounding alone. A pass is computed on whatever scheduler Dask uses. One
    pass comes before the first iteration, and one after the last. "sgd" is refused.

    References
    ----------
    .. [1] A. Albert, J. A. Anderson, "On the existence of maximum likelihood
       estimates in logistic regression models", Biometrika 71(1), 1984.
    .. [2] E. Stiemke, "Über positive Lösungen homogener linearer Gleichungen",
       Mathematische Annalen 76, 1915.

    Examples
    --------
    >>> X = [[0.0], [1.0], [2.0], [3.0]]
    >>> result = fit(X, [0, 1, 0, 1])
    >>> result.model.weights.round(4), round(result.model.bias, 4)
    (array([0.9082]), -1.3623)
    >>> result.converged, result.iterations, result.gradient_norm < 1e-10
    (True, 4, True)

    Exchange two labels, and a threshold tells them apart: no weights are the best.

    >>> try:
    ...     fit(X, [0, 0, 1, 1])
    ... except SeparableDataError as proof:
    ...     print(proof.direction.logits(X) > 0)
    [False False  True  True]
    """
    data = examples(X, y)
    l2 = _validate.number("l2", l2, NON_NEGATIVE)
    _validate.one_of("method", method, tuple(_MAX_PASSES))
    if tolerance is not None:
        tolerance = _validate.number("tolerance", tolerance, NON_NEGATIVE)
    limit = _MAX_PASSES[method] if max_passes is None else max_passes
    limit = _validate.whole_number("max_passes", limit, at_least=0)
    start = _start(start, data.shape)
    objective = Objective(_LOGISTIC, data, l2, curvature=method == "newton")
    states = descent.states(objective, method, start, step_size, batch_size, rng)

    with np.errstate(over="ignore", invalid="ignore"):
        end = descent.descend(states, _stop(objective, tolerance, limit), progress)
    if tolerance is not None:
        _judge(end, objective, method, tolerance)
    _warn_of_rank(objective, l2)
    model = LinearModel(end.state.theta[:-1], end.state.theta[-1])
    values, passes = map(np.array, zip(*end.history, strict=True))
    return Fit(model, end.why == "minimum", end.norm, values, passes)


def _stop(objective, tolerance, limit):
    """A function of a state: why the descent ends there, or None."""

    def stop(state, norm):
        if tolerance is not None:
            _refuse_separation(objective, state.theta)
            if norm <= tolerance:
                if objective.minimum_exists(state.theta):
                    return "minimum"
                _refuse_recession(objective, state.theta)
        return "limit" if state.passes >= limit else None

    return stop


def _judge(end, objective, method, tolerance):
    """Raise or warn, if the descent did not end at a minimum."""
    if end.why == "minimum":
        return
    _refuse_recession(objective, end.state.theta)
    reason = (
        f"above the tolerance {tolerance:.3g}"
        if end.norm > tolerance
        else "and without proof that there is a minimum"
    )
    warnings.warn(
        f"{method} stopped after {end.state.passes} passes (max_passes) with gradient "
        f"norm {end.norm:.3g}, {reason}; {_ADVICE[method]}",
        ConvergenceWarning,
        stacklevel=3,
    )


def _warn_of_rank(objective, l2):
    d = len(objective.penalty) - 1
    if not l2 and objective.rank < d + 1:
        warnings.warn(
            f"the {d} columns of X and the constant 1 have rank "
            f"{objective.rank}: many weights give the same probabilities, and one of "
            "them is returned; drop columns, or use l2",
            RankWarning,
            stacklevel=3,
        )


def _start(start, shape):
    if start is None:
        return np.zeros(shape[1] + 1)
    if not isinstance(start, LinearModel):
        raise TypeError(f"start must be a LinearModel; got {start!r}")
    start._refuse_other_features(shape)
    return np.append(start.weights, start.bias)


def _separable(direction, found):
    return SeparableDataError(
        f"{found}, so the loss has no minimum: it falls as the weights grow without "
        "end. Use l2 > 0; or tolerance=None and max_passes, to watch it fall",
        LinearModel(direction[:-1], direction[-1]),
    )


def _refuse_separation(objective, theta):
    if not objective.penalty.any() and objective.separates(theta):
        raise _separable(theta, "a plane separates the labels")


def _refuse_recession(objective, theta):
    if objective.penalty.any():  # then there is a minimum
        return
    direction = objective.direction_of_recession(theta)
    if direction is not None:
        raise _separable(
            direction, "a plane separates some of the examples and contains the others"
        )


def lipschitz_constant(X, *, l2=0.0):
    r"""Largest curvature of the objective, L = λ_max(X̃ᵀX̃)/(4n) + l2.

    X̃ is X with a column of ones for the bias. Gradient descent with a step below
    2/L converges; with 1/L the loss falls on each step.

    Parameters
    ----------
    X : array_like of float, shape (n, d)
        Finite features, without a column of ones.
    l2 : float, optional
        Strength ≥ 0 of the penalty.

    Returns
    -------
    float
        A bound on the largest eigenvalue of the Hessian by (w, b), at every (w, b).

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If `X` is not a finite matrix, or `l2` is negative.

    See Also
    --------
    fit : Uses 1/L as the default step of gradient descent.

    Notes
    -----
    The Hessian is X̃ᵀ diag(p (1 − p)) X̃ / n plus l2 for the weights, and p (1 − p) is
    at most ¼. Without `l2` the bound is attained at w = 0, b = 0. Chapter 10.

    References
    ----------
    .. [1] Y. Nesterov, *Lectures on Convex Optimization*, 2nd ed., Springer, 2018.

    Examples
    --------
    >>> round(lipschitz_constant([[1.0], [-1.0]]), 6)
    0.25

    One feature in other units sets the pace for all:

    >>> round(lipschitz_constant([[1000.0], [-1000.0]]), 6)
    250000.0
    """
    data = examples(X)
    l2 = _validate.number("l2", l2, NON_NEGATIVE)
    R = triangle_of(data.map(triangle))
    return largest_curvature(R, data.shape[0], l2)


class StandardErrors(NamedTuple):
    """One standard error for each weight, and one for the bias.

    Attributes
    ----------
    weights : ndarray of float, shape (d,)
        Standard errors of the weights, in their order.
    bias : float
        Standard error of the bias.
    """

    weights: np.ndarray
    bias: float


def standard_errors(model, X):
    r"""Standard errors of the weights and the bias, from the Hessian.

    The square roots of the diagonal of (X̃ᵀ diag(p (1 − p)) X̃)⁻¹, where X̃ is X with
    a column of ones: the inverse of the Fisher information of all n examples.

    Parameters
    ----------
    model : LinearModel
        The minimum of an unpenalised fit (``l2=0``) to `X`.
    X : array_like of float, shape (n, d)
        The features of that fit.

    Returns
    -------
    StandardErrors
        `weights` of shape (d,), and `bias`.

    Raises
    ------
    TypeError
        If `X` does not hold real numbers.
    ValueError
        If `X` is not a finite matrix with a column for each weight, or if the
        information is singular: then the data do not determine the weights.

    See Also
    --------
    fit : Finds the model.

    Notes
    -----
    About 95 % of the intervals w ± 1.96 standard errors hold the true weight when
    the model is true and n is large. The labels do not appear: in the logit the
    observed and the expected information are the same. R's `glm` and statsmodels'
    `Logit` report the same numbers. Chapter 8.

    References
    ----------
    .. [1] P. McCullagh, J. A. Nelder, *Generalized Linear Models*, 2nd ed., Chapman
       and Hall, 1989, section 4.4.

    Examples
    --------
    One coin with 25 heads of 100, as logits: 1/√(100 · ¼ · ¾) = 0.2309.

    >>> X = np.repeat([[0.0], [1.0]], 100, axis=0)
    >>> coin = LinearModel([0.0], -np.log(3))
    >>> round(standard_errors(coin, X).bias, 4)
    0.2309

    A weight grown to extremes is hardly known at all:

    >>> extreme = LinearModel([40.0], 0.0)
    >>> print(f"{standard_errors(extreme, [[-1.0], [1.0]]).weights[0]:.3g}")
    3.43e+08
    """
    data = examples(X)
    model._refuse_other_features(data.shape)
    theta = np.append(model.weights, model.bias)
    R = triangle_of(data.map(root_of_information, theta, _LOGISTIC.hessian))
    length = np.linalg.norm(R, axis=0)
    rounding = max(R.shape[1], data.shape[0]) * np.finfo(float).eps
    if np.any(length == 0) or (
        np.linalg.matrix_rank(R / length, rtol=rounding) < R.shape[1]
    ):
        raise ValueError(
            "the information of these data is singular: some combination of the "
            "weights has no standard error"
        )
    # H = RᵀR, so the diagonal of its inverse is the squared rows of R⁻¹.
    errors = np.linalg.norm(np.linalg.inv(R / length), axis=1) / length
    return StandardErrors(errors[:-1], float(errors[-1]))
