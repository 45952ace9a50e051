"""Rows: examples in pieces, one in memory or the chunks of a Dask array.

Each piece is a matrix with a column of ones for the bias, and a vector of labels.
"""

import numpy as np
from array_api_compat import is_dask_array

from bcelib._arrays.chunks import known_array
from bcelib._arrays.foreign import namespace
from bcelib._arrays.validate import (
    FINITE,
    NON_NEGATIVE,
    UNIT,
    Argument,
    check_features,
    check_one_label_each,
    check_one_weight_each,
    checked,
    features,
    one_label_each,
)


def examples(X, y=None, weights=None):
    """The rows of `X` with their labels and weights, if there are any."""
    return (ChunkedRows if is_dask_array(X) else Rows)(X, y, weights)


class Rows:
    """Examples in memory: a single piece. One of weight 0 is absent."""

    def __init__(self, X, y=None, weights=None):
        X = features("X", X)
        self.y = y if y is None else one_label_each("y", y, UNIT, X).astype(float)
        self.weights = None
        if weights is not None:
            w = checked("sample_weight", weights, NON_NEGATIVE).astype(float)
            check_one_weight_each(w, X)
            present = w > 0
            _refuse_no_weight(present.any())
            X, w = X[present], w[present]
            self.y = self.y if y is None else self.y[present]
            self.weights = w
        self.shape = X.shape
        self.X = np.column_stack([X, np.ones(len(X))])

    def standardise(self, units):
        """From now on the pieces are in these units."""
        self.X[:, :-1] = units.of(self.X[:, :-1])

    def map(self, function, *arguments):
        """`function(X, y, weights, *arguments)` of each piece, in order."""
        return [function(self.X, self.y, self.weights, *arguments)]

    def batches(self, rng, size):
        """All rows in a new order, some at a time: (X, y, weights)."""
        return _batches((self.X, self.y, self.weights), rng, size)


class ChunkedRows:
    """Examples in a Dask array: a piece for each chunk of rows."""

    def __init__(self, X, y=None, weights=None):
        arguments, values = [Argument("X", FINITE)], [X]
        columns = {"y": (y, UNIT), "sample_weight": (weights, NON_NEGATIVE)}
        for name, (column, domain) in columns.items():
            if column is not None:
                if not is_dask_array(column):
                    kind = type(column).__name__
                    raise TypeError(f"{name} must be a Dask array, as X is; got {kind}")
                arguments.append(Argument(name, domain))
                values.append(column)
        namespace(arguments, values)
        X, *columns = map(known_array, arguments, values)
        check_features("X", X)
        for argument, column in zip(arguments[1:], columns, strict=True):
            if argument.name == "y":
                check_one_label_each("y", column, X)
            else:
                check_one_weight_each(column, X)
        self.shape = X.shape
        self.X = X.rechunk({1: -1})
        self.columns = [x.rechunk(X.chunks[:1])[:, None] for x in columns]
        self.arguments = arguments
        self.units = None

    def standardise(self, units):
        """From now on the pieces are in these units."""
        self.units = units

    def map(self, function, *arguments):
        """A pass: `function(X, y, weights, *arguments)` of each piece, in order."""
        results = self._of_chunks(function, *arguments).compute().flat
        results = [each for each in results if each is not None]
        _refuse_no_weight(results)
        return results

    def batches(self, rng, size):
        """All rows, some at a time: chunks in a new order, and the rows of each."""
        pieces = self._of_chunks(_piece)
        for i in rng.permutation(pieces.numblocks[0]):
            piece = pieces.blocks[i].compute().item()
            if piece is not None:
                yield from _batches(piece, rng, size)

    def _of_chunks(self, function, *arguments):
        """One object for each chunk of rows, and None for one that is empty."""
        units, names = self.units, [a.name for a in self.arguments[1:]]
        domains = [a.domain for a in self.arguments[1:]]

        def on_chunk(X, *columns, block_info=None):
            start = block_info[0]["array-location"][0][0]
            result = np.empty((1, 1), dtype=object)
            if len(X):
                X = checked("X", X, FINITE, origin=(start, 0)).astype(float)
                given = {
                    name: checked(name, x[:, 0], domain, origin=(start,)).astype(float)
                    for name, x, domain in zip(names, columns, domains, strict=True)
                }
                weights = given.pop("sample_weight", None)
                if weights is not None:
                    present = weights > 0
                    X, weights = X[present], weights[present]
                    given = {name: x[present] for name, x in given.items()}
            if len(X):
                X = np.column_stack([units.of(X) if units else X, np.ones(len(X))])
                result[0, 0] = function(X, given.get("y"), weights, *arguments)
            return result

        return self.X.map_blocks(
            on_chunk,
            *self.columns,
            chunks=((1,) * len(self.X.chunks[0]), (1,)),
            meta=np.empty((0, 0), dtype=object),
        )


def _piece(X, y, weights):
    return X, y, weights


def _batches(piece, rng, size):
    n = len(piece[0])
    for rows in np.split(rng.permutation(n), range(size, n, size)):
        yield tuple(x if x is None else x[rows] for x in piece)


def _refuse_no_weight(some):
    if not some:
        raise ValueError("sample_weight must hold a weight above 0; all are 0")
