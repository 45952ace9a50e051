r"""The gradient that cancels, in SymPy, one visible step at a time.

Each function returns the next expression of the derivation. The symbols are
`z`, `y` and `p`; all three stand for real numbers, and nothing assumes that y is 0
or 1. `p` stays a symbol until `with_logit` puts σ(z) in its place.

Two routes lead from the loss to its derivative by the logit::

    through p   probability_loss → probability_slope → common_denominator
                → probability_slope_simplified;  sigmoid → sigmoid_slope
                → sigmoid_slope_split → sigmoid_slope_by_probability;
                then chain_rule → cancel_p → cancel_one_minus_p
    directly    logit_loss → logit_slope → logit_slope_by_probability

Notes
-----
Chapter 7 takes the same steps with SymPy's own functions, and compares; the second
derivative returns in chapter 9. The result is the derivative of the log-likelihood of
logistic regression [1]_ [2]_.

References
----------
.. [1] P. McCullagh, J. A. Nelder, *Generalized Linear Models*, 2nd ed., Chapman
   and Hall, 1989, chapter 2.
.. [2] D. R. Cox, "The regression analysis of binary sequences", Journal of the Royal
   Statistical Society B 20(2), 1958.
"""

import sympy

z, y, p = sympy.symbols("z y p", real=True)


def with_logit(expression):
    r"""The same expression with σ(z) in the place of p.

    Parameters
    ----------
    expression : sympy.Expr
        An expression in `p`, `y` and `z`.

    Returns
    -------
    sympy.Expr
        An expression in `y` and `z` alone.

    Raises
    ------
    AttributeError
        If `expression` is not an expression of SymPy.

    See Also
    --------
    with_probability : The way back.

    Examples
    --------
    >>> with_logit(p - y)
    -y + 1/(1 + exp(-z))
    """
    return expression.subs(p, sigmoid())


def with_probability(expression):
    r"""The same expression with (1 − p)/p in the place of e^(−z).

    p = 1/(1 + e^(−z)) says that e^(−z) = 1/p − 1: the odds p/(1 − p) are e^z.

    Parameters
    ----------
    expression : sympy.Expr
        An expression in which `z` occurs only in exponentials.

    Returns
    -------
    sympy.Expr
        An expression in `p` and `y`.

    Raises
    ------
    AttributeError
        If `expression` is not an expression of SymPy.

    See Also
    --------
    with_logit : The way back.

    Examples
    --------
    >>> with_probability(sigmoid())
    p
    """
    return sympy.cancel(expression.subs(z, sympy.log(p / (1 - p))))


def sigmoid():
    r"""σ(z) = 1 / (1 + e^(−z)).

    Returns
    -------
    sympy.Expr
        An expression in `z`.

    See Also
    --------
    bcelib.numerics.sigmoid : The numbers.

    Examples
    --------
    >>> sigmoid()
    1/(1 + exp(-z))
    """
    return 1 / (1 + sympy.exp(-z))


def probability_loss():
    r"""Binary cross-entropy of a probability, −y log p − (1 − y) log(1 − p).

    Returns
    -------
    sympy.Expr
        An expression in `p` and `y`.

    See Also
    --------
    probability_slope : The next step.
    bcelib.losses.binary_cross_entropy : The numbers.

    Examples
    --------
    >>> probability_loss()
    -y*log(p) - (1 - y)*log(1 - p)
    """
    return -y * sympy.log(p) - (1 - y) * sympy.log(1 - p)


def probability_slope():
    r"""Step 1: dL/dp, term by term as the logarithms give it.

    Returns
    -------
    sympy.Expr
        (1 − y)/(1 − p) − y/p.

    See Also
    --------
    common_denominator : The next step.

    Examples
    --------
    >>> probability_slope()
    (1 - y)/(1 - p) - y/p
    """
    return sympy.diff(probability_loss(), p)


def common_denominator():
    r"""Step 2: dL/dp over the common denominator p (1 − p).

    Returns
    -------
    sympy.Expr
        (p (1 − y) − y (1 − p)) / (p (1 − p)).

    See Also
    --------
    probability_slope_simplified : The next step.

    Examples
    --------
    >>> common_denominator()
    (p*(1 - y) - y*(1 - p))/(p*(1 - p))
    """
    return sympy.together(probability_slope())


def probability_slope_simplified():
    r"""Step 3: the numerator multiplied out, where the two terms p y cancel.

    Returns
    -------
    sympy.Expr
        (p − y) / (p (1 − p)).

    See Also
    --------
    sigmoid_slope : The other factor of the chain rule.

    Examples
    --------
    >>> probability_slope_simplified()
    (p - y)/(p*(1 - p))
    """
    numerator, denominator = sympy.fraction(common_denominator())
    return sympy.expand(numerator) / denominator


def sigmoid_slope():
    r"""Step 4: dp/dz, as differentiation gives it.

    Returns
    -------
    sympy.Expr
        e^(−z) / (1 + e^(−z))².

    See Also
    --------
    sigmoid_slope_split : The next step.

    Examples
    --------
    >>> sigmoid_slope()
    exp(-z)/(1 + exp(-z))**2
    """
    return sympy.diff(sigmoid(), z)


