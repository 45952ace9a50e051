"""interactive: the numbers of every figure, its markup, and what it may not hold."""

import base64
import functools
import inspect
import math
import re
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from bcelib import (
    bernoulli,
    data,
    interactive,
    losses,
    metrics,
    models,
    network,
    numerics,
)
from bcelib.interactive import svg

FIGURES = {name: getattr(interactive, name) for name in interactive.__all__}
every_figure = pytest.mark.parametrize("name", FIGURES)


def output(figure):
    """The element of the output; an error if it is not well-formed XML as well."""
    return ElementTree.fromstring(figure._repr_html_())


def markup(figure):
    """The figure's element, which the output holds as the text of a script."""
    return output(figure).find("script[@type='text/html']/figure")


def still(element):
    """The drawing that an output shows before its figure."""
    kind, _, image = element.find("img").get("src").partition(",")
    assert kind == "data:image/svg+xml;base64"
    return base64.b64decode(image).decode()


def columns(figure):
    """{column: its texts}, as the page carries them."""
    attributes = markup(figure).attrib.items()
    return {k[5:]: v.split("|") for k, v in attributes if k.startswith("data-")}


def numbers(figure):
    """{column: its numbers}, those columns that are numbers."""
    found = {}
    for name, texts in columns(figure).items():
        try:
            found[name] = np.array(texts, dtype=float)
        except ValueError:
            continue  # a verdict in words, or a curve
    return found


# The numbers are those of bcelib


def of_loss_and_tangent(z, **_):
    return {
        "p": numerics.sigmoid(z),
        "loss1": losses.binary_cross_entropy_with_logits(z, 1),
        "loss0": losses.binary_cross_entropy_with_logits(z, 0),
        "slope1": losses.binary_cross_entropy_with_logits_grad(z, 1),
        "slope0": losses.binary_cross_entropy_with_logits_grad(z, 0),
    }


def of_coin_likelihood(heads, trials, **_):
    tosses = [
        np.repeat([1, 0], [int(k), int(n - k)])
        for k, n in zip(heads, trials, strict=True)
    ]
    best = [bernoulli.mle(y) for y in tosses]
    pairs = [*zip(best, tosses, strict=True)]
    return {
        "best": best,
        "at_best": [bernoulli.likelihood(p, y) for p, y in pairs],
        "log_at_best": [bernoulli.log_likelihood(p, y) for p, y in pairs],
        "at_half": [bernoulli.likelihood(0.5, y) for y in tosses],
        "log_at_half": [bernoulli.log_likelihood(0.5, y) for y in tosses],
    }


def of_one_flip(p, **_):
    return {"heads": p, "tails": 1 - p}


def of_daily_losses(p, **_):
    rain = np.array([1, 1, 0, 1, 1, 1, 0, 1, 0, 1])
    careful = np.array([0.8, 0.7, 0.3, 0.8, 0.6, 0.7, 0.4, 0.9, 0.2, 0.7])
    bold = np.array([0.99, 0.9, 0.1, 0.99, p, 0.95, 0.05, 0.99, 0.02, 0.9], object)
    mean = sum(-np.log(f if y else 1 - f) for f, y in zip(bold, rain, strict=True)) / 10
    return {
        "loss": -np.log(p),
        "mean": mean,
        "careful": losses.binary_cross_entropy(careful, rain).mean() + 0 * p,
        "constant": losses.binary_cross_entropy(0.7, rain).mean() + 0 * p,
    }


def of_sigmoid_odds_logodds(z, **_):
    p = numerics.sigmoid(z)
    return {"minus_z": -z, "p": p, "q": 1 - p, "odds": p / (1 - p)}


def of_decision_boundary(angle, **_):
    w1, w2 = 2 * np.cos(np.radians(angle)), 2 * np.sin(np.radians(angle))
    models_ = zip(w1, w2, np.full(angle.size, -0.5), strict=True)
    return of_models(map(np.array, models_))


