"""Values as size-capped JSON over a socket. Both sides use this; neither trusts."""

import base64
import binascii
import contextlib
import json
import math
import numbers
import socket
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

DTYPES = frozenset(np.dtype(kind).newbyteorder("<").str for kind in "?bBhHiIlLqQefdFD")
DEPTH = 12  # lists in lists
LARGEST_INTEGER = 2**63
# What became of a cell or a question: done, interrupted, not to be interrupted in time
# (and undone), over with its process (and undone).
REPLIED, STOPPED, LATE, ENDED = b"r", b"s", b"l", b"e"


class WireError(ValueError):
    """What came over the wire is not what `encode` makes."""


class Unusable:
    """Stands for a value that cannot travel: a generator, a figure, an object."""

    def __init__(self, kind: str) -> None:
        self.kind = str(kind)[:80]

    def __repr__(self) -> str:
        return f"<{self.kind}>"


class Function:
    """Stands for one of the student's functions, by name, among arguments."""

    def __init__(self, name: str) -> None:
        self.name = name


def encode(value: object, depth: int = DEPTH) -> Any:
    """A value as JSON can hold it. What cannot travel becomes {"unusable": kind}."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, np.ndarray | np.generic):
        return _encode_array(value)
    if isinstance(value, int):
        fits = abs(value) < LARGEST_INTEGER
        return int(value) if fits else {"unusable": "integer of more than 63 bits"}
    if isinstance(value, float):
        return value if math.isfinite(value) else {"float": repr(float(value))}
    if isinstance(value, complex):
        return {"complex": [encode(value.real), encode(value.imag)]}
    if isinstance(value, list | tuple | dict) and depth == 0:
        return {"unusable": f"{type(value).__name__} nested more than {DEPTH} deep"}
    if isinstance(value, list):
        return [encode(each, depth - 1) for each in value]
    if isinstance(value, tuple):
        return {"tuple": [encode(each, depth - 1) for each in value]}
    if isinstance(value, dict):
        pairs = value.items()
        return {"dict": [[str(k), encode(v, depth - 1)] for k, v in pairs]}
    if isinstance(value, Function):
        return {"function": value.name}
    number = _as_number(value)
    return {"unusable": type(value).__name__} if number is None else encode(number)


def _as_number(value):
    """A Fraction, a Decimal or a number of SymPy as a float or complex, else None."""
    of_sympy = type(value).__module__.partition(".")[0] == "sympy"
    if isinstance(value, numbers.Number) or of_sympy:
        for kind in (float, complex):
            with contextlib.suppress(TypeError, ValueError, OverflowError):
                return kind(value)
    return None


def _encode_array(value):
    array = np.ascontiguousarray(value)
    if array.dtype == object:
        array = _of_objects(array)
    if array.dtype.char in "gG":  # long doubles differ among machines
        array = array.astype(np.float64 if array.dtype.char == "g" else np.complex128)
    array = array.astype(array.dtype.newbyteorder("<"), copy=False)
    if array.dtype.str not in DTYPES:
        return {"unusable": f"array of dtype {array.dtype}"}
    data = base64.b64encode(array.tobytes()).decode()
    kind = "scalar" if isinstance(value, np.generic) else "array"
    return {kind: array.dtype.str, "shape": list(np.shape(value)), "data": data}


def _of_objects(array):
    """An array of numbers of any type as one of floats or complex numbers, if it is."""
    found = [
        x if isinstance(x, int | float | complex) else _as_number(x) for x in array.flat
    ]
    if found and all(isinstance(x, int | float | complex | np.number) for x in found):
        with contextlib.suppress(TypeError, ValueError, OverflowError):
            whole = any(isinstance(x, complex | np.complexfloating) for x in found)
            kind = np.complex128 if whole else np.float64
            return np.array(found, kind).reshape(array.shape)
    return array


def decode(
    message: Any, depth: int = DEPTH, functions: Mapping[str, Callable] | None = None
) -> Any:
    """The value that `encode` was given; `functions` maps names to functions."""
    if message is None or isinstance(message, bool | str | float):
        return message
    if isinstance(message, int):
        if abs(message) >= LARGEST_INTEGER:
            raise WireError("an integer of more than 63 bits")
        return message
    if depth < 0:
        raise WireError(f"values nested more than {DEPTH} deep")
    if isinstance(message, list):
        return [decode(each, depth - 1, functions) for each in message]
    match message:
        case {"float": "nan" | "inf" | "-inf" as text, **rest} if not rest:
            return float(text)
        case {"complex": [real, imaginary], **rest} if not rest:
            parts = decode(real, 0), decode(imaginary, 0)
            if all(isinstance(part, float) for part in parts):
                return complex(*parts)
        case {"tuple": list(items), **rest} if not rest:
            return tuple(decode(each, depth - 1, functions) for each in items)
        case {"dict": list(pairs), **rest} if not rest:
            return _decode_pairs(pairs, depth - 1, functions)
        case {"array": str(dtype), "shape": list(shape), "data": str(data)}:
            return _decode_array(dtype, shape, data)
        case {"scalar": str(dtype), "shape": [], "data": str(data)}:
            return _decode_array(dtype, [], data)[()]
        case {"function": str(name)} if functions is not None:
            return functions[name]
        case {"unusable": str(kind)}:
            return Unusable(kind)
    raise WireError("a value of an unknown form")


def _decode_pairs(pairs, depth, functions):
    result = {}
    for pair in pairs:
        match pair:
            case [str(key), value]:
                result[key] = decode(value, depth, functions)
            case _:
                raise WireError("a dictionary of an unknown form")
    return result


def _decode_array(dtype, shape, data):
    sizes_are_whole = all(type(n) is int and 0 <= n < LARGEST_INTEGER for n in shape)
    if dtype not in DTYPES or len(shape) > 32 or not sizes_are_whole:
        raise WireError("an array of an unknown form")
    try:
        raw = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise WireError("an array whose data is not base64") from None
    if len(raw) != math.prod(shape) * np.dtype(dtype).itemsize:
        raise WireError("an array whose shape and data disagree")
    try:
        return np.frombuffer(raw, dtype).reshape(shape).copy()
    except ValueError:  # no elements, and other sizes beyond what NumPy can count
        raise WireError("an array of an impossible shape") from None


def send(connection: socket.socket, message: Any) -> None:
    """Send a message: four bytes of length, then JSON."""
    connection.sendall(framed(message))


def framed(message: Any) -> bytes:
    """A message as it is sent; bytes are one as they are."""
    if not isinstance(message, bytes):
        message = json.dumps(message, allow_nan=False).encode()
    return len(message).to_bytes(4, "big") + message


def receive(
    connection: socket.socket, largest: int, wait: Callable[[], None] | None = None
) -> Any:
    """The next message, of at most `largest` bytes; as `parse(read(…))`."""
    return parse(read(connection, largest, wait))


def read(
    connection: socket.socket, largest: int, wait: Callable[[], None] | None = None
) -> bytes:
    """The bytes of the next message.

    `wait`, if given, is called before each read: it sets the time that is left.
    Raises WireError for more than `largest`, EOFError where the other side is gone.
    """
    length = int.from_bytes(_read(connection, 4, wait), "big")
    if length > largest:
        raise WireError(f"a reply of {length} bytes; at most {largest} are permitted")
    return _read(connection, length, wait)


def parse(data: bytes) -> Any:
    """The JSON of a message. Raises WireError for what is none."""
    try:
        return json.loads(data, parse_constant=_no_constant)
    except RecursionError:
        raise WireError("values nested too deep") from None
    except ValueError as error:  # not UTF-8, not JSON, an integer too long to read
        raise WireError(f"a reply that is no JSON ({str(error)[:80]})") from None


def _read(connection, n, wait):
    data = bytearray()
    while len(data) < n:
        if wait:
            wait()
        piece = connection.recv(min(n - len(data), 1 << 16))
        if not piece:
            raise EOFError
        data += piece
    return bytes(data)


def _no_constant(name):
    raise ValueError(f"{name} is no JSON")
