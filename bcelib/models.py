r"""Models whose logit is linear in the features, and the fit by three methods.

The objective is the *mean* loss plus a penalty on the weights alone,

    J(w, b) = (1/n) Σ BCE(x_i·w + b, y_i) + (l2/2) ‖w‖²,

for each method. So `l2` ≥ 0 means the same for any n, and the bias is free.

* **Features** `X` are a finite matrix of shape (n, d), one example a row, without a
  column of ones. X̃ is X with that column, for the bias.
* **Labels** `y` have shape (n,) and lie in [0, 1].
* **Arrays.** Everything is computed in float64, by NumPy. A Dask array may be larger
  than memory: it is passed over chunk by chunk.
* **Errors.** TypeError for what is not real numbers; ValueError for a value that is not
  finite or leaves its range, and for a shape that does not fit.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from array_api_compat import is_dask_array
from numpy.typing import ArrayLike

from bcelib import losses
from bcelib._arrays import validate as _validate
from bcelib._arrays.frozen import Frozen
from bcelib._arrays.types import Array
from bcelib._arrays.validate import FINITE, NON_NEGATIVE
from bcelib._fit import descent, information
from bcelib._fit.objective import Loss, Objective
from bcelib._fit.rows import examples
from bcelib._fit.units import in_features, largest_curvature, survey
from bcelib.numerics import sigmoid

# The formulas themselves: logits and labels are checked before the descent starts.
_LOGISTIC = Loss(
    losses.binary_cross_entropy_with_logits_value_and_grad,
    functools.partial(losses._bce, np),
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

    def __init__(self, message: str, direction: LinearModel) -> None:
        super().__init__(message)
        self.direction = direction

    def __reduce__(self):
        return type(self), (*self.args, self.direction), self.__dict__


class ConvergenceWarning(UserWarning):
    """The tolerance was not reached; the message says which limit was."""


class RankWarning(UserWarning):
    """The minimum is attained by many weights; the message says why."""


@dataclass(frozen=True, eq=False)
class LinearModel(Frozen):
    r"""Linear logits, z = X w + b, and their probabilities, σ(z).

    A weight is the change of the log-odds for one unit of its feature; its exponential
    is the odds ratio :cite:p:`cox1958`. Chapter 8.

    Parameters
    ----------
    weights : array_like of float, shape (d,)
        Finite weights w, one for each feature. A copy is kept, read-only.
    bias : float
        Finite bias b.

    See Also
    --------
    fit : Finds the weights from data.

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
        bias = _validate.number("bias", self.bias, FINITE)
        self._keep(weights=weights, bias=bias)

    def logits(self, X: Array) -> Array:
        """X w + b, of shape (n,), for features `X` of shape (n, d).

        Of a Dask array it is a Dask array: nothing is computed yet.
        """
        if is_dask_array(X):
            _validate.check_features("X", X, self.weights.size)
            self._refuse_other_features(X.shape)
            whole = X.rechunk({1: -1})
            return whole.map_blocks(
                self._logits_of_chunk, dtype=float, drop_axis=1, meta=np.empty(0)
            )
        X = _validate.features("X", X, self.weights.size)
        self._refuse_other_features(X.shape)
        return X @ self.weights + self.bias

    def _logits_of_chunk(self, X, block_info=None):
        """Of a chunk, which may have no rows; errors name the place in the whole."""
        start = block_info[0]["array-location"][0][0]
        X = _validate.checked("X", X, FINITE, origin=(start, 0)).astype(float)
        return X @ self.weights + self.bias

    def _refuse_other_features(self, shape):
        if shape[1] != self.weights.size:
            raise ValueError(
                f"X must have {self.weights.size} features, one for each weight; "
                f"got shape {shape}"
            )

    def probabilities(self, X: Array) -> Array:
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
        Euclidean norm of the gradient at the end, by features that are centred and
        divided by √(variance + l2): so units and offsets do not matter.
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
    def iterations(self) -> int:
        """Number of iterations: Newton or gradient steps, or passes of "sgd"."""
        return len(self.losses) - 1


_MAX_PASSES = {"newton": 100, "gradient descent": 10_000, "sgd": 100}