def of_boundary_descent(step, **_):
    X, y = twenty_tumours()
    theta, found = np.array([-1, 0.5, 0]), []
    for _ in step:
        found.append(theta)
        error = numerics.sigmoid(X @ theta[:2] + theta[2]) - y
        theta = theta - np.append(error @ X, error.sum()) / 20
    return of_models(found) | {"bias": np.array(found)[:, 2]}


def twenty_tumours():
    """The first twenty that chapter 8 learns from, to a tenth of a unit."""
    X, y, _ = data.breast_cancer(["mean_radius", "worst_smoothness"])
    train = np.random.default_rng(0).permutation(y.size)[:400]
    X = (X - X[train].mean(axis=0)) / X[train].std(axis=0)
    return X[train[:20]].round(1), y[train[:20]]


def of_models(thetas):
    X, y = twenty_tumours()
    found = []
    for w1, w2, bias in thetas:
        z = X @ [w1, w2] + bias
        error = np.abs(numerics.sigmoid(z) - y)
        length = math.hypot(w1, w2)
        numbers = {"w1": w1, "w2": w2, "hardest": error.max()}
        numbers["loss"] = losses.binary_cross_entropy_with_logits(z, y).mean()
        numbers["right"] = np.sum((z > 0) == (y == 1))
        numbers |= {"turn": math.degrees(math.atan2(w2, w1)), "reach": length / 2}
        numbers["edge"] = -bias / length
        found.append(numbers | {f"r{i}": 40 * e for i, e in enumerate(error)})
    return {name: np.array([each[name] for each in found]) for name in found[0]}


def of_gradient_descent_step(eta, **_):
    w = v = np.full(eta.size, 4.0)
    expected = {"share": eta / 8}
    for k in range(9):
        loss = losses.binary_cross_entropy_with_logits(
            np.stack([w, w]), [[1], [0]] + 0 * w
        )
        expected |= {f"w{k}": w, f"v{k}": v, f"f{k}": loss.mean(axis=0)}
        w, v = w - eta * (numerics.sigmoid(w) - 0.5), v - eta * v / 4
    return expected


def of_margin_losses(m, **_):
    hinge = losses.hinge_loss(-m, 0)
    return {
        "zero_one": losses.zero_one_loss(m, 1),
        "logistic": numerics.softplus(-m),
        "logistic_slope": numerics.sigmoid(m) - 1,
        "hinge": hinge,
        "hinge_slope": np.where(m < 1, -1, 0),
        "squared_hinge": hinge**2,
        "squared_hinge_slope": -2 * hinge,
        "exponential": np.exp(-m),
        "exponential_slope": -np.exp(-m),
    }


def of_label_smoothing(alpha, **_):
    y = 1 - alpha / 2
    return {
        "y": y,
        "minus_y": -y,
        "rest": 1 - y,
        "z": numerics.logit(y),
        "floor": bernoulli.entropy(y),
    }


def of_focal_loss(gamma, **_):
    def loss(p, g):
        return -((1 - p) ** g) * np.log(p)

    def best(q, g):
        mean = lambda p: q * loss(p, g) + (1 - q) * loss(1 - p, g)  # noqa: E731
        return minimize_scalar(mean, bounds=(0, 1), options={"xatol": 1e-9}).x

    def slope(z, g):  # by the complex step
        return loss(1 / (1 + np.exp(-(z + 1e-30j))), g).imag / 1e-30

    turns = [
        minimize_scalar(slope, args=(g,), bounds=(-6, 0), options={"xatol": 1e-9})
        for g in gamma
    ]
    return {
        "best": [best(0.8, g) for g in gamma],
        "rare": [best(0.01, g) for g in gamma],
        "turn": [turn.x for turn in turns],
        "lowest": [turn.fun for turn in turns],
    }


SQUARE = np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]])


def unpacked(theta):
    return theta[:4].reshape(2, 2), theta[4:6], theta[6:8], theta[8]


