r"""Elementary functions of the course, without overflow or cancellation.

For every function of this package that works element by element:

* **Shapes.** Any. Two arguments have the same one, or one of them is a scalar. The
  result has it too.
* **Arrays.** NumPy arrays, numbers and lists give NumPy arrays or scalars. Arrays of
  another library that follows the array API standard (PyTorch, JAX, CuPy) give arrays
  of that library, on the same device. A Dask array gives a Dask array.
* **Derivatives** that PyTorch and JAX take, first and second, by each argument, are
  those of the formula over the whole domain: infinite where that is, at a kink the
  side that the docstring names, else within 24 eps of the largest term, and of what one
  eps of the arguments changes. JAX takes subnormal numbers for 0.
* **Dtypes.** float32 stays float32, float16 is computed in float32; integers and
  booleans become float64.
* **Errors.** TypeError for what is not real numbers. ValueError for NaN, for a value
  outside its domain and for shapes that differ: it names the argument, the value and
  its place, and the permitted range. Where ``jax.jit`` or a ``vmap`` hides the values
  they are taken on trust, and those of a Dask array are checked when they are computed.

Error bounds are in ulps, of float64 unless float32 is named. They are found by search,
not proved, and hold for NumPy arrays.
"""

from __future__ import annotations

from numpy.typing import ArrayLike

from bcelib._arrays.dispatch import evaluate
from bcelib._arrays.slopes import declare
from bcelib._arrays.types import Array
from bcelib._arrays.validate import FINITE, REAL, UNIT, Argument, Domain

_LOGIT = (Argument("z", REAL),)
_PROBABILITY = (Argument("p", UNIT),)
_WEIGHT = Argument("x", FINITE)

# min(z, −z) is −|z|, written so that libraries which differentiate agree on its slope
# at 0: some take that of abs to be 1 there.


def _decision(xp, z):
    """1 where the logit speaks for the label 1, else 0."""
    return xp.astype(z >= 0, z.dtype)


def _quotient(e, f):
    """e / (1 + f), as e − e f / (1 + f)."""
    # The sum and the quotient are rounded, but here they are only the smaller part.
    return e - e * f / (1 + f)


def _sigmoid(xp, z):
    f = xp.exp(xp.minimum(z, -z))
    e = xp.maximum(_decision(xp, z), f)  # exp(min(z, 0)): 1 for z ≥ 0, else f
    return _quotient(e, f)


def _variance(xp, z):
    """p (1 − p) = f / (1 + f)². As a square the rounding of 1 + f would count twice."""
    f = xp.exp(xp.minimum(z, -z))
    return f / (1 + f * (2 + f))


def _skewness(xp, z):
    """p (1 − p) (1 − 2 p), with 1 − 2 p = −tanh(z/2) from expm1."""
    g = xp.expm1(xp.minimum(z, -z))
    return (2 * _decision(xp, z) - 1) * g / (2 + g) * _variance(xp, z)


def _kurtosis(xp, z):
    v = _variance(xp, z)
    return v * (1 - 6 * v)


# Each is the derivative of the one before: the cumulants of a coin.
declare(_sigmoid, _variance)
declare(_variance, _skewness)
declare(_skewness, _kurtosis)


def sigmoid(z: ArrayLike) -> Array:
    r"""Logistic sigmoid, σ(z) = 1 / (1 + exp(−z)).

    Maps a logit to a probability. No exponential takes a positive argument, so
    none overflows, and small probabilities keep all their digits. Chapters 6 and 11.

    Parameters
    ----------
    z : array_like
        Logits, infinities included.

    Returns
    -------
    array or scalar
        Probabilities in [0, 1].

    See Also
    --------
    scipy.special.expit : The twin in SciPy.

    Notes
    -----
    With f = exp(−\|z\|) ≤ 1 the sigmoid is 1 / (1 + f) for z ≥ 0 and f / (1 + f)
    for z < 0 :cite:p:`blanchard2021`; the numerator is e = exp(min(z, 0)) in both
    cases. Written as e − f e / (1 + f) its error is at most 2 ulps, in float32 4.

    Examples
    --------
    >>> float(sigmoid(0.0))
    0.5
    >>> sigmoid([-1000.0, -700.0])  # the textbook form overflows in exp(1000)
    array([0.00000000e+000, 9.85967654e-305])
    """
    return evaluate(_sigmoid, _LOGIT, z)


