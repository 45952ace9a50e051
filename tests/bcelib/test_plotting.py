"""plotting: each function draws the numbers it names on the axes it is given."""

import math

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from bcelib import data, metrics, models, plotting


@pytest.fixture
def ax():
    return Figure().subplots()


@pytest.fixture(scope="module")
def clouds():
    return data.two_gaussians(100, rng=np.random.default_rng(1))


def drawn_lines(ax):
    return {line.get_label(): line.get_xydata() for line in ax.get_lines()}


def level_lines(ax):
    """The points of each contour, in the order of drawing."""
    return [
        np.concatenate(collection.get_paths()[0].to_polygons(closed_only=False))
        for collection in ax.collections
        if isinstance(collection, mpl.contour.ContourSet)
    ]


def test_the_style_is_put_on_and_can_be_taken_off():
    with mpl.rc_context({"axes.spines.right": True}):
        with mpl.rc_context():
            plotting.use_style()
            assert mpl.rcParams["axes.spines.right"] is False
            colours = mpl.rcParams["axes.prop_cycle"].by_key()["color"]
            assert colours[:2] == [plotting.BLUE, plotting.ORANGE]
        assert mpl.rcParams["axes.spines.right"] is True


# The boundary


def test_the_boundary_runs_where_the_model_is_undecided(ax, clouds):
    model = models.LinearModel([2.0, -1.0], 0.5)
    assert plotting.decision_boundary(ax, model, *clouds) is ax
    for line, logit in zip(
        level_lines(ax), (-math.log(9), 0, math.log(9)), strict=True
    ):
        np.testing.assert_allclose(model.logits(line), logit, atol=1e-12)


def test_each_label_has_its_own_colour_and_marker(ax, clouds):
    X, y = clouds
    plotting.decision_boundary(ax, models.fit(X, y).model, X, y)
    zeros, ones = ax.collections[:2]
    np.testing.assert_array_equal(zeros.get_offsets(), X[y == 0])
    np.testing.assert_array_equal(ones.get_offsets(), X[y == 1])
    assert to_hex(zeros.get_edgecolor()[0]).upper() == plotting.ORANGE
    assert to_hex(ones.get_edgecolor()[0]).upper() == plotting.BLUE
    assert len(zeros.get_paths()[0]) != len(ones.get_paths()[0])


def test_a_boundary_outside_the_picture_is_left_out(ax, clouds):
    plotting.decision_boundary(ax, models.LinearModel([0.1, 0.0], 50.0), *clouds)
    assert level_lines(ax) == []


@pytest.mark.parametrize("bias", [0.0, 1.0, -50.0, 50.0])
def test_half_plane_shades_the_side_of_the_ones(ax, bias):
    model = models.LinearModel([1.0, -0.5], bias)
    ax.set(xlim=(-2, 2), ylim=(-1, 3))
    assert plotting.half_plane(ax, model, "here") is ax
    assert (ax.get_xlim(), ax.get_ylim()) == ((-2, 2), (-1, 3))
    assert ax.get_aspect() == 1
    lines = level_lines(ax)
    assert len(lines) == (2 if abs(bias) < 50 else bias > 0)
    for points in lines[:1]:
        assert model.logits(points).min() > -1e-12
    for points in lines[1:]:
        np.testing.assert_allclose(model.logits(points), 0, atol=1e-12)
    arrow, words = ax.texts
    assert arrow.xy == pytest.approx((1, -0.5))
    assert words.get_text() == "here"


@pytest.mark.parametrize("weights", [[1.0], [1.0, 2.0, 3.0], [0.0, 0.0]])
def test_half_plane_refuses_what_has_no_arrow_in_the_plane(ax, weights):
    with pytest.raises(ValueError, match="two weights, not both 0; got"):
        plotting.half_plane(ax, models.LinearModel(weights, 0.0))


