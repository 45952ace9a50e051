"""The examples that a metric is given, checked."""

import numpy as np

from bcelib._arrays import validate as _validate
from bcelib._arrays.validate import LABEL, REAL, UNIT, Argument

_SOFT = Argument("probabilities", UNIT), Argument("labels", UNIT)
_HARD = Argument("probabilities", UNIT), Argument("labels", LABEL)
_SCORED = Argument("scores", REAL), Argument("labels", LABEL)


def _forecasts_and_labels(forecasts, labels, arguments=_HARD):
    (name, domain, _), _ = arguments
    p = _validate.checked(name, forecasts, domain).astype(float)
    y = _validate.checked("labels", labels, LABEL).astype(float)
    _validate.check_shapes(arguments, [p, y])
    p, y = np.broadcast_arrays(p, y)
    if p.size == 0:
        raise ValueError(f"{name} must hold at least one value; got 0")
    return p.ravel(), y.ravel()
