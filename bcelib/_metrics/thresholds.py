"""Decisions: by one threshold, or by every one that tells scores apart."""

import numpy as np

from bcelib._metrics.examples import _SCORED, _forecasts_and_labels


def _decided(xp, p, y, *, threshold):
    return xp.astype(p > threshold, p.dtype)


def _hit(xp, p, y, *, threshold):
    return 1 - xp.abs(_decided(xp, p, y, threshold=threshold) - y)


def _decided_positive(scores, labels):
    """Every score once, from high to low; true and false positives from it upwards."""
    s, y = _forecasts_and_labels(scores, labels, _SCORED)
    order = np.argsort(-s, kind="stable")
    s, y = s[order], y[order]
    last = np.flatnonzero(np.append(s[1:] != s[:-1], True))  # of each run of ties
    true = np.cumsum(y)[last]
    return s[last], true, last + 1 - true


def _refuse_without(label, count, share):
    if count == 0:
        raise ValueError(f"labels must hold a {label}; without one there is no {share}")
