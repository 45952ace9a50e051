"""Rows: examples in pieces, one in memory or the chunks of a Dask array.

Each piece is a matrix with a column of ones for the bias, and a vector of labels.
"""

import numpy as np
from array_api_compat import is_dask_array

from bcelib._arrays.chunks import known_array
from bcelib._arrays.foreign import namespace
from bcelib._arrays.validate import (
    FINITE,
    UNIT,
    Argument,
    check_features,
    check_one_label_each,
    checked,
    features,
    one_label_each,
)


def examples(X, y=None):
    """The rows of `X` with their labels, if there are any."""
    return ChunkedRows(X, y) if is_dask_array(X) else Rows(X, y)


class Rows:
    """Examples in memory: a single piece."""

    def __init__(self, X, y=None):
        X = features("X", X)
        self.shape = X.shape
        self.X = np.column_stack([X, np.ones(len(X))])
        self.y = y if y is None else one_label_each("y", y, UNIT, X).astype(float)

    def map(self, function, *arguments):
        """`function(X, y, *arguments)` of each piece, in order."""
        return [function(self.X, self.y, *arguments)]


class ChunkedRows:
    """Examples in a Dask array: a piece for each chunk of rows."""

    def __init__(self, X, y=None):
        arguments, values = [Argument("X", FINITE)], [X]
        if y is not None:
            if not is_dask_array(y):
                kind = type(y).__name__
                raise TypeError(f"y must be a Dask array, as X is; got {kind}")
            arguments, values = [*arguments, Argument("y", UNIT)], [X, y]
        namespace(arguments, values)
        X, *labels = map(known_array, arguments, values)
        check_features("X", X)
        for y in labels:
            check_one_label_each("y", y, X)
        self.shape = X.shape
        self.X = X.rechunk({1: -1})
        self.y = [y.rechunk(X.chunks[:1])[:, None] for y in labels]

    def map(self, function, *arguments):
        """A pass: `function(X, y, *arguments)` of each piece, in order."""

        def on_chunk(X, y=None, block_info=None):
            start = block_info[0]["array-location"][0][0]
            result = np.empty((1, 1), dtype=object)
            if len(X):
                X = checked("X", X, FINITE, origin=(start, 0)).astype(float)
                X = np.column_stack([X, np.ones(len(X))])
                if y is not None:
                    y = checked("y", y[:, 0], UNIT, origin=(start,)).astype(float)
                result[0, 0] = function(X, y, *arguments)
            return result

        results = self.X.map_blocks(
            on_chunk,
            *self.y,
            chunks=((1,) * len(self.X.chunks[0]), (1,)),
            meta=np.empty((0, 0), dtype=object),
        )
        return [each for each in results.compute().flat if each is not None]
