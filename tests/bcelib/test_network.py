"""network: the gradient against two oracles, and what no network can do."""

import copy
import math
import pickle

import numpy as np
import pytest
from equipment import need
from hypothesis import given
from hypothesis import strategies as st

from bcelib import bernoulli, data, losses, models, network, numerics
from bcelib.network import Network

CORNERS, XOR = data.xor(4, rng=np.random.default_rng(0))
BLIND = Network(np.zeros((2, 3)), np.zeros(3), np.zeros(3), 0.0)
SIZES = st.tuples(st.integers(1, 6), st.integers(1, 4), st.integers(1, 5))
SEEDS = st.integers(0, 10**6)


def rng(seed=0):
    return np.random.default_rng(seed)


def objective(U, c, w, b, X, y):
    """The mean loss as the documentation states it; works on complex parameters too."""
    z = np.tanh(X @ U + c) @ w + b
    return np.mean(np.log1p(np.exp(z)) - y * z)


def made_up(n, d, k, seed, soft=True):
    """A network and examples for it, of moderate size."""
    draw = rng(seed)
    model = Network(*(draw.normal(size=s) for s in ((d, k), k, k)), draw.normal())
    y = draw.random(n) if soft else draw.integers(0, 2, n)
    return model, draw.normal(size=(n, d)), y


def parameters(model):
    return model.hidden_weights, model.hidden_biases, model.weights, model.bias


# The network


def test_logits_are_the_formula():
    model = Network([[1.0, 0.0], [2.0, -1.0]], [0.5, 0.0], [3.0, -2.0], 0.25)
    X = np.array([[1.0, -1.0], [0.0, 0.0]])
    h = [[math.tanh(-0.5), math.tanh(1.0)], [math.tanh(0.5), 0.0]]
    np.testing.assert_allclose(model.hidden(X), h, rtol=1e-15)
    z = [3 * first - 2 * second + 0.25 for first, second in h]
    np.testing.assert_allclose(model.logits(X), z, rtol=1e-14)
    np.testing.assert_array_equal(
        model.probabilities(X), numerics.sigmoid(model.logits(X))
    )


@given(SIZES, SEEDS)
def test_output_is_a_linear_model_on_the_hidden_features(sizes, seed):
    model, X, _ = made_up(*sizes, seed)
    linear = models.LinearModel(model.weights, model.bias)
    np.testing.assert_array_equal(model.logits(X), linear.logits(model.hidden(X)))


@given(SIZES, SEEDS)
def test_twins_give_the_same_logits(sizes, seed):
    # Exchange units, or turn both signs of each: chapter 9.
    model, X, _ = made_up(*sizes, seed)
    U, c, w, b = parameters(model)
    order = rng(seed).permutation(c.size)
    for twin in (Network(U[:, order], c[order], w[order], b), Network(-U, -c, -w, b)):
        np.testing.assert_allclose(twin.logits(X), model.logits(X), atol=1e-12)


def test_a_unit_without_output_weight_changes_nothing():
    model, X, y = made_up(5, 2, 3, 1)
    U, c, w, b = parameters(model)
    wide = Network(np.column_stack([U, [1, 2]]), [*c, 3], [*w, 0], b)
    np.testing.assert_allclose(wide.logits(X), model.logits(X), rtol=1e-14)
    loss, gradient = network.value_and_grad(wide, X, y)
    assert loss == pytest.approx(network.value_and_grad(model, X, y)[0], rel=1e-14)
    assert not gradient.hidden_weights[:, 3].any()  # nothing comes back through it


def test_a_network_does_not_change():
    U = np.ones((2, 1))
    model = Network(U, [0], [1], 0)
    U[0] = 5
    assert model.hidden_weights[0, 0] == 1
    for same in (model, copy.copy(model), pickle.loads(pickle.dumps(model))):
        np.testing.assert_array_equal(same.hidden_weights, [[1], [1]])
        for array in parameters(same)[:3]:
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 2
        with pytest.raises(AttributeError):
            same.bias = 1.0


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"hidden_weights": [1.0]}, ValueError, r"two axes, .*; got shape \(1,\)"),
        ({"hidden_weights": np.empty((2, 0))}, ValueError, r"got shape \(2, 0\)"),
        ({"hidden_weights": [[1, np.nan]]}, ValueError, r"hidden_weights\[0, 1\] is n"),
        ({"hidden_weights": [["1"]]}, TypeError, "hidden_weights must hold real"),
        (
            {"hidden_biases": [0]},
            ValueError,
            r"biases must .* \(2,\); got shape \(1,\)",
        ),
        ({"weights": [[1, 1]]}, ValueError, r"weights must .* \(2,\); got .*\(1, 2\)"),
        ({"weights": [1, math.inf]}, ValueError, r"weights\[1\] is inf"),
        ({"bias": [0.0]}, ValueError, "bias must be one number"),
        ({"bias": math.nan}, ValueError, "bias must be in .*; bias is nan"),
    ],
)
def test_a_bad_network_is_refused(changed, error, message):
    good = {"hidden_weights": [[1, 1]], "hidden_biases": [0, 0], "weights": [1, 1]}
    with pytest.raises(error, match=message):
        Network(**{**good, "bias": 0, **changed})


