"""The law of derivatives, for every function that works element by element.

The first and second derivatives that PyTorch and JAX take, by each argument, forward
and backward, compiled or not, in float64 and float32, over the whole domain with its
ends, are those of the formula: finite ones up to rounding, infinite ones infinite.

SymPy differentiates the formulas as they are printed, and mpmath evaluates them. At an
end of the domain the value is the limit from inside.
"""

import functools
import itertools
import math
import warnings

import mpmath
import numpy as np
import pytest
import sympy
from catalogue import CASES
from equipment import need

pytestmark = pytest.mark.usefixtures("double_precision")
SIZE = 60  # one shape for all: libraries compile an operation for each
BOUND = 24  # eps, of the value and of what one eps of the arguments changes

z, y, p, q, x, w, gamma = sympy.symbols("z y p q x w gamma", real=True)
LN2 = sympy.log(2)
softplus = lambda z: sympy.log(1 + sympy.exp(z))  # noqa: E731
sigma, complement = 1 / (1 + sympy.exp(-z)), 1 / (1 + sympy.exp(z))
cross = -y * sympy.log(p) - (1 - y) * sympy.log(1 - p)
divergence = q * sympy.log(q / p) + (1 - q) * sympy.log((1 - q) / (1 - p))
bce = softplus(z) - y * z
weighted = w * y * softplus(-z) + (1 - y) * softplus(z)
residual = (1 - y) * sigma - y * complement  # σ − y
hessian = sigma * complement
# Which branch a point is in, and what a clipped logarithm is there.
active, low_p, low_q = sympy.symbols("active low_p low_q")
hinge = active * (1 - (2 * y - 1) * z)
clipped = active * cross - (1 - active) * (y * low_p + (1 - y) * low_q)


def focal(gamma, balance=None):
    ones = sympy.exp(-gamma * softplus(z)) * softplus(-z)
    zeros = sympy.exp(-gamma * softplus(-z)) * softplus(z)
    if balance is None:
        return y * ones + (1 - y) * zeros
    return balance * y * ones + (1 - balance) * (1 - y) * zeros


HALF = sympy.Rational(1, 2)
FORMULAS = {  # for each case of the catalogue: the arguments, and the formula
    "sigmoid": ([z], sigma),
    "softplus": ([z], softplus(z)),
    "log_sigmoid": ([z], -softplus(-z)),
    "logit": ([p], sympy.log(p) - sympy.log(1 - p)),
    "xlogy": ([x, p], x * sympy.log(p)),
    "xlog1py": ([x, q], x * sympy.log(1 + q)),
    "pmf": ([p, y], p**y * (1 - p) ** (1 - y)),
    "log_pmf": ([p, y], -cross),
    "entropy": ([p], cross.subs(y, p)),
    "entropy in bits": ([p], cross.subs(y, p) / LN2),
    "cross_entropy": ([y, p], cross),
    "kl_divergence": ([q, p], divergence),
    "binary_cross_entropy": ([p, y], cross),
    "binary_cross_entropy, clipped": ([p, y], clipped),
    "bce": ([z, y], bce),
    "bce_grad": ([z, y], sigma - y),
    "bce_hessian": ([z, y], hessian),
    "weighted bce": ([z, y, w], weighted),
    "weighted bce_grad": ([z, y, w], weighted.diff(z)),
    "weighted bce_hessian": ([z, y, w], (1 - y + w * y) * hessian),
    "margin": ([z, y], (2 * y - 1) * z),
    "zero_one_loss": ([z, y], 0 * z),
    "hinge_loss": ([z, y], hinge),
    "hinge_loss_grad": ([z, y], hinge.diff(z)),
    "squared_error": ([z, y], residual**2),
    "squared_error_grad": ([z, y], 2 * residual * hessian),
    "focal_loss": ([z, y], focal(2)),
    "focal_loss_grad": ([z, y], focal(2).diff(z)),
    "focal_loss, balanced": ([z, y], focal(HALF, HALF / 2)),
    "focal_loss_grad, balanced": ([z, y], focal(HALF, HALF / 2).diff(z)),
    "smooth_labels": ([y], sympy.Rational(9, 10) * y + sympy.Rational(1, 20)),
}

DIVERGENCE = "kl_divergence"
LOWEST = {"xlogy": 0, "xlog1py": -1}  # whose second argument ends at infinity
CLIP = 1e-7  # of the catalogue

# ---- what is true ------------------------------------------------------------------


