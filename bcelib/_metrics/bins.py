"""Bins of forecasts: which one holds each, and the means in it."""

import numpy as np
from array_api_compat import array_namespace

from bcelib._arrays import validate as _validate
from bcelib._arrays.convert import is_foreign, on_host

_BINNINGS = ("equal width", "equal count")


def _bin_of(p, bins, binning, probabilities):
    """The bin of each forecast, as the number of filled bins below it."""
    bins = _validate.whole_number("bins", bins, at_least=1)
    if _validate.one_of("binning", binning, _BINNINGS) == "equal width":
        # Rounded as a forecast of k / bins is, in the dtype of the forecasts.
        inner_edges = _rounded(np.arange(1, bins) / bins, probabilities)
    else:
        # The k-th edge is the forecast of rank ⌈k n / bins⌉, in whole numbers.
        ranks = -(-np.arange(1, bins) * p.size // bins)
        inner_edges = np.sort(p)[ranks - 1]
    return np.unique(np.searchsorted(inner_edges, p), return_inverse=True)[1]


def _rounded(numbers, array):
    """The numbers, in the dtype of the array if it has a floating one."""
    if is_foreign(array):
        library = array_namespace(array)
        if library.isdtype(array.dtype, "real floating"):
            return on_host(library.asarray(numbers.tolist(), dtype=array.dtype))
    dtype = getattr(array, "dtype", numbers.dtype)
    return numbers.astype(dtype) if getattr(dtype, "kind", "") == "f" else numbers


def _means(which, *columns):
    """The mean of each column in each bin."""
    return [np.bincount(which, values) / np.bincount(which) for values in columns]
