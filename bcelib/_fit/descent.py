"""Three ways downhill. Each yields its state at the start and after each iteration."""

import itertools
from typing import NamedTuple

import numpy as np

from bcelib._arrays import validate as _validate
from bcelib._fit.units import largest_curvature, steepest_row

_EPSILON = np.finfo(float).eps
_POSITIVE = _validate.Domain("(0, inf)", 0, open_low=True, open_high=True)


class State(NamedTuple):
    theta: np.ndarray
    value: float
    gradient: np.ndarray
    passes: int


def states(objective, method, theta, step_size, batch_size, rng, limit):
    """The states of the descent by `method`, its options checked."""
    l2 = objective.penalty[0]
    if step_size is not None:
        step_size = _validate.number("step_size", step_size, _POSITIVE)
    if method == "newton":
        if step_size is not None:
            raise ValueError(
                "step_size is for the gradient methods; Newton finds its own"
            )
        return newton(objective, theta, limit)
    if method == "gradient descent":
        constant = largest_curvature(objective.triangle, objective.n, l2)
        return gradient_descent(objective, theta, step_size or 1 / constant)
    rng = _validate.generator("rng", rng)
    batch_size = _validate.whole_number("batch_size", batch_size, at_least=1)
    rows, curvatures = zip(*objective.data.map(steepest_row), strict=True)
    share = sum(rows) / objective.n
    step_size = step_size or 1 / (max(curvatures) * share + l2)
    return stochastic(objective, theta, step_size, batch_size, rng, share)


def newton(objective, theta, limit):
    """Ends by itself where no part of the step lowers the objective."""
    value, gradient = objective.value_and_gradient(theta)
    passes = 0
    while True:
        yield State(theta, value, gradient, passes)
        step, _ = objective.newton_step(theta)
        promised = -gradient @ step
        # A loss is at least |p − y|, so a rounded logit moves it by no more than this.
        rounding = 4 * _EPSILON * value * (1 + np.sum(np.abs(theta)))
        size = 1.0
        while passes < limit and size > _EPSILON:
            passes += 1
            new = objective.value_and_gradient(theta + size * step)
            # Armijo's rule; at the minimum all that is left of it is rounding.
            if new[0] <= value - 1e-4 * size * promised + rounding or value == np.inf:
                theta = theta + size * step
                value, gradient = new
                break
            size /= 2
        else:
            yield State(theta, value, gradient, passes)
            return


def gradient_descent(objective, theta, step_size):
    for passes in itertools.count():
        value, gradient = objective.value_and_gradient(theta)
        yield State(theta, value, gradient, passes)
        theta = theta - step_size * gradient


def stochastic(objective, theta, step_size, batch_size, rng, share):
    for passes in itertools.count():
        yield State(theta, *objective.value_and_gradient(theta), passes)
        for batch in objective.data.batches(rng, batch_size):
            theta = theta - step_size * objective.gradient_on(*batch, theta, share)


class End(NamedTuple):
    """Where a descent ended, and why: at a "minimum", at the "limit", or "stuck"."""

    state: State
    norm: float  # of the gradient, by standardised features
    history: list  # of the objective and the passes
    why: str


def descend(objective, states, stop, progress):
    """Take one state after another until `stop` says why not, or there is no more."""
    history = []
    for state in states:
        norm = objective.norm(state.gradient)
        history.append((state.value, state.passes))
        if progress is not None:
            progress(state.passes, float(state.value), norm)
        why = stop(state, norm)
        if why:
            return End(state, norm, history, why)
    return End(state, norm, history, "stuck")


_ADVICE = {
    ("limit", "newton"): "allow more max_passes, start nearer, or use l2",
    ("stuck", "newton"): "start elsewhere, by default at 0; allow a larger tolerance; "
    "or use l2",
    ("limit", "gradient descent"): "standardise the features, allow more max_passes, "
    'or use method="newton"',
    ("limit", "sgd"): "with a constant step it hovers around the minimum: pass "
    'tolerance=None to ask for max_passes and no more, or use method="newton"',
}


def reason(end, method, tolerance):
    """Why the descent ended where no minimum is known to be, and what helps."""
    norm = (
        f"above the tolerance {tolerance:.3g}"
        if end.norm > tolerance
        else "and without proof that there is a minimum"
    )
    limit = "max_passes" if end.why == "limit" else "no shorter step went down"
    return (
        f"{method} stopped after {end.state.passes} passes ({limit}) with gradient "
        f"norm {end.norm:.3g}, {norm}; {_ADVICE[end.why, method]}"
    )