def _softplus(xp, z):
    return xp.maximum(z, 0) + xp.log1p(xp.exp(xp.minimum(z, -z)))


declare(_softplus, _sigmoid)


def softplus(z: ArrayLike) -> Array:
    r"""Softplus, sp(z) = log(1 + exp(z)) = max(z, 0) + log1p(exp(−\|z\|)).

    The loss of a logit when the label is 0, and the antiderivative of the sigmoid. In
    the second form no term is negative: nothing cancels and nothing overflows
    :cite:p:`machler2012`. The error is at most 2 ulps. Chapter 11.

    Parameters
    ----------
    z : array_like
        Logits, infinities included.

    Returns
    -------
    array or scalar
        Values in [0, ∞], in nats.

    See Also
    --------
    numpy.logaddexp : With a first argument 0 the twin in NumPy.
    torch.nn.functional.softplus : The twin in PyTorch; linear from z = 20 on.

    Examples
    --------
    >>> round(float(softplus(0.0)), 6)
    0.693147
    >>> softplus([1000.0, -40.0])  # as first written it is ∞, and 0
    array([1.00000000e+03, 4.24835426e-18])
    """
    return evaluate(_softplus, _LOGIT, z)


def _log_sigmoid(xp, z):
    return xp.minimum(z, 0) - xp.log1p(xp.exp(xp.minimum(z, -z)))


def _complement(xp, z):
    return _sigmoid(xp, -z)


def _minus_variance(xp, z):
    return -_variance(xp, z)


declare(_log_sigmoid, _complement)
declare(_complement, _minus_variance)


def log_sigmoid(z: ArrayLike) -> Array:
    r"""Logarithm of the sigmoid, log σ(z) = −sp(−z).

    The log-probability that a logit gives to the label 1. Computed as
    min(z, 0) − log1p(exp(−\|z\|)), with an error of at most 2 ulps. Chapter 11.

    Parameters
    ----------
    z : array_like
        Logits, infinities included.

    Returns
    -------
    array or scalar
        Values in [−∞, 0], in nats.

    See Also
    --------
    scipy.special.log_expit : The twin in SciPy.
    jax.nn.log_sigmoid, torch.nn.functional.logsigmoid : The twins in JAX and PyTorch.

    Examples
    --------
    >>> round(float(log_sigmoid(0.0)), 6)
    -0.693147
    >>> float(log_sigmoid(-1000.0))  # where the sigmoid underflows to 0
    -1000.0
    """
    return evaluate(_log_sigmoid, _LOGIT, z)


def _logit(xp, p):
    # Near ½ the odds round to 1 and log loses them; 2p − 1 is exact there.
    far = xp.log(p) - xp.log(1 - p)
    return xp.where(xp.abs(p - 0.5) < 0.25, 2 * xp.atanh(2 * p - 1), far)


def _logit_slope(xp, p):
    return 1 / xp.abs(p * (1 - p))  # |…| for p = −0


def _logit_curve(xp, p):
    variance = p * (1 - p)
    return (2 * p - 1) / variance / variance  # its square would underflow


declare(_logit, _logit_slope)
declare(_logit_slope, _logit_curve)


