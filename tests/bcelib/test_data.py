"""data: the generators draw what they say, and the shipped table is the real one."""

import hashlib
import math
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer

from bcelib import data, numerics

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "book" / "data" / "breast_cancer_wisconsin.csv"


def rng(seed=0):
    return np.random.default_rng(seed)


# Exact values


def test_posterior_is_twice_the_centre_and_the_prior_log_odds():
    weights, bias = data.two_gaussians_posterior(distance=3.0, balance=0.8)
    np.testing.assert_allclose(weights, [3 / math.sqrt(2)] * 2, rtol=1e-15)
    assert bias == pytest.approx(math.log(4), rel=1e-15)


def test_xor_without_noise_is_the_four_corners():
    X, y = data.xor(8, rng=rng())
    assert X.tolist() == [[-1, -1], [-1, 1], [1, -1], [1, 1]] * 2
    assert y.tolist() == [0, 1, 1, 0] * 2


def test_flipping_at_the_ends_is_certain():
    labels = [0, 1, 1]
    assert data.flip_labels(labels, 0.0, rng=rng()).tolist() == labels
    assert data.flip_labels(labels, 1.0, rng=rng()).tolist() == [1, 0, 0]


def test_flipping_keeps_the_shape_and_leaves_the_argument_alone():
    labels = np.zeros((3, 4), dtype=int)
    assert data.flip_labels(labels, 1.0, rng=rng()).shape == (3, 4)
    assert not labels.any()
    assert data.flip_labels(1, 1.0, rng=rng()) == 0


@pytest.mark.parametrize(("rate", "zeros", "ones"), [(0.2, 40, 10), (0.8, 10, 40)])
def test_imbalanced_drops_only_the_frequent_label(rate, zeros, ones):
    y = np.repeat([0, 1], 40)
    X = np.arange(80.0)[:, None]
    X_kept, y_kept = data.imbalanced(X, y, rate=rate, rng=rng())
    assert np.bincount(y_kept).tolist() == [zeros, ones]
    np.testing.assert_array_equal(y_kept, y[X_kept[:, 0].astype(int)])
    assert np.all(np.diff(X_kept[:, 0]) > 0)


def test_imbalanced_at_the_present_rate_keeps_everything():
    X, y = np.arange(10.0)[:, None], np.repeat([0, 1], 5)
    np.testing.assert_array_equal(data.imbalanced(X, y, rate=0.5, rng=rng())[0], X)


@pytest.mark.parametrize("rare", [0, 1])
@pytest.mark.parametrize("how", ["over", "synthetic"])
def test_balancing_adds_examples_of_the_rarer_label_at_the_end(how, rare):
    X, y = np.arange(10.0)[:, None], np.full(10, 1 - rare)
    y[[0, 3, 4]] = rare
    more, labels = data.balanced(X, y, how, rng=rng())
    np.testing.assert_array_equal(more[:10], X)
    np.testing.assert_array_equal(labels, [*y, *[rare] * 4])
    new = more[10:, 0]
    assert np.all((new >= 0) & (new <= 4))
    assert set(new) <= {0, 3, 4} if how == "over" else not set(new) & {0, 3, 4}


def test_under_sampling_keeps_the_rare_and_a_part_of_the_others():
    X, y = np.arange(10.0)[:, None], np.repeat([0, 1], [7, 3])
    fewer, labels = data.balanced(X, y, "under", rng=rng())
    assert np.bincount(labels).tolist() == [3, 3]
    assert fewer[labels == 1, 0].tolist() == [7, 8, 9]
    assert set(fewer[labels == 0, 0]) < set(range(7))


@pytest.mark.parametrize("how", ["over", "under", "synthetic"])
def test_what_is_balanced_stays_as_it_is(how):
    X, y = np.arange(8.0)[:, None], np.tile([0, 1], 4)
    for before, after in zip((X, y), data.balanced(X, y, how, rng=rng()), strict=True):
        np.testing.assert_array_equal(after, before)


