"""Numbers that a chapter shares with other programs are right, whoever made them."""

import re
from pathlib import Path

import numpy as np
from notebook_file import Notebook
from sklearn.svm import SVC

from bcelib import data, losses

BOOK = Path(__file__).parents[2] / "book"


def test_chapter_8_shows_the_optimum():
    """Newton's step from the weights shown is as good as none."""
    chapter = Notebook.read(BOOK / "08_logistic_regression.ipynb")
    line = r"\w+ +-?\d+\.\d{6}\n?"
    printed = chapter.cell("patient-weights").search_shown(f"(?:{line}){{4}}")
    shown = [float(line.split()[1]) for line in printed[0].splitlines()]
    features = ["mean_radius", "worst_smoothness", "mean_texture"]
    X, y, _ = data.breast_cancer(features)
    train = np.random.default_rng(0).permutation(y.size)[:400]
    X = (X[train] - X[train].mean(axis=0)) / X[train].std(axis=0)
    X = np.column_stack([X, np.ones(400)])
    p = 1 / (1 + np.exp(-X @ shown))
    step = np.linalg.solve(X.T * (p * (1 - p)) @ X, X.T @ (p - y[train]))
    np.testing.assert_allclose(step, 0, rtol=0, atol=1e-6)


def test_chapter_12_measures_from_the_minimum():
    """No weights are lower (by the dual), and some are as low, to the digits shown."""
    chapter = Notebook.read(BOOK / "12_hinge_and_its_relatives.ipynb")
    (shown,) = re.findall(r"^lowest = (\S+)$", chapter.cell("kink-figure").source, re.M)
    assert f"Its minimum, {shown}, is from" in chapter.cell("kink-seen").source
    X, y = data.two_gaussians(400, rng=np.random.default_rng(10), distance=3.0)
    svm = SVC(C=1 / (0.001 * 400), kernel="linear", tol=1e-10).fit(X, y)
    w, b = svm.coef_[0], svm.intercept_[0]
    above = losses.hinge_loss(X @ w + b, y).mean() + 0.001 / 2 * w @ w
    below = 0.001 * (abs(svm.dual_coef_).sum() - w @ w / 2)
    np.testing.assert_allclose([below, above], float(shown), rtol=0, atol=1e-7)