def sigmoid_slope_split():
    r"""Step 5: dp/dz as a product, whose first factor is σ(z) and second 1 − σ(z).

    Returns
    -------
    sympy.Expr
        1/(1 + e^(−z)) times e^(−z)/(1 + e^(−z)), not multiplied out.

    See Also
    --------
    sigmoid_slope_by_probability : The next step.

    Examples
    --------
    >>> first, second = sigmoid_slope_split().args
    >>> first, second
    (1/(1 + exp(-z)), exp(-z)/(1 + exp(-z)))
    >>> sympy.simplify(second - (1 - sigmoid()))
    0
    """
    return sympy.Mul(sigmoid(), sigmoid_slope() / sigmoid(), evaluate=False)


def sigmoid_slope_by_probability():
    r"""Step 6: dp/dz written with p.

    Returns
    -------
    sympy.Expr
        p (1 − p).

    See Also
    --------
    chain_rule : The next step.

    Examples
    --------
    >>> sigmoid_slope_by_probability()
    p*(1 - p)
    """
    first, second = sigmoid_slope_split().args
    return with_probability(first) * with_probability(second)


def chain_rule():
    r"""Step 7: dL/dz = dL/dp · dp/dz, not multiplied out.

    Returns
    -------
    sympy.Expr
        (p − y)/(p (1 − p)) times p (1 − p).

    See Also
    --------
    cancel_p : The next step.

    Examples
    --------
    >>> chain_rule()
    (p*(1 - p))*((p - y)/(p*(1 - p)))
    """
    return sympy.Mul(
        sigmoid_slope_by_probability(), probability_slope_simplified(), evaluate=False
    )


def cancel_p():
    r"""Step 8: the factor p cancels.

    Returns
    -------
    sympy.Expr
        (p − y)/(1 − p) times (1 − p).

    See Also
    --------
    cancel_one_minus_p : The next step.

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


def cancel_one_minus_p():
    r"""Step 9: the factor 1 − p cancels, and the error is left.

    Returns
    -------
    sympy.Expr
        p − y.

    See Also
    --------
    logit_slope : The route that never meets p.
    bcelib.losses.binary_cross_entropy_with_logits_grad : The numbers.

    Examples
    --------
    >>> cancel_one_minus_p()
    p - y
    """
    return sympy.Mul(*cancel_p().args)


def logit_loss():
    r"""Binary cross-entropy of a logit, log(1 + e^z) − y z: the loss at p = σ(z).

    Returns
    -------
    sympy.Expr
        An expression in `z` and `y`.

    See Also
    --------
    logit_slope : The next step.
    bcelib.losses.binary_cross_entropy_with_logits : The numbers.

    Examples
    --------
    >>> logit_loss()
    -y*z + log(exp(z) + 1)
    """
    return sympy.log(1 + sympy.exp(z)) - y * z


def logit_slope():
    r"""Direct route: dL/dz, as differentiation gives it.

    Returns
    -------
    sympy.Expr
        e^z / (e^z + 1) − y.

    See Also
    --------
    logit_slope_by_probability : The next step.

    Examples
    --------
    >>> logit_slope()
    -y + exp(z)/(exp(z) + 1)
    """
    return sympy.diff(logit_loss(), z)


def logit_slope_by_probability():
    r"""Direct route: dL/dz written with p.

    Returns
    -------
    sympy.Expr
        p − y.

    See Also
    --------
    cancel_one_minus_p : The same, reached through p.

    Examples
    --------
    >>> logit_slope_by_probability()
    p - y
    """
    return with_probability(logit_slope())


def curvature():
    r"""Second derivative d²L/dz², over one denominator.

    Returns
    -------
    sympy.Expr
        e^z / (e^z + 1)²: the label has gone.

    See Also
    --------
    curvature_by_probability : The next step.
    bcelib.losses.binary_cross_entropy_with_logits_hessian : The numbers.

    Examples
    --------
    >>> curvature()
    exp(z)/(exp(z) + 1)**2
    """
    return sympy.factor(sympy.diff(logit_slope(), z))


def curvature_by_probability():
    r"""Second derivative d²L/dz² written with p: the slope of p itself.

    It is positive for p between 0 and 1, so the loss is convex in z.

    Returns
    -------
    sympy.Expr
        p (1 − p).

    See Also
    --------
    sigmoid_slope_by_probability : The same expression, and why: d(p − y)/dz = dp/dz.

    Examples
    --------
    >>> curvature_by_probability()
    p*(1 - p)
    """
    slope = sympy.diff(cancel_one_minus_p(), p)
    return slope * sigmoid_slope_by_probability()


def squared_error_slope():
    r"""Derivative by z of (p − y)², where p (1 − p) finds nothing to cancel with.

    Returns
    -------
    sympy.Expr
        2 p (1 − p) (p − y).

    See Also
    --------
    chain_rule : The product in which it does cancel.
    bcelib.losses.squared_error_grad : The numbers.

    Examples
    --------
    >>> squared_error_slope()
    p*(1 - p)*(2*p - 2*y)
    """
    return sympy.diff((p - y) ** 2, p) * sigmoid_slope_by_probability()
