"""The same functions on PyTorch, JAX and CuPy: values, devices and derivatives.

PyTorch and JAX are large, so `make test` does not install them: `make arrays` does, and
CI runs it first. Where one is missing its tests skip; `test_equipment` says so once.
"""

import dataclasses
import math
from pathlib import Path

import numpy as np
import pytest
from catalogue import CASES, VALUE_AND_GRAD
from equipment import need

from bcelib import bernoulli, losses, metrics, models, numerics
from bcelib.losses import binary_cross_entropy_with_logits as bce

pytestmark = pytest.mark.usefixtures("double_precision")

# Libraries compile an operation for each shape; one shape for all saves a minute.
SIZE = 325
ACCELERATED = Path("/dev/nvidiactl").exists()
every_case = pytest.mark.parametrize("case", [*CASES, *VALUE_AND_GRAD], ids=str)


class Torch:
    def __init__(self, device="cpu"):
        self.torch = need("torch")
        self.device = self.torch.device(device)

    def array(self, values, dtype="float64"):
        dtype = getattr(self.torch, dtype)
        return self.torch.tensor(np.asarray(values), dtype=dtype, device=self.device)

    def numbers(self, array):
        assert isinstance(array, self.torch.Tensor)
        assert array.device.type == self.device.type
        return array.detach().cpu().numpy()

    def grad(self, function, values):
        z = self.array(values).requires_grad_()
        (slope,) = self.torch.autograd.grad(function(z).sum(), z, create_graph=True)
        return self.numbers(slope)

    def second(self, function, values):
        z = self.array(values).requires_grad_()
        (slope,) = self.torch.autograd.grad(function(z).sum(), z, create_graph=True)
        (curve,) = self.torch.autograd.grad(slope.sum(), z)
        return self.numbers(curve)


class Jax:
    def __init__(self):
        self.jax = need("jax")

    def array(self, values, dtype="float64"):
        return self.jax.numpy.asarray(np.asarray(values), dtype=dtype)

    def numbers(self, array):
        assert isinstance(array, self.jax.Array)
        return np.asarray(array)

    def grad(self, function, values):
        slope = self.jax.jit(self.jax.grad(lambda z: function(z).sum()))
        return self.numbers(slope(self.array(values)))

    def second(self, function, values):
        slope = self.jax.grad(lambda z: function(z).sum())
        second = self.jax.jit(self.jax.grad(lambda z: slope(z).sum()))
        return self.numbers(second(self.array(values)))


class Cupy:
    def __init__(self):
        self.cupy = need("cupy")

    def array(self, values, dtype="float64"):
        return self.cupy.asarray(np.asarray(values), dtype=dtype)

    def numbers(self, array):
        assert isinstance(array, self.cupy.ndarray)
        return array.get()


LIBRARIES = {"torch": Torch, "jax": Jax}
if ACCELERATED:
    LIBRARIES |= {"torch on cuda": lambda: Torch("cuda"), "cupy": Cupy}


@pytest.fixture(params=LIBRARIES)
def library(request):
    return LIBRARIES[request.param]()


@pytest.fixture(params=[name for name in LIBRARIES if name != "cupy"])
def differentiable(request):
    return LIBRARIES[request.param]()


@pytest.fixture
def torch():
    return need("torch")


@pytest.fixture
def jax():
    return need("jax")


def parts(result):
    return result if isinstance(result, tuple) else (result,)


# ---- values ------------------------------------------------------------------------


def grid(case, dtype="float64"):
    """The extremes of `case`, without what JAX takes for 0: a subnormal anywhere."""
    arguments = case.grid(np.dtype(dtype))
    smallest = np.finfo(dtype).tiny
    keep = np.all([(x == 0) | (abs(x) >= smallest) for x in arguments], axis=0)
    if "w" in case.kinds:  # exp(−710) is subnormal, and a large weight shows it
        keep &= (abs(arguments[0]) < 700) | (abs(arguments[0]) > 1000)
    return [np.resize(x[keep], SIZE) for x in arguments]


def has_the_values_of_numpy(library, function, case, dtype):
    arguments = grid(case, dtype)
    expected = parts(case.function(*arguments))
    results = parts(function(*(library.array(x, dtype) for x in arguments)))
    eps, smallest = np.finfo(dtype).eps, np.finfo(dtype).tiny
    # p − y of a soft label cancels, so what is made of it is measured against 1.
    cancels = any(word in case.name for word in ("grad", "squared"))
    for result, ours in zip(results, expected, strict=True):
        numbers = library.numbers(result)
        assert numbers.dtype == dtype
        np.testing.assert_allclose(
            numbers, ours, rtol=8 * eps, atol=4 * eps if cancels else 4 * smallest
        )


