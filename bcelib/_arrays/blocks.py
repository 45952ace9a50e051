"""Blocks: a formula evaluated on pieces of its arrays that stay in cache.

Whole arrays travel to memory and back at each step of a formula, blocks of them no
further than the processor's cache. What is needed besides is a handful of blocks,
however long the arrays are.
"""

import math
import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from bcelib._arrays.program import Program
from bcelib._arrays.validate import REAL

BLOCK = 65_536  # elements of float64, 512 KiB; of float32 twice as many
SHARE = 2  # blocks that a thread must have to be worth its start

_recorded = lru_cache(maxsize=128)(Program)


def evaluate_on_blocks(formula, arguments, arrays, dtype):
    """`formula(np, *arrays)` element by element: an array, or a NumPy scalar."""
    working = _working(dtype)
    blocks, result = _split(arrays, working)
    run, late = _runner(formula, arguments, working, result.size)

    def fill(*inputs, out):
        _check(arguments, arrays, inputs, late)
        run(*inputs, out=out)
        if math.isnan(np.minimum.reduce(out)):  # which carries NaN along
            _check(arguments, arrays, inputs)
            _take_limits(formula, inputs, [out])

    _for_each(blocks, fill)
    return result.astype(dtype, copy=False)[()]


def mean_and_gradient_on_blocks(formula, arguments, arrays, dtype):
    """Mean of the values, and its gradient, of `formula` -> (values, slopes).

    The sum is pairwise, in float64 or wider. No value is negative, and where a slope
    is NaN the value is.
    """
    working = _working(dtype)
    wide = dtype if dtype.itemsize > 8 else np.dtype(float)
    blocks, gradient = _split(arrays, working)
    n = gradient.size
    run, late = _runner(formula, arguments, working, n)

    def sum_and_fill(*inputs, out):
        _check(arguments, arrays, inputs, late)
        values, slopes = run(*inputs, out=out)
        share = np.add.reduce(values, dtype=wide)
        if math.isnan(share):
            _check(arguments, arrays, inputs)
            _take_limits(formula, inputs, [values, slopes])
            share = np.add.reduce(values, dtype=wide)
        np.divide(slopes, n, out=out)
        return share

    total = sum(_for_each(blocks, sum_and_fill))  # in one order on all machines
    mean = _mean_of_large(formula, arrays, working) if math.isinf(total) else total / n
    return dtype.type(mean), gradient.astype(dtype, copy=False)[()]


def _for_each(blocks, function):
    """What `function(*inputs, out=out)` returns for the blocks, in their order.

    Threads take turns at many blocks; NumPy works outside the interpreter's lock.
    """
    threads = 1
    if isinstance(blocks, _Slices):  # others stand at one place
        threads = min(_threads(), len(blocks) // SHARE)
    if threads < 2:
        return [function(*inputs, out=out) for *inputs, out in blocks]

    stop = [None] * threads  # one for each
    turns = deque([*range(len(blocks)), *stop])
    results, errors = [None] * len(blocks), {}

    @np.errstate(all="ignore")  # each thread has a state of its own
    def work():
        for i in iter(turns.popleft, None):
            try:
                *inputs, out = blocks[i]
                results[i] = function(*inputs, out=out)
            except Exception as error:
                errors[i] = error
                turns.extendleft(stop)

    pool = _pool(os.getpid(), threads - 1)
    helpers = [pool.submit(work) for _ in range(threads - 1)]
    work()
    wait([each for each in helpers if not each.cancel()])
    if errors:
        raise errors[min(errors)]
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


def _mean_of_large(formula, arrays, working):
    """The mean of values of which some is infinite or the sum overflows.

    Each is divided by n before the sum. That of equal values at the end of the range
    can still overflow by rounding, but no mean exceeds the largest value.
    """
    n = max(array.size for array in arrays)
    mean, largest = 0.0, 0.0
    for *inputs, values in _split(arrays, working)[0]:
        values[...], slopes = formula(np, *inputs)
        _take_limits(formula, inputs, [values, slopes])
        mean += np.add.reduce(values / n)
        largest = max(largest, np.maximum.reduce(values))
    return min(mean, largest)


def _working(dtype):
    # float16 is computed in float32: its own exp and log1p lose half the digits.
    return dtype if dtype.itemsize >= 4 else np.dtype(np.float32)


def _runner(formula, arguments, working, size):
    """A function of the inputs that fills the array `out`, and what it checks itself.

    Those are the arguments, by number, of which only NaN is refused, and whose NaN
    shows in the first result: to look for it there is enough.
    """
    if getattr(formula, "__closure__", None):
        if size < BLOCK:  # too short to pay for recording constants that may be new

            def run(*inputs, out):
                out[...] = formula(np, *inputs)

            return run, []
        formula = _Closure(formula)
    program = _recorded(formula, len(arguments), working)
    return program.run, [i for i in program.nan_from if arguments[i].domain is REAL]


class _Closure:
    """A formula with constants. With the same code and constants it is the same."""

    def __init__(self, formula):
        self.formula = formula
        constants = (cell.cell_contents for cell in formula.__closure__)
        self.key = formula.__code__, *((type(c), repr(c)) for c in constants)

    def __call__(self, *arrays):
        return self.formula(*arrays)

    def __eq__(self, other):
        return isinstance(other, _Closure) and self.key == other.key

    def __hash__(self):
        return hash(self.key)


def _split(arrays, working):
    """Blocks (*inputs, out), and the array that every `out` is a part of."""
    whole = arrays[0]
    for x in arrays[1:]:
        whole = whole if whole.ndim else x  # the others are scalars
    block = 8 * BLOCK // working.itemsize
    if whole.size and all(x.flags.c_contiguous for x in arrays):
        result = np.empty(whole.shape, working)
        flat = [x if x.ndim == 1 else x.reshape(-1) for x in (*arrays, result)]
        if whole.size <= block:
            return [_as(working, flat)], result
        return _Slices(flat, working, range(0, whole.size, block)), result
    blocks = np.nditer(
        [*arrays, None],
        flags=["external_loop", "buffered", "zerosize_ok"],
        op_flags=[["readonly"]] * len(arrays) + [["writeonly", "allocate"]],
        op_dtypes=[working] * (len(arrays) + 1),
        casting="unsafe",  # the kinds were checked in _validate
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
        return _as(
            self.dtype, [x if x.size == 1 else x[start:stop] for x in self.arrays]
        )


def _check(arguments, arrays, inputs, late=()):
    """Refuse what is outside, but leave the arguments `late` for later."""
    for i, argument in enumerate(arguments):
        if i not in late and not argument.domain.holds(inputs[i]):
            _check(arguments[:i], arrays, inputs)  # those that were left come first
            argument.refuse(arrays[i], inputs[i].dtype)


def _take_limits(formula, inputs, results):
    """Put the limit, where 0 · ∞ = 0, in place of each NaN of the results.

    The inputs hold no NaN, so one in a result is a term of weight exactly 0 at an
    infinite logit. At the largest finite logit the same term is 0.
    """
    largest = np.finfo(inputs[0].dtype).max
    limits = formula(np, *(np.clip(x, -largest, largest) for x in inputs))
    limits = limits if len(results) > 1 else [limits]
    for result, limit in zip(results, limits, strict=True):
        np.copyto(result, limit, where=np.isnan(result))