@pytest.mark.parametrize(("crowd", "between"), [(6, False), (5, True)])
def test_synthetic_examples_lie_on_the_way_to_one_of_five_neighbours(crowd, between):
    ones = np.concatenate([np.arange(crowd), 100 + np.arange(crowd)])
    zeros = np.zeros(1000)
    X, y = np.append(ones, zeros)[:, None], np.repeat([1, 0], [2 * crowd, 1000])
    new = data.balanced(X, y, "synthetic", rng=rng())[0][len(X) :, 0]
    # Six in a crowd have their five neighbours there; the fifth of five is far away.
    assert np.any((new > crowd) & (new < 100)) == between
    assert np.any(new < crowd)
    assert np.any(new > 100)


def test_synthetic_examples_are_spread_evenly_along_the_way():
    X, y = np.array([[0.0], [1.0]] + [[5.0]] * 4002), np.repeat([1, 0], [2, 4002])
    new = data.balanced(X, y, "synthetic", rng=rng())[0][4004:, 0]
    assert new.mean() == pytest.approx(1 / 2, abs=5 * math.sqrt(1 / 12 / 4000))
    assert new.var() == pytest.approx(1 / 12, abs=0.01)


# Laws of the draws. Seeds are fixed, and bounds are five standard errors wide.


@pytest.mark.parametrize(("distance", "balance"), [(0.0, 0.5), (2.0, 0.5), (3.0, 0.1)])
def test_two_gaussians_have_the_centres_and_the_covariance_they_say(distance, balance):
    n = 40_000
    X, y = data.two_gaussians(n, rng=rng(1), distance=distance, balance=balance)
    assert y.mean() == pytest.approx(balance, abs=5 * math.sqrt(0.25 / n))
    for label, sign in ((0, -1), (1, 1)):
        cloud = X[y == label]
        slack = 5 / math.sqrt(len(cloud))
        centre = sign * distance / (2 * math.sqrt(2))
        np.testing.assert_allclose(cloud.mean(axis=0), centre, atol=slack)
        np.testing.assert_allclose(np.cov(cloud.T), np.eye(2), atol=2 * slack)


@pytest.mark.parametrize("balance", [0.5, 0.2])
def test_the_posterior_is_calibrated_on_its_own_data(balance):
    n = 40_000
    X, y = data.two_gaussians(n, rng=rng(2), balance=balance)
    weights, bias = data.two_gaussians_posterior(balance=balance)
    p = numerics.sigmoid(X @ weights + bias)
    for low in np.arange(0, 1, 0.1):
        inside = (p >= low) & (p < low + 0.1)
        slack = 5 * math.sqrt(0.25 / inside.sum())
        assert y[inside].mean() == pytest.approx(p[inside].mean(), abs=slack)


def test_the_best_decision_errs_as_often_as_the_notes_say():
    n, distance = 40_000, 2.0
    X, y = data.two_gaussians(n, rng=rng(3), distance=distance)
    errors = np.mean((X.sum(axis=1) > 0) != y)
    tail = 0.5 * math.erfc(distance / 2 / math.sqrt(2))
    assert errors == pytest.approx(tail, abs=5 * math.sqrt(tail / n))


def test_flips_come_at_the_rate_asked_for():
    flipped = data.flip_labels(np.zeros(40_000, dtype=int), 0.2, rng=rng(4))
    assert flipped.mean() == pytest.approx(0.2, abs=5 * math.sqrt(0.16 / 40_000))


@given(st.integers(1, 30), st.integers(0, 2**32))
def test_the_same_seed_gives_the_same_data(n, seed):
    for draw in (data.two_gaussians, data.xor):
        for first, second in zip(
            draw(n, rng=rng(seed)), draw(n, rng=rng(seed)), strict=True
        ):
            np.testing.assert_array_equal(first, second)


@given(st.integers(1, 30), st.floats(0, 100))
def test_xor_is_balanced_up_to_its_last_round(n, spread):
    X, y = data.xor(n, rng=rng(), spread=spread)
    assert X.shape == (n, 2)
    assert np.all(np.isfinite(X))
    assert abs(2 * int(y.sum()) - n) <= 1


