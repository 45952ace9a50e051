"""Formulas of the losses of a margin, and of their derivatives."""

from bcelib._arrays.slopes import declare


def _margin(xp, z, y):
    return (2 * y - 1) * z


def _sign(xp, z, y):
    return 2 * y - 1


def _twice(xp, z, y):
    return 2 * z


def _zero_one(xp, z, y):
    return xp.abs(xp.astype(z > 0, z.dtype) - y)


def _hinge(xp, z, y):
    return xp.maximum(0, 1 - _margin(xp, z, y))


def _hinge_grad(xp, z, y):
    return xp.where(_margin(xp, z, y) < 1, 1 - 2 * y, 0.0)


def _hinge_by_label(xp, z, y):
    return xp.where(_margin(xp, z, y) < 1, -2 * z, 0.0)


def _hinge_by_both(xp, z, y):
    return -2 * xp.astype(_margin(xp, z, y) < 1, z.dtype)


declare(_margin, _sign, _twice)
declare(_sign, 0.0, 2.0)
declare(_twice, 2.0, 0.0)
declare(_zero_one, 0.0, 0.0)
declare(_hinge, _hinge_grad, _hinge_by_label)
declare(_hinge_grad, 0.0, _hinge_by_both)
declare(_hinge_by_label, _hinge_by_both, 0.0)
declare(_hinge_by_both, 0.0, 0.0)
