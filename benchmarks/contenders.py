"""The racers: loss, gradient, and both, as the users of each library call them.

`calls(z, y, threads)` takes NumPy arrays, or two numbers, converts them once, and
returns {quantity: function without arguments}. The clock runs while such a function
does. "both" is the mean of the losses and its gradient.
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
    own: bool = False  # a function of the library, not what users make of several


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
    z, y = (torch.from_numpy(np.asarray(x)) for x in (z, y))
    leaf = z.clone().requires_grad_()

    def gradient():  # backward needs forward
        (slopes,) = torch.autograd.grad(bce(leaf, y, reduction="sum"), leaf)
        return slopes

    def both():
        loss = bce(leaf, y)
        return loss.detach(), *torch.autograd.grad(loss, leaf)

    return {
        "loss": lambda: bce(z, y, reduction="none"),
        "gradient": gradient,
        "both": both,
    }


def pytorch_by_hand(z, y, threads):
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits as bce

    calls = pytorch(z, y, threads)
    z, y = (torch.from_numpy(np.asarray(x)) for x in (z, y))

    def gradient():
        return torch.sigmoid(z).sub_(y)

    return calls | {
        "gradient": gradient,
        "both": lambda: (bce(z, y), gradient().div_(z.numel())),
    }


def optax(z, y, threads):
    import jax
    from optax.losses import sigmoid_binary_cross_entropy as bce

    jax.config.update("jax_enable_x64", True)
    z, y = (jax.numpy.asarray(np.asarray(x)) for x in (z, y))
    functions = {
        "loss": bce,
        "gradient": jax.grad(lambda z, y: bce(z, y).sum()),
        "both": jax.value_and_grad(lambda z, y: bce(z, y).mean()),
    }

    compiled = {quantity: jax.jit(function) for quantity, function in functions.items()}
    return {
        "loss": lambda: compiled["loss"](z, y).block_until_ready(),
        "gradient": lambda: compiled["gradient"](z, y).block_until_ready(),
        "both": lambda: jax.block_until_ready(compiled["both"](z, y)),
    }


def scikit_learn(z, y, threads):
    from sklearn._loss import HalfBinomialLoss

    bce = HalfBinomialLoss()
    z, y = np.atleast_1d(z), np.atleast_1d(y)  # it takes no numbers
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
    from scipy.special import expit, log_expit

    def loss():
        return -log_expit((2 * y - 1) * z)  # of hard labels

    return {
        "loss": loss,
        "gradient": lambda: expit(z) - y,
        "both": lambda: (loss().mean(), (expit(z) - y) / np.size(z)),
    }


def exponential(z, y, threads):
    return dict.fromkeys(QUANTITIES, lambda: np.exp(z))


CONTENDERS = (
    Contender("bcelib", bcelib),
    Contender("PyTorch", pytorch, own=True),
    Contender("PyTorch by hand", pytorch_by_hand),
    Contender("Optax", optax, own=True),
    Contender("scikit-learn", scikit_learn, own=True),
    Contender("SciPy", scipy),
    Contender("np.exp", exponential),
)
