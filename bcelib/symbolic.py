r"""The gradient that cancels, in SymPy, one visible step at a time.

The symbols are `z`, `y` and `p`; all three stand for real numbers, and nothing assumes
that y is 0 or 1. `p` stays a symbol until `with_logit` puts σ(z) in its place.

Two routes lead from the loss to its derivative by the logit::

    through p   probability_loss → probability_slope → common_denominator
                → probability_slope_simplified;  sigmoid → sigmoid_slope
                → sigmoid_slope_split → sigmoid_slope_by_probability;
                then chain_rule → cancel_p → cancel_one_minus_p
    directly    logit_loss → logit_slope → logit_slope_by_probability

The result is the derivative of the log-likelihood of logistic regression
:cite:p:`cox1958,mccullagh1989`. Chapter 7 takes the same steps with SymPy's own
functions, and compares; the second derivative returns in chapter 9. The numbers of all
of them are in `bcelib.numerics` and `bcelib.losses`.

* **Returns** a `sympy.Expr`, the next of the derivation; the example shows it.
"""

import sympy

z, y, p = sympy.symbols("z y p", real=True)


def with_logit(expression: sympy.Expr) -> sympy.Expr:
    r"""The same expression with σ(z) in the place of p.

    Parameters
    ----------
    expression : sympy.Expr
        An expression in `p`, `y` and `z`.

    Examples
    --------
    >>> with_logit(p - y)
    -y + 1/(1 + exp(-z))
    """
    return expression.subs(p, sigmoid())


def with_probability(expression: sympy.Expr) -> sympy.Expr:
    r"""The same expression with (1 − p)/p in the place of e^(−z).

    p = 1/(1 + e^(−z)) says that e^(−z) = 1/p − 1: the odds p/(1 − p) are e^z.

    Parameters
    ----------
    expression : sympy.Expr
        An expression in which `z` occurs only in exponentials.

    Examples
    --------
    >>> with_probability(sigmoid())
    p
    """
    return sympy.cancel(expression.subs(z, sympy.log(p / (1 - p))))


def sigmoid() -> sympy.Expr:
    r"""σ(z) = 1 / (1 + e^(−z)).

    Examples
    --------
    >>> sigmoid()
    1/(1 + exp(-z))
    """
    return 1 / (1 + sympy.exp(-z))


def probability_loss() -> sympy.Expr:
    r"""Binary cross-entropy of a probability, −y log p − (1 − y) log(1 − p).

    Examples
    --------
    >>> probability_loss()
    -y*log(p) - (1 - y)*log(1 - p)
    """
    return -y * sympy.log(p) - (1 - y) * sympy.log(1 - p)


def probability_slope() -> sympy.Expr:
    r"""Step 1: dL/dp, term by term as the logarithms give it.

    Examples
    --------
    >>> probability_slope()
    (1 - y)/(1 - p) - y/p
    """
    return sympy.diff(probability_loss(), p)


def common_denominator() -> sympy.Expr:
    r"""Step 2: dL/dp over the common denominator p (1 − p).

    Examples
    --------
    >>> common_denominator()
    (p*(1 - y) - y*(1 - p))/(p*(1 - p))
    """
    return sympy.together(probability_slope())


def probability_slope_simplified() -> sympy.Expr:
    r"""Step 3: the numerator multiplied out, where the two terms p y cancel.

    Examples
    --------
    >>> probability_slope_simplified()
    (p - y)/(p*(1 - p))
    """
    numerator, denominator = sympy.fraction(common_denominator())
    return sympy.expand(numerator) / denominator


def sigmoid_slope() -> sympy.Expr:
    r"""Step 4: dp/dz, as differentiation gives it.

    Examples
    --------
    >>> sigmoid_slope()
    exp(-z)/(1 + exp(-z))**2
    """
    return sympy.diff(sigmoid(), z)


def sigmoid_slope_split() -> sympy.Expr:
    r"""Step 5: dp/dz as a product, whose first factor is σ(z) and second 1 − σ(z).

    Examples
    --------
    >>> first, second = sigmoid_slope_split().args
    >>> first, second
    (1/(1 + exp(-z)), exp(-z)/(1 + exp(-z)))
    >>> sympy.simplify(second - (1 - sigmoid()))
    0
    """
    return sympy.Mul(sigmoid(), sigmoid_slope() / sigmoid(), evaluate=False)


def sigmoid_slope_by_probability() -> sympy.Expr:
    r"""Step 6: dp/dz written with p.

    Examples
    --------
    >>> sigmoid_slope_by_probability()
    p*(1 - p)
    """
    first, second = sigmoid_slope_split().args
    return with_probability(first) * with_probability(second)


def chain_rule() -> sympy.Expr:
    r"""Step 7: dL/dz = dL/dp · dp/dz, not multiplied out.

    Examples
    --------
    >>> chain_rule()
    (p*(1 - p))*((p - y)/(p*(1 - p)))
    """
    return sympy.Mul(
        sigmoid_slope_by_probability(), probability_slope_simplified(), evaluate=False
    )


def cancel_p() -> sympy.Expr:
    r"""Step 8: the factor p cancels.

    Examples
    --------
    >>> cancel_p()
    ((p - y)/(1 - p))*(1 - p)
    """
    return sympy.Mul(
        probability_slope_simplified() * p,
        sigmoid_slope_by_probability() / p,
        evaluate=False,
    )


def cancel_one_minus_p() -> sympy.Expr:
    r"""Step 9: the factor 1 − p cancels, and the error is left.

    Examples
    --------
    >>> cancel_one_minus_p()
    p - y
    """
    return sympy.Mul(*cancel_p().args)


def logit_loss() -> sympy.Expr:
    r"""Binary cross-entropy of a logit, log(1 + e^z) − y z: the loss at p = σ(z).

    Examples
    --------
    >>> logit_loss()
    -y*z + log(exp(z) + 1)
    """
    return sympy.log(1 + sympy.exp(z)) - y * z


def logit_slope() -> sympy.Expr:
    r"""Direct route: dL/dz, as differentiation gives it.

    Examples
    --------
    >>> logit_slope()
    -y + exp(z)/(exp(z) + 1)
    """
    return sympy.diff(logit_loss(), z)


def logit_slope_by_probability() -> sympy.Expr:
    r"""Direct route: dL/dz written with p.

    Examples
    --------
    >>> logit_slope_by_probability()
    p - y
    """
    return with_probability(logit_slope())


def curvature() -> sympy.Expr:
    r"""Second derivative d²L/dz², over one denominator: the label has gone.

    Examples
    --------
    >>> curvature()
    exp(z)/(exp(z) + 1)**2
    """
    return sympy.factor(sympy.diff(logit_slope(), z))


def curvature_by_probability() -> sympy.Expr:
    r"""Second derivative d²L/dz² written with p: the slope of p itself.

    d(p − y)/dz is dp/dz. It is positive for p between 0 and 1: the loss is convex in z.

    Examples
    --------
    >>> curvature_by_probability()
    p*(1 - p)
    """
    slope = sympy.diff(cancel_one_minus_p(), p)
    return slope * sigmoid_slope_by_probability()


def squared_error_slope() -> sympy.Expr:
    r"""Derivative by z of (p − y)², where p (1 − p) finds nothing to cancel with.

    Examples
    --------
    >>> squared_error_slope()
    p*(1 - p)*(2*p - 2*y)
    """
    return sympy.diff((p - y) ** 2, p) * sigmoid_slope_by_probability()