def xor_loss(theta):
    U, c, w, b = unpacked(theta)
    z = np.tanh(SQUARE @ U + c) @ w + b
    return np.mean(np.log(1 + np.exp(z)) - [0, 1, 1, 0] * z)


@functools.cache
def xor_descent():
    """The weights after every tenth step, each by the complex step: no chain rule."""
    theta = np.array([-2.3, 0.1, 0.4, -1.3, 0.2, -0.2, -0.3, -0.7, -0.7])
    found = [theta]
    for _ in range(200):
        nudged = theta + 1e-30j * np.eye(9)
        theta = theta - np.array([xor_loss(each).imag for each in nudged]) / 1e-30
        found.append(theta)
    return found[::10]


def of_hidden_space(step, **_):
    found = []
    for theta in xor_descent():
        U, c, w, b = unpacked(theta)
        h = np.tanh(SQUARE @ U + c)
        values = {"loss": xor_loss(theta), "edge": -b / math.hypot(*w)}
        values |= {"turn": math.degrees(math.atan2(w[1], w[0]))}
        for i, (across, up) in enumerate(100 * h):
            values |= {f"x{i}": across, f"y{i}": up}
            values[f"p{i}"] = 1 / (1 + math.exp(-h[i] @ w - b))
        found.append(values)
    return {name: np.array([each[name] for each in found]) for name in found[0]}


def of_surprise(p, **_):
    nats = losses.binary_cross_entropy(p, 1)
    return {"nats": nats, "bits": nats / math.log(2), "p2": p**2, "nats2": 2 * nats}


def of_surprise_areas(p, **_):
    rain, dry = -np.log(p), -np.log(1 - p)
    floor = -0.7 * np.log(0.7) - 0.3 * np.log(0.3)
    area = 0.7 * rain + 0.3 * dry
    return {
        "rain": rain,
        "dry": dry,
        "rain_area": 0.7 * rain,
        "dry_area": 0.3 * dry,
        "area": area,
        "floor": floor + 0 * p,
        "kl": area - floor,
    }


def of_bucket_edges(low, **_):
    X, y = data.two_gaussians(200, rng=np.random.default_rng(22))
    p, said, loss = numerics.sigmoid(0.9 * X.sum(axis=1)), [], []
    for edge in low.round(2):
        buckets = [y[p <= edge], y[(p > edge) & (p <= 1 - edge)], y[p > 1 - edge]]
        said.append([bucket.mean() for bucket in buckets])
        loss.append(sum(b.size * bernoulli.entropy(b.mean()) for b in buckets) / 200)
    left, middle, right = np.transpose(said)
    return {
        **{"high": 1 - low, "left": left, "middle": middle, "right": right},
        **{"loss": loss, "own": metrics.log_loss(p, y) + 0 * low},
        "one": bernoulli.entropy(y.mean()) + 0 * low,
    }


def oracle(name):
    """`of_NAME`: all columns of numbers, from those in its signature."""
    assert f"of_{name}" in globals(), (
        f"write here of_{name}(column, **_), where `column` says where the slider of "
        f"{name} stands: it computes every other column of numbers in another way"
    )
    return globals()[f"of_{name}"]


def places(name):
    """The columns that say where the slider stands."""
    return [each for each in inspect.signature(oracle(name)).parameters if each != "_"]