def test_landscape_is_as_high_as_the_function():
    ax = Figure().add_subplot(projection="3d")
    seen = []

    def plane(u, v):
        seen.append((u, v))
        return u + 10 * v

    assert plotting.landscape(ax, plane, reach=2) is ax
    assert ax.get_zlim()[0] <= -22 < 22 <= ax.get_zlim()[1]
    assert {(-2, -2), (2, 2), (0, 0), (2, -2)} <= {*seen}


@pytest.mark.parametrize("reach", [0, -1, math.inf, math.nan])
def test_landscape_refuses_no_reach(reach):
    ax = Figure().add_subplot(projection="3d")
    with pytest.raises(ValueError, match=r"reach must be in \(0, inf\); got"):
        plotting.landscape(ax, lambda u, v: u, reach=reach)


def test_a_model_that_is_not_linear_can_be_drawn(ax):
    class Product:
        def logits(self, X):
            return -X[:, 0] * X[:, 1]

    X, y = data.xor(40, rng=np.random.default_rng(0), spread=0.3)
    plotting.decision_boundary(ax, Product(), X, y)
    assert len(level_lines(ax)) >= 1


def test_equal_coordinates_do_not_squeeze_the_picture(ax):
    X, y = np.array([[0.0, 1.0], [2.0, 1.0]]), [0, 1]
    plotting.decision_boundary(ax, models.LinearModel([1.0, 0.0], -1.0), X, y)
    low, high = ax.get_ylim()
    assert low < 1 < high


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        (np.ones((3, 3)), [0, 1, 1], r"two features to be drawn; got shape \(3, 3\)"),
        (np.ones((3, 2)), [0, 1], "one label for each row"),
        (np.ones((2, 2)), [0, 0.5], r"y must be in \{0, 1\}; y\[1\] is 0.5"),
    ],
)
def test_what_cannot_be_drawn_is_refused(ax, X, y, message):
    with pytest.raises(ValueError, match=message):
        plotting.decision_boundary(ax, models.LinearModel([1.0, 1.0], 0.0), X, y)


# Reliability


@pytest.mark.parametrize("binning", ["equal width", "equal count"])
def test_the_diagram_draws_the_curve_and_the_diagonal(ax, binning):
    rng = np.random.default_rng(0)
    p = rng.random(200)
    y = (rng.random(200) < p).astype(int)
    options = {"bins": 5, "binning": binning}
    look = {"rng": np.random.default_rng(1), "label": "ours"}
    assert plotting.reliability_diagram(ax, p, y, **look, **options) is ax
    curve = metrics.reliability_curve(p, y, **options)
    np.testing.assert_array_equal(
        drawn_lines(ax)["ours"],
        np.column_stack([curve.mean_probability, curve.share_of_ones]),
    )
    diagonal = ax.get_lines()[0].get_xydata()
    np.testing.assert_array_equal(diagonal, [[0, 0], [1, 1]])
    band = metrics.consistency_band(p, rng=np.random.default_rng(1), **options)
    drawn = np.array(ax.collections[0].get_segments())
    np.testing.assert_array_equal(drawn[:, 0, 0], curve.mean_probability)
    np.testing.assert_array_equal(drawn[:, :, 1], np.column_stack(band))


def test_the_bars_hold_95_percent_of_a_calibrated_forecaster(ax):
    rng = np.random.default_rng(1)
    inside = total = 0
    for _ in range(100):
        p = rng.random(500)
        ax.clear()
        plotting.reliability_diagram(ax, p, rng.random(500) < p, rng=rng)
        (bars,) = ax.collections
        points = ax.get_lines()[1].get_ydata()
        for point, bar in zip(points, bars.get_segments(), strict=True):
            inside += bar[0, 1] <= point <= bar[1, 1]
            total += 1
    assert inside / total == pytest.approx(0.95, abs=0.02)


def test_a_line_can_be_given_its_own_look(ax):
    look = {"color": plotting.GREEN, "marker": "s"}
    plotting.reliability_diagram(ax, [0.5], [1], rng=np.random.default_rng(0), **look)
    line = ax.get_lines()[1]
    assert (line.get_color(), line.get_marker()) == (plotting.GREEN, "s")


