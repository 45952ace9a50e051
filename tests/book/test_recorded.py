"""Numbers that a chapter shares with other programs are right, whoever made them."""

from pathlib import Path

import numpy as np
from notebook_file import Notebook

from bcelib import data

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