@every_case
def test_extremes_have_the_values_that_numpy_has(library, case):
    has_the_values_of_numpy(library, case.function, case, "float64")


@every_case
def test_extremes_in_single_precision(case):
    has_the_values_of_numpy(Torch(), case.function, case, "float32")


@every_case
def test_extremes_in_single_precision_and_compiled(jax, case):
    has_the_values_of_numpy(Jax(), jax.jit(case.function), case, "float32")


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.name in {"bce", "xlogy", "weighted bce"}]
)
def test_shapes_and_numbers_beside_an_array(library, case):
    arguments = case.draw((5, 65))
    for position, array in enumerate(arguments):
        numbers = [float(x[0, 0]) for x in arguments]
        mixed = [*numbers]
        mixed[position] = library.array(array)
        beside = [*numbers]
        beside[position] = array
        result = parts(case.function(*mixed))[-1]
        assert tuple(result.shape) == (5, 65)
        np.testing.assert_allclose(
            library.numbers(result),
            parts(case.function(*beside))[-1],
            rtol=1e-14,
            atol=1e-15,
        )


def test_half_precision_is_computed_in_single(library):
    z = np.linspace(-20, 20, 41).astype("float16")
    ours = bce(z, 1)
    result = bce(library.array(z, "float16"), 1)
    np.testing.assert_allclose(library.numbers(result), ours, rtol=2e-3)


def test_metrics_stay_in_the_library(library):
    rng = np.random.default_rng(0)
    z, y = rng.normal(size=100), rng.integers(0, 2, size=100)
    p = numerics.sigmoid(z)
    for metric, x in (
        (metrics.log_loss, p),
        (metrics.brier_score, p),
        (metrics.accuracy, p),
        (metrics.log_loss_with_logits, z),
    ):
        value = library.numbers(metric(library.array(x), library.array(y, "int64")))
        np.testing.assert_allclose(value, metric(x, y), rtol=1e-14)


def test_counts_curves_and_sums_are_numbers(library):
    rng = np.random.default_rng(0)
    p, y = rng.random(100), rng.integers(0, 2, size=100)
    theirs = library.array(p), library.array(y)
    assert metrics.confusion_counts(*theirs) == metrics.confusion_counts(p, y)
    curve, ours = metrics.reliability_curve(*theirs), metrics.reliability_curve(p, y)
    np.testing.assert_array_equal(curve.share_of_ones, ours.share_of_ones)
    for curve in (metrics.roc_curve, metrics.precision_recall_curve):
        for mine, their in zip(curve(p, y), curve(*theirs), strict=True):
            np.testing.assert_array_equal(mine, their)
    total = metrics.log_loss_sum(*theirs)
    assert total.count == 100
    assert total.mean == pytest.approx(metrics.log_loss(p, y), rel=1e-15)
    X = library.array(p[:, None])
    np.testing.assert_allclose(
        models.fit(X, theirs[1]).model.weights,
        models.fit(p[:, None], y).model.weights,
        rtol=1e-12,
    )


def test_bad_values_are_refused_in_the_same_words(library):
    z = library.array([0.0, math.nan])
    with pytest.raises(ValueError, match=r"^logits must be in .*; logits\[1\] is nan$"):
        bce(z, 1)
    with pytest.raises(ValueError, match=r"silently make \(3, 3\)"):
        bce(library.array(np.zeros(3)), library.array(np.zeros((3, 1))))
    with pytest.raises(TypeError, match="all arrays must come from one library"):
        bce(library.array(np.zeros(3)), np.zeros(3))


# ---- derivatives -------------------------------------------------------------------

LOGITS = np.array(
    [*np.linspace(-800, 800, 33), -745, -36.9, -1e-300, -0.0, 1e-300, 36.9, 709.5]
)
DERIVATIVES = {
    "bce": (bce, losses.binary_cross_entropy_with_logits_grad),
    "weighted bce": (
        lambda z, y: bce(z, y, pos_weight=3.0),
        lambda z, y: losses.binary_cross_entropy_with_logits_grad(z, y, pos_weight=3.0),
    ),
    "bce_grad": (
        losses.binary_cross_entropy_with_logits_grad,
        losses.binary_cross_entropy_with_logits_hessian,
    ),
    "squared_error": (losses.squared_error, losses.squared_error_grad),
    "focal_loss": (losses.focal_loss, losses.focal_loss_grad),
    "hinge_loss": (losses.hinge_loss, losses.hinge_loss_grad),
    "softplus": (lambda z, y: numerics.softplus(z), lambda z, y: numerics.sigmoid(z)),
    "log_sigmoid": (
        lambda z, y: numerics.log_sigmoid(z),
        lambda z, y: numerics.sigmoid(-z),
    ),
    "sigmoid": (
        lambda z, y: numerics.sigmoid(z),
        losses.binary_cross_entropy_with_logits_hessian,
    ),
}


