"""The wire: every permitted value arrives as it was sent, all else is refused."""

import json
import math
import socket
import struct
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.sandbox.guest import wire
from autograder.sandbox.guest.wire import (
    Unusable,
    WireError,
    decode,
    encode,
    receive,
    send,
)

WHOLE = st.integers(1 - wire.LARGEST_INTEGER, wire.LARGEST_INTEGER - 1)
FLOATS = st.floats() | st.sampled_from([0.0, -0.0, 5e-324, 1.7976931348623157e308])
DTYPES = st.sampled_from(sorted(wire.DTYPES)).map(np.dtype)
ARRAYS = hnp.arrays(DTYPES, hnp.array_shapes(min_dims=0, max_dims=5, min_side=0))
SCALARS = ARRAYS.filter(np.size).map(lambda array: array.flat[0])
LEAVES = (
    st.none() | st.booleans() | st.text() | WHOLE | FLOATS
    | st.complex_numbers() | ARRAYS | SCALARS
)  # fmt: skip
VALUES = st.recursive(
    LEAVES,
    lambda some: (
        st.lists(some, max_size=4)
        | st.lists(some, max_size=4).map(tuple)
        | st.dictionaries(st.text(), some, max_size=4)
    ),
    max_leaves=12,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.text() | st.integers() | st.floats(),
    lambda some: st.lists(some) | st.dictionaries(st.text(), some),
    max_leaves=10,
)
# Nearly right: the keys and the texts that `decode` looks for, in any combination.
WORDS = [
    *("float", "complex", "tuple", "dict", "array", "scalar", "shape", "data"),
    *(
        "function",
        "unusable",
        "value",
        "nan",
        "-inf",
        "<f8",
        "|b1",
        "|O",
        "AAAAAAAAAAA=",
    ),
]
FORGED = st.recursive(
    st.sampled_from([*WORDS, None, True, 0, 1, -1, 2**62, 2**63, 10**400, 0.5, ""]),
    lambda some: (
        st.lists(some, max_size=3)
        | st.dictionaries(st.sampled_from(WORDS), some, max_size=3)
    ),
    max_leaves=15,
)


def same(one, other):
    """Equal in type, in shape and bit for bit; NaN equals NaN."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray | np.generic):
        alike = (one.dtype, one.shape) == (other.dtype, other.shape)
        return alike and one.tobytes() == other.tobytes()
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return [*one] == [*other] and same([*one.values()], [*other.values()])
    if isinstance(one, complex):
        return same([one.real, one.imag], [other.real, other.imag])
    if isinstance(one, float):
        both_nan = math.isnan(one) and math.isnan(other)
        return both_nan or struct.pack("d", one) == struct.pack("d", other)
    return one == other


@given(VALUES)
def test_what_is_sent_arrives(value):
    message = json.loads(json.dumps(encode(value), allow_nan=False))
    assert same(decode(message), value)


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6).reshape(2, 3).T,
        np.arange(6.0)[::-2],
        np.broadcast_to(1.5, (3, 2)),
        np.arange(3, dtype=">f8"),
        np.zeros((0, 5)),
        np.array(7),
    ],
    ids=["transposed", "backwards", "broadcast", "big-endian", "empty", "0-d"],
)
def test_arrays_of_any_layout_arrive_by_value(array):
    came = decode(encode(array))
    assert came.shape == array.shape
    assert (came == array).all()
    assert came.flags.writeable
    assert came.dtype == array.dtype.newbyteorder("<")


class Odd(float):
    """Is equal to everything, and says so."""

    def __eq__(self, other):
        return True

    __hash__ = float.__hash__


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (2**63, "integer of more than 63 bits"),
        (-(2**63), "integer of more than 63 bits"),
        pytest.param(10**5000, "integer of more than 63 bits", id="long"),
        (np.array(["a"]), "array of dtype <U1"),
        (np.array([None]), "array of dtype object"),
        (np.datetime64("2020-01-01"), "array of dtype datetime64[D]"),
        (b"bytes", "bytes"),
        ({1, 2}, "set"),
        (iter([]), "list_iterator"),
        (len, "builtin_function_or_method"),
        (object(), "object"),
    ],
)
def test_what_cannot_travel_is_said_to_be_unusable(value, kind):
    came = decode(encode(value))
    assert isinstance(came, Unusable)
    assert came.kind == kind
    assert repr(came) == f"<{kind}>"


def test_only_the_number_of_a_subclass_travels():
    came = decode(json.loads(json.dumps(encode(Odd(0.5)))))
    assert type(came) is float
    assert came != 0.25


def test_values_are_sent_and_read_to_the_same_depth():
    def nested(value, depth):
        return nested([value], depth - 1) if depth else value

    deepest = nested(1.0, wire.DEPTH)
    assert decode(encode(deepest)) == deepest
    assert "unusable" in json.dumps(encode([deepest]))
    with pytest.raises(WireError, match="more than 12 deep"):
        decode([[deepest]])


def test_a_list_that_holds_itself_ends():
    endless = []
    endless.append(endless)
    encode(endless)


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (2**63, "63 bits"),
        pytest.param(10**4000, "63 bits", id="long"),
        ({}, "unknown form"),
        ({"float": "1.5"}, "unknown form"),
        ({"float": "nan", "more": 1}, "unknown form"),
        ({"complex": [1.0]}, "unknown form"),
        ({"complex": [1, 2]}, "unknown form"),
        ({"complex": [[1.0], 2.0]}, "unknown form"),
        ({"complex": [[[1.0]], 2.0]}, "deep"),
        ({"dict": [["a"]]}, "dictionary of an unknown form"),
        ({"dict": [[1, 2]]}, "dictionary of an unknown form"),
        ({"tuple": "ab"}, "unknown form"),
        ({"function": "bce"}, "unknown form"),  # none is known on this side
        ({"array": "|O", "shape": [1], "data": "AAAAAAAAAAA="}, "array of an unk"),
        ({"array": "<f8", "shape": [-1], "data": ""}, "array of an unk"),
        ({"array": "<f8", "shape": [True], "data": ""}, "array of an unk"),
        ({"array": "<f8", "shape": [1.0], "data": ""}, "array of an unk"),
        ({"array": "<f8", "shape": [2**63], "data": ""}, "array of an unk"),
        ({"array": "|b1", "shape": [1] * 33, "data": "AA=="}, "array of an unk"),
        ({"array": "<f8", "shape": [], "data": "a b"}, "not base64"),
        ({"array": "<f8", "shape": [], "data": "ä"}, "not base64"),
        ({"array": "<f8", "shape": [2], "data": "AAAAAAAAAAA="}, "disagree"),
        ({"array": "<f8", "shape": [2**62, 4], "data": ""}, "disagree"),
        ({"array": "<f8", "shape": [0, 2**62], "data": ""}, "impossible shape"),
        ({"array": "<f8", "shape": [0, 2**62, 2**62], "data": ""}, "impossible shape"),
        ({"scalar": "<f8", "shape": [1], "data": "AAAAAAAAAAA="}, "unknown form"),
    ],
)  # fmt: skip
def test_forged_values_are_refused(message, reason):
    with pytest.raises(WireError, match=reason):
        decode(message)


@given(JSON | FORGED)
def test_no_json_does_more_than_be_refused(message):
    try:
        encode(decode(message))
    except WireError:
        return


def test_functions_are_taken_by_name_where_names_are_known():
    assert decode({"function": "f"}, functions={"f": math.sqrt}) is math.sqrt
    assert encode(wire.Function("f")) == {"function": "f"}


def received(data, largest=1 << 20):
    """What `receive` makes of bytes after which the other side is gone."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        sender = threading.Thread(target=lambda: (theirs.sendall(data), theirs.close()))
        sender.start()
        try:
            return receive(ours, largest)
        finally:
            ours.close()
            sender.join()


