"""Numbers that a chapter took from another program: that program still says so."""

import ast
from pathlib import Path

import numpy as np
from notebook_file import Notebook
from sklearn.linear_model import LogisticRegression

from bcelib import data

BOOK = Path(__file__).parents[2] / "book"


def test_chapter_8_quotes_the_optimum_of_scikit_learn():
    chapter = Notebook.read(BOOK / "08_logistic_regression.ipynb")
    (assignment,) = chapter.cell("recorded-optimum").tree.body
    recorded = ast.literal_eval(assignment.value.args[0])
    features = ["mean_radius", "mean_texture", "mean_smoothness"]
    X, y, _ = data.breast_cancer(features)
    train = np.random.default_rng(0).permutation(y.size)[:400]
    X = (X[train] - X[train].mean(axis=0)) / X[train].std(axis=0)
    peer = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-12)
    peer.fit(X, y[train])
    np.testing.assert_allclose(
        recorded, [*peer.coef_[0], *peer.intercept_], rtol=0, atol=1e-6
    )