# Curves


def test_what_is_left_above_the_minimum_is_drawn(ax, clouds):
    newton = models.fit(*clouds)
    slow = models.fit(*clouds, method="gradient descent", tolerance=None, max_passes=10)
    fits = {"Newton": newton, "gradient descent": slow}
    floor = newton.losses[-1]
    assert plotting.loss_against_passes(ax, fits, floor=floor) is ax
    lines = drawn_lines(ax)
    np.testing.assert_array_equal(lines["gradient descent"][:, 0], np.arange(11))
    np.testing.assert_allclose(lines["gradient descent"][:, 1], slow.losses - floor)
    assert len(lines["Newton"]) < len(newton.losses)  # at the minimum there is no log
    assert ax.get_yscale() == "log"


def test_without_a_floor_the_objective_itself_is_drawn(ax, clouds):
    newton = models.fit(*clouds)
    plotting.loss_against_passes(ax, {"Newton": newton})
    np.testing.assert_array_equal(drawn_lines(ax)["Newton"][:, 1], newton.losses)
    assert (ax.get_yscale(), ax.get_ylabel()) == ("linear", "objective")


def test_boxes_stand_in_order_with_an_arrow_between(ax):
    words = ["x", "two\nlines", "p"]
    assert plotting.flow(ax, words) is ax
    boxes = [text for text in ax.texts if text.get_text()]
    assert [box.get_text() for box in boxes] == words
    arrows = [text for text in ax.texts if not text.get_text()]
    ends = [(arrow.xyann[0], arrow.xy[0]) for arrow in arrows]
    assert all(k < start < end < k + 1 for k, (start, end) in enumerate(ends))
    assert len(ends) == 2
    assert not ax.axison


CODE = {"often": "0", "seldom": "10", "never": "111"}


def test_each_string_is_a_leaf_at_its_depth(ax):
    chances = {"often": 0.75, "seldom": 0.125, "never": 0.125}
    assert plotting.code_tree(ax, CODE, chances) is ax
    at = {text.get_text(): text.get_position() for text in ax.texts}
    for word, string in CODE.items():
        assert round(at[f"{word} {chances[word]:g}"][0]) == len(string)
    assert [at[share][0] for share in ("1.00", "0.25", "0.12")] == [0, 1, 2]
    digits = [text.get_text() for text in ax.texts if text.get_text() in "01"]
    assert sorted(digits) == ["0", "0", "1", "1", "1"]
    assert len(ax.get_lines()) == len(digits)
    assert not ax.axison


def test_a_branch_joins_a_fork_to_the_next_and_zero_is_above_one(ax):
    plotting.code_tree(ax, {"a": "00", "b": "01", "c": "1"}, dict.fromkeys("abc", 0.2))
    ends = [(*line.get_xydata()[0], *line.get_xydata()[-1]) for line in ax.get_lines()]
    assert sorted(ends) == [
        (0, -1.25, 1, -2),  # the root lies between its two branches
        (0, -1.25, 1, -0.5),
        (1, -0.5, 2, -1),
        (1, -0.5, 2, 0),
    ]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ({"a": "1", "b": "10"}, "code: '1' is the beginning of '10'"),
        ({"a": "0", "b": "0"}, "code: '0' is the beginning of '0'"),
        ({"a": "0", "b": "12"}, "code: '12' has other digits than 0 and 1"),
    ],
)
def test_a_code_that_cannot_be_read_is_refused(ax, code, message):
    with pytest.raises(ValueError, match=message):
        plotting.code_tree(ax, code, dict.fromkeys(code, 0.5))


def test_a_message_without_a_probability_is_refused(ax):
    with pytest.raises(KeyError, match="never"):
        plotting.code_tree(ax, CODE, {"often": 0.75, "seldom": 0.25})


# Where digits are right