@every_figure
def test_numbers_are_those_of_bcelib(name):
    found = numbers(FIGURES[name]())
    expected = oracle(name)(**found)
    assert {*found} == {*expected, *places(name)}, f"of_{name}: every number"
    shown = columns(FIGURES[name]())
    for column, values in expected.items():
        decimals = [len(text.partition(".")[2]) for text in shown[column]]
        tolerance = np.power(0.1, decimals) * 0.51
        assert np.all(np.abs(found[column] - values) <= tolerance), column


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        (interactive.loss_and_tangent(0), {"loss1": math.log(2), "slope1": -0.5}),
        (interactive.loss_and_tangent(-6), {"loss1": 6 + math.log1p(math.exp(-6))}),
        (
            interactive.coin_likelihood(7, 10),
            {"best": 0.7, "log_at_best": 7 * math.log(0.7) + 3 * math.log(0.3)},
        ),
        (interactive.coin_likelihood(0, 3), {"best": 0, "log_at_best": 0}),
        (interactive.coin_likelihood(13, 40), {"heads": 13, "best": 0.325}),
        (interactive.sigmoid_odds_logodds(0), {"p": 0.5, "q": 0.5, "odds": 1}),
        (interactive.gradient_descent_step(0.5), {"eta": 4, "v1": 0, "v8": 0}),
        (interactive.gradient_descent_step(1.0), {"v1": -4, "v8": 4}),
        (interactive.gradient_descent_step(1.5), {"v8": 1024}),
        (interactive.margin_losses(0), {"zero_one": 1, "logistic": math.log(2)}),
        (interactive.margin_losses(1), {"hinge": 0, "hinge_slope": 0}),
        (interactive.label_smoothing(0.2), {"z": math.log(9), "y": 0.9}),
        (interactive.bucket_edges(0.2), {"high": 0.8}),
        (interactive.label_smoothing(1), {"z": 0, "floor": math.log(2)}),
        (interactive.focal_loss(2), {"best": 0.627, "rare": 0.154, "turn": -2.79}),
        (interactive.surprise(0.25), {"bits": 2, "nats": math.log(4)}),
        (interactive.surprise(1), {"bits": 0, "nats": 0}),
        (interactive.one_flip(0), {"heads": 0, "tails": 1}),
        (interactive.one_flip(0.7), {"heads": 0.7, "tails": 0.3}),
        (interactive.daily_losses(0.01), {"loss": math.log(100), "mean": 0.5074}),
        (interactive.daily_losses(0.99), {"loss": -math.log(0.99), "mean": 0.0479}),
        (interactive.decision_boundary(0), {"w1": 2, "w2": 0, "edge": 0.25}),
        (interactive.decision_boundary(-90), {"w1": 0, "w2": -2, "turn": -90}),
        (interactive.boundary_descent(0), {"w1": -1, "w2": 0.5, "bias": 0}),
        (interactive.hidden_space(0), {"x3": round(-100 * math.tanh(1.7))}),
    ],
)
def test_exact_values(figure, expected):
    found = numbers(figure)
    now = {column: found[column][figure.start] for column in expected}
    assert now == pytest.approx(expected, abs=0.0006)


def test_boundary_has_the_tumours_in_their_places():
    X, y = twenty_tumours()
    for figure in (interactive.decision_boundary(), interactive.boundary_descent()):
        for i, ((size, roughness), label) in enumerate(zip(X + 0, y, strict=True)):
            assert (f"M{size:g} {roughness:g}{svg.DOT}" in figure.drawing) == label
            ring = f"M{100 * size:g} {100 * roughness:g}m0 {{r{i}}}a{{r{i}}} {{r{i}}} "
            (path,) = (p for p in markup(figure).iter("path") if ring in str(p.attrib))
            assert path.get("class") == ("thin blue" if label else "thin orange")


def test_right_angle_of_the_boundary_is_one():
    for figure in (interactive.decision_boundary(), interactive.boundary_descent()):
        matrix = next(
            group.get("transform")
            for group in markup(figure).iter("g")
            if "rotate" in "".join(inner.get("transform") for inner in group.iter("g"))
            and group.get("transform").startswith("matrix")
        )
        across, _, _, down, *_ = map(float, re.findall(r"-?[\d.]+", matrix))
        assert across == pytest.approx(-down)


def test_descent_goes_down_and_turning_shows_the_best_angle():
    loss = numbers(interactive.boundary_descent())["loss"]
    assert np.all(np.diff(loss) <= 0)
    found = numbers(interactive.decision_boundary())
    assert found["angle"][np.argmin(found["loss"])] == 30