WITHOUT_SOFT_LABELS = {"hinge_loss"}


@pytest.mark.parametrize("name", DERIVATIVES)
def test_automatic_derivatives_are_the_closed_forms(differentiable, name):
    function, closed_form = DERIVATIVES[name]
    hard = name in WITHOUT_SOFT_LABELS
    kinds = np.array([0.0, 1.0] if hard else [0.0, 1.0, 0.5, 0.9, 1e-9])
    z, y = np.tile(LOGITS, len(kinds)), np.repeat(kinds, len(LOGITS))
    labels = differentiable.array(y)
    slope = differentiable.grad(lambda z: function(z, labels), z)
    # JAX loses subnormals, and where the label is soft both sides cancel.
    smallest = np.where((y == 0) | (y == 1), 1e-307, 2e-16)
    error = np.abs(slope - closed_form(z, y))
    assert np.all(error <= 4e-15 * np.abs(slope) + smallest)


def test_a_clipped_log_loss_needs_no_values_to_be_differentiated(torch, jax):
    """Traced arrays have none: whether the arguments were exchanged is not asked."""

    def loss(p):
        return metrics.log_loss(p, p * 0 + 1, clip=0.01)

    p, slope = [0.25, 0.5], [-2, -1]
    found = jax.jit(jax.grad(loss))(jax.numpy.asarray(p))
    np.testing.assert_allclose(found, slope, rtol=4e-15)
    found = torch.func.grad(loss)(torch.tensor(p, dtype=torch.float64))
    np.testing.assert_allclose(found, slope, rtol=4e-15)


def test_kl_has_a_slope_where_the_truth_is_certain(differentiable):
    p = np.array([0.01, 0.25, 0.5, 0.9])
    for q, slope in ((0.0, 1 / (1 - p)), (1.0, -1 / p)):
        found = differentiable.grad(lambda p, q=q: bernoulli.kl_divergence(q, p), p)
        np.testing.assert_allclose(found, slope, rtol=4e-15)


def test_the_second_derivative_is_the_hessian_also_at_zero(differentiable):
    z, y = np.tile(LOGITS, 3), np.repeat([0.0, 1.0, 0.3], len(LOGITS))
    labels = differentiable.array(y)
    curve = differentiable.second(lambda z: bce(z, labels), z)
    expected = losses.binary_cross_entropy_with_logits_hessian(z, y)
    assert expected[z == 0].tolist() == [0.25] * 6
    np.testing.assert_allclose(curve, expected, rtol=2e-15, atol=1e-307)


def test_a_kink_has_the_slope_of_the_closed_form(differentiable):
    margins = [0.0, 1.0, 2.0]
    slope = differentiable.grad(lambda z: losses.hinge_loss(z, 1), margins)
    np.testing.assert_array_equal(slope, losses.hinge_loss_grad(margins, 1))


def test_derivatives_at_infinite_logits_are_limits(differentiable):
    z, y = np.array([np.inf, -np.inf, np.inf, -np.inf]), np.array([0.0, 0, 1, 1])
    slope = differentiable.grad(lambda z: bce(z, differentiable.array(y)), z)
    assert slope.tolist() == [1, 0, 0, -1]


def test_derivative_of_the_loss_of_a_probability(differentiable):
    p, y = np.array([0.0, 0.25, 0.5, 1.0]), np.array([1.0, 0.0, 0.2, 1.0])
    slope = differentiable.grad(
        lambda p: losses.binary_cross_entropy(p, differentiable.array(y)), p
    )
    np.testing.assert_allclose(slope, [-np.inf, 4 / 3, 1.2, -1.0], rtol=1e-15)


def test_a_clipped_loss_is_flat_where_it_is_clipped(differentiable):
    p, y = np.array([0.0, 1e-9, 0.25, 1.0]), np.array([1.0, 1.0, 1.0, 0.0])
    slope = differentiable.grad(
        lambda p: losses.binary_cross_entropy(p, differentiable.array(y), clip=1e-7), p
    )
    np.testing.assert_allclose(slope, [0, 0, -4, 0], rtol=1e-15)


