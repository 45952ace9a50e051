"""Programs: a formula recorded once, as steps that write into buffers used again.

Each operation of ``(h - y) * z`` makes a new array. A program makes none: the formula
is called with recorders in place of arrays, and what they note is compiled, to be run
on every block. What occurs twice in a formula is computed once.
"""

import operator
import threading
from typing import NamedTuple

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

_LINE = 64  # bytes of a cache line: an array that begins with one is faster
# The sign bit alone, of each kind of float.
_SIGN = {
    np.dtype(float_): np.array(np.iinfo(bits).min, bits)
    for float_, bits in ((np.float32, np.int32), (np.float64, np.int64))
}
_thread = threading.local()


def _minus_absolute(x, out=None):
    """-|x|: what min(x, -x) is, in one pass."""
    sign = _SIGN[x.dtype]
    out = np.empty_like(x) if out is None else out
    np.bitwise_or(x.view(sign.dtype), sign, out.view(sign.dtype))
    return out


# What gives NaN for NaN, whatever its other operand is. np.where and np.greater do not.
_CARRIERS = {
    *(np.add, np.subtract, np.multiply, np.divide, np.negative, np.positive),
    *(np.minimum, np.maximum, _minus_absolute, np.exp, np.log, np.log1p),
}
_EXTREMES = {np.minimum, np.maximum}  # warn of a third argument without a keyword


class _Recorder(NDArrayOperatorsMixin):
    """Stands for an array in a formula; `example` is one element of it.

    It is NaN wherever one of the inputs `nan_from` is.
    """

    def __init__(self, steps, example, nan_from):
        self.steps = steps
        self.example = example
        self.nan_from = nan_from

    @property
    def dtype(self):
        return self.example.dtype

    def __array_ufunc__(self, ufunc, method, *operands, **options):
        plain = method == "__call__" and not options
        return self.record(ufunc, *operands) if plain else NotImplemented

    def __array_function__(self, function, types, operands, options):
        return NotImplemented if options else self.record(function, *operands)

    def __pow__(self, exponent):  # arrays have shortcuts that np.power has not
        return self.record(operator.pow, self, exponent)

    def record(self, function, *operands):
        """The result of a step: of an earlier one, if that is the same."""
        if function is np.minimum and self._is_negative(*operands):
            function, operands = _minus_absolute, operands[:1]
        key = function, *map(_identity, operands)
        if key not in self.steps:
            example = function(*(getattr(x, "example", x) for x in operands))
            carried = [x.nan_from for x in operands if isinstance(x, _Recorder)]
            nan_from = frozenset().union(*carried if function in _CARRIERS else [])
            if isinstance(function, np.ufunc):  # takes arrays sooner than numbers
                operands = [
                    np.asarray(x, self.dtype) if isinstance(x, int | float) else x
                    for x in operands
                ]
            result = _Recorder(self.steps, example, nan_from)
            self.steps[key] = _Step(function, operands, result)
        return self.steps[key].result

    def _is_negative(self, x, y):
        """Whether y was recorded as -x, of a dtype whose sign bit is known."""
        negative = self.steps.get((np.negative, _identity(x)))
        return negative and negative.result is y and y.dtype in _SIGN


def _identity(operand):
    if isinstance(operand, _Recorder):
        return id(operand)
    return type(operand), repr(operand)  # 0 is not 0.0, and 0.0 is not -0.0


class _Step(NamedTuple):
    """A function applied to operands: recorders and constants."""

    function: object
    operands: list
    result: _Recorder


class _Buffer(NamedTuple):
    """A row of the scratch memory, seen as a dtype."""

    row: int
    dtype: np.dtype