def test_descents_are_those_of_the_package():
    found = numbers(interactive.boundary_descent())
    options = {"method": "gradient descent", "step_size": 1, "tolerance": None}
    start = models.LinearModel([-1, 0.5], 0)
    X, y = twenty_tumours()
    model = models.fit(X, y, start=start, max_passes=20, **options).model
    last = [found[column][-1] for column in ("w1", "w2", "bias")]
    assert last == pytest.approx([*model.weights, model.bias], abs=0.005)
    found = numbers(interactive.hidden_space())
    start = network.Network(*unpacked(xor_descent()[0]))
    model = network.fit(SQUARE, [0, 1, 1, 0], start=start, max_passes=200).model
    last = [found[f"p{i}"][-1] for i in range(4)]
    assert last == pytest.approx(model.probabilities(SQUARE), abs=0.005)


def test_two_paths_part_at_two_over_l():
    found = numbers(interactive.gradient_descent_step())
    settles = found["share"] < 1
    first, last = np.abs(found["v0"]), np.abs(found["v8"])
    assert np.all(last[settles] < first[settles])
    assert np.all(last[found["share"] > 1] > first[found["share"] > 1])
    # The slope of the loss is at most ½, so no step is longer than η/2.
    steps = np.abs(found["w8"] - found["w7"])
    assert np.all(steps <= found["eta"] / 2 + 0.01)


def test_hidden_space_halts_twice_and_then_solves():
    found = numbers(interactive.hidden_space())
    at = dict(zip(found["step"], found["loss"], strict=True))
    assert at[20] == pytest.approx(math.log(2), abs=0.002)
    assert 0 < at[140] - math.log(2) / 2 < 0.025
    assert at[200] < 0.05
    # At the second halt a cross and a dot lie in one place.
    halt = found["step"] == 130
    for dot, cross in (("x2", "x3"), ("y2", "y3")):
        assert np.abs(found[dot] - found[cross])[halt] <= 1


def test_careful_app_wins_until_the_fifth_forecast_is_7_percent():
    figure = interactive.daily_losses()
    found, verdicts = numbers(figure), columns(figure)["verdict"]
    for p, mean, verdict in zip(found["p"], found["mean"], verdicts, strict=True):
        assert verdict == ("ahead" if p >= 0.07 else "behind")
        assert (mean < 0.322) == (verdict == "ahead")


# The drawing stands where the numbers say


def points(d):
    """The points of a path that goes by relative moves."""
    start, _, moves = d.partition("l")
    found = re.findall(r"-?\d*\.?\d+", moves)
    steps = np.array(found, dtype=float).reshape(-1, 2)
    first = np.array(re.findall(r"-?\d*\.?\d+", start), dtype=float)
    return np.vstack([first, first + np.cumsum(steps, axis=0)]).T


@given(st.floats(-3, 3), st.floats(-3, 3))
def test_curve_leaves_the_graph_by_less_than_an_eye_sees(a, b):
    axes = svg.Axes(x=(-2, 5), y=(-9, 9), top=10, height=180)
    x = np.linspace(-2, 5, 1401)
    y = a * np.sin(x) + b * np.cos(2 * x)
    drawn_x, drawn_y = points(axes.curve(x, y))
    assert drawn_x[[0, -1]] == pytest.approx([-2, 5])
    distance = np.abs(np.interp(x, drawn_x, drawn_y) - y) * axes.scale[1]
    assert distance.max() < 0.4  # a line is 2 units wide


def test_curve_of_a_line_is_two_points():
    axes = svg.Axes(x=(0, 1), y=(0, 1), top=0, height=100)
    x = np.linspace(0, 1, 101)
    assert axes.curve(x, 1 - x) == "M0 1l1-1"


