"""Chunks: the same formulas on a Dask array, one chunk of it at a time.

Nothing is computed until the caller asks for it. A bad value raises its error then, and
the error says where in the whole array it stands. Dask is not imported here: all goes
through the methods of the array that came in.
"""

import math

import numpy as np
from array_api_compat import is_dask_array

from bcelib._arrays.convert import on_host
from bcelib._arrays.validate import check_not_empty, check_shapes, checked
from bcelib._arrays.whole import mean


def evaluate(formula, constants, arguments, on_chunk, xp, values):
    """`on_chunk(formula, arguments, *chunks)` of all chunks, as one Dask array."""
    values = _aligned(xp, arguments, values)
    cut = [i for i, x in enumerate(values) if is_dask_array(x)]
    numbers = [None if i in cut else x for i, x in enumerate(values)]

    def function(*chunks, block_info=None):
        pieces, named = list(numbers), list(arguments)
        for k, i in enumerate(cut):
            # Dask asks for the dtype with an empty chunk, which has no place.
            place = block_info[k]["array-location"] if block_info else ()
            pieces[i] = chunks[k]
            named[i] = named[i]._replace(origin=tuple(start for start, _ in place))
        return on_chunk(formula, named, *pieces, **constants)

    first, *others = (values[i] for i in cut)
    return first.map_blocks(function, *others)


def mean_and_gradient(formulas, constants, arguments, on_chunk, xp, values):
    """Mean of the values of the first formula, and of the second the share of each."""
    check_not_empty(arguments, [*map(known_array, arguments, values)])
    values, slopes = (
        evaluate(formula, constants, arguments, on_chunk, xp, values)
        for formula in formulas
    )
    return mean_of_chunks(values), slopes / math.prod(slopes.shape)


def mean_of_chunks(values):
    """The mean of a Dask array, as one without axes; each chunk sends two numbers."""
    if values.ndim == 0:
        return values
    pairs = numbers_of_chunks(values, lambda chunk: (chunk.size, _mean(chunk)), 2)
    return pairs.rechunk(pairs.shape).map_blocks(
        lambda pairs: _merged(*pairs.reshape(-1, 2).T).astype(values.dtype),
        drop_axis=range(pairs.ndim),
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


_quietly = np.errstate(over="ignore")  # of a sum, which `mean` knows


@_quietly
def _mean(chunk):
    return mean(np, on_host(chunk)) if chunk.size else 0.0


@_quietly
def _merged(sizes, means):
    return np.asarray(mean(np, means[sizes > 0], sizes[sizes > 0]))


def _aligned(xp, arguments, values):
    """The values with all arrays cut at the same places; numbers as they are."""
    arrays = [*map(known_array, arguments, values)]
    check_shapes(arguments, arrays)
    floating = [x.dtype for x in arrays if is_dask_array(x) and x.dtype.kind == "f"]
    chunks = next((x.chunks for x in arrays if is_dask_array(x) and x.ndim), "auto")
    # A list has no dtype that could decide the result's.
    dtype = xp.result_type(*floating) if floating else None
    aligned = []
    for value, array in zip(values, arrays, strict=True):
        if array.ndim:
            dask = array if is_dask_array(array) else xp.asarray(array, dtype=dtype)
            value = dask.rechunk(chunks)
        aligned.append(value)
    return aligned


def known_array(argument, value):
    """A Dask array as it is; anything else checked, as a NumPy array."""
    if not is_dask_array(value):
        return checked(argument.name, value, argument.domain)
    if math.isnan(math.prod(value.shape)):
        raise ValueError(
            f"{argument.name} must have chunks of known sizes; "
            f"call {argument.name}.compute_chunk_sizes() first"
        )
    return value
