r"""Formulas of the focal loss, and of its derivatives.

For label 1, with p = σ(z), q = 1 − p, s = sp(−z) = −log p, A = q^γ and u = γ p, the
loss is F = A s. The derivatives by z of its parts are p' = p q, q' = −p q, s' = −q,
A' = −u A and u' = u q. So

    F'   = −A (q + u s)
    F''  =  A (p q + 2 u q + u s (u − q))
    F''' =  A (q (q − p) (p + 3 u) − 3 q u² + u s (q (p − q) + u (3 q − u))).

For label 0 the loss is F(−z). A soft label mixes both, by their weights.
"""

from bcelib._arrays import validate as _validate
from bcelib._arrays.slopes import declare
from bcelib._arrays.validate import UNIT, Domain
from bcelib.numerics import _sigmoid, _softplus


def _focal_constants(gamma, balance):
    in_float32 = Domain("[0, 1e38]", 0, 1e38)
    gamma = _validate.number("gamma", gamma, in_float32)
    # A smaller one changes no digit, and is 0 in float32.
    gamma = max(gamma, 1e-37) if gamma else 0.0
    if balance is None:
        return {"gamma": gamma, "positive": 1.0, "negative": 1.0}
    balance = _validate.number("balance", balance, UNIT)
    return {"gamma": gamma, "positive": balance, "negative": 1 - balance}


def _focus(xp, z, gamma):
    # (1 − p)^γ: at large γ a power of a rounded 1 − p is worth nothing.
    return xp.exp(-gamma * _softplus(xp, z)) if gamma else 1.0


def _pull(xp, z, gamma):
    # u, as far as A leaves anything of it: a power of a huge γ overflows.
    a = _focus(xp, z, gamma)
    return xp.where(a > 0, gamma * _sigmoid(xp, z), 0.0) if gamma else 0.0


def _ones(xp, z, gamma):
    return _focus(xp, z, gamma) * _softplus(xp, -z)


def _ones_1(xp, z, gamma):
    p, q, s = _sigmoid(xp, z), _sigmoid(xp, -z), _softplus(xp, -z)
    return -_focus(xp, z, gamma) * (q + gamma * p * s)


def _ones_2(xp, z, gamma):
    p, q, s = _sigmoid(xp, z), _sigmoid(xp, -z), _softplus(xp, -z)
    u = _pull(xp, z, gamma)
    return _focus(xp, z, gamma) * (p * q + 2 * u * q + u * s * (u - q))


def _ones_3(xp, z, gamma):
    p, q, s = _sigmoid(xp, z), _sigmoid(xp, -z), _softplus(xp, -z)
    u = _pull(xp, z, gamma)
    rest = u * s * (q * (p - q) + u * (3 * q - u))
    return _focus(xp, z, gamma) * (q * (q - p) * (p + 3 * u) - 3 * q * u * u + rest)


def _focal(xp, z, y, *, gamma, positive, negative):
    ones = positive * y * _ones(xp, z, gamma)
    zeros = negative * (1 - y) * _ones(xp, -z, gamma)
    return ones + zeros


def _focal_grad(xp, z, y, *, gamma, positive, negative):
    ones = positive * y * _ones_1(xp, z, gamma)
    zeros = negative * (1 - y) * _ones_1(xp, -z, gamma)
    return ones - zeros


def _focal_hessian(xp, z, y, *, gamma, positive, negative):
    ones = positive * y * _ones_2(xp, z, gamma)
    zeros = negative * (1 - y) * _ones_2(xp, -z, gamma)
    return ones + zeros


def _focal_third(xp, z, y, *, gamma, positive, negative):
    ones = positive * y * _ones_3(xp, z, gamma)
    zeros = negative * (1 - y) * _ones_3(xp, -z, gamma)
    return ones - zeros


def _by_label(xp, z, y, *, gamma, positive, negative):
    return positive * _ones(xp, z, gamma) - negative * _ones(xp, -z, gamma)


def _grad_by_label(xp, z, y, *, gamma, positive, negative):
    return positive * _ones_1(xp, z, gamma) + negative * _ones_1(xp, -z, gamma)


def _hessian_by_label(xp, z, y, *, gamma, positive, negative):
    return positive * _ones_2(xp, z, gamma) - negative * _ones_2(xp, -z, gamma)


declare(_focal, _focal_grad, _by_label)
declare(_focal_grad, _focal_hessian, _grad_by_label)
declare(_focal_hessian, _focal_third, _hessian_by_label)
declare(_by_label, _grad_by_label, 0.0)
declare(_grad_by_label, _hessian_by_label, 0.0)