def test_curve_stops_outside_the_panel():
    axes = svg.Axes(x=(0, 1), y=(0, 1), top=0, height=100)
    x = np.linspace(0, 1, 1001)
    with np.errstate(divide="ignore"):
        drawn_x, drawn_y = points(axes.curve(x, 1 / x - 1))
    assert 1 < drawn_y.max() < 1.2
    assert drawn_x.max() == 1


@pytest.mark.parametrize(
    ("name", "column", "curve"),
    [
        ("coin_likelihood", "curve", lambda p: (p / 0.7) ** 7 * ((1 - p) / 0.3) ** 3),
        (
            "coin_likelihood",
            "log_curve",
            lambda p: 7 * np.log(p / 0.7) + 3 * np.log((1 - p) / 0.3),
        ),
    ],
)
def test_moving_curves_are_graphs(name, column, curve):
    figure = FIGURES[name]()
    x, y = points(columns(figure)[column][figure.start])
    inside = (x > 0) & (x < 1)
    height = 1 if column == "curve" else 8
    assert y[inside] == pytest.approx(curve(x[inside]), abs=0.005 * height)


def test_focal_curves_are_graphs_of_slope_and_best_forecast():
    figure = interactive.focal_loss(2)
    shown = {name: texts[figure.start] for name, texts in columns(figure).items()}
    z, slope = points(shown["slopes"])
    expected = losses.focal_loss_grad(z, 1, gamma=2)
    assert slope == pytest.approx(expected, abs=0.01)
    q, p = np.array(re.findall(r"[\d.]+", shown["forecasts"]), float).reshape(-1, 2).T
    ones, zeros = (losses.focal_loss_grad(numerics.logit(p), y) for y in (1, 0))
    assert p[[0, -1]].tolist() == q[[0, -1]].tolist() == [0, 0.5]
    assert q * ones + (1 - q) * zeros == pytest.approx(0 * q, abs=0.001)


def test_outline_of_the_hidden_space_is_the_edge_of_the_square():
    side, end = np.linspace(-1, 1, 7), np.ones(7)
    edges = [np.transpose([side, -end]), np.transpose([end, side])]
    square = np.concatenate([*edges, -edges[0], -edges[1]])
    figure = interactive.hidden_space()
    for theta, d in zip(xor_descent(), columns(figure)["outline"], strict=True):
        U, c, *_ = unpacked(theta)
        expected = 100 * np.tanh(square @ U + c).T
        np.testing.assert_allclose(points(d), expected, atol=0.51)


def test_sheared_softplus_is_the_loss():
    figure = interactive.label_smoothing(0.2)
    softplus = next(
        path
        for path in markup(figure).iter("path")
        if path.get("transform", "").startswith("matrix(1 -0.90")
    )
    z, value = points(softplus.get("d"))
    expected = losses.binary_cross_entropy_with_logits(z, 0.9)
    assert value - 0.9 * z == pytest.approx(expected, abs=0.01)


def test_bars_are_as_high_as_the_losses():
    rain = np.array([1, 1, 0, 1, 1, 1, 0, 1, 0, 1])
    bold = np.array([0.99, 0.9, 0.1, 0.99, 0.01, 0.95, 0.05, 0.99, 0.02, 0.9])
    bars = [
        [float(x) for x in re.findall(r"[\d.]+", bar.get("transform"))]
        for bar in markup(interactive.daily_losses()).iter("rect")
        if "orange" in bar.get("class")
    ]
    heights = [height for _, height in bars[:10]]
    assert heights == pytest.approx(losses.binary_cross_entropy(bold, rain), rel=0.005)
    assert bars[10] == [0.507, 1]  # the mean lies: its width is the number


@every_figure
def test_still_is_the_template_filled_in(name):
    figure = FIGURES[name]()
    now = {k: texts[figure.start] for k, texts in columns(figure).items()}
    moving = [
        p for p in markup(figure).iter() if {"data-d", "data-transform"} & {*p.keys()}
    ]
    assert moving
    for part in moving:
        for key in ("d", "transform"):
            if template := part.get(f"data-{key}"):
                assert part.get(key) == template.format(**now)