@pytest.mark.parametrize(
    ("X", "message"),
    [
        ([1.0, 2.0], r"got shape \(2,\); did you mean one example, X\[None, :\]\?"),
        ([[1.0]], r"X must have 2 features, .* hidden_weights; got shape \(1, 1\)"),
        ([[1.0, math.inf]], r"X\[0, 1\] is inf"),
        (np.empty((0, 2)), r"X must not be empty; got shape \(0, 2\)"),
    ],
)
def test_features_that_do_not_fit_are_refused(X, message):
    def loss(X):
        return network.value_and_grad(BLIND, X, [0] * len(X))

    for function in (BLIND.hidden, BLIND.logits, BLIND.probabilities, loss):
        with pytest.raises(ValueError, match=message):
            function(X)


def test_far_away_the_logit_stays_within_its_bounds():
    model = Network([[1e300], [1.0]], [0.0], [3.0], 1.0)
    z = model.logits([[1e300, 0.0], [-1e300, 0.0], [0.0, 1e-300]])
    np.testing.assert_array_equal(z, [4.0, -2.0, 1.0])
    with pytest.raises(OverflowError, match="scale the features"):
        Network([[1e300], [1e300]], [0.0], [1.0], 0.0).logits([[1e300, -1e300]])


# The gradient


@given(SIZES, SEEDS, st.booleans())
def test_gradient_by_complex_step(sizes, seed, soft):
    model, X, y = made_up(*sizes, seed, soft)
    value, gradient = network.value_and_grad(model, X, y)
    theta = [np.array(p, dtype=complex) for p in parameters(model)]
    assert value == pytest.approx(objective(*theta, X, y).real, rel=1e-12)
    for p, slopes in zip(theta, gradient, strict=True):
        assert np.shape(slopes) == p.shape
        for place in np.ndindex(p.shape):
            p[place] += 1e-30j
            slope = objective(*theta, X, y).imag / 1e-30
            p[place] -= 1e-30j
            np.testing.assert_allclose(
                np.asarray(slopes)[place], slope, rtol=1e-11, atol=1e-14
            )


def test_gradient_of_pytorch():
    torch = need("torch")
    model, X, y = made_up(6, 3, 4, 7)
    theta = [
        torch.tensor(p, dtype=float, requires_grad=True) for p in parameters(model)
    ]
    U, c, w, b = theta
    z = torch.tanh(torch.tensor(X) @ U + c) @ w + b
    loss = torch.nn.functional.binary_cross_entropy_with_logits(z, torch.tensor(y))
    loss.backward()
    value, gradient = network.value_and_grad(model, X, y)
    assert value == pytest.approx(loss.item(), rel=1e-13)
    for p, slopes in zip(theta, gradient, strict=True):
        np.testing.assert_allclose(slopes, p.grad.numpy(), rtol=1e-11, atol=1e-15)


@given(SIZES, SEEDS)
def test_output_has_the_gradient_of_logistic_regression(sizes, seed):
    model, X, y = made_up(*sizes, seed)
    h, z = model.hidden(X), model.logits(X)
    error = losses.binary_cross_entropy_with_logits_grad(z, y) / len(y)
    _, gradient = network.value_and_grad(model, X, y)
    np.testing.assert_allclose(gradient.weights, h.T @ error, atol=1e-15)
    np.testing.assert_allclose(gradient.bias, error.sum(), atol=1e-15)


def test_a_unit_that_is_flat_passes_nothing_back():
    model = Network([[40.0]], [0.0], [1.0], 0.0)
    value, gradient = network.value_and_grad(model, [[1.0], [-1.0]], [0, 1])
    assert value == pytest.approx(math.log1p(math.e), rel=1e-15)
    assert gradient.hidden_weights[0, 0] == gradient.hidden_biases[0] == 0


