"""Conversion: what the caller passed as a NumPy array of real numbers, or why not.

Every message names the argument, what was found, and the remedy.
"""

import numpy as np
from array_api_compat import is_array_api_obj, is_cupy_array, is_torch_array

# The commonest types, which need no closer look.
_PLAIN = {float, int, bool, list, np.ndarray, np.float32, np.float64, np.int64}


_NARROW = {"torch.bfloat16", "bfloat16"}


def is_foreign(value):
    """Whether `value` is an array of a library other than NumPy."""
    if type(value) in _PLAIN or isinstance(value, np.ndarray | np.generic):
        return False
    return is_array_api_obj(value)


def on_host(value):
    """`value`; if it is a foreign array, its numbers as a NumPy array."""
    if not is_foreign(value):
        return value
    if is_torch_array(value):
        value = value.detach().cpu()
        # NumPy has no bfloat16, and float32 holds each of its numbers.
        return (value.float() if str(value.dtype) in _NARROW else value).numpy()
    array = value.get() if is_cupy_array(value) else np.asarray(value)
    return array.astype(np.float32) if str(array.dtype) in _NARROW else array


def numpy_array(name, value):
    """`value` as a NumPy array of real numbers, or an error that says why not."""
    if type(value) is float or type(value) is bool:
        return np.asarray(value)
    value = on_host(value)
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(
            f"{name} must not be a masked array, whose mask would be ignored; "
            f"pass {name}.compressed() or {name}.filled(...)"
        )
    if hasattr(value, "toarray"):
        raise TypeError(
            f"{name} must be a dense array; got {type(value).__name__}: pass "
            f"{name}.toarray()"
        )
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ValueError(
            f"{name} must be a rectangular array of real numbers: {error}"
        ) from None
    if array.dtype.kind == "O" and isinstance(value, int):  # too large for int64
        try:
            array = array.astype(float)
        except OverflowError:
            raise ValueError(
                f"{name} must be within the range of float64; "
                f"got an integer of {value.bit_length()} bits"
            ) from None
    if array.ndim > 1 and isinstance(value, list | tuple) and _any_masked(value):
        raise TypeError(
            f"{name} must not hold masked arrays, whose masks would be ignored; pass "
            f"{name} = numpy.ma.stack({name}).filled(...)"
        )
    if array.dtype.kind == "O" and hasattr(value, "columns"):
        _refuse_columns(name, value)
    if str(array.dtype) in _NARROW:
        raise TypeError(
            f"{name} must hold numbers of a dtype that NumPy computes with; got "
            f"{array.dtype}: pass {name}.astype(numpy.float32)"
        )
    if array.dtype.kind not in "biuf":
        raise TypeError(
            f"{name} must hold real numbers; got {_describe(value, array.dtype)}"
        )
    return array


def _any_masked(values):
    return any(
        isinstance(x, np.ma.MaskedArray)
        or (isinstance(x, list | tuple) and _any_masked(x))
        for x in values
    )


def _refuse_columns(name, frame):
    """Say which columns of a data frame are to blame, and what helps."""
    dtypes = {str(c): str(t) for c, t in zip(frame.columns, frame.dtypes, strict=True)}
    words = ("int", "uint", "float", "bool")
    bad = {c: t for c, t in dtypes.items() if not t.lower().startswith(words)}
    remedy = f"encode it first, as pandas.get_dummies({name}, dtype=float) does"
    if not bad:  # booleans beside floats
        bad = {c: t for c, t in dtypes.items() if not t.startswith("float")} or dtypes
        remedy = f"pass {name}.astype(float)"
    column, dtype = next(iter(bad.items()))
    raise TypeError(
        f"{name} must hold real numbers in one dtype; column {column!r} is of dtype "
        f"{dtype}: {remedy}"
    )


def _describe(value, dtype):
    if isinstance(value, str | bytes | complex | type(None)):
        return repr(value)
    return f"{type(value).__name__} of dtype {dtype}"
