"""The Fisher information of the examples, and the standard errors that it gives."""

import numpy as np

from bcelib._fit.units import survey, triangle, triangle_of


def standard_errors(data, weights, bias, hessian):
    """Of the weights, and of the bias: roots of the diagonal of H⁻¹."""
    _, units, *_ = survey(data)
    data.standardise(units)
    theta = units.to(np.append(weights, bias))
    R = triangle_of(data.map(_root_of_information, theta, hessian))
    length = np.linalg.norm(R, axis=0)
    rounding = max(R.shape[1], data.shape[0]) * np.finfo(float).eps
    if np.any(length == 0) or (
        np.linalg.matrix_rank(R / length, rtol=rounding) < R.shape[1]
    ):
        raise ValueError(
            "the information of these data is singular: some combination of the "
            "weights has no standard error"
        )
    # H = RᵀR, so the diagonal of its inverse is the squared rows of R⁻¹; and the bias
    # is that at the mean of the features, less their mean times the weights.
    inverse = np.linalg.inv(R / length) / length[:, None]
    of_weights = np.linalg.norm(inverse[:-1], axis=1) / units.spread / units.size
    of_bias = np.linalg.norm(inverse[-1] - (units.centre / units.spread) @ inverse[:-1])
    return of_weights, float(of_bias)


def _root_of_information(X, y, weights, theta, hessian):
    """R with RᵀR = Xᵀ diag(p (1 − p)) X."""
    h = hessian(X @ theta, y)
    return triangle(X, h if weights is None else weights * h)
