"""PyTorch: formulas with the slopes that they declare, forward and backward."""

import torch
from torch.autograd import forward_ad

from bcelib._arrays import slopes


def apply(value, formula, arrays, constants):
    """`value(formula, arrays)`, differentiated by the slopes of the formula."""
    if not hasattr(formula, "slopes"):
        return value(formula, arrays, constants)
    # A number beside an array is of its shape, so that its slopes are added up.
    return _Formula.apply(value, formula, constants, *torch.broadcast_tensors(*arrays))


class _Formula(torch.autograd.Function):
    @staticmethod
    def forward(value, formula, constants, *arrays):
        return value(formula, arrays, constants).contiguous()

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.value, ctx.formula, ctx.constants, *arrays = inputs
        ctx.save_for_backward(*arrays)
        ctx.save_for_forward(*arrays)

    @staticmethod
    def backward(ctx, change):
        wanted = [i for i, needed in enumerate(ctx.needs_input_grad[3:]) if needed]
        changes = dict.fromkeys(wanted, torch.zeros_like(change))
        for i, slope in _slopes(ctx, wanted, ctx.saved_tensors):
            changes[i] = _product(change, slope)
        return (
            None,
            None,
            None,
            *(changes.get(i) for i in range(len(ctx.saved_tensors))),
        )

    @staticmethod
    def jvp(ctx, *tangents):
        tangents = tangents[3:]
        wanted = [i for i, t in enumerate(tangents) if t is not None]
        total = torch.zeros_like(tangents[wanted[0]])
        with forward_ad._set_fwd_grad_enabled(True):
            for i, slope in _slopes(ctx, wanted, _primals(ctx)):
                total = total + _product(tangents[i], slope)
        return total

    @staticmethod
    def vmap(info, dims, value, formula, constants, *arrays):
        return apply(value, formula, _batched(dims[3:], arrays), constants), 0


def _slopes(ctx, wanted, arrays):
    def of_slope(slope, arrays):
        return apply(ctx.value, slope, arrays, ctx.constants)

    return slopes.by_position(ctx.formula, of_slope, arrays, wanted)


def _product(t, slope):
    return t * slope if isinstance(slope, float) else _Product.apply(t, slope)


class _Product(torch.autograd.Function):
    """a · b, where 0 · ∞ is 0: what is not asked for has the weight 0."""

    @staticmethod
    def forward(a, b):
        return torch.where((a == 0) | (b == 0), 0.0, a * b)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)
        ctx.save_for_forward(*inputs)

    @staticmethod
    def backward(ctx, change):
        a, b = ctx.saved_tensors
        return _product(change, b), _product(change, a)

    @staticmethod
    def jvp(ctx, *tangents):
        with forward_ad._set_fwd_grad_enabled(True):
            a, b = _primals(ctx)
            changes = [
                _product(t, x)
                for t, x in zip(tangents, (b, a), strict=True)
                if t is not None
            ]
            return sum(changes)

    @staticmethod
    def vmap(info, dims, *arrays):
        return _Product.apply(*_batched(dims, arrays)), 0


def _primals(ctx):
    return [forward_ad.unpack_dual(x, level=0).primal for x in ctx.saved_tensors]


def _batched(dims, arrays):
    """The arrays with the axis of a batch in front."""
    arrays = [
        x[None] if axis is None else x.movedim(axis, 0)
        for x, axis in zip(arrays, dims, strict=True)
    ]
    return torch.broadcast_tensors(*arrays)