@functools.cache
def derivatives(name):
    """Of each (i,) and (i, j) the derivative, as a function."""
    arguments, formula = FORMULAS[name]
    found = {}
    for order in (1, 2):
        choices = itertools.combinations_with_replacement(range(len(arguments)), order)
        for which in choices:
            value = sympy.diff(formula, *(arguments[i] for i in which))
            symbols = [*arguments, active, low_p, low_q]
            found[which] = sympy.lambdify(symbols, value, "mpmath", cse=True)
    return found


def branch(name, point):
    """The values of `active`, `low_p` and `low_q`."""
    if name.startswith("hinge"):
        return int((2 * point[1] - 1) * point[0] < 1), 0, 0
    if CLIP < point[0] < 1 - CLIP:
        return 1, 0, 0
    low, high = math.log(CLIP), math.log1p(-CLIP)
    return 0, *((low, high) if point[0] < 0.5 else (high, low))


def moved(name, point, first, depth):
    """The point, with all predictions at an end of their domain moved inside."""
    arguments, step = FORMULAS[name][0], mpmath.mpf(10) ** -depth
    low, high = LOWEST.get(name, 0), 1 if name not in LOWEST else None
    inside = []
    for i, (symbol, value) in enumerate(zip(arguments, point, strict=True)):
        x = mpmath.mpf(value)
        # Of two chances at one end, the one that is not varied is there first.
        away = (
            step ** (2 if first == 0 else 4)
            if name == DIVERGENCE and i != first
            else step
        )
        if symbol in (z, p, q):
            if mpmath.isinf(x):
                x = mpmath.sign(x) / step
            elif symbol != z and x in (low, high):
                x = low + away if x == low else high - away
        inside.append(x)
    return inside


def truth(name, point, which, dtype):
    """The derivative at a point, and how far from it rounding may lead."""
    function = derivatives(name)[which]
    with mpmath.workprec(1200):
        inside = moved(name, point, which[0], 40)
        at_end = [a != mpmath.mpf(b) for a, b in zip(inside, point, strict=True)]
    far = any(abs(x) > 40 or 0 < abs(x) < 1e-20 for x in point)
    with mpmath.workprec(1200 if far or any(at_end) else 400):
        others = branch(name, point)
        near = value = function(*moved(name, point, which[0], 40), *others)
        if any(at_end):
            nearer = function(*moved(name, point, which[0], 80), *others)
            if abs(nearer) > 1.2 * abs(value):
                value = mpmath.sign(nearer) * mpmath.inf
            elif abs(value) > 1.2 * abs(nearer):
                value = mpmath.mpf(0)
        room, share = abs(value), mpmath.mpf(2) ** -120
        for i, x in enumerate(inside):  # what a change by that share of x changes
            if x and not at_end[i]:
                beside = [*inside[:i], x * (1 + share), *inside[i + 1 :]]
                room += abs(function(*beside, *others) - near) / share
        if name.startswith("focal") and 1 in which:  # the losses of 1 and of 0 cancel
            function = derivatives(name).get(tuple(i for i in which if i != 1))
            if function:
                room += sum(abs(function(inside[0], y, *others)) for y in (0, 1))
            else:
                room += 1
    information = np.finfo(dtype)
    smallest = information.tiny * max([1, *(abs(x) for x in point if abs(x) < 1e38)])
    with np.errstate(over="ignore"):
        return dtype(float(value)), BOUND * information.eps * float(room) + 4 * smallest


MORE = {  # beside those of the catalogue
    "z": [-88.5, -1e-10, 1e-10, 1.3169578969248166, 17],
    "p": [-0.0, 1e-300, 1e-42, 1e-8, 0.4, 1 - 2**-24],
}


# A label as small as that would be less than what an end is moved by.
VALUES_OF_LABELS = {"s": [0, 1e-9, 0.5, 0.9, 1], "w": [0, 1, 2.5, 1e30]}