@pytest.mark.parametrize(
    "z", [np.zeros(3), np.array([1.0, 1.0, 1 - 2**-53]), np.linspace(-3, 3, 3)]
)
def test_a_mean_has_the_gradient_that_comes_with_it(differentiable, z):
    mean = lambda z: metrics.log_loss_with_logits(z, 1)  # noqa: E731
    fused = losses.binary_cross_entropy_with_logits_value_and_grad(z, 1)[1]
    np.testing.assert_allclose(differentiable.grad(mean, z), fused, rtol=1e-15)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 1.5, 2.0])
def test_focal_loss_has_finite_derivatives_at_large_logits(differentiable, gamma):
    z, y = np.repeat([-1000.0, -400, -40, 40, 400, 1000], 2), np.tile([0.0, 1], 6)
    labels = differentiable.array(y)
    loss = lambda z: losses.focal_loss(z, labels, gamma=gamma)  # noqa: E731
    expected = losses.focal_loss_grad(z, y, gamma=gamma)
    slope = differentiable.grad(loss, z)
    np.testing.assert_allclose(slope, expected, rtol=1e-12, atol=1e-300)
    # Away from 0 the loss is |z| or nearly 0, and no curvature is left.
    np.testing.assert_allclose(differentiable.second(loss, z), 0, atol=1e-14)


def test_logit_has_its_slope_near_and_at_the_ends(differentiable):
    p = np.array([0.0, 1e-300, 1e-8, 0.25, 0.4, 0.5, 0.75, 1 - 2**-53, 1.0])
    with np.errstate(divide="ignore"):
        expected = 1 / (p * (1 - p))
    slope = differentiable.grad(numerics.logit, p)
    np.testing.assert_allclose(slope, expected, rtol=1e-15)
    p = p[2:-2]
    curve = differentiable.second(numerics.logit, p)
    expected = (2 * p - 1) / (p * (1 - p)) ** 2
    np.testing.assert_allclose(curve, expected, rtol=1e-14, atol=1e-14)


# ---- transformations ----------------------------------------------------------------


def test_under_jit_shapes_are_checked_and_values_are_taken_on_trust(jax):
    zeros, jitted = jax.numpy.zeros, jax.jit(bce)
    with pytest.raises(ValueError, match=r"silently make \(3, 3\)"):
        jitted(zeros(3), zeros((3, 1)))
    with pytest.raises(ValueError, match="labels is 2"):
        jax.jit(lambda z: bce(z, 2))(zeros(3))  # a number is seen
    assert np.isnan(jitted(jax.numpy.asarray([jax.numpy.nan]), zeros(1))).all()
    with pytest.raises(ValueError, match=r"labels\[0\] is 2"):
        jax.grad(lambda z: bce(z, zeros(3) + 2).sum())(zeros(3))  # so are these


def test_derivatives_are_the_same_before_they_are_compiled(jax):
    z, y = np.resize(LOGITS, SIZE), np.resize([0.0, 1.0, 0.5], SIZE)
    z[:4] = np.inf, -np.inf, np.inf, -np.inf
    slope = jax.grad(lambda z: bce(z, jax.numpy.asarray(y)).sum())(jax.numpy.asarray(z))
    expected = losses.binary_cross_entropy_with_logits_grad(z, y)
    np.testing.assert_allclose(slope, expected, rtol=1e-15, atol=1e-307)


def test_one_element_at_a_time(jax, torch):
    z, y = np.array([-800.0, 0.0, 1.0, 800.0]), np.array([0.0, 0.5, 1.0, 1.0])
    expected = losses.binary_cross_entropy_with_logits_grad(z, y)
    ours = jax.jit(jax.vmap(jax.grad(bce)))(jax.numpy.asarray(z), jax.numpy.asarray(y))
    theirs = torch.func.vmap(torch.func.grad(bce))(torch.tensor(z), torch.tensor(y))
    np.testing.assert_allclose(ours, expected, rtol=1e-15)
    np.testing.assert_allclose(theirs, expected, rtol=1e-15)


def test_descent_by_autograd_is_descent_by_the_formula(torch):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(50, 2)), rng.integers(0, 2, size=50).astype(float)
    steps = {"method": "gradient descent", "tolerance": None, "max_passes": 20}
    ours = models.fit(X, y, step_size=0.5, **steps).model
    theta = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    features = torch.tensor(np.column_stack([X, np.ones(50)]))
    for _ in range(20):
        loss = metrics.log_loss_with_logits(features @ theta, torch.tensor(y))
        (slope,) = torch.autograd.grad(loss, theta)
        theta = (theta - 0.5 * slope).detach().requires_grad_()
    expected = [*ours.weights, ours.bias]
    np.testing.assert_allclose(theta.detach().numpy(), expected, rtol=1e-13)