def logit(p: ArrayLike) -> Array:
    r"""Log-odds, logit(p) = log(p / (1 − p)).

    The inverse of the sigmoid: from a probability to a real number
    :cite:p:`berkson1944`. Chapter 6.

    Parameters
    ----------
    p : array_like
        Probabilities in [0, 1].

    Returns
    -------
    array or scalar
        Logits: −∞ at 0, ∞ at 1.

    See Also
    --------
    scipy.special.logit : The twin in SciPy.

    Notes
    -----
    For \|p − ½\| < ¼ it is computed as 2 artanh(2p − 1). The error is at most 3 ulps.
    No formula can recover digits that p has lost: near p = 1 neighbouring floats are
    2⁻⁵³ apart, and logit(p) ends at 36.74.

    Examples
    --------
    >>> round(float(logit(0.9)), 6)
    2.197225
    >>> float(logit(0.5 - 2**-54))  # log(p / (1 − p)) as written is half of it
    -2.220446049250313e-16
    """
    return evaluate(_logit, _PROBABILITY, p)


def _xlogy(xp, x, y):
    # 0 log 0 is 0: there the logarithm of 1 stands for that of 0.
    return x * xp.log(xp.where((x == 0) & (y == 0), 1.0, y))


def _log(xp, x, y):
    return xp.log(y)


def _over(xp, x, y):
    """x / y, with 0 / 0 = 0: where x is 0, so is x log y for each y."""
    return xp.where((x == 0) & (y == 0), 0.0, x / xp.abs(y))


def _inverse(xp, x, y):
    return 1 / xp.abs(y)


def _over_square(xp, x, y):
    return -_over(xp, _over(xp, x, y), y)


declare(_xlogy, _log, _over)
declare(_log, 0.0, _inverse)
declare(_over, _inverse, _over_square)


def xlogy(x: ArrayLike, y: ArrayLike) -> Array:
    r"""Product x log y, with 0 log 0 = 0, the limit of x log x.

    A term of an entropy: an outcome that never happens costs nothing
    :cite:p:`cover2006`. Chapters 3 and 4.

    Parameters
    ----------
    x, y : array_like
        Finite weights, and values in [0, ∞].

    Returns
    -------
    array or scalar
        x log y in nats; −∞ for x > 0 at y = 0.

    See Also
    --------
    scipy.special.xlogy : The twin in SciPy, which returns NaN for negative y.

    Examples
    --------
    >>> round(float(xlogy(0.5, 0.5)), 6)
    -0.346574
    >>> float(xlogy(0.0, 0.0))  # where 0 · log 0 is 0 · (−∞) = NaN
    0.0
    """
    return evaluate(_xlogy, (_WEIGHT, Argument("y", Domain("[0, inf]", 0))), x, y)


def _xlog1py(xp, x, y):
    return x * xp.log1p(xp.where((x == 0) & (y == -1), 0.0, y))


def _log1p(xp, x, y):
    return xp.log1p(y)


def _over_1p(xp, x, y):
    return _over(xp, x, 1 + y)


def _inverse_1p(xp, x, y):
    return 1 / (1 + y)


def _over_square_1p(xp, x, y):
    return _over_square(xp, x, 1 + y)


declare(_xlog1py, _log1p, _over_1p)
declare(_log1p, 0.0, _inverse_1p)
declare(_over_1p, _inverse_1p, _over_square_1p)


def xlog1py(x: ArrayLike, y: ArrayLike) -> Array:
    r"""Product x log(1 + y), with 0 log 0 = 0, accurate for small y.

    With y = −p it is the second term of binary cross-entropy. 1 + y rounds away a small
    y; log1p does not form the sum. Chapter 11.

    Parameters
    ----------
    x, y : array_like
        Finite weights, and values in [−1, ∞].

    Returns
    -------
    array or scalar
        x log(1 + y) in nats; −∞ for x > 0 at y = −1.

    See Also
    --------
    scipy.special.xlog1py : The twin in SciPy.

    Examples
    --------
    >>> round(float(xlog1py(0.5, -0.5)), 6)
    -0.346574
    >>> float(xlog1py(1.0, -1e-20))  # log(1 − 1e-20) as written is log 1 = 0
    -1e-20
    """
    return evaluate(_xlog1py, (_WEIGHT, Argument("y", Domain("[-1, inf]", -1))), x, y)
