"""The racers: loss, gradient, and both, as the users of each library call them.

`calls(z, y, threads)` takes NumPy arrays, converts them once, and returns
{quantity: function without arguments}. The clock runs while such a function does.
"both" is the mean of the losses and its gradient.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

QUANTITIES = ("loss", "gradient", "both")


@dataclass(frozen=True)
class Contender:
    """A column of the speed tables."""

    name: str
    calls: Any


def bcelib(z, y, threads):
    from bcelib import losses

    return {
        "loss": lambda: losses.binary_cross_entropy_with_logits(z, y),
        "gradient": lambda: losses.binary_cross_entropy_with_logits_grad(z, y),
        "both": lambda: losses.binary_cross_entropy_with_logits_value_and_grad(z, y),
    }


def pytorch(z, y, threads):
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits as bce

    torch.set_num_threads(threads)
    z, y = torch.from_numpy(z), torch.from_numpy(y)
    leaf = z.clone().requires_grad_()

    def both(reduction):
        loss = bce(leaf, y, reduction=reduction)
        return loss.detach(), *torch.autograd.grad(loss, leaf)

    return {
        "loss": lambda: bce(z, y, reduction="none"),
        "gradient": lambda: both("sum"),  # backward needs forward
        "both": lambda: both("mean"),
    }


def optax(z, y, threads):
    import jax
    from optax.losses import sigmoid_binary_cross_entropy as bce

    jax.config.update("jax_enable_x64", True)
    z, y = jax.numpy.asarray(z), jax.numpy.asarray(y)
    functions = {
        "loss": bce,
        "gradient": jax.grad(lambda z, y: bce(z, y).sum()),
        "both": jax.value_and_grad(lambda z, y: bce(z, y).mean()),
    }

    def ready(function):
        compiled = jax.jit(function).lower(z, y).compile()
        return lambda: jax.block_until_ready(compiled(z, y))

    return {quantity: ready(function) for quantity, function in functions.items()}


def scikit_learn(z, y, threads):
    from sklearn._loss import HalfBinomialLoss

    bce = HalfBinomialLoss()
    given = {"y_true": y, "raw_prediction": z, "n_threads": threads}

    def both():
        losses, gradient = bce.loss_gradient(**given)
        gradient /= z.size
        return losses.mean(), gradient

    return {
        "loss": lambda: bce.loss(**given),
        "gradient": lambda: bce.gradient(**given),
        "both": both,
    }


def scipy(z, y, threads):
    from scipy.special import expit, xlog1py, xlogy

    def loss(p):
        return -(xlogy(y, p) + xlog1py(1 - y, -p))

    def both():
        p = expit(z)
        return loss(p).mean(), (p - y) / z.size

    return {
        "loss": lambda: loss(expit(z)),
        "gradient": lambda: expit(z) - y,
        "both": both,
    }


def exponential(z, y, threads):
    return dict.fromkeys(QUANTITIES, lambda: np.exp(z))


CONTENDERS = (
    Contender("bcelib", bcelib),
    Contender("PyTorch", pytorch),
    Contender("Optax", optax),
    Contender("scikit-learn", scikit_learn),
    Contender("SciPy", scipy),
    Contender("np.exp", exponential),
)