def rows(case, dtype):
    """Points that differ, one a row."""
    more = [np.array(MORE.get(kind, []), dtype) for kind in case.kinds]
    base = [
        VALUES_OF_LABELS.get(kind, case.grid(dtype)[i])
        for i, kind in enumerate(case.kinds)
    ]
    axes = [np.append(a, b).astype(dtype) for a, b in zip(base, more, strict=True)]
    if case.name.startswith("binary_cross_entropy, clipped"):
        kinks = [CLIP, 0.999] if dtype == np.float64 else []
        axes[0] = np.append(axes[0], np.array(kinks, dtype))
    if "hinge" in case.name or "margin" in case.name:
        axes[0] = np.append(axes[0], np.array([1], dtype))
    grid = np.array([x.ravel() for x in np.meshgrid(*axes, indexing="ij")]).T
    # Beside a tiny weight an end is not yet reached where the oracle stands.
    tiny = np.any((grid != 0) & (abs(grid) < 1e-20), axis=1)
    ends = np.any((grid == 0) | (abs(grid) == 1) | np.isinf(grid), axis=1)
    grid = grid[~(tiny & ends)] if case.kinds in ("xu", "xv", "pp") else grid
    return grid if len(grid) <= SIZE else grid[:: len(grid) // SIZE + 1]


@functools.cache
def expected(case, dtype):
    points = rows(case, dtype)
    found = {}
    for which in derivatives(case.name):
        pairs = [truth(case.name, point, which, dtype) for point in points.tolist()]
        found[which] = tuple(map(np.array, zip(*pairs, strict=True)))
    return points, found


# ---- what the libraries say --------------------------------------------------------


class Torch:
    name = "torch"

    def __init__(self):
        self.torch = need("torch")
        one = (self.torch.ones(1),)
        with warnings.catch_warnings():  # about what PyTorch loads the first time
            warnings.simplefilter("ignore", DeprecationWarning)
            self.torch.func.jvp(lambda x: x, one, one)

    def array(self, values):
        return self.torch.tensor(values)

    def forward(self, function, i):
        def slope(*arrays):
            along = [self.torch.zeros_like(a) for a in arrays]
            along[i] = self.torch.ones_like(arrays[i])
            return self.torch.func.jvp(function, arrays, tuple(along))[1]

        return slope

    def backward(self, function, i):
        def slope(*arrays):
            result, pull = self.torch.func.vjp(function, *arrays)
            return pull(self.torch.ones_like(result))[i]

        return slope

    def compiled(self, function):
        return function


class Jax:
    name = "jax"

    def __init__(self):
        self.jax = need("jax")

    def array(self, values):
        return self.jax.numpy.asarray(values)

    def forward(self, function, i):
        def slope(*arrays):
            along = [self.jax.numpy.zeros_like(a) for a in arrays]
            along[i] = self.jax.numpy.ones_like(arrays[i])
            return self.jax.jvp(function, arrays, tuple(along))[1]

        return slope

    def backward(self, function, i):
        def slope(*arrays):
            result, pull = self.jax.vjp(function, *arrays)
            return pull(self.jax.numpy.ones_like(result))[i]

        return slope

    def compiled(self, function):
        return self.jax.jit(function)


def check(library, case, dtype, modes, compiled):
    points, found = expected(case, dtype)
    if library.name == "jax":  # takes subnormal numbers for 0
        keep = np.all((points == 0) | (abs(points) >= np.finfo(dtype).tiny), axis=1)
        points = points[keep]
        found = {k: (a[keep], b[keep]) for k, (a, b) in found.items()}
    arrays = [library.array(np.resize(x, SIZE)) for x in points.T]
    take = {"f": library.forward, "b": library.backward}

    def slopes(*arrays):
        results = []
        for i, *more in found:
            function = take[modes[0]](case.function, i)
            if more:
                function = take[modes[1]](function, *more)
            results.append(function(*arrays))
        return results

    if compiled:
        slopes = library.compiled(slopes)
    for which, result in zip(found, slopes(*arrays), strict=True):
        got = np.asarray(result)[: len(points)]
        assert got.dtype == dtype
        value, room = found[which]
        with np.errstate(invalid="ignore"):
            right = (got == value) | (abs(got - value) <= room)
        wrong = [
            f"by {which} at {point}: {g!r}, right {v!r}"
            for point, g, v, good in zip(
                points.tolist(), got, value, right, strict=True
            )
            if not good
        ]
        assert not wrong, "\n".join([f"{len(wrong)} wrong", *wrong[:20]])


every_case = pytest.mark.parametrize("case", CASES, ids=str)


def test_every_function_has_its_formula():
    assert set(FORMULAS) == {case.name for case in CASES}


# Forward or backward for the first derivative, and for the second; in which dtype.
TURNS = [("ff", np.float64), ("fb", np.float32), ("bf", np.float64), ("bb", np.float32)]


@every_case
@pytest.mark.parametrize(("modes", "dtype"), TURNS)
def test_torch(case, modes, dtype):
    check(Torch(), case, dtype, modes, compiled=False)


@every_case
@pytest.mark.parametrize(("modes", "dtype"), TURNS[::3])
def test_jax(case, modes, dtype):
    check(Jax(), case, dtype, modes, compiled=False)


@pytest.mark.parametrize(
    ("case", "modes", "dtype"),
    [  # in turns, as compiling takes a second
        pytest.param(
            case, *(("fb", np.float64), ("bf", np.float32))[i % 2], id=str(case)
        )
        for i, case in enumerate(CASES)
    ],
)
def test_jax_compiled(case, modes, dtype):
    check(Jax(), case, dtype, modes, compiled=True)
