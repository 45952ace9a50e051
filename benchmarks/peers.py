"""The columns: loss, gradient and Hessian of each library, as its users call it.

A column is a function of NumPy arrays `z` and `y` of one dtype that returns the
three as NumPy arrays. It imports its library when it is called, so that a test needs
only the libraries that it calls.
"""

import os
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Peer:
    """A column: its name, the distribution it stands for, and what it computes."""

    name: str
    distribution: str
    column: Any
    dtypes: tuple = (np.float64, np.float32, np.float16)


def bcelib(z, y):
    from bcelib import losses

    return (
        losses.binary_cross_entropy_with_logits(z, y),
        losses.binary_cross_entropy_with_logits_grad(z, y),
        losses.binary_cross_entropy_with_logits_hessian(z, y),
    )


def pytorch(z, y):
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits

    z, y = torch.tensor(z, requires_grad=True), torch.tensor(y)
    loss = binary_cross_entropy_with_logits(z, y, reduction="none")
    (gradient,) = torch.autograd.grad(loss.sum(), z, create_graph=True)
    (hessian,) = torch.autograd.grad(gradient.sum(), z)
    return tuple(part.detach().numpy() for part in (loss, gradient, hessian))


def _differentiated(loss, z, y):
    """Loss, gradient and Hessian of an element-wise loss in JAX."""
    import jax

    jax.config.update("jax_enable_x64", True)
    first = jax.grad(lambda z, y: loss(z, y).sum())
    second = jax.grad(lambda z, y: first(z, y).sum())
    return tuple(np.asarray(jax.jit(f)(z, y)) for f in (loss, first, second))


def optax(z, y):
    from optax.losses import sigmoid_binary_cross_entropy

    return _differentiated(sigmoid_binary_cross_entropy, z, y)


def keras(z, y):
    os.environ["KERAS_BACKEND"] = "jax"
    from keras.ops import binary_crossentropy

    return _differentiated(
        lambda z, y: binary_crossentropy(y, z, from_logits=True), z, y
    )


def scikit_learn(z, y):
    from sklearn._loss import HalfBinomialLoss

    loss = HalfBinomialLoss()
    arguments = {"y_true": y, "raw_prediction": z, "sample_weight": None}
    return loss.loss(**arguments), *loss.gradient_hessian(**arguments)


def scikit_learn_fused(z, y):
    # What LogisticRegression calls while it is fitted; another formula than loss().
    from sklearn._loss import HalfBinomialLoss

    *_, hessian = scikit_learn(z, y)
    loss_gradient = HalfBinomialLoss().loss_gradient
    return *loss_gradient(y_true=y, raw_prediction=z, sample_weight=None), hessian


def scipy(z, y):
    from scipy.special import expit, log_expit

    p, q = expit(z), expit(-z)
    return -(y * log_expit(z) + (1 - y) * log_expit(-z)), (1 - y) * p - y * q, p * q


def scipy_textbook(z, y):
    from scipy.special import expit, xlog1py, xlogy

    p = expit(z)
    return -(xlogy(y, p) + xlog1py(1 - y, -p)), p - y, p * (1 - p)


def naive_numpy(z, y):
    with np.errstate(all="ignore"):
        p = 1 / (1 + np.exp(-z))
        return -(y * np.log(p) + (1 - y) * np.log(1 - p)), p - y, p * (1 - p)


def clipped_numpy(z, y):
    # Keras's policy for probabilities: outside the clip the loss is flat.
    epsilon = z.dtype.type(1e-7)
    with np.errstate(all="ignore"):
        p = 1 / (1 + np.exp(-z))
        clipped = np.clip(p, epsilon, 1 - epsilon)
        inside = p == clipped
        loss = -(y * np.log(clipped) + (1 - y) * np.log(1 - clipped))
        return loss, inside * (p - y), inside * p * (1 - p)


_DOUBLE_AND_SINGLE = (np.float64, np.float32)

PEERS = (
    Peer("bcelib", "bcelib", bcelib),
    Peer("PyTorch", "torch", pytorch),
    Peer("Optax", "optax", optax),
    Peer("Keras", "keras", keras),
    Peer("scikit-learn", "scikit-learn", scikit_learn, _DOUBLE_AND_SINGLE),
    Peer("scikit-learn fused", "scikit-learn", scikit_learn_fused, _DOUBLE_AND_SINGLE),
    Peer("SciPy", "scipy", scipy, _DOUBLE_AND_SINGLE),
    Peer("textbook SciPy", "scipy", scipy_textbook, _DOUBLE_AND_SINGLE),
    Peer("naive NumPy", "numpy", naive_numpy),
    Peer("clipped NumPy", "numpy", clipped_numpy),
)
