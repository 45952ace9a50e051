"""Blocks: a formula evaluated on pieces of its arrays that stay in cache.

Whole arrays travel to memory and back at each step of a formula, blocks of them no
further than the processor's cache. What is needed besides is a handful of blocks,
however long the arrays are.
"""

import math
import os
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from bcelib._arrays.program import Program
from bcelib._arrays.validate import REAL
from bcelib._arrays.whole import NUMPY, has_nan, mean, with_limits, working_dtype

BLOCK = 65_536  # elements of float64, 512 KiB; of float32 twice as many
SHARE = 2  # blocks that a thread must have to be worth its start


def evaluate(formula, constants, arguments, arrays, shape, dtype):
    """`formula(xp, *arrays)` of NumPy arrays, as an array of `dtype`."""
    blocks, result = _split(arrays, shape, working_dtype(dtype))
    recorded = _Recorded((formula,), constants, arguments, arrays, result.dtype)

    def fill(*inputs, out):
        recorded.run(inputs, out)
        if has_nan(out):
            recorded.take_limits(0, out, inputs)

    _for_each(blocks, fill)
    return result.astype(dtype, copy=False)


def mean_and_gradient(formulas, constants, arguments, arrays, shape, dtype):
    """Mean of the values of the first formula, and of the second the share of each."""
    blocks, gradient = _split(arrays, shape, working_dtype(dtype))
    recorded = _Recorded(formulas, constants, arguments, arrays, gradient.dtype)

    def fill(*inputs, out):
        values, _ = recorded.run(inputs, out)
        average = mean(np, values)
        if math.isnan(average):
            recorded.take_limits(0, values, inputs)
            average = mean(np, values)
        if has_nan(out):
            recorded.take_limits(1, out, inputs)
        np.divide(out, gradient.size, out=out)
        return out.size, average

    sizes, means = zip(*_for_each(blocks, fill), strict=True)
    whole = mean(np, np.array(means), np.array(sizes)) if len(means) > 1 else means[0]
    return dtype.type(whole), gradient.astype(dtype, copy=False)


class _Recorded:
    """Formulas with their program, and what the inputs of a block must answer to."""

    def __init__(self, formulas, constants, arguments, arrays, dtype):
        self.formulas, self.constants = formulas, constants
        self.arguments, self.arrays, self.dtype = arguments, arrays, dtype
        self.program = _program(formulas, len(arrays), dtype, tuple(constants.items()))
        # Of these only NaN is refused, and it shows in a result: they are checked late.
        nan_from = self.program.nan_from
        self.late = [i for i in nan_from if arguments[i].domain is REAL]

    def run(self, inputs, out):
        """The results of a block, the last of them in `out`."""
        self.check(inputs, self.late)
        return self.program.run(inputs, out)

    def check(self, inputs, left_out=()):
        """Refuse the first value that is outside its domain."""
        for i, x in enumerate(inputs):
            if i not in left_out and not self.arguments[i].domain.holds(x):
                self.check(inputs[:i])  # those that were left out come first
                self.arguments[i].refuse(self.arrays[i], self.dtype)

    def take_limits(self, i, result, inputs):
        """Fill in the result of the i-th formula, where a term is 0 · ∞."""
        self.check(inputs)
        result[...] = with_limits(np, NUMPY, self.formulas[i], self.constants, inputs)


@lru_cache(maxsize=128)
def _program(formulas, inputs, dtype, constants):
    return Program(formulas, inputs, dtype, dict(constants))


# ---- threads -----------------------------------------------------------------------


def _for_each(blocks, function):
    """What `function(*inputs, out=out)` returns for the blocks, in their order.

    Threads take turns at many blocks; NumPy works outside the interpreter's lock.
    """
    helpers = 0
    # Blocks that an iterator cuts can only be taken one after another.
    if isinstance(blocks, _Slices) and len(blocks) >= 2 * SHARE:
        helpers = min(_threads(), len(blocks) // SHARE) - 1
    if helpers < 1:
        return [function(*inputs, out=out) for *inputs, out in blocks]

    turns, results, errors = iter(range(len(blocks))), [None] * len(blocks), {}

    @np.errstate(all="ignore")  # each thread has a state of its own
    def work():
        while not errors and (i := next(turns, None)) is not None:
            try:
                *inputs, out = blocks[i]
                results[i] = function(*inputs, out=out)
            except Exception as error:
                errors[i] = error

    helping = []
    try:
        for _ in range(helpers):
            helping.append(_pool(os.getpid(), helpers).submit(work))
    except RuntimeError:  # no thread can be started, as in a browser: do it alone
        _pool.cache_clear()  # it keeps what no thread will take
    work()
    wait([each for each in helping if not each.cancel()])
    if errors:
        raise errors[min(errors)]  # the first: turns are taken in order
    return results


def _threads():
    """OMP_NUM_THREADS, as other libraries read it, or the cores of this process."""
    permitted = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    if permitted.isdigit() and int(permitted):
        return int(permitted)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@lru_cache(maxsize=1)
def _pool(process, threads):
    """Threads that keep their scratch memory; a forked process gets its own."""
    return ThreadPoolExecutor(threads, thread_name_prefix="bcelib")


# ---- pieces ------------------------------------------------------------------------


def _split(arrays, shape, working):
    """Blocks (*inputs, out), and the array that every `out` is a part of."""
    block = 8 * BLOCK // working.itemsize
    if all(x.flags.c_contiguous for x in arrays):
        result = np.empty(shape, working)
        flat = [x if x.ndim == 1 else x.reshape(-1) for x in (*arrays, result)]
        if 0 < result.size <= block:
            return [_as(working, flat)], result
        return _Slices(flat, working, range(0, result.size, block)), result
    blocks = np.nditer(
        [*arrays, None],
        flags=["external_loop", "buffered"],
        op_flags=[["readonly"]] * len(arrays) + [["writeonly", "allocate"]],
        op_dtypes=[working] * (len(arrays) + 1),
        casting="unsafe",  # the kinds were checked in `validate`
        buffersize=block,
    )
    return blocks, blocks.operands[-1]


def _as(dtype, arrays):
    return [x if x.dtype is dtype else x.astype(dtype, copy=False) for x in arrays]


@dataclass(frozen=True)
class _Slices:
    """Blocks of flat arrays, cut and converted when they are asked for."""

    arrays: list
    dtype: np.dtype
    starts: range

    def __len__(self):
        return len(self.starts)

    def __getitem__(self, i):
        start = self.starts[i]
        stop = start + self.starts.step
        cut = [x if x.size == 1 else x[start:stop] for x in self.arrays]
        return _as(self.dtype, cut)
