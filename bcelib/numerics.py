r"""Elementary functions of the course, without overflow or cancellation.

Each works element by element on arrays of any shape. NumPy arrays, numbers and
lists give NumPy arrays or scalars; arrays of another library that follows the
array API standard (PyTorch, JAX, CuPy) give arrays of that library, on the same
device, and its automatic derivatives are those of the formulas. float32 stays
float32.

Shapes and values are checked. Where ``jax.jit`` or a ``vmap`` hides the values,
shapes still are, and the values are taken on trust. A Dask array gives a Dask array:
its shape is checked at once, its values when they are computed.
"""

from bcelib._arrays.dispatch import evaluate
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


def sigmoid(z):
    r"""Logistic sigmoid, σ(z) = 1 / (1 + exp(−z)).

    Maps a logit to a probability. No exponential takes a positive argument, so
    none overflows, and small probabilities keep all their digits.

    Parameters
    ----------
    z : array_like of real numbers
        Logits, of any shape, infinities included.

    Returns
    -------
    array or scalar
        Probabilities in [0, 1], of the shape of `z`.

    Raises
    ------
    TypeError
        If `z` does not hold real numbers.
    ValueError
        If `z` holds NaN.

    See Also
    --------
    logit : The inverse.
    log_sigmoid : Its logarithm, which does not underflow.

    Notes
    -----
    With f = exp(−\|z\|) ≤ 1 the sigmoid is 1 / (1 + f) for z ≥ 0 and f / (1 + f)
    for z < 0; the numerator is e = exp(min(z, 0)) in both cases. Written as
    e − f e / (1 + f) it has an error of at most 2 ulps in float64 and 4 in float32.
    The twin in SciPy is `scipy.special.expit`. Chapters 6, 11.

    References
    ----------
    .. [1] P. Blanchard, D. J. Higham, N. J. Higham, "Accurately computing the
       log-sum-exp and softmax functions", IMA Journal of Numerical Analysis
       41(4), 2021.

    Examples
    --------
    >>> float(sigmoid(0.0))
    0.5

    The textbook form overflows in exp(1000). This one reaches the limit 0, and
    keeps its digits as long as there are any:

    >>> sigmoid([-1000.0, -700.0])
    array([0.00000000e+000, 9.85967654e-305])
    """
    return evaluate(_sigmoid, _LOGIT, z)


def _softplus(xp, z):
    return xp.maximum(z, 0) + xp.log1p(xp.exp(xp.minimum(z, -z)))


def softplus(z):
    r"""Softplus, sp(z) = log(1 + exp(z)).

    The loss of a logit when the label is 0, and the antiderivative of the sigmoid.

    Parameters
    ----------
    z : array_like of real numbers
        Logits, of any shape, infinities included.

    Returns
    -------
    array or scalar
        Values in [0, ∞], of the shape of `z`, in nats.

    Raises
    ------
    TypeError
        If `z` does not hold real numbers.
    ValueError
        If `z` holds NaN.

    See Also
    --------
    log_sigmoid : −sp(−z).
    bcelib.losses.binary_cross_entropy_with_logits : sp(z) − y z.

    Notes
    -----
    sp(z) = max(z, 0) + log1p(exp(−\|z\|)): two non-negative terms, so nothing
    cancels and nothing overflows. The error is at most 2 ulps in float64. Twins:
    `numpy.logaddexp(0, z)`, `torch.nn.functional.softplus`, `jax.nn.softplus`.
    Chapter 11.

    References
    ----------
    .. [1] M. Mächler, "Accurately computing log(1 − exp(−\|a\|))", vignette of
       the R package Rmpfr, 2012.

    Examples
    --------
    >>> round(float(softplus(0.0)), 6)
    0.693147

    log(1 + exp(z)) as written gives ∞ at z = 1000, and 0 at z = −40:

    >>> softplus([1000.0, -40.0])
    array([1.00000000e+03, 4.24835426e-18])
    """
    return evaluate(_softplus, _LOGIT, z)


def _log_sigmoid(xp, z):
    return xp.minimum(z, 0) - xp.log1p(xp.exp(xp.minimum(z, -z)))


def log_sigmoid(z):
    r"""Logarithm of the sigmoid, log σ(z) = −sp(−z).

    The log-probability that a logit gives to the label 1.

    Parameters
    ----------
    z : array_like of real numbers
        Logits, of any shape, infinities included.

    Returns
    -------
    array or scalar
        Values in [−∞, 0], of the shape of `z`, in nats.

    Raises
    ------
    TypeError
        If `z` does not hold real numbers.
    ValueError
        If `z` holds NaN.

    See Also
    --------
    sigmoid : The probability itself, which underflows.
    softplus : The same without the two signs.

    Notes
    -----
    min(z, 0) − log1p(exp(−\|z\|)): two non-positive terms. The error is at most 2
    ulps in float64. Twins: `scipy.special.log_expit`, `jax.nn.log_sigmoid`,
    `torch.nn.functional.logsigmoid`. Chapter 11.

    References
    ----------
    .. [1] M. Mächler, "Accurately computing log(1 − exp(−\|a\|))", vignette of
       the R package Rmpfr, 2012.

    Examples
    --------
    >>> round(float(log_sigmoid(0.0)), 6)
    -0.693147

    The sigmoid underflows to 0 at −1000; its logarithm is an ordinary number:

    >>> float(log_sigmoid(-1000.0))
    -1000.0
    """
    return evaluate(_log_sigmoid, _LOGIT, z)


