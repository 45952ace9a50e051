"""Slopes: the derivatives of a formula, declared beside it.

A library that differentiates takes a formula step by step. At the end of a domain one
step gives ∞ and the next 0 · ∞, and beside a branch that was not taken 0 · ∞ again. So
a formula names its partial derivatives, which are formulas too, with the rule for 0 · ∞
that holds for all. What declares none is differentiated step by step.
"""


def declare(formula, *slopes):
    """The derivatives of `formula` by its arrays, in their order: formulas or numbers.

    They take the arrays and the constants of `formula`.
    """
    formula.slopes = slopes


def by_position(formula, value, arrays, wanted):
    """(i, slope) for each array whose number is `wanted`; a slope of 0 is left out."""
    for i, slope in enumerate(formula.slopes):
        if i in wanted and slope != 0:
            yield i, slope if isinstance(slope, float) else value(slope, arrays)
