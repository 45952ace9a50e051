"""Formula of smoothed labels, and of its derivative."""

from bcelib._arrays.slopes import declare


def _smooth(xp, y, *, alpha):
    return xp.clip(y + alpha * (0.5 - y), alpha / 2, 1 - alpha / 2)


def _smooth_slope(xp, y, *, alpha):
    return 1 - alpha + 0 * y


declare(_smooth, _smooth_slope)
declare(_smooth_slope, 0.0)