def _logit(xp, p):
    # Near ½ the odds round to 1 and log loses them; 2p − 1 is exact there.
    near_half = xp.abs(p - 0.5) < 0.25
    return xp.where(near_half, 2 * xp.atanh(2 * p - 1), xp.log(p / (1 - p)))


def logit(p):
    r"""Log-odds, logit(p) = log(p / (1 − p)).

    The inverse of the sigmoid: from a probability to a real number.

    Parameters
    ----------
    p : array_like of real numbers
        Probabilities in [0, 1], of any shape.

    Returns
    -------
    array or scalar
        Logits, of the shape of `p`: −∞ at 0, ∞ at 1.

    Raises
    ------
    TypeError
        If `p` does not hold real numbers.
    ValueError
        If `p` leaves [0, 1] or holds NaN.

    See Also
    --------
    sigmoid : The inverse.

    Notes
    -----
    For \|p − ½\| < ¼ it is computed as 2 artanh(2p − 1). The error is at most 3
    ulps in float64. No formula can recover digits that p has lost: near p = 1
    neighbouring floats are 2⁻⁵³ apart, and logit(p) ends at 36.74. The twin in
    SciPy is `scipy.special.logit`. Chapter 6.

    References
    ----------
    .. [1] J. Berkson, "Application of the logistic function to bio-assay",
       Journal of the American Statistical Association 39(227), 1944.

    Examples
    --------
    >>> round(float(logit(0.9)), 6)
    2.197225

    Close to ½ the odds round to a neighbour of 1, and log(p / (1 − p)) as written
    is off by half of its value, −1.1e-16:

    >>> float(logit(0.5 - 2**-54))
    -2.220446049250313e-16
    """
    return evaluate(_logit, _PROBABILITY, p)


def _xlogy(xp, x, y):
    # 0 log 0 is 0: there the logarithm of 1 stands for that of 0.
    return x * xp.log(xp.where((x == 0) & (y == 0), 1.0, y))


def xlogy(x, y):
    r"""Product x log y, with 0 log 0 = 0.

    A term of an entropy: an outcome that never happens costs nothing.

    Parameters
    ----------
    x : array_like of real numbers
        Finite weights.
    y : array_like of real numbers
        Values in [0, ∞], of the shape of `x`, or one of the two a scalar.

    Returns
    -------
    array or scalar
        x log y in nats; −∞ for x > 0 at y = 0.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If a value is outside its domain, or the shapes differ.

    See Also
    --------
    xlog1py : The same for log(1 + y).

    Notes
    -----
    The limit of x log x as x → 0+ is 0, hence the convention. The twin in SciPy
    is `scipy.special.xlogy`, which returns NaN for negative y. Chapters 3, 4.

    References
    ----------
    .. [1] T. M. Cover, J. A. Thomas, *Elements of Information Theory*, 2nd ed.,
       Wiley, 2006, section 2.1.

    Examples
    --------
    >>> round(float(xlogy(0.5, 0.5)), 6)
    -0.346574

    In floating point 0 · log 0 is 0 · (−∞) = NaN; here it is the limit:

    >>> float(xlogy(0.0, 0.0))
    0.0
    """
    return evaluate(_xlogy, (_WEIGHT, Argument("y", Domain("[0, inf]", 0))), x, y)


def _xlog1py(xp, x, y):
    return x * xp.log1p(xp.where((x == 0) & (y == -1), 0.0, y))


def xlog1py(x, y):
    r"""Product x log(1 + y), with 0 log 0 = 0, accurate for small y.

    With y = −p it is the second term of binary cross-entropy.

    Parameters
    ----------
    x : array_like of real numbers
        Finite weights.
    y : array_like of real numbers
        Values in [−1, ∞], of the shape of `x`, or one of the two a scalar.

    Returns
    -------
    array or scalar
        x log(1 + y) in nats; −∞ for x > 0 at y = −1.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If a value is outside its domain, or the shapes differ.

    See Also
    --------
    xlogy : The same for log y.

    Notes
    -----
    1 + y rounds away a small y; log1p does not form the sum. The twin in SciPy is
    `scipy.special.xlog1py`. Chapter 11.

    References
    ----------
    .. [1] M. Mächler, "Accurately computing log(1 − exp(−\|a\|))", vignette of
       the R package Rmpfr, 2012.

    Examples
    --------
    >>> round(float(xlog1py(0.5, -0.5)), 6)
    -0.346574

    log(1 − 1e-20) as written is log 1 = 0:

    >>> float(xlog1py(1.0, -1e-20))
    -1e-20
    """
    return evaluate(_xlog1py, (_WEIGHT, Argument("y", Domain("[-1, inf]", -1))), x, y)