def test_each_strip_has_the_colour_of_its_shares(ax):
    shares = {"y = 0": [0, 0.25, 1], "y = 1": [1, 1, 0.5]}
    assert plotting.digit_strips(ax, [-700, 0, 700], shares, [-700, 0]) is ax
    (strips,) = ax.collections
    np.testing.assert_array_equal(strips.get_array(), [*shares.values()])
    assert strips.get_clim() == (0, 1)
    assert [text.get_text() for text in ax.get_xticklabels()] == ["−700", "0"]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["y = 0", "y = 1"]


def test_strips_need_a_share_for_each_logit(ax):
    with pytest.raises(TypeError, match="Dimensions"):
        plotting.digit_strips(ax, [0, 1, 2], {"y = 0": [1, 1]}, [0])


def extents(patch):
    box = patch.get_path().get_extents()
    return [box.x0, box.x1, box.y0, box.y1]


def test_logo_letters_are_as_tall_as_their_weight_and_the_tallest_is_on_top(ax):
    weights = [[0.5, -1.0, 1.5, 0.0], [-1.0, -1.0, -1.0, -1.0], [0.0, 0.0, 0.0, 2.0]]
    assert plotting.sequence_logo(ax, [-1, 0, 1], weights) is ax
    assert len(ax.patches) == 3
    small, tall, alone = map(extents, ax.patches)
    np.testing.assert_allclose(small, [-1.45, -0.55, 0, 0.5], atol=1e-12)
    np.testing.assert_allclose(tall, [-1.45, -0.55, 0.5, 2.0], atol=1e-12)
    np.testing.assert_allclose(alone, [0.55, 1.45, 0, 2.0], atol=1e-12)
    colors = [to_hex(patch.get_facecolor()).upper() for patch in ax.patches]
    assert colors == [plotting.GREEN, "#000000", plotting.ORANGE]
    assert ax.get_ylim() == pytest.approx((0, 2.2))
    assert ax.get_xlim() == (-2, 2)


def test_logo_without_a_positive_weight_is_empty(ax):
    plotting.sequence_logo(ax, [1, 2], [[-1, 0], [0, -2]], "01")
    assert len(ax.patches) == 0
    assert ax.get_ylim() == (0, 1)


@pytest.mark.parametrize(
    ("positions", "weights", "message"),
    [
        ([1, 2], [[1, 2, 3, 4]], r"each of 2 positions .* got shape \(1, 4\)"),
        ([1], [[1, 2, 3]], r"each of 4 letters; got shape \(1, 3\)"),
        ([1], [[1, 2, 3, np.nan]], "weights"),
        ([np.inf], [[1, 2, 3, 4]], "positions"),
    ],
)
def test_logo_refuses_what_does_not_fit(ax, positions, weights, message):
    with pytest.raises(ValueError, match=message):
        plotting.sequence_logo(ax, positions, weights)


def test_a_map_keeps_distances_of_directions_in_a_plane(ax):
    angles = np.array([0.1, 0.9, 2.0, 4.0])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1) * [[1], [5], [2], [3]]
    plotting.word_map(ax, "abcd", vectors, "dab")
    spots = np.array([text.xy for text in ax.texts])
    assert [text.get_text() for text in ax.texts] == ["d", "a", "b"]
    for i, j, apart in ((0, 1, 4.0 - 0.1), (1, 2, 0.9 - 0.1)):
        chord = 2 * abs(math.sin(apart / 2))
        assert math.dist(spots[i], spots[j]) == pytest.approx(chord)


@pytest.mark.parametrize(
    ("vectors", "shown", "message"),
    [
        (np.eye(3), "abx", "shown must name some of words; got 'x'"),
        (np.eye(3), "ab", "at least 3"),
        (np.eye(2), "abc", r"vectors must have shape \(3, d\)"),
        (np.ones((3, 1)), "abc", "d ≥ 2"),
    ],
)
def test_a_map_that_cannot_be_drawn_is_refused(ax, vectors, shown, message):
    with pytest.raises(ValueError, match=message):
        plotting.word_map(ax, "abc", vectors, shown)
