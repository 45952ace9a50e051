"""Programs: formulas recorded once, as steps that write into buffers used again.

Each operation of ``(h - y) * z`` makes a new array. A program makes none: the formulas
are called with recorders in place of arrays, and what they note is compiled, to be run
on every block. What occurs twice is computed once.
"""

import threading
from typing import NamedTuple

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from bcelib._arrays.whole import NUMPY, Calls

_LINE = 64  # bytes of a cache line: an array that begins with one is faster
_thread = threading.local()


class Program:
    """Formulas, recorded for so many inputs of one dtype and for their constants.

    `nan_from` are the inputs, by number, whose NaN is sure to reach a result.
    """

    def __init__(self, formulas, inputs, dtype, constants):
        recorded = {}
        one = np.ones(1, dtype)
        arrays = [_Recorder(recorded, one, frozenset([i])) for i in range(inputs)]
        results = []
        for formula in formulas:
            value = formula(NUMPY, *arrays, **constants)
            if not isinstance(value, _Recorder):
                kind = type(value).__name__
                raise TypeError(f"a formula must return an array; got {kind}")
            if value.dtype != dtype:
                value = value.astype(dtype)
            while any(value is other for other in arrays + results):
                value = value.record(np.positive, value)  # a copy
            results.append(value)
        self.nan_from = frozenset().union(*(x.nan_from for x in results))
        self._run, self._buffers = _compiled(recorded.values(), arrays, results)

    def run(self, inputs, out):
        """The results. The last is in `out`, the others are lost at the next run."""
        program, size, buffers = getattr(_thread, "prepared", (None, 0, None))
        if program is not self or size != out.size:
            buffers = _scratch(self._buffers, out.size)
            _thread.prepared = self, out.size, buffers
        return self._run(*inputs, out, *buffers)


def _scratch(dtypes, size):
    """Arrays that a thread keeps: fresh memory is slow when it is first touched."""
    kept, arrays = _thread.__dict__, []
    for number, dtype in enumerate(dtypes):
        key = number, dtype.char
        if key not in kept or kept[key].size < size:
            memory = np.empty(size * dtype.itemsize + _LINE, np.uint8)
            start = -memory.ctypes.data % _LINE
            kept[key] = memory[start : start + size * dtype.itemsize].view(dtype)
        arrays.append(kept[key][:size])
    return arrays


# ---- recording ---------------------------------------------------------------------


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

    def astype(self, dtype):
        return self.record(_convert, self, dtype)

    def __array_ufunc__(self, ufunc, method, *operands, **options):
        if method != "__call__" or options or ufunc.signature:
            raise TypeError(
                f"a formula works element by element, on new arrays, and passes by "
                f"position; not so np.{ufunc.__name__}.{method}"
            )
        return self.record(ufunc, *operands)

    def __array_function__(self, function, types, operands, options):
        if options or function not in vars(NUMPY).values():
            raise TypeError(
                f"a formula may call {', '.join(Calls.NAMES)} of xp, by position; not "
                f"so {function.__name__}"
            )
        return self.record(function, *operands)

    def record(self, function, *operands):
        """The result of a step: of an earlier one, if that is the same."""
        if function is np.minimum and self._is_negative(*operands):
            function, operands = _minus_absolute, operands[:1]
        key = function, *map(id, operands)
        if key not in self.steps:
            example = function(*(getattr(x, "example", x) for x in operands))
            carried = [x.nan_from for x in operands if isinstance(x, _Recorder)]
            nan_from = frozenset().union(*carried if function in _CARRIERS else [])
            result = _Recorder(self.steps, example, nan_from)
            self.steps[key] = _Step(function, operands, result)
        return self.steps[key].result

    def _is_negative(self, x, y):
        """Whether y was recorded as -x, of a dtype whose sign bit is known."""
        negative = self.steps.get((np.negative, id(x)))
        return negative and negative.result is y and y.dtype in _SIGN

    def __bool__(self):
        raise TypeError("a formula must not branch on values; use xp.where")

    def __pow__(self, exponent):
        raise TypeError(
            "a formula must call xp.square or xp.pow: NumPy rounds ** in one way for a "
            "number and in another for an array"
        )

    __rpow__ = __pow__

    def __getitem__(self, index):
        raise TypeError("a formula works element by element, and takes none by index")

    def __getattr__(self, name):
        raise AttributeError(f"a formula must call functions of xp, not .{name}")


