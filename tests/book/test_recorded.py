"""Numbers that a chapter took from another program are right, whoever made them."""

import ast
from pathlib import Path

import numpy as np
from notebook_file import Notebook

from bcelib import data

BOOK = Path(__file__).parents[2] / "book"


def test_chapter_8_quotes_the_optimum():
    """Newton's step from the recorded weights is as good as none."""
    chapter = Notebook.read(BOOK / "08_logistic_regression.ipynb")
    (assignment,) = chapter.cell("recorded-optimum").tree.body
    recorded = ast.literal_eval(assignment.value.args[0])
    features = ["mean_radius", "mean_texture", "mean_smoothness"]
    X, y, _ = data.breast_cancer(features)
    train = np.random.default_rng(0).permutation(y.size)[:400]
    X = (X[train] - X[train].mean(axis=0)) / X[train].std(axis=0)
    X = np.column_stack([X, np.ones(400)])
    p = 1 / (1 + np.exp(-X @ recorded))
    step = np.linalg.solve(X.T * (p * (1 - p)) @ X, X.T @ (p - y[train]))
    np.testing.assert_allclose(step, 0, rtol=0, atol=1e-6)