def framed(text):
    data = text if isinstance(text, bytes) else text.encode()
    return len(data).to_bytes(4, "big") + data


@given(st.binary() | st.binary().map(framed))
def test_no_bytes_do_more_than_be_refused(data):
    try:
        received(data)
    except (WireError, EOFError):
        return


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no JSON"),
        ("NaN", "NaN is no JSON"),
        ("[Infinity]", "Infinity is no JSON"),
        ('{"value": -Infinity}', "-Infinity is no JSON"),
        ("9" * 5000, "no JSON"),
        ("[" * 200_000, "deep"),
        ('{"a":' * 150_000, "deep"),
        (b"\xff\xfe\x00", "no JSON"),
        ("{'value': 1}", "no JSON"),
        ("1 2", "no JSON"),
    ],
)
def test_messages_that_are_no_json_are_refused(text, reason):
    with pytest.raises(WireError, match=reason):
        received(framed(text))


def test_of_two_equal_keys_the_last_one_counts_and_is_all_there_is():
    assert received(framed('{"value": 1, "value": 2}')) == {"value": 2}


@pytest.mark.parametrize("data", [b"", b"\0\0", framed('{"value": 1}')[:-1]])
def test_a_message_that_stops_short_ends(data):
    with pytest.raises(EOFError):
        received(data)


def test_a_reply_over_the_cap_is_not_even_read():
    assert received(framed("1" * 10), largest=10) == 1111111111
    with pytest.raises(WireError, match="11 bytes; at most 10"):
        received(framed("1" * 11), largest=10)
    with pytest.raises(WireError, match="4294967295 bytes"):
        received(b"\xff\xff\xff\xff")


def test_the_time_that_is_left_is_asked_before_every_read():
    ours, theirs = socket.socketpair()
    drip = iter(framed('"a byte at a time"')[:12])

    def wait():
        byte = next(drip, None)
        if byte is None:
            raise TimeoutError
        theirs.send(bytes([byte]))

    with ours, theirs, pytest.raises(TimeoutError):
        receive(ours, 1 << 20, wait)


@settings(max_examples=25)
@given(JSON)
def test_what_send_sends_receive_receives(message):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        try:
            send(theirs, message)
        except ValueError:  # NaN and infinities: `encode` makes none
            return
        assert receive(ours, 1 << 20) == message


def test_long_doubles_travel_as_doubles():
    for value in (np.longdouble("0.1"), np.array([1, 0.1], np.longdouble)):
        got = wire.decode(wire.encode(value))
        assert got.dtype == np.float64
        np.testing.assert_array_equal(got, value.astype(np.float64))
    assert wire.decode(wire.encode(np.clongdouble(1j))) == 1j
