"""A large notebook is read without what is stored in it, however it comes in pieces."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.intake import outputs
from autograder.intake.notebook import Unreadable

KEYS = st.sampled_from([*outputs.LEFT_OUT, "source", "a", "outputs\\", 'out"puts'])
TEXT = st.text(
    st.sampled_from('"\\[]{}: ,aé\n') | st.characters(codec="utf-8"), max_size=9
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(KEYS | TEXT, inner, max_size=4)
    ),
    max_leaves=20,
)


def left_out(value):
    """The oracle: what is stored under one of the keys becomes null."""
    if isinstance(value, list):
        return [left_out(each) for each in value]
    if isinstance(value, dict):
        return {
            key: None
            if key in outputs.LEFT_OUT and isinstance(each, list | dict)
            else left_out(each)
            for key, each in value.items()
        }
    return value


@settings(max_examples=200)
@given(
    value=VALUES,
    step=st.integers(4, 40),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
    ascii_only=st.booleans(),
)
def test_what_is_stored_is_left_out_wherever_the_pieces_end(
    value, step, encoding, ascii_only
):
    data = json.dumps(value, ensure_ascii=ascii_only).encode(encoding)
    pieces = [data[at : at + step] for at in range(0, len(data), step)]
    assert json.loads(outputs.without_outputs(pieces)) == left_out(value)


@given(st.lists(st.binary(min_size=1)))
def test_any_bytes_are_read(pieces):
    assert isinstance(outputs.without_outputs(pieces), bytes)


@pytest.mark.parametrize(
    ("piece", "reason"),
    [
        (b" ", "over the limit of 2,000 bytes, without the outputs"),
        (b"[", "over the limit of 2,000 bytes, without"),
        (b'{"outputs": [' + b"x" * 99, "over the limit of 30,000 bytes, outputs incl"),
        (b'"outputs": [' + b"[" * 999, "has more than 3,000 brackets and strings"),
        (b"\\", "over the limit of 2,000 bytes, without"),
    ],
)
def test_what_has_no_end_ends_at_a_limit(piece, reason, monkeypatch):
    for name, limit in {"BYTES": 2_000, "READ": 30_000, "MARKS": 3_000}.items():
        monkeypatch.setattr(outputs, f"MOST_{name}", limit)
    pieces = iter(lambda: piece * (1 + 1_000 // len(piece)), None)
    with pytest.raises(Unreadable, match=reason):
        outputs.without_outputs(pieces)
