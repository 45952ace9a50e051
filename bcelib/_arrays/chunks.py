"""Chunks: the same formulas on a Dask array, one chunk of it at a time.

Nothing is computed until the caller asks for it. A bad value raises its error then, and
the error says where in the whole array it stands. Dask is not imported here: all goes
through the methods of the array that came in.
"""

import math

import numpy as np
from array_api_compat import is_dask_array

from bcelib._arrays.validate import (
    Argument,
    check_not_empty,
    check_shapes,
    checked,
    on_host,
)


def evaluate_on_chunks(evaluate, formula, xp, arguments):
    """`evaluate(formula, *arguments)` on each chunk, as one Dask array."""
    arguments = _aligned(xp, arguments)
    cut = [i for i, a in enumerate(arguments) if is_dask_array(a.value)]
    shared = [_with(a, None) if i in cut else a for i, a in enumerate(arguments)]

    def on_chunk(*chunks, block_info=None):
        pieces = list(shared)
        for k, i in enumerate(cut):
            # Dask asks for the dtype with an empty chunk, which has no place.
            place = block_info[k]["array-location"] if block_info else ()
            origin = tuple(start for start, _ in place)
            pieces[i] = _with(shared[i], chunks[k], origin)
        return evaluate(formula, *pieces)

    first, *others = (arguments[i].value for i in cut)
    return first.map_blocks(on_chunk, *others)


def mean_and_gradient_on_chunks(evaluate, formula, xp, arguments):
    """Mean of the values, and its gradient, of `formula` -> (values, slopes)."""
    check_not_empty(arguments, [known_array(a) for a in arguments])
    values, slopes = (
        evaluate_on_chunks(evaluate, part, xp, arguments)
        for part in (
            lambda xp, *arrays: formula(xp, *arrays)[0],
            lambda xp, *arrays: formula(xp, *arrays)[1],
        )
    )
    return mean_of_chunks(values), slopes / math.prod(slopes.shape)


def mean_of_chunks(values):
    """The mean of a Dask array, as one without axes; each chunk sends two numbers."""
    if values.ndim == 0:
        return values
    means = numbers_of_chunks(values, lambda chunk: (chunk.size, _mean(chunk)), 2)
    return means.rechunk(means.shape).map_blocks(
        lambda parts: _merged(parts.reshape(-1, 2)).astype(values.dtype),
        drop_axis=range(means.ndim),
        meta=np.empty((), values.dtype),
    )


def numbers_of_chunks(values, function, count):
    """What `function` makes of each chunk: `count` numbers, along a new last axis."""
    return values.map_blocks(
        lambda chunk: np.reshape(function(chunk), (1,) * chunk.ndim + (count,)),
        chunks=(*((1,) * len(sizes) for sizes in values.chunks), (count,)),
        new_axis=values.ndim,
        meta=np.empty((0,) * (values.ndim + 1)),
    )


def _mean(values, weights=None):
    # Relative to the largest value no sum overflows, and no subnormal is lost.
    values = on_host(values).astype(float)
    largest = np.max(values, initial=0.0)
    if largest in (0.0, math.inf):
        return largest
    relative = values / largest
    return largest * min(np.average(relative, weights=weights), 1.0)


def _merged(parts):
    sizes, means = parts.T
    return np.asarray(_mean(means, weights=sizes))


def _aligned(xp, arguments):
    """The arguments with all arrays cut at the same places; numbers as they are."""
    arrays = [known_array(a) for a in arguments]
    check_shapes(arguments, arrays)
    floating = [x.dtype for x in arrays if is_dask_array(x) and x.dtype.kind == "f"]
    chunks = next((x.chunks for x in arrays if is_dask_array(x) and x.ndim), "auto")
    aligned = []
    for argument, array in zip(arguments, arrays, strict=True):
        if not is_dask_array(array) and array.ndim:
            # A list has no dtype that could decide the result's.
            dtype = xp.result_type(*floating) if floating else None
            array = xp.asarray(array, dtype=dtype)
        if array.ndim:
            argument = _with(argument, array.rechunk(chunks))
        aligned.append(argument)
    return aligned


def _with(argument, value, origin=()):
    return Argument(argument.name, value, argument.domain, origin)


def known_array(argument):
    """A Dask array as it is; anything else checked, as a NumPy array."""
    array = argument.value
    if not is_dask_array(array):
        return checked(argument.name, array, argument.domain)
    if math.isnan(math.prod(array.shape)):
        raise ValueError(
            f"{argument.name} must have chunks of known sizes; "
            f"call {argument.name}.compute_chunk_sizes() first"
        )
    return array