def test_a_loss_of_a_million_is_exact():
    model = Network([[30.0]], [0.0], [-1e6], 0.0)
    value, gradient = network.value_and_grad(model, [[1.0]], [1])
    assert (value, gradient.weights[0], gradient.bias) == (1e6, -1.0, -1.0)


@pytest.mark.parametrize(
    ("model", "y", "error", "message"),
    [
        (None, XOR, TypeError, "model must be a Network; got None"),
        (BLIND, [0, 1], ValueError, r"y must have one label .* \(4,\); got .*\(2,\)"),
        (BLIND, XOR[:, None], ValueError, r"Did you mean y.ravel\(\)\?"),
        (BLIND, [0, 1, 1, 2], ValueError, r"y must be in \[0, 1\]; y\[3\] is 2"),
        (BLIND, [0, 1, 1, np.nan], ValueError, r"y\[3\] is nan"),
        (BLIND, ["0"] * 4, TypeError, "y must hold real numbers"),
    ],
)
def test_value_and_grad_refuses(model, y, error, message):
    with pytest.raises(error, match=message):
        network.value_and_grad(model, CORNERS, y)


def test_overflow_is_an_error():
    model = Network([[1.0, 1.0]], [9.0, 9.0], [1e308, 1e308], 0.0)
    with pytest.raises(OverflowError, match="the logits overflow"):
        network.value_and_grad(model, [[1.0]], [1])


# The start


def test_initial_has_the_variance_that_it_promises():
    start = network.initial(400, 300, rng=rng())
    assert start.hidden_weights.std() == pytest.approx(1 / 20, rel=0.01)
    assert start.weights.std() == pytest.approx(1 / math.sqrt(300), rel=0.1)
    assert not start.hidden_biases.any()
    assert start.bias == 0
    sums = rng(1).standard_normal((500, 400)) @ start.hidden_weights
    assert sums.std() == pytest.approx(1, rel=0.05)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((0, 1), ValueError, "features must be at least 1; got 0"),
        ((1, 0), ValueError, "units must be at least 1; got 0"),
        ((1, 1.5), TypeError, "units must be a whole number; got 1.5"),
    ],
)
def test_initial_refuses(arguments, error, message):
    with pytest.raises(error, match=message):
        network.initial(*arguments, rng=rng())
    with pytest.raises(TypeError, match="rng must be a numpy"):
        network.initial(1, 1, rng=0)


# The fit


def test_same_seed_same_bits():
    first, again, other = (
        network.fit(CORNERS, XOR, hidden_units=3, rng=rng(seed), max_passes=50)
        for seed in (5, 5, 6)
    )
    np.testing.assert_array_equal(first.losses, again.losses)
    for p, q in zip(parameters(first.model), parameters(again.model), strict=True):
        np.testing.assert_array_equal(p, q)
    assert first.losses[0] != other.losses[0]


def test_a_start_in_the_place_of_a_seed():
    start = network.initial(2, 3, rng=rng(5))
    by_start = network.fit(CORNERS, XOR, start=start, max_passes=50)
    by_seed = network.fit(CORNERS, XOR, hidden_units=3, rng=rng(5), max_passes=50)
    np.testing.assert_array_equal(by_start.losses, by_seed.losses)


def test_a_fit_can_be_continued():
    whole = network.fit(CORNERS, XOR, rng=rng(), max_passes=30)
    half = network.fit(CORNERS, XOR, rng=rng(), max_passes=10)
    rest = network.fit(CORNERS, XOR, start=half.model, max_passes=20)
    np.testing.assert_array_equal(whole.losses, [*half.losses, *rest.losses[1:]])


def test_a_step_follows_the_gradient():
    model, X, y = made_up(6, 2, 3, 3)
    value, gradient = network.value_and_grad(model, X, y)
    result = network.fit(X, y, start=model, step_size=0.25, max_passes=1)
    moved = parameters(result.model)
    for p, q, g in zip(parameters(model), moved, gradient, strict=True):
        np.testing.assert_allclose(q, p - 0.25 * g, rtol=1e-15)
    assert result.losses[0] == value
    assert result.losses[1] == network.value_and_grad(result.model, X, y)[0]
    nothing = network.fit(X, y, start=model, max_passes=0)
    assert nothing.losses.tolist() == [value]