def fit(
    X: ArrayLike,
    y: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    method: str = "newton",
    l2: float = 0.0,
    tolerance: float | None = 1e-10,
    max_passes: int | None = None,
    step_size: float | None = None,
    batch_size: int = 1,
    start: LinearModel | None = None,
    rng: np.random.Generator | None = None,
    progress: Callable[[int, float, float], object] | None = None,
) -> Fit:
    r"""Logistic regression: the weights and the bias that minimise the mean loss.

    The gradient is Xᵀ(p − y)/n + l2 w by the weights and mean(p − y) by the bias.
    Chapters 8 and 9.

    Parameters
    ----------
    X, y : array_like
        Features and labels. These are not all 0 and not all 1. Both are Dask arrays if
        one is.
    sample_weight : array_like of float, shape (n,), optional
        Weights ≥ 0 of the examples, by default all 1; only their ratios matter. J is
        then a weighted mean: 2 is a row repeated, 0 a row left out. A Dask array if
        `X` is one.
    method : {"newton", "gradient descent", "sgd"}, optional
        Newton with a step that is halved until the loss falls enough (IRLS);
        gradient descent with a constant step; stochastic gradient descent with a
        constant step, in a new random order on each pass.
    l2 : float, optional
        Strength of the penalty.
    tolerance : float or None, optional
        Stop once `gradient_norm` is at most this, and so is twice the fall that a
        Newton step still promises. With None all of `max_passes` are taken, and
        nothing is checked or warned of.
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
    SeparableDataError
        If ``l2=0`` and the labels are proved separable, completely or in part: then
        the loss has no minimum :cite:p:`albert1984`. Its `direction` is the proof.
    OverflowError
        If `step_size` is so large that the logits overflow, or features are so small
        that the weights do.

    Warns
    -----
    ConvergenceWarning
        If the tolerance was not reached, with the limit that was and the norm.
    RankWarning
        If ``l2=0`` and the columns of X̃ are linearly dependent. The probabilities are
        unique all the same; the weights are not.

    See Also
    --------
    sklearn.linear_model.LogisticRegression : The twin, with C = 1 / (n l2).

    Notes
    -----
    Separable data raise an error, and do not warn: a model that was returned would
    have weights as large as the moment of stopping made them. The test is a proof
    either way. If the logits have the sign of every label, the loss tends to 0 along
    the weights and none attains it. If a full Newton step moves no logit by ½ or
    more, Stiemke's theorem :cite:p:`stiemke1915` gives a minimum, and only then can a
    fit converge. If neither proof is found, a `ConvergenceWarning` says so.

    Of a Dask array each pass computes, for each chunk of rows, its mean loss, its
    gradient, and for Newton a triangle R with RᵀR = Xᵀ diag(p (1 − p)) X: about d²/2
    numbers. They are added here, with compensation, so chunks and workers change the
    weights by rounding alone. A pass is computed on whatever scheduler Dask uses. One
    pass comes before the first iteration, and one after the last. "sgd" takes one chunk
    after another, in a new random order on each pass, and the examples of each in a
    random order too.

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
    data = examples(X, y, sample_weight)
    l2 = _validate.number("l2", l2, NON_NEGATIVE)
    _validate.one_of("method", method, tuple(_MAX_PASSES))
    if tolerance is not None:
        tolerance = _validate.number("tolerance", tolerance, NON_NEGATIVE)
    limit = _MAX_PASSES[method] if max_passes is None else max_passes
    limit = _validate.whole_number("max_passes", limit, at_least=0)
    theta = _start(start, data.shape)
    objective = Objective(_LOGISTIC, data, l2, curvature=method == "newton")
    with np.errstate(over="ignore", invalid="ignore"):
        inside = objective.inside(theta)
    states = descent.states(
        objective, method, inside, step_size, batch_size, rng, limit
    )

    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        stop = _stop(objective, tolerance, limit)
        end = descent.descend(objective, states, stop, progress)
    if tolerance is not None:
        _judge(end, objective, method, tolerance)
    _warn_of_rank(objective, l2)
    if len(end.history) > 1:
        with np.errstate(over="ignore", invalid="ignore"):
            theta = objective.outside(end.state.theta)
        if not np.all(np.isfinite(theta)):
            raise OverflowError("the weights overflowed: scale the features")
    model = LinearModel(theta[:-1], theta[-1])
    values, passes = map(np.array, zip(*end.history, strict=True))
    return Fit(model, end.why == "minimum", end.norm, values, passes)


def _stop(objective, tolerance, limit):
    """A function of a state: why the descent ends there, or None."""

    def stop(state, norm):
        if tolerance is not None:
            _refuse_separation(objective, state.theta)
            if norm <= tolerance:
                if objective.minimum_exists(state.theta):
                    # Beside an outlier the others weigh little in a gradient, but a
                    # step towards the minimum would still lower the objective.
                    if objective.decrement(state.theta) <= tolerance:
                        return "minimum"
                else:
                    _refuse_recession(objective, state.theta)
        return "limit" if state.passes >= limit else None

    return stop


def _judge(end, objective, method, tolerance):
    """Raise or warn, if the descent did not end at a minimum."""
    if end.why == "minimum":
        return
    _refuse_recession(objective, end.state.theta)
    message = descent.reason(end, method, tolerance)
    warnings.warn(message, ConvergenceWarning, stacklevel=3)


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
    _refuse_another("start", start)
    start._refuse_other_features(shape)
    return np.append(start.weights, start.bias)


def _refuse_another(name, model):
    if not isinstance(model, LinearModel):
        hint = "; pass its .model" if isinstance(model, Fit) else ""
        raise TypeError(f"{name} must be a LinearModel; got {model!r}{hint}")


def _separable(objective, direction, found):
    direction = objective.outside(direction)
    return SeparableDataError(
        f"{found}, so the loss has no minimum: it falls as the weights grow without "
        "end. Use l2 > 0; or tolerance=None and max_passes, to watch it fall",
        LinearModel(direction[:-1], direction[-1]),
    )


def _refuse_separation(objective, theta):
    if not objective.penalty.any() and objective.separates(theta):
        raise _separable(objective, theta, "a plane separates the labels")


def _refuse_recession(objective, theta):
    if objective.penalty.any():  # then there is a minimum
        return
    direction = objective.direction_of_recession(theta)
    if direction is not None:
        raise _separable(
            objective,
            direction,
            "a plane separates some of the examples and contains the others",
        )


def lipschitz_constant(X: ArrayLike, *, l2: float = 0.0) -> float:
    r"""Largest curvature of the objective, L = λ_max(X̃ᵀX̃)/(4n) + l2.

    The Hessian is X̃ᵀ diag(p (1 − p)) X̃ / n, plus l2 for the weights, and p (1 − p) is
    at most ¼; without `l2` the bound is attained at w = 0, b = 0. Gradient descent with
    a step below 2/L converges; with 1/L the loss falls on each step
    :cite:p:`nesterov2018`. Chapter 10.

    Parameters
    ----------
    X : array_like
        Features.
    l2 : float, optional
        Strength of the penalty.

    Returns
    -------
    float
        A bound on the largest eigenvalue of the Hessian by (w, b), at every (w, b).

    Examples
    --------
    >>> round(lipschitz_constant([[1.0], [-1.0]]), 6)
    0.25
    >>> round(lipschitz_constant([[1000.0], [-1000.0]]), 6)  # in other units
    250000.0
    """
    data = examples(X)
    l2 = _validate.number("l2", l2, NON_NEGATIVE)
    n, units, R, *_ = survey(data)
    return largest_curvature(in_features(R, units), n, l2)


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


def standard_errors(
    model: LinearModel, X: ArrayLike, *, sample_weight: ArrayLike | None = None
) -> StandardErrors:
    r"""Standard errors of the weights and the bias, from the Hessian.

    The square roots of the diagonal of (X̃ᵀ diag(p (1 − p)) X̃)⁻¹, the inverse of the
    Fisher information of all n examples :cite:p:`mccullagh1989`. Chapter 8.

    Parameters
    ----------
    model : LinearModel
        The minimum of an unpenalised fit (``l2=0``) to `X`.
    X : array_like
        The features of that fit.
    sample_weight : array_like of float, shape (n,), optional
        How often each example counts, as in that fit.

    Returns
    -------
    StandardErrors
        `weights` of shape (d,), and `bias`.

    Raises
    ------
    TypeError
        If `model` is not a `LinearModel`.
    ValueError
        Also if the information is singular: then the data do not determine the weights.

    Notes
    -----
    About 95 % of the intervals w ± 1.96 standard errors hold the true weight when
    the model is true and n is large. The labels do not appear: in the logit the
    observed and the expected information are the same. R's `glm` and statsmodels'
    `Logit` report the same numbers.

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
    _refuse_another("model", model)
    data = examples(X, weights=sample_weight)
    model._refuse_other_features(data.shape)
    weights, bias = information.standard_errors(
        data, model.weights, model.bias, _LOGISTIC.hessian
    )
    return StandardErrors(weights, bias)