@example(zeros=5, ones=18, rate=0.796875, seed=0)
@example(zeros=14, ones=24, rate=0.64, seed=0)  # a tie: 13.5 zeros
@given(st.integers(1, 40), st.integers(1, 40), st.floats(0.2, 0.8), st.integers(0, 99))
def test_imbalanced_meets_the_rate_to_the_nearest_example(zeros, ones, rate, seed):
    y = np.repeat([0, 1], [zeros, ones])
    odds = rate / (1 - rate)
    assume(min(odds * zeros, ones / odds) >= 1)
    _, kept = data.imbalanced(np.zeros((y.size, 1)), y, rate=rate, rng=rng(seed))
    kept_zeros, kept_ones = np.bincount(kept)
    # One label is kept whole; where the rate is met as it stands, both are.
    fewer_ones = kept_zeros == zeros and abs(kept_ones - odds * zeros) <= 0.5 + 1e-9
    fewer_zeros = kept_ones == ones and abs(kept_zeros - ones / odds) <= 0.5 + 1e-9
    assert fewer_ones or fewer_zeros


# Bad input


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: data.two_gaussians(2.5, rng=rng()), TypeError, "n must be a whole"),
        (lambda: data.two_gaussians(0, rng=rng()), ValueError, "at least 1; got 0"),
        (lambda: data.two_gaussians(5, rng=0), TypeError, "rng must be a numpy"),
        (
            lambda: data.two_gaussians(5, rng=rng(), distance=-1),
            ValueError,
            r"distance must be in \[0, inf\)",
        ),
        (
            lambda: data.two_gaussians(5, rng=rng(), balance=1.0),
            ValueError,
            r"balance must be in \(0, 1\)",
        ),
        (
            lambda: data.two_gaussians_posterior(balance=0),
            ValueError,
            r"balance must be in \(0, 1\)",
        ),
        (lambda: data.xor(4, rng=None), TypeError, "rng must be a numpy"),
        (
            lambda: data.xor(4, rng=rng(), spread=float("nan")),
            ValueError,
            "spread is nan",
        ),
        (
            lambda: data.flip_labels([0, 2], 0.5, rng=rng()),
            ValueError,
            r"labels\[1\] is 2",
        ),
        (
            lambda: data.flip_labels([0, 1], 1.5, rng=rng()),
            ValueError,
            r"rate must be in \[0, 1\]",
        ),
        (
            lambda: data.imbalanced(np.zeros(3), [0, 1, 1], rate=0.5, rng=rng()),
            ValueError,
            r"did you mean X\[:, None\]\?",
        ),
        (
            lambda: data.imbalanced(np.zeros((2, 1)), [0, 0], rate=0.5, rng=rng()),
            ValueError,
            "leaves no example of label",
        ),
        (
            lambda: data.imbalanced(np.zeros((2, 1)), [[0], [1]], rate=0.5, rng=rng()),
            ValueError,
            r"got shape \(2, 1\). Did you mean y.ravel\(\)\?",
        ),
        (
            lambda: data.balanced([[0.0]] * 3, [0, 0, 1], "synthetic", rng=rng()),
            ValueError,
            "label 1 1 times; 'synthetic' needs 2",
        ),
        (
            lambda: data.balanced([[0.0]] * 3, [1, 1, 1], "over", rng=rng()),
            ValueError,
            "label 0 0 times; 'over' needs 1",
        ),
        (
            lambda: data.balanced([[0.0]] * 2, [0, 1], "smote", rng=rng()),
            ValueError,
            "how must be one of 'over', 'under', 'synthetic'; got 'smote'",
        ),
        (lambda: data.balanced([[0.0]] * 2, [0, 1], "over", rng=0), TypeError, "rng"),
        (lambda: data.breast_cancer("mean_area"), TypeError, "a list of names"),
        (
            lambda: data.breast_cancer(["mean_area", "area"]),
            ValueError,
            "features must be one of 'mean_radius', .* got 'area'",
        ),
    ],
)
def test_bad_input_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


