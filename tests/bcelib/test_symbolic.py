"""symbolic: each step equals the next, reads as the chapter prints it, and computes."""

import itertools
import subprocess
import sys

import mpmath
import numpy as np
import pytest
import sympy

from bcelib import losses, numerics, symbolic
from bcelib.symbolic import p, y, z

Z = np.linspace(-30, 30, 121)
LABELS = (0.0, 0.3, 1.0)

BY_P = (
    symbolic.probability_slope,
    symbolic.common_denominator,
    symbolic.probability_slope_simplified,
)
SIGMOID = (
    symbolic.sigmoid_slope,
    symbolic.sigmoid_slope_split,
    symbolic.sigmoid_slope_by_probability,
)
PRODUCT = (
    symbolic.chain_rule,
    symbolic.cancel_p,
    symbolic.cancel_one_minus_p,
    symbolic.logit_slope_by_probability,
    symbolic.logit_slope,
)
CURVATURE = (
    symbolic.curvature,
    symbolic.curvature_by_probability,
    symbolic.sigmoid_slope,
)


def equal(first, second):
    difference = symbolic.with_logit(first - second)
    return sympy.simplify(difference) == 0


@pytest.mark.parametrize("route", [BY_P, SIGMOID, PRODUCT, CURVATURE])
def test_each_step_equals_the_next(route):
    for step, following in itertools.pairwise(route):
        assert equal(step(), following()), f"{step.__name__} → {following.__name__}"


def test_the_comparison_can_fail():
    assert not equal(symbolic.logit_slope(), p - y + sympy.Rational(1, 10**9))


def test_each_step_is_a_new_expression():
    for route in (BY_P, SIGMOID, PRODUCT[:3]):
        shapes = [sympy.srepr(step()) for step in route]
        assert len(set(shapes)) == len(shapes)


@pytest.mark.parametrize(
    ("slope", "function", "variable"),
    [
        (symbolic.probability_slope_simplified, symbolic.probability_loss, p),
        (symbolic.sigmoid_slope_by_probability, symbolic.sigmoid, z),
        (symbolic.logit_slope_by_probability, symbolic.logit_loss, z),
        (symbolic.curvature_by_probability, symbolic.logit_slope, z),
    ],
)
def test_each_slope_is_a_derivative(slope, function, variable):
    assert equal(slope(), sympy.diff(function(), variable))


def test_the_chain_rule_holds_for_the_loss_as_a_function_of_the_logit():
    direct = sympy.diff(symbolic.with_logit(symbolic.probability_loss()), z)
    assert equal(direct, symbolic.cancel_one_minus_p())
    squared = sympy.diff(symbolic.with_logit((p - y) ** 2), z)
    assert equal(squared, symbolic.squared_error_slope())


def test_both_losses_are_one():
    # Equal slopes, and equal values at z = 0: equal everywhere.
    ours = symbolic.with_logit(symbolic.probability_loss())
    assert equal(sympy.diff(ours, z), symbolic.logit_slope())
    assert sympy.simplify(ours.subs(z, 0) - symbolic.logit_loss().subs(z, 0)) == 0


def test_the_way_to_p_and_back_changes_nothing():
    for step in (symbolic.sigmoid, symbolic.sigmoid_slope, symbolic.logit_slope):
        assert symbolic.with_probability(step()).free_symbols <= {p, y}
        assert equal(symbolic.with_probability(step()), step())


def test_p_stays_a_symbol_and_nothing_assumes_a_hard_label():
    for step in (*BY_P, *PRODUCT[:4]):
        assert step().free_symbols == {p, y}
    assert y.assumptions0.get("integer") is None
    assert {symbol.is_real for symbol in (p, y, z)} == {True}


@pytest.mark.parametrize(
    ("step", "printed"),
    [
        (
            symbolic.probability_loss,
            r"- y \log{\left(p \right)} - \left(1 - y\right) \log{\left(1 - p \right)}",
        ),
        (symbolic.probability_slope, r"\frac{1 - y}{1 - p} - \frac{y}{p}"),
        (
            symbolic.common_denominator,
            r"\frac{p \left(1 - y\right) - y \left(1 - p\right)}{p \left(1 - p\right)}",
        ),
        (
            symbolic.probability_slope_simplified,
            r"\frac{p - y}{p \left(1 - p\right)}",
        ),
        (
            symbolic.chain_rule,
            r"p \left(1 - p\right) \frac{p - y}{p \left(1 - p\right)}",
        ),
        (symbolic.cancel_p, r"\frac{p - y}{1 - p} \left(1 - p\right)"),
        (symbolic.cancel_one_minus_p, "p - y"),
        (symbolic.curvature_by_probability, r"p \left(1 - p\right)"),
    ],
)
def test_the_page_shows_what_the_chapter_speaks_of(step, printed):
    assert sympy.latex(step()) == printed


def test_what_is_printed_does_not_depend_on_the_hash_seed():
    steps = [step.__name__ for step in (*BY_P, *SIGMOID, *PRODUCT, *CURVATURE)]
    program = (
        "from bcelib import symbolic\n"
        f"for name in {steps}: print(getattr(symbolic, name)())"
    )
    printed = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONHASHSEED": "12345"},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert printed.splitlines() == [str(getattr(symbolic, name)()) for name in steps]


# The numbers of `losses` are those of the symbols


@pytest.mark.parametrize(
    ("expression", "function"),
    [
        (symbolic.logit_loss, losses.binary_cross_entropy_with_logits),
        (symbolic.logit_slope, losses.binary_cross_entropy_with_logits_grad),
        (symbolic.cancel_one_minus_p, losses.binary_cross_entropy_with_logits_grad),
        (symbolic.chain_rule, losses.binary_cross_entropy_with_logits_grad),
        (symbolic.curvature, losses.binary_cross_entropy_with_logits_hessian),
        (symbolic.squared_error_slope, losses.squared_error_grad),
    ],
)
@pytest.mark.parametrize("label", LABELS)
def test_losses_compute_what_the_symbols_say(expression, function, label):
    in_z = symbolic.with_logit(expression()).doit()
    # 60 digits: the formulas as written cancel, which is what chapter 11 is about.
    exact = sympy.lambdify((z, y), in_z, "mpmath")
    with mpmath.workdps(60):
        expected = [float(exact(mpmath.mpf(v), mpmath.mpf(label))) for v in Z]
    np.testing.assert_allclose(
        function(Z, label), expected, rtol=2e-15, atol=5e-16 * (label == 0.3)
    )


def test_the_probability_form_and_the_sigmoid_compute_too():
    exact = sympy.lambdify((p, y), symbolic.probability_loss(), "numpy")
    grid = np.linspace(0.05, 0.95, 19)
    for label in LABELS:
        np.testing.assert_allclose(
            losses.binary_cross_entropy(grid, label), exact(grid, label), rtol=1e-14
        )
    curve = sympy.lambdify(z, symbolic.sigmoid(), "numpy")
    np.testing.assert_allclose(numerics.sigmoid(Z), curve(Z), rtol=1e-15)