@every_figure
def test_words_are_those_of_the_position(name):
    figure = FIGURES[name]()
    root = markup(figure)
    said = ["".join(line.itertext()) for line in root.find("output")]
    title, *lines = repr(figure).splitlines()
    assert [line.strip() for line in lines] == said
    assert root.find("svg/title").text == title
    assert root.find("label/input").get("aria-valuetext") == said[0]
    assert not re.search("0x|object at", repr(figure))


@every_figure
def test_table_holds_the_still_and_both_ends(name):
    figure = FIGURES[name]()
    root, shown = markup(figure), columns(figure)
    rows = [[cell.text for cell in row] for row in root.iter("tr")][1:]
    fields = figure.words["table"].values()
    for i in (0, figure.start, -1):
        assert [svg.minus(shown[field][i]) for field in fields] in rows
    assert len(rows) <= 8


# Any argument, any copy, any process


def start(name):
    """The argument of a figure, the ends that its docstring names, and its column."""
    (argument,) = inspect.signature(FIGURES[name]).parameters
    said = inspect.getdoc(FIGURES[name]).replace("−", "-")
    ends = re.search(r"in \[(-?[\d.]+), (-?[\d.]+)\]", said)
    assert ends, f"{name}: its docstring says in which [low, high] {argument} must be"
    column = argument if argument in numbers(FIGURES[name]()) else places(name)[0]
    return argument, *map(float, ends.groups()), column


@pytest.mark.parametrize(
    "name", [name for name in FIGURES if name != "coin_likelihood"]
)
class TestStart:
    def test_is_the_nearest_position(self, name):
        argument, low, high, column = start(name)
        for value in np.linspace(low, high, 7):
            figure = FIGURES[name](**{argument: value})
            positions = numbers(figure)[column]
            gaps = np.abs(positions - value)
            assert gaps[figure.start] == pytest.approx(gaps.min())
            step = np.diff(positions)
            assert step == pytest.approx(np.full(step.size, step[0]))

    def test_refuses_what_is_outside(self, name):
        argument, low, high, _ = start(name)
        span = re.escape(f"[{low:g}, {high:g}]")
        for value in (low - 0.001, high + 0.001, math.inf, math.nan):
            with pytest.raises(ValueError, match=f"{argument} must be in {span}"):
                FIGURES[name](value)

    def test_refuses_what_is_no_number(self, name):
        argument, low, high, _ = start(name)
        for value in ("0.5", None, 1j):
            with pytest.raises(TypeError, match=f"{argument} must hold real numbers"):
                FIGURES[name](value)
        with pytest.raises(ValueError, match=f"{argument} must be one number"):
            FIGURES[name]([low, high])


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"trials": 0}, ValueError, "trials must be at least 1; got 0"),
        ({"heads": -1}, ValueError, "heads must be at least 0; got -1"),
        (
            {"heads": 8, "trials": 7},
            ValueError,
            "heads must be at most trials, .* 7; got 8",
        ),
        ({"trials": 10.5}, TypeError, "trials must be a whole number; got 10.5"),
        ({"heads": "7"}, TypeError, "heads must be a whole number; got '7'"),
    ],
)
def test_coin_refuses(arguments, error, message):
    with pytest.raises(error, match=message):
        interactive.coin_likelihood(**arguments)