class Program:
    """`formula(np, *inputs)` for inputs of one dtype; it may give several results.

    `nan_from` are the inputs, by number, whose NaN is sure to reach the first result.
    """

    def __init__(self, formula, n_inputs, dtype):
        recorded = {}
        one = np.ones(1, dtype)
        inputs = [_Recorder(recorded, one, frozenset([i])) for i in range(n_inputs)]
        values = formula(np, *inputs)
        results = []
        for value in values if isinstance(values, tuple) else [values]:
            if value.dtype != dtype:
                value = value.record(np.astype, value, dtype)
            while any(value is other for other in inputs + results):
                value = value.record(np.positive, value)  # a copy
            results.append(value)
        self.nan_from = results[0].nan_from
        self._buffers = []  # of the steps, a row of scratch memory for each
        self._rows = 0
        needed = {id(x) for x in results}
        steps = []
        for step in reversed(recorded.values()):
            if id(step.result) in needed:
                needed |= {id(x) for x in step.operands}
                steps.insert(0, step)
        self._run = self._compiled(steps, inputs, results)

    def _compiled(self, steps, inputs, results):
        """A function of the inputs, the last result and the buffers, in Python.

        A row of scratch memory is free again after the last use of its values.
        """
        last = {id(x): i for i, step in enumerate(steps) for x in step.operands}
        last |= {id(x): len(steps) for x in results}
        parameters = {id(x): f"array_{i}" for i, x in enumerate([*inputs, results[-1]])}
        names, known, lines, held, free = dict(parameters), {}, [], {}, []
        for i, (function, operands, result) in enumerate(steps):
            for x in operands:
                if id(x) not in names:
                    names[id(x)] = f"constant_{len(names)}"
                    known[names[id(x)]] = x
            ended = {
                held[id(x)] for x in operands if id(x) in held and last[id(x)] == i
            }
            if id(result) not in names:
                # A step may write over its operand, but not as another dtype.
                over = [buffer for buffer in ended if buffer.dtype == result.dtype]
                held[id(result)] = over[0] if over else self._buffer(free, result.dtype)
                names[id(result)] = self._name(held[id(result)])
            free += [b.row for b in ended if b != held.get(id(result))]
            known[f"step_{i}"] = _writing(function)
            values = ", ".join(names[id(x)] for x in operands)
            by_place = isinstance(function, np.ufunc) and function not in _EXTREMES
            place = "" if by_place else "out="  # the former is sooner parsed
            lines.append(f"step_{i}({values}, {place}{names[id(result)]})")
        lines.append("return " + ", ".join(names[id(x)] for x in results))
        buffers = map(self._name, self._buffers)
        head = f"def run({', '.join([*parameters.values(), *buffers])}):"
        exec("\n    ".join([head, *lines]), known)
        return known["run"]

    def _buffer(self, free, dtype):
        if not free:
            free.append(self._rows)
            self._rows += 1
        buffer = _Buffer(free.pop(), dtype)
        if buffer not in self._buffers:
            self._buffers.append(buffer)
        return buffer

    def _name(self, buffer):
        return f"buffer_{self._buffers.index(buffer)}"

    def run(self, *inputs, out):
        """The results. The last is in `out`, the others are lost at the next run."""
        return self._run(*inputs, out, *self._prepared(out.size, out.itemsize))

    def _prepared(self, size, itemsize):
        """Buffers of `size` elements: those that the thread had last, if they fit."""
        program, kept_size, buffers = getattr(_thread, "prepared", (None, 0, None))
        if program is not self or kept_size != size:
            scratch = _scratch(self._rows, size * itemsize)
            buffers = [
                scratch[row, : size * dtype.itemsize].view(dtype)
                for row, dtype in self._buffers
            ]
            _thread.prepared = self, size, buffers
        return buffers


def _scratch(rows, width):
    """Memory that a thread keeps: fresh memory is slow when it is first touched."""
    kept = getattr(_thread, "scratch", np.empty((0, 0), np.uint8))
    if kept.shape[0] < rows or kept.shape[1] < width:
        rows, width = max(rows, kept.shape[0]), max(width, kept.shape[1])
        width += -width % _LINE
        memory = np.empty(rows * width + _LINE, np.uint8)
        start = -memory.ctypes.data % _LINE
        kept = memory[start : start + rows * width].reshape(rows, width)
        _thread.scratch = kept
    return kept


def _writing(function):
    """`function` with a keyword `out`, the array that its result is written to."""
    if isinstance(function, np.ufunc) or function is _minus_absolute:
        return function
    if function is np.astype:
        return _convert
    return lambda *operands, out: np.copyto(out, function(*operands))


def _convert(x, dtype, out):
    x = x.view(np.uint8) if x.dtype == bool else x  # NumPy is quicker with these
    np.copyto(out, x, casting="unsafe")