# The shipped table


def test_every_value_is_that_of_scikit_learn_with_the_labels_turned_round():
    theirs = load_breast_cancer()
    X, y, names = data.breast_cancer()
    np.testing.assert_array_equal(X, theirs.data)
    np.testing.assert_array_equal(y, 1 - theirs.target)
    assert names == tuple(name.replace(" ", "_") for name in theirs.feature_names)
    assert y.sum() == 212


@pytest.mark.parametrize("path", sorted(TABLE.parent.glob("*.[ct][sx][vt]")), ids=str)
def test_a_file_has_the_checksum_that_its_provenance_states(path):
    words = TABLE.with_name("README.md").read_text(encoding="utf-8")
    (stated,) = re.findall(rf"SHA-256 of `{path.name}`:\n`([0-9a-f]{{64}})`", words)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == stated


def test_elements_are_those_whose_first_electron_was_weighed():
    X, y, names, symbols, series = data.elements()
    assert X.shape == (108, 3)
    assert names == ("ionization_energy", "polarizability", "covalent_radius")
    assert (symbols[0], symbols[-1]) == ("H", "Hs")
    assert len({*symbols}) == 108
    assert [np.sum(y == label) for label in (1, 0, 0.5)] == [83, 18, 7]
    half = {s for s, label in zip(symbols, y, strict=True) if label == 0.5}
    assert half == {"B", "Si", "Ge", "As", "Sb", "Te", "Po"}
    assert {s for s, label in zip(series, y, strict=True) if label == 0} == {
        "nonmetals",
        "noble gases",
        "halogens",
    }
    # Hydrogen's energy is known from theory: half a hartree, less a little recoil.
    assert X[0, 0] == pytest.approx(27.2114 / 2, rel=1e-3)
    assert X[0, 1] == pytest.approx(4.5, rel=0.01)


def test_promoters_have_one_letter_at_each_position():
    X, y, names, sequences = data.promoters()
    assert X.shape == (106, 228)
    assert np.bincount(y).tolist() == [53, 53]
    assert names[0] == "-50a"
    assert names[199:201] == ("-1t", "+1a")
    assert names[-1] == "+7t"
    grid = X.reshape(106, 57, 4)
    assert np.all(grid.sum(axis=2) == 1)
    read = ["".join("acgt"[k] for k in row) for row in grid.argmax(axis=2)]
    assert read == [*sequences]


def test_credit_has_a_column_for_each_code_but_the_first():
    X, y, names, codes = data.german_credit()
    assert X.shape == (1000, 48)
    assert len({*names}) == 48
    assert np.bincount(y).tolist() == [700, 300]
    numbers = [
        "duration",
        "amount",
        "rate",
        "residence",
        "age",
        "credits",
        "dependants",
    ]
    assert {name for name in names if " " not in name} == {*numbers}
    for name, code in (name.split() for name in names if " " in name):
        column = X[:, names.index(f"{name} {code}")]
        np.testing.assert_array_equal(column, codes[name] == code)
    attributes = [name for name in codes if name != "personal_scorecardpy"]
    assert len(attributes) == 13
    for name in attributes:
        first, *others = sorted({*codes[name]}, key=lambda code: int(code[1:]))
        assert f"{name} {first}" not in names
        assert all(f"{name} {code}" in names for code in others)
    # The first row of UCI's file, as any copy of it shows.
    assert [codes[name][0] for name in attributes][:3] == ["A11", "A34", "A43"]
    assert X[0, [names.index(n) for n in numbers]].tolist() == [6, 1169, 4, 4, 67, 2, 1]


def test_the_other_copy_of_personal_has_right_counts_in_a_wrong_order():
    codes = data.german_credit().codes
    ours, theirs = codes["personal"], codes["personal_scorecardpy"]
    assert sorted(ours) == sorted(theirs)
    assert np.sum(ours == theirs) == 401
    assert {*theirs[:50]} == {"A91"}