@given(st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_coin_starts_at_its_heads(tosses):
    heads, trials = tosses
    figure = interactive.coin_likelihood(heads, trials)
    found = numbers(figure)
    assert found["heads"][figure.start] == heads
    assert found["heads"][[0, -1]].tolist() == [0, trials]
    assert found["heads"].size <= 12


@every_figure
def test_same_bytes_twice_and_in_another_process(name):
    html = FIGURES[name]()._repr_html_()
    assert FIGURES[name]()._repr_html_() == html
    code = (
        "import sys; from bcelib import interactive; "
        f"sys.stdout.buffer.write(interactive.{name}()._repr_html_().encode())"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert run.stdout == html.encode()


# What a figure may and may not hold


@every_figure
def test_columns_agree_and_are_all_in_use(name):
    figure = FIGURES[name]()
    shown = columns(figure)
    slider = markup(figure).find("label/input")
    assert {len(texts) for texts in shown.values()} == {int(slider.get("max")) + 1}
    templates = [figure.drawing, *(line for _, line in figure.words["lines"])]
    used = {
        *re.findall(r"{(\w+)}", " ".join(templates)),
        *figure.words["table"].values(),
    }
    assert used == {*shown}


@every_figure
def test_nothing_is_fetched_and_nothing_is_named_twice(name):
    html = FIGURES[name]()._repr_html_()
    whole, root = output(FIGURES[name]()), markup(FIGURES[name]())
    # The name of the language SVG is an address that nobody asks.
    bare = re.sub('src="data:image/svg[^"]*"', "", html)
    drawn = still(whole).replace('xmlns="http://www.w3.org/2000/svg"', "", 1)
    for text in (bare, drawn):
        assert not re.search(r"https?:|//|\burl\(|@import|\b(src|href)=", text)
    assert not [element for element in whole.iter() if "id" in element.attrib]
    # No timers, no motion of its own, no network.
    script = whole.findall("script")[-1].text
    assert not re.search("setTimeout|setInterval|requestAnimation|fetch|import", script)
    assert not re.search("transition|animation", root.find("svg/style").text)


@every_figure
def test_markup_speaks(name):
    root = markup(FIGURES[name]())
    svg, slider = root.find("svg"), root.find("label/input")
    assert root.get("class") == "bce-interactive"
    assert svg.get("role") == "img"
    assert [child.tag for child in svg][:2] == ["title", "desc"]
    assert len(svg.find("desc").text) >= 80
    assert root.find("label/span").text
    assert slider.get("type") == "range"
    assert slider.get("disabled") == "disabled"  # until the script wakes it
    assert root.find("figcaption").text.endswith(".")


@every_figure
def test_before_its_cell_runs_it_is_a_still(name):
    """A notebook not trusted yet takes scripts and styles out, with their text."""
    whole = output(FIGURES[name]())
    for script in whole.findall("script"):
        whole.remove(script)
    assert "".join(whole.itertext()) == "Run this cell to see the figure."
    [image] = whole.findall("img")
    assert len(image.get("alt")) >= 20
    drawing = ElementTree.fromstring(still(whole))
    svg = "{http://www.w3.org/2000/svg}"
    assert drawing.tag == f"{svg}svg"
    drawn = [path.get("d") for path in drawing.iter(f"{svg}path")]
    figure = markup(FIGURES[name]()).find("svg")
    assert drawn == [path.get("d") for path in figure.iter("path")]
    assert all(drawn)


@every_figure
def test_the_arrow_keys_of_a_notebook_are_the_sliders(name):
    slider = markup(FIGURES[name]()).find("label/input")
    assert slider.get("data-lm-suppress-shortcuts") == "true"


@every_figure
def test_size(name):
    limit = 19_000 if name == "coin_likelihood" else 13_000
    html = FIGURES[name]()._repr_html_()
    before, _, figure = html.partition('<script type="text/html">')
    assert len(figure.encode()) <= limit
    assert len(before) <= 9_000


@pytest.mark.parametrize(
    ("value", "count", "text"),
    [(-0.0, 1, "0.0"), (-0.0004, 3, "0.000"), (-0.0006, 3, "-0.001"), (2, 0, "2")],
)
def test_fixed(value, count, text):
    assert svg.fixed(count, column=[value]) == {"column": [text]}


def test_assets_lose_comments_only():
    assert "//" not in svg._asset("figure.js")
    assert "/*" not in svg._asset("figure.css")
    for asset in ("figure.js", "figure.css", "drawing.css"):
        assert not re.search("[<&]", svg._asset(asset))  # well-formed inside XML
