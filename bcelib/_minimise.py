"""Three ways downhill. Each yields its state at the start and after each iteration."""

import itertools
from typing import NamedTuple

import numpy as np

_EPSILON = np.finfo(float).eps


class State(NamedTuple):
    theta: np.ndarray
    value: float
    gradient: np.ndarray
    passes: int


def newton(objective, theta):
    value, gradient = objective.value_and_gradient(theta)
    passes = 0
    while True:
        yield State(theta, value, gradient, passes)
        step, _ = objective.newton_step(theta)
        promised = -gradient @ step
        size = 1.0
        while True:
            passes += 1
            new = objective.value_and_gradient(theta + size * step)
            # Armijo's rule; at the minimum all that is left of it is rounding.
            if new[0] <= value - 1e-4 * size * promised + 4 * _EPSILON * value:
                break
            size /= 2
        theta = theta + size * step
        value, gradient = new


def gradient_descent(objective, theta, step_size):
    for passes in itertools.count():
        value, gradient = objective.value_and_gradient(theta)
        yield State(theta, value, gradient, passes)
        theta = theta - step_size * gradient


def stochastic(objective, theta, step_size, batch_size, rng):
    n = len(objective.y)
    for passes in itertools.count():
        yield State(theta, *objective.value_and_gradient(theta), passes)
        order = rng.permutation(n)
        for batch in np.split(order, range(batch_size, n, batch_size)):
            theta = theta - step_size * objective.gradient_on(batch, theta)