def test_columns_come_in_the_order_asked_for():
    X, _, names = data.breast_cancer(["worst_area", "mean_radius"])
    everything = data.breast_cancer()
    assert names == ("worst_area", "mean_radius")
    for j, name in enumerate(names):
        column = everything.X[:, everything.feature_names.index(name)]
        np.testing.assert_array_equal(X[:, j], column)


def test_a_missing_file_names_the_places_searched(monkeypatch, tmp_path):
    monkeypatch.setattr(data._files, "FOLDERS", (tmp_path,))
    with pytest.raises(FileNotFoundError, match=re.escape(str(tmp_path))):
        data.breast_cancer()


def test_a_built_wheel_carries_the_data_and_loads_it(tmp_path):
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel"]
    subprocess.run([*build, "-d", str(tmp_path)], cwd=ROOT, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    program = (
        "from bcelib import data; print(data.__file__, data.breast_cancer().X.shape, "
        "data.failure_points('loss', z=38, label=1)['truth'] > 0)"
    )
    printed = subprocess.run(
        [sys.executable, "-c", program],
        cwd=installed,
        env={"PYTHONPATH": str(installed)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert printed.split(maxsplit=1) == [
        str(installed / "bcelib" / "data.py"),
        "(569, 30) True\n",
    ]


def test_failure_points_give_the_truth_first_and_every_library_with_its_version():
    answers = data.failure_points("gradient", z=139, label=1)
    assert next(iter(answers)) == "truth"
    assert answers["truth"] == pytest.approx(-math.exp(-139), rel=1e-12)
    assert all(re.search(r" \d+\.\d+", name) for name in [*answers][1:])


@pytest.mark.parametrize(
    "asked",
    [
        {"quantity": "loss", "z": 39, "label": 1},
        {"quantity": "hessian", "z": 38, "label": 1},
        {"quantity": "loss", "z": 38, "label": 0.5},
        {"quantity": "loss", "z": 38, "label": 1, "dtype": "float16"},
    ],
)
def test_failure_points_that_were_not_recorded_are_refused(asked):
    with pytest.raises(ValueError, match=r"nothing was recorded for .* z one of -1000"):
        data.failure_points(**asked)


def test_the_novel_is_whole():
    text = data.pride_and_prejudice()
    assert text.startswith("PRIDE AND PREJUDICE\n\nBy Jane Austen\n")
    assert re.findall(r"(?m)^Chapter (\d+)$", text) == [str(n) for n in range(1, 62)]
    assert text.endswith("the means of uniting them.\n")


# Pairs of words


def test_near_pairs_are_those_of_a_count_by_hand():
    text = "A b, a c! B a"  # a b a c b a
    words, counts = data.near_pairs(text, vocabulary=3, reach=2)
    spoken, by_hand = ["a", "b", "a", "c", "b", "a"], np.zeros((3, 3), dtype=int)
    for i, one in enumerate(spoken):
        for j, other in enumerate(spoken):
            if 0 < abs(i - j) <= 2:
                by_hand["abc".index(one), "abc".index(other)] += 1
    assert words == ("a", "b", "c")
    np.testing.assert_array_equal(counts, by_hand)


def test_a_reach_beyond_the_text_pairs_all_places():
    _, counts = data.near_pairs("a b c", vocabulary=3, reach=9)
    np.testing.assert_array_equal(counts, 1 - np.eye(3, dtype=int))


def test_rare_words_keep_their_places():
    _, counts = data.near_pairs("a x a y b a", vocabulary=1, reach=2)
    assert counts == 2


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"text": b"a b"}, TypeError, "text must be a str; got bytes"),
        ({"vocabulary": 3}, ValueError, r"vocabulary must be in \[1, 2\].* got 3"),
        ({"vocabulary": 0}, ValueError, "vocabulary"),
        ({"reach": 0}, ValueError, "reach"),
        ({"reach": 1.5}, TypeError, "reach"),
        ({"text": ""}, ValueError, r"\[1, 0\]"),
    ],
)
def test_bad_pairs_are_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        data.near_pairs(**({"text": "a b a", "vocabulary": 1, "reach": 1} | arguments))
