"""JAX: formulas with the slopes that they declare, forward, backward and compiled."""

import functools

import jax
import jax.numpy as xp
from jax.extend.core import Primitive
from jax.interpreters import ad, batching, mlir

from bcelib._arrays import slopes


def apply(value, formula, arrays, constants):
    """`value(formula, arrays)`, differentiated by the slopes of the formula."""
    if not hasattr(formula, "slopes"):
        return value(formula, arrays, constants)
    return _function(value, formula, tuple(constants.items()))(*arrays)


@functools.lru_cache(maxsize=128)
def _function(value, formula, constants):
    constants = dict(constants)

    @jax.custom_jvp
    def function(*arrays):
        return value(formula, arrays, constants)

    def of_slope(slope, arrays):
        return apply(value, slope, arrays, constants)

    @functools.partial(function.defjvp, symbolic_zeros=True)
    def rule(arrays, tangents):
        result = function(*arrays)
        change = xp.zeros_like(result)
        wanted = [i for i, t in enumerate(tangents) if not _is_zero(t)]
        for i, slope in slopes.by_position(formula, of_slope, arrays, wanted):
            change = change + _product(tangents[i], slope)
        return result, change

    return function


@jax.jit
def total(values):
    """The sum, with what each addition rounds away (Knuth's two-sum)."""
    # Halves of a power of two: a gradient through odd ones takes minutes to compile.
    size = 1 << max(values.size - 1, 0).bit_length()
    total = xp.pad(values.ravel(), (0, size - values.size))
    lost = xp.zeros_like(total)
    while total.size > 1:
        (a, b), (lost_a, lost_b) = total.reshape(2, -1), lost.reshape(2, -1)
        total = a + b
        part = total - a
        lost = lost_a + lost_b + ((a - (total - part)) + (b - part))
    total, lost = total[0], lost[0]
    return xp.where(xp.isfinite(total), total + lost, total)


def _is_zero(tangent):
    return isinstance(tangent, jax.custom_derivatives.SymbolicZero)


def _product(t, slope):
    return t * slope if isinstance(slope, float) else _times.bind(*_alike(t, slope))


def _alike(a, b):
    return xp.broadcast_arrays(a, b)


def _product_of_numbers(a, b):
    """a · b, where 0 · ∞ is 0: what is not asked for has the weight 0."""
    return xp.where((a == 0) | (b == 0), xp.zeros_like(a), a * b)


def _batched(arrays, axes):
    arrays = [
        x[None] if axis is None else xp.moveaxis(x, axis, 0)
        for x, axis in zip(arrays, axes, strict=True)
    ]
    return _times.bind(*_alike(*arrays)), 0


# JAX turns a linear function around to go backward, but not one that asks for 0. So
# the product is an operation of its own, linear in each factor.
_times = Primitive("bcelib_times")
_times.def_impl(jax.jit(_product_of_numbers))
_times.def_abstract_eval(lambda a, b: jax.core.ShapedArray(a.shape, a.dtype))
mlir.register_lowering(_times, mlir.lower_fun(_product_of_numbers, False))
batching.primitive_batchers[_times] = _batched
ad.defbilinear(
    _times,
    lambda change, a, b: _times.bind(change, b),
    lambda change, a, b: _times.bind(change, a),
)