@given(SIZES, SEEDS)
def test_small_steps_go_down(sizes, seed):
    model, X, y = made_up(*sizes, seed)
    path = network.fit(X, y, start=model, step_size=0.01, max_passes=20).losses
    assert np.all(np.diff(path) <= 1e-15)


@given(SEEDS, st.integers(1, 4), st.floats(0, 3))
def test_a_network_whose_units_are_equal_keeps_them_equal(seed, k, size):
    # So it is a network of one unit, and cannot tell XOR.
    draw = rng(seed)
    U = np.repeat(draw.normal(size=(2, 1)) * size, k, axis=1)
    start = Network(U, np.full(k, draw.normal()), np.full(k, draw.normal()), 0.0)
    end = network.fit(CORNERS, XOR, start=start, max_passes=50).model
    assert np.all(end.hidden_weights == end.hidden_weights[:, :1])
    assert np.all(end.weights == end.weights[0])


def test_from_a_saddle_point_there_is_no_way_down():
    path = network.fit(CORNERS, XOR, start=BLIND, max_passes=100).losses
    assert path == pytest.approx(math.log(2), rel=1e-15)


@pytest.mark.parametrize(("units", "least", "most"), [(2, 0.6, 0.9), (4, 0.97, 1)])
def test_share_of_seeds_that_solve_exclusive_or(units, least, most):
    solved = [
        network.fit(
            CORNERS, XOR, hidden_units=units, rng=rng(s), max_passes=250
        ).losses[-1]
        < 0.1
        for s in range(40)
    ]
    assert least <= np.mean(solved) <= most


def test_two_corners_in_one_place_cost_ln_2_each():
    # Whatever the weights: two labels at one place cost at least ln 2 on average, and
    # three at least 3 H(1/3).
    heights = np.array([2 * math.log(2), 3 * bernoulli.entropy(1 / 3)]) / 4
    ends = [
        network.fit(CORNERS, XOR, hidden_units=2, rng=rng(seed), max_passes=1500)
        for seed in range(12)
    ]
    failed = [end.losses[-1] for end in ends if end.losses[-1] > 0.1]
    assert failed
    assert all(np.min(np.abs(heights - loss)) < 0.001 for loss in failed)


def test_fit_on_noisy_clouds_beats_a_line():
    X, y = data.xor(400, rng=rng(), spread=0.5)
    X_test, y_test = data.xor(4000, rng=rng(1), spread=0.5)
    model = network.fit(X, y, rng=rng(2)).model
    line = models.fit(X, y).model
    wrong = [np.mean((m.logits(X_test) > 0) != y_test) for m in (model, line)]
    assert wrong[0] < 0.07
    assert wrong[1] > 0.4


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"rng": None}, TypeError, "needs rng: pass rng = "),
        ({"rng": 0}, TypeError, "rng must be a numpy.random.Generator"),
        ({"hidden_units": 0}, ValueError, "units must be at least 1; got 0"),
        ({"step_size": 0}, ValueError, r"step_size must be in \(0, inf\)"),
        ({"step_size": math.inf}, ValueError, "step_size is inf"),
        ({"max_passes": -1}, ValueError, "max_passes must be at least 0; got -1"),
        ({"max_passes": 1.5}, TypeError, "max_passes must be a whole number"),
        ({"start": 1}, TypeError, "start must be a Network; got 1"),
        ({"start": Network([[1]], [0], [1], 0)}, ValueError, "X must have 1 features"),
        ({"step_size": 1e308}, OverflowError, "overflow"),
        ({"y": [0, 1, 1]}, ValueError, "y must have one label for each row of X"),
        ({"X": [1.0, 2.0, 3.0, 4.0]}, ValueError, "X must have two axes"),
    ],
)
def test_fit_refuses(changed, error, message):
    arguments = {"X": CORNERS, "y": XOR, "rng": rng(), "max_passes": 20} | changed
    with pytest.raises(error, match=message):
        network.fit(arguments.pop("X"), arguments.pop("y"), **arguments)


def test_weights_that_overflow_are_an_error_though_no_logit_does():
    start = Network([[0.0]], [0.0], [1.0], 0.0)
    arguments = {"start": start, "step_size": 1e10, "max_passes": 1}
    with pytest.raises(OverflowError, match="the weights overflow"):
        network.fit([[1e300]], [0], **arguments)


def test_a_fit_is_no_network():
    result = network.fit(CORNERS, XOR, rng=rng(), max_passes=0)
    with pytest.raises(TypeError, match=r"(?s)start must be a Net.*pass its \.model"):
        network.fit(CORNERS, XOR, start=result)
