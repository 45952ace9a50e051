"""Means over all examples, and a warning where two arguments changed places."""

import math
import warnings

import numpy as np
from array_api_compat import is_dask_array

from bcelib._arrays.chunks import mean_of_chunks
from bcelib._arrays.convert import is_foreign, on_host
from bcelib._arrays.foreign import mean_of
from bcelib._arrays.validate import LABEL
from bcelib._arrays.whole import known, mean


@np.errstate(over="ignore")  # of the sum; the mean itself does not overflow
def _mean(values):
    if math.prod(values.shape) == 0:
        raise ValueError("probabilities must hold at least one value; got 0")
    if is_dask_array(values):
        return mean_of_chunks(values)
    if is_foreign(values):
        return mean_of(values)
    return values.dtype.type(mean(np, values))


def _watched(value, probabilities, labels, clip):
    """The value; and a warning where labels stand in the place of probabilities."""
    if is_dask_array(value):  # then the warning comes when it is computed
        hard, meta = map(_hard, (probabilities, labels)), np.empty((), value.dtype)
        return value.map_blocks(_warn_of_exchange, *hard, clip=clip, meta=meta)
    if clip is not None or known(value == math.inf):
        _warn_of_exchange(value, _hard(probabilities), _hard(labels), clip=clip)
    return value


def _hard(values):
    """Whether all are 0 or 1; of a Dask array a promise; None of what is traced."""
    if is_dask_array(values):
        return ((values == 0) | (values == 1)).all()
    try:
        return LABEL.holds(np.asarray(on_host(values)))
    except (TypeError, RuntimeError):
        return None


def _warn_of_exchange(value, hard_probabilities, hard_labels, *, clip):
    suspicious = clip is not None or known(value == math.inf)
    if suspicious and hard_probabilities and known(hard_labels) is False:
        warnings.warn(
            "all probabilities are 0 or 1, and the labels are not: probabilities come "
            "first here, labels second",
            stacklevel=4,
        )
    return value