class _Step(NamedTuple):
    """A function applied to operands: recorders and constants."""

    function: object
    operands: tuple
    result: _Recorder


# ---- compiling ---------------------------------------------------------------------


def _compiled(recorded, inputs, results):
    """A function of the inputs, the last result and the buffers, and their dtypes."""
    steps = _needed(recorded, results)
    operands = [x for step in steps for x in step.operands]
    constants = {id(x): x for x in operands if not isinstance(x, _Recorder)}
    given = [*map(id, inputs), id(results[-1]), *constants]
    place, buffers = _places(steps, given, results)
    known, lines = {}, []
    for key, x in constants.items():
        number = isinstance(x, int | float)
        known[f"v{place[key]}"] = np.asarray(x, inputs[0].dtype) if number else x
    for i, (function, operands, result) in enumerate(steps):
        known[f"step_{i}"] = _writing(function)
        # What stands by its place is sooner parsed, but these two want a name.
        out = "out=" if function in (np.minimum, np.maximum) else ""
        values = ", ".join(f"v{place[id(x)]}" for x in operands)
        lines.append(f"step_{i}({values}, {out}v{place[id(result)]})")
    lines.append(f"return {', '.join(f'v{place[id(x)]}' for x in results)},")
    parameters = [*range(len(inputs) + 1), *buffers]
    head = f"def run({', '.join(f'v{i}' for i in parameters)}):"
    exec("\n    ".join([head, *lines]), known)
    return known["run"], [*buffers.values()]


def _needed(recorded, results):
    """The steps that lead to a result, in their order."""
    needed, steps = {id(x) for x in results}, []
    for step in reversed(recorded):
        if id(step.result) in needed:
            needed |= {id(x) for x in step.operands}
            steps.insert(0, step)
    return steps


def _places(steps, given, results):
    """A number for each value, by id, and the dtypes of those that are buffers.

    A buffer is free again after the last use of its values.
    """
    place = {key: i for i, key in enumerate(given)}
    last = {id(x): step for step in steps for x in step.operands}
    last |= dict.fromkeys(map(id, results))  # in use to the end
    buffers, free = {}, []
    for step in steps:
        ended = {place[id(x)] for x in step.operands if last[id(x)] is step}
        ended &= buffers.keys()
        key, dtype = id(step.result), step.result.dtype
        if key not in place:
            # Most steps may write over an operand; a choice reads it twice.
            usable = free if step.function is np.where else [*ended, *free]
            fitting = [i for i in usable if buffers[i] == dtype]
            place[key] = fitting[0] if fitting else len(given) + len(buffers)
            buffers[place[key]] = dtype
        free = [i for i in {*free, *ended} if i != place[key]]
    return place, buffers


# ---- steps -------------------------------------------------------------------------

# The sign bit alone, of each kind of float.
_SIGN = {
    np.dtype(float_): np.array(np.iinfo(bits).min, bits)
    for float_, bits in ((np.float32, np.int32), (np.float64, np.int64))
}


def _minus_absolute(x, out=None):
    """-|x|: what min(x, -x) is, in one pass."""
    sign = _SIGN[x.dtype]
    out = np.empty_like(x) if out is None else out
    np.bitwise_or(x.view(sign.dtype), sign, out.view(sign.dtype))
    return out


def _convert(x, dtype, out=None):
    if out is None:
        return x.astype(dtype)
    x = x.view(np.uint8) if x.dtype == bool else x  # NumPy is quicker with these
    np.copyto(out, x, casting="unsafe")


def _choose(condition, x, y, out):
    np.copyto(out, y)
    np.copyto(out, x, where=condition)


def _writing(function):
    """`function` with one argument more, the array that its result is written to."""
    if isinstance(function, np.ufunc) or function in (_convert, _minus_absolute):
        return function
    if function is np.where:
        return _choose
    return lambda *operands: np.copyto(operands[-1], function(*operands[:-1]))


# What gives NaN for NaN, whatever its other operand is. np.where and np.greater do not.
_CARRIERS = {
    *(np.add, np.subtract, np.multiply, np.divide, np.negative, np.positive, np.square),
    *(np.minimum, np.maximum, _minus_absolute, np.exp, np.log, np.log1p, np.absolute),
}