def test_a_tensor_that_waits_for_its_gradient_can_be_counted(torch):
    p = torch.tensor([0.9, 0.4], requires_grad=True)
    assert metrics.confusion_counts(p, [1, 0]) == (1, 0, 1, 0)
    total = metrics.log_loss_sum(p, torch.tensor([1.0, 0.0]))
    assert dataclasses.astuple(total)[0] == 2


# ---- narrow dtypes, and means --------------------------------------------------------


def test_bfloat16_is_taken_by_every_metric_and_by_fit(library):
    p, y = np.array([0.1, 0.8, 0.7, 0.4]), np.array([0.0, 1.0, 1.0, 0.0])
    theirs = library.array(p, "bfloat16"), library.array(y, "bfloat16")
    rounded = 256 * np.spacing(p.astype("float32"), dtype="float32")
    for metric in (metrics.log_loss, metrics.brier_score, metrics.accuracy):
        value = metric(*theirs)
        assert "bfloat16" in str(value.dtype)
        assert float(value) == pytest.approx(metric(p, y), rel=2e-2)
    assert metrics.confusion_counts(*theirs) == (2, 0, 2, 0)
    total = metrics.log_loss_sum(*theirs)
    assert total.mean == pytest.approx(metrics.log_loss(p, y), rel=2e-2)
    curve = metrics.reliability_curve(*theirs)
    assert np.all(abs(np.sort(curve.mean_probability) - np.sort(p)) <= 256 * rounded)
    X = library.array([[0.0], [1.0], [2.0], [3.0]], "bfloat16")
    labels = library.array([0, 1, 0, 1], "bfloat16")
    found = models.fit(X, labels)
    expected = models.fit([[0], [1], [2], [3]], [0, 1, 0, 1])
    assert found.model.weights == pytest.approx(expected.model.weights, rel=1e-12)
    assert found.model.logits(X).dtype == float


@pytest.mark.parametrize("dtype", ["bfloat16", "float16", "float32"])
@pytest.mark.parametrize("bins", [3, 6, 7, 10, 49])
def test_a_forecast_at_an_edge_is_below_it_in_every_dtype(library, bins, dtype):
    edges = np.arange(1, bins + 1) / bins
    curve = metrics.reliability_curve(library.array(edges, dtype), 1, bins=bins)
    assert curve.count.tolist() == [1] * bins


def test_bfloat16_of_numpy_is_refused_with_a_remedy():
    dtype = need("ml_dtypes").bfloat16
    p = np.array([0.5], dtype)
    for function in (bce, metrics.log_loss, metrics.brier_score):
        with pytest.raises(
            TypeError, match=r"got bfloat16: pass .*astype\(numpy.float32"
        ):
            function(p, [1])


@pytest.mark.parametrize("n", [3, 1000, 100_000])
def test_a_mean_in_single_precision_is_that_of_its_values(library, n):
    for value in (0.7, 0.1, 0.3):
        p = library.array(np.full(n, value), "float32")
        mean = float(metrics.log_loss(p, 1))
        assert mean == float(losses.binary_cross_entropy(p, 1)[0])
        z = library.array(np.full(n, value), "float32")
        fused = losses.binary_cross_entropy_with_logits_value_and_grad(z, 1)[0]
        assert float(fused) == float(bce(z, 1)[0])


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("n", [1, 2, 3, 1000, 99_999])
def test_so_it_is_where_jax_has_no_double_precision(jax, n, compiled):
    p = np.random.default_rng(n).random(n).astype("float32")
    p[::2] = 0.7
    values = losses.binary_cross_entropy(p, 1).astype(float)
    log_loss = jax.jit(metrics.log_loss) if compiled else metrics.log_loss
    jax.config.update("jax_enable_x64", False)
    try:
        found = log_loss(jax.numpy.asarray(p), jax.numpy.ones(n))
        slope = jax.grad(metrics.log_loss)(jax.numpy.asarray(p), jax.numpy.ones(n))
    finally:
        jax.config.update("jax_enable_x64", True)
    assert found.dtype == "float32"
    assert abs(float(found) - values.mean()) <= 2 * np.spacing(
        np.float32(values.mean())
    )
    np.testing.assert_allclose(slope, -1 / (n * p), rtol=1e-6)


def test_a_mean_without_double_precision_does_not_overflow(jax):
    jax.config.update("jax_enable_x64", False)
    try:
        z = jax.numpy.asarray([3e38, 3e38, 3e38], "float32")
        assert float(metrics.log_loss_with_logits(z, 0.0)) == pytest.approx(3e38)
        assert float(metrics.log_loss_with_logits(z * 10, 0.0)) == math.inf
    finally:
        jax.config.update("jax_enable_x64", True)
