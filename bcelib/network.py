r"""A network with one hidden layer, and its gradient by hand. Chapter 15.

An example x becomes k hidden features, and these a logit:

    h = tanh(x U + c),    z = h · w + b,    p = σ(z).

The second half is logistic regression on h. So what goes back through the network
begins with p − y, as in chapter 7. The loss is the *mean* binary cross-entropy.

* **Features** `X` are a finite matrix of shape (n, d), one example a row.
* **Labels** `y` have shape (n,) and lie in [0, 1].
* **Arrays.** Everything is computed in float64, by NumPy.
* **Errors.** TypeError for what is not real numbers; ValueError for a value that is not
  finite or leaves its range, and for a shape that does not fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from bcelib import losses
from bcelib._arrays import validate as _validate
from bcelib._arrays.frozen import Frozen
from bcelib._arrays.validate import FINITE, UNIT, Domain
from bcelib.numerics import sigmoid

_POSITIVE = Domain("(0, inf)", 0, open_low=True, open_high=True)


class Gradient(NamedTuple):
    """Derivatives of the mean loss, by the parameters of a `Network` in their order.

    Attributes
    ----------
    hidden_weights : ndarray of float, shape (d, k)
        Derivatives by U.
    hidden_biases : ndarray of float, shape (k,)
        Derivatives by c.
    weights : ndarray of float, shape (k,)
        Derivatives by w.
    bias : float
        Derivative by b.
    """

    hidden_weights: np.ndarray
    hidden_biases: np.ndarray
    weights: np.ndarray
    bias: float


@dataclass(frozen=True, eq=False)
class Network(Frozen):
    r"""Logits of a network with k hidden units, and their probabilities.

    With k = 2 the hidden features are points in a square, and the output draws a line
    there :cite:p:`rumelhart1986`. Chapter 15.

    Parameters
    ----------
    hidden_weights : array_like of float, shape (d, k)
        Finite weights U, one column for each hidden unit. Of this array, and of the
        next two, a copy is kept, read-only.
    hidden_biases : array_like of float, shape (k,)
        Finite biases c of the hidden units.
    weights : array_like of float, shape (k,)
        Finite weights w of the output, one for each hidden unit.
    bias : float
        Finite bias b of the output.

    See Also
    --------
    fit : Finds the parameters from data.
    bcelib.models.LinearModel : The same without a hidden layer.
    sklearn.neural_network.MLPClassifier : The twin, ``activation="tanh"``.

    Examples
    --------
    Two units, and exclusive or is solved: one unit is high unless both features are
    low, the other is high if both are.

    >>> solved = Network([[9.0, 9.0], [9.0, 9.0]], [9.0, -9.0], [9.0, -9.0], -9.0)
    >>> corners = [[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]]
    >>> solved.hidden(corners).round(3)
    array([[-1., -1.],
           [ 1., -1.],
           [ 1., -1.],
           [ 1.,  1.]])
    >>> solved.logits(corners).round(3)
    array([-9.,  9.,  9., -9.])

    However far away an example is, its logit is no further than ‖w‖₁ from b:

    >>> solved.logits([[1e300, -1e200]])
    array([-9.])
    """

    hidden_weights: np.ndarray
    hidden_biases: np.ndarray
    weights: np.ndarray
    bias: float

    def __post_init__(self):
        for name in ("hidden_weights", "hidden_biases", "weights"):
            array = _validate.checked(name, getattr(self, name), FINITE).astype(float)
            self._keep(**{name: array})
        U = self.hidden_weights
        if U.ndim != 2 or not U.size:
            raise ValueError(
                "hidden_weights must have two axes, (features, units), and not be "
                f"empty; got shape {U.shape}"
            )
        for name in ("hidden_biases", "weights"):
            if getattr(self, name).shape != U.shape[1:]:
                raise ValueError(
                    f"{name} must have one entry for each unit, shape {U.shape[1:]}; "
                    f"got shape {getattr(self, name).shape}"
                )
        self._keep(bias=_validate.number("bias", self.bias, FINITE))

    def hidden(self, X: ArrayLike) -> np.ndarray:
        """tanh(X U + c), of shape (n, k), for features `X` of shape (n, d)."""
        return _hidden(self, _features(X, self))

    def logits(self, X: ArrayLike) -> np.ndarray:
        """tanh(X U + c) w + b, of shape (n,), for features `X` of shape (n, d)."""
        return self.hidden(X) @ self.weights + self.bias

    def probabilities(self, X: ArrayLike) -> np.ndarray:
        """σ of the logits, of shape (n,), for features `X` of shape (n, d)."""
        return sigmoid(self.logits(X))


def _features(X, model):
    features = len(model.hidden_weights)
    X = _validate.features("X", X, features)
    if X.shape[1] != features:
        raise ValueError(
            f"X must have {features} features, one for each row of hidden_weights; "
            f"got shape {X.shape}"
        )
    return X


def _parameters(model):
    return Gradient(
        model.hidden_weights, model.hidden_biases, model.weights, model.bias
    )


def _hidden(model, X):
    with np.errstate(over="ignore", invalid="ignore"):
        sums = X @ model.hidden_weights + model.hidden_biases
    if np.any(np.isnan(sums)):
        raise OverflowError("the sums of the hidden units overflow: scale the features")
    return np.tanh(sums)


def value_and_grad(
    model: Network, X: ArrayLike, y: ArrayLike
) -> tuple[float, Gradient]:
    r"""Mean binary cross-entropy of a network, and its gradient, by backpropagation.

    Each line of the body is one link of the chain rule, from the back to the front:
    the error (p − y)/n by the logit, then its share δ by each hidden unit's sum.

    Parameters
    ----------
    model : Network
        The network.
    X, y : array_like
        Features and labels.

    Returns
    -------
    value : float
        Mean loss in [0, ∞).
    gradient : Gradient
        Its derivatives, in the shapes of the parameters.

    Raises
    ------
    TypeError
        If `model` is not a `Network`.
    OverflowError
        If the sums of the hidden units, or the logits, overflow.

    See Also
    --------
    bcelib.losses.binary_cross_entropy_with_logits_value_and_grad : The first link.
    jax.value_and_grad : The twin, for any function.

    Notes
    -----
    The slope of tanh is computed as 1 − h², which is within 1e-16 of the truth; a unit
    with h = ±1 in floating point, beyond ±19, has the slope 0 :cite:p:`rumelhart1986`.
    Chapter 15.

    Examples
    --------
    Where a network sees nothing, its loss is ln 2 and no weight has a slope:

    >>> corners = [[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]]
    >>> blind = Network(np.zeros((2, 3)), np.zeros(3), np.zeros(3), 0.0)
    >>> value, gradient = value_and_grad(blind, corners, [0, 1, 1, 0])
    >>> round(value, 6), gradient.weights, gradient.bias
    (0.693147, array([0., 0., 0.]), 0.0)

    An error of −1 at a logit of −1000 comes back whole:

    >>> wrong = Network([[1.0]], [0.0], [-1000.0], 0.0)
    >>> value, gradient = value_and_grad(wrong, [[50.0]], [1])
    >>> value, gradient.weights, gradient.bias
    (1000.0, array([-1.]), -1.0)
    """
    _refuse_another("model", model)
    X = _features(X, model)
    return _value_and_grad(model, X, _validate.one_label_each("y", y, UNIT, X))


def _value_and_grad(model, X, y):
    h = _hidden(model, X)
    with np.errstate(over="ignore", invalid="ignore"):
        z = h @ model.weights + model.bias
    if not np.all(np.isfinite(z)):
        raise OverflowError("the logits overflow: take smaller weights or steps")
    value, error = losses.binary_cross_entropy_with_logits_value_and_grad(z, y)
    delta = np.outer(error, model.weights) * (1 - h**2)
    return float(value), Gradient(
        hidden_weights=X.T @ delta,
        hidden_biases=delta.sum(axis=0),
        weights=h.T @ error,
        bias=float(error.sum()),
    )


def _refuse_another(name, model):
    if not isinstance(model, Network):
        hint = "; pass its .model" if isinstance(model, Fit) else ""
        raise TypeError(f"{name} must be a Network; got {model!r}{hint}")


def initial(features: int, units: int, *, rng: np.random.Generator) -> Network:
    r"""Random network to start from: normal weights, divided by √(inputs), biases 0.

    A sum of d inputs of size 1 then has size 1, whatever d is, so that no unit starts
    where tanh is flat :cite:p:`lecun1998`. All units must not be equal: equal ones have
    equal gradients, and stay equal. Chapter 15.

    Parameters
    ----------
    features, units : int
        Numbers d and k of features and of hidden units, at least 1.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    Network
        With U of variance 1/d, and w of variance 1/k.

    Examples
    --------
    >>> start = initial(2, 3, rng=np.random.default_rng(0))
    >>> start.hidden_weights.round(2), start.weights.round(2), start.bias
    (array([[ 0.09, -0.09,  0.45],
           [ 0.07, -0.38,  0.26]]), array([ 0.75,  0.55, -0.41]), 0.0)
    >>> wide = initial(10_000, 1, rng=np.random.default_rng(0))
    >>> bool(abs(wide.hidden(np.ones((1, 10_000)))[0, 0]) < 1)  # still not flat
    True
    """
    d = _validate.whole_number("features", features, at_least=1)
    k = _validate.whole_number("units", units, at_least=1)
    _validate.generator("rng", rng)
    U = rng.standard_normal((d, k)) / np.sqrt(d)
    return Network(U, np.zeros(k), rng.standard_normal(k) / np.sqrt(k), 0.0)


@dataclass(frozen=True, eq=False)
class Fit:
    """What `fit` reached, and how it got there.

    Attributes
    ----------
    model : Network
        The parameters after the last step.
    losses : ndarray of float, shape (max_passes + 1,)
        The mean loss: at the start, then after each step.
    """

    model: Network
    losses: np.ndarray


def fit(
    X: ArrayLike,
    y: ArrayLike,
    *,
    hidden_units: int = 8,
    rng: np.random.Generator | None = None,
    start: Network | None = None,
    step_size: float = 1.0,
    max_passes: int = 1000,
) -> Fit:
    r"""Gradient descent on the mean loss, from a random network or from a given one.

    Where it ends depends on where it starts: the loss is not convex. All of
    `max_passes` are taken, each a step on all the examples, and nothing is promised:
    look at the `losses`, and try more than one seed.

    Parameters
    ----------
    X, y : array_like
        Features and labels. Standardised features suit the default start and step.
    hidden_units : int, optional
        Number of hidden units of the random start.
    rng : numpy.random.Generator, optional
        Source of the random start, which needs it; see `initial`.
    start : Network, optional
        Where to start instead. Then nothing is random, and its units are taken.
    step_size : float, optional
        Learning rate η > 0.
    max_passes : int, optional
        Number of steps, 0 or more.

    Returns
    -------
    Fit
        The `model`, and the mean loss after each step (`losses`).

    Raises
    ------
    OverflowError
        If `step_size` is so large that parameters or logits overflow.

    See Also
    --------
    value_and_grad : What each step follows.
    bcelib.models.fit : Without a hidden layer; there the minimum is found, or refused.

    Notes
    -----
    The loss 0 is never reached: no finite logit has it. Chapter 15.

    Examples
    --------
    >>> corners = [[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]]
    >>> result = fit(corners, [0, 1, 1, 0], rng=np.random.default_rng(0))
    >>> result.losses[[0, 100, 1000]].round(3)
    array([0.699, 0.026, 0.001])
    >>> result.model.probabilities(corners).round(2)
    array([0., 1., 1., 0.])

    From the network that sees nothing there is no way down:

    >>> blind = Network(np.zeros((2, 3)), np.zeros(3), np.zeros(3), 0.0)
    >>> result = fit(corners, [0, 1, 1, 0], start=blind)
    >>> result.losses[[0, 1000]].round(6)
    array([0.693147, 0.693147])
    """
    X = _validate.features("X", X)
    if start is None:
        if rng is None:
            raise TypeError(
                "fit starts at random, and needs rng: pass rng = "
                "numpy.random.default_rng(0), or a start"
            )
        start = initial(X.shape[1], hidden_units, rng=rng)
    _refuse_another("start", start)
    X = _features(X, start)
    y = _validate.one_label_each("y", y, UNIT, X)
    eta = _validate.number("step_size", step_size, _POSITIVE)
    steps = _validate.whole_number("max_passes", max_passes, at_least=0)
    theta = _parameters(start)
    value, gradient = _value_and_grad(theta, X, y)
    values = [value]
    for _ in range(steps):
        with np.errstate(over="ignore"):
            moved = (p - eta * g for p, g in zip(theta, gradient, strict=True))
            theta = Gradient(*moved)
        value, gradient = _value_and_grad(theta, X, y)
        values.append(value)
    if not all(np.all(np.isfinite(each)) for each in theta):
        raise OverflowError("the weights overflow: take a smaller step_size")
    return Fit(Network(*theta), np.array(values))
