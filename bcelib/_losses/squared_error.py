"""Formulas of the squared error, and of its derivatives.

With the residual r = p − y and v = p (1 − p), r' = v; v' and v'' are the third and the
fourth derivative of binary cross-entropy.
"""

from bcelib._arrays.slopes import declare
from bcelib._losses.cross_entropy import (
    _bce_fourth,
    _bce_grad,
    _bce_hessian,
    _bce_third,
)


def _squared_error(xp, z, y):
    return xp.square(_bce_grad(xp, z, y))


def _squared_error_grad(xp, z, y):
    return 2 * _bce_grad(xp, z, y) * _bce_hessian(xp, z, y)


def _squared_error_by_label(xp, z, y):
    return -2 * _bce_grad(xp, z, y)


def _squared_error_hessian(xp, z, y):
    v, r = _bce_hessian(xp, z, y), _bce_grad(xp, z, y)
    return 2 * (xp.square(v) + r * _bce_third(xp, z, y))


def _squared_error_third(xp, z, y):
    v, r = _bce_hessian(xp, z, y), _bce_grad(xp, z, y)
    return 2 * (3 * v * _bce_third(xp, z, y) + r * _bce_fourth(xp, z, y))


def _squared_error_by_both(xp, z, y):
    return -2 * _bce_hessian(xp, z, y)


def _squared_error_hessian_by_label(xp, z, y):
    return -2 * _bce_third(xp, z, y)


declare(_squared_error, _squared_error_grad, _squared_error_by_label)
declare(_squared_error_grad, _squared_error_hessian, _squared_error_by_both)
declare(_squared_error_hessian, _squared_error_third, _squared_error_hessian_by_label)
declare(_squared_error_by_label, _squared_error_by_both, 2.0)
declare(_squared_error_by_both, _squared_error_hessian_by_label, 0.0)
