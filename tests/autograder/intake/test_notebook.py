"""A notebook's bytes become cells, or a sentence that says why not."""

import contextlib
import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.__main__ import MASTERS
from autograder.intake.notebook import (
    MOST_BYTES,
    MOST_CELLS,
    MOST_TEXT,
    StudentCell,
    Unreadable,
    of_another,
    read_cells,
)
from autograder.masters import homework, release

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
CELL = st.dictionaries(
    st.sampled_from(["cell_type", "source", "input", "metadata", "id", "outputs"]),
    JSON
    | st.sampled_from(["code", "raw", "markdown", "heading"])
    | st.dictionaries(st.sampled_from(["nbgrader", "id"]), JSON)
    | st.just({"nbgrader": {"grade_id": ["q1"]}}),
)
NOTEBOOK = st.dictionaries(
    st.sampled_from(["cells", "worksheets", "nbformat", "metadata"]),
    JSON
    | st.lists(CELL | JSON, max_size=3)
    | st.lists(
        st.fixed_dictionaries({"cells": st.lists(CELL, max_size=2)}), max_size=2
    ),
)


def notebook(*cells, **rest):
    return json.dumps({"cells": cells, "nbformat": 4, **rest}).encode()


def code(source, **rest):
    return {"cell_type": "code", "metadata": {}, "source": source, **rest}


def read_or_refuse(data):
    """Any exception but Unreadable is a failure."""
    with contextlib.suppress(Unreadable):
        for cell in read_cells(data):
            assert cell.kind in ("code", "markdown", "raw")
            assert not {"\0", "\r"} & {*cell.source}
            cell.source.encode("utf-8")


@given(st.binary())
def test_any_bytes_are_read_or_refused(data):
    read_or_refuse(data)


@settings(max_examples=50)
@given(JSON | NOTEBOOK)
def test_any_json_is_read_or_refused(value):
    read_or_refuse(json.dumps(value).encode())


@settings(max_examples=50)
@given(NOTEBOOK, st.integers(0), st.binary(max_size=3))
def test_a_damaged_notebook_is_read_or_refused(value, where, damage):
    data = json.dumps(value).encode()
    where %= len(data)
    read_or_refuse(data[:where] + damage + data[where + len(damage) :])
    read_or_refuse(data[:where])


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings_and_line_ends(encoding, newline):
    text = notebook(code(f"é = 1{newline}b = 2")).decode()
    assert read_cells(text.encode(encoding)) == [StudentCell("code", "é = 1\nb = 2")]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a\nb", "a\nb"),
        (["a\n", "b"], "a\nb"),
        (["a", 1, None, "b"], "ab"),
        (None, ""),
        (12, ""),
        ({"a": 1}, ""),
        ("x = '\0'", "x = '\ufffd'"),
        ("x = '\ud800'", "x = '\ufffd'"),
        ("x = '\ud83d\ude00'", "x = '\U0001f600'"),  # a pair is one character
    ],
)
def test_sources(source, text):
    assert read_cells(notebook(code(source)))[0].source == text


def test_a_missing_source_is_empty():
    assert read_cells(notebook({"cell_type": "code"})) == [StudentCell("code", "")]


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        (code("", id="a"), ("a",)),
        (code("", metadata={"nbgrader": {"grade_id": "q1"}}, id="a"), ("q1", "a")),
        (code("", metadata={"id": "a", "colab": {}}), ("a",)),
        (code("", metadata={"nbgrader": []}, id=3), ()),
        (code("", metadata=[]), ()),
        (code("", metadata={"nbgrader": {"grade_id": {"x": 1}}}), ()),
    ],
)
def test_names(cell, names):
    assert read_cells(notebook(cell))[0].names == names


def released():
    cells = release.student_version(homework.load("03", MASTERS)).cells
    return [dict(cell) for cell in cells if "nbgrader" in cell.metadata]


@pytest.mark.parametrize("cell", released(), ids=lambda cell: cell["id"])
def test_a_cell_as_handed_out_is_known_by_nbgraders_checksum(cell):
    assert read_cells(notebook(cell))[0].untouched
    lines = cell["source"].splitlines(keepends=True)
    assert read_cells(notebook(cell | {"source": lines}))[0].untouched
    assert not read_cells(notebook(cell | {"source": cell["source"] + " "}))[
        0
    ].untouched
    stripped = cell | {"metadata": {}}
    assert not read_cells(notebook(stripped))[0].untouched
    forged = {"checksum": "", "grade_id": ["q1"], "grade": {}, "points": "x" * 99}
    strange = cell | {"metadata": {"nbgrader": forged}}
    assert read_cells(notebook(strange))[0].names == (cell["id"],)


def test_a_number_of_many_digits_costs_nothing():
    digits = "7" * 1_000_000
    cell = json.dumps(code("a", metadata={"x": 0})).replace("0", f"{digits}.{digits}")
    assert read_cells(b'{"cells": [%s]}' % cell.encode())[0].source == "a"


@pytest.mark.parametrize(
    ("says", "kind"),
    [
        ("code", "code"),
        ("raw", "raw"),
        ("markdown", "markdown"),
        ("heading", "markdown"),
        (None, "markdown"),
        (["code"], "markdown"),
    ],
)
def test_kinds(says, kind):
    assert read_cells(notebook({"cell_type": says}))[0].kind == kind


def test_the_old_format():
    sheets = [
        {"cells": [{"cell_type": "code", "input": ["a = 1"], "language": "python"}]},
        "no sheet",
        {"cells": "no list"},
        {"cells": [{"cell_type": "heading", "level": 2, "source": "Question 1"}]},
    ]
    assert read_cells(json.dumps({"nbformat": 3, "worksheets": sheets}).encode()) == [
        StudentCell("code", "a = 1"),
        StudentCell("markdown", "Question 1"),
    ]


def test_what_is_no_cell_is_left_out():
    assert len(read_cells(notebook(code("a"), None, "b", 3, [code("c")]))) == 1


def test_of_duplicate_keys_the_last_counts():
    data = b'{"cells": [], "cells": [{"cell_type": "code", "source": "a"}]}'
    assert read_cells(data) == [StudentCell("code", "a")]


def test_bytes_that_are_no_utf_8_are_replaced():
    assert (
        read_cells(notebook(code("xx")).replace(b"xx", b"\xff"))[0].source == "\ufffd"
    )


def test_pictures_in_text_do_not_count():
    picture = f"![](data:image/png;base64,{'A' * MOST_TEXT}) see"
    cell = read_cells(notebook({"cell_type": "markdown", "source": picture}))[0]
    assert cell.source == "![]((picture)) see"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b" \n\t", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"\0\0\0\0", "is empty"),
        (b"PK\x03\x04rest", "it is a zip file"),
        (b"%PDF-1.7", "it is a PDF"),
        (b"<!DOCTYPE html>", "it is a web page"),
        (b"<html>", "it is a web page"),
        (b"<<<<<<< HEAD", "breaks in line 1"),
        (b"def f(): pass", "breaks in line 1"),
        (b'{"cells": [', "breaks in line 1"),
        (b"[]", "no list of cells"),
        (b"3", "no list of cells"),
        (b"null", "no list of cells"),
        (b'{"cells": {}}', "no list of cells"),
        (b"{}", "no list of cells"),
    ],
)
def test_refusals(data, reason):
    with pytest.raises(Unreadable, match=reason):
        read_cells(data)


@pytest.mark.parametrize("bracket", [b"[", b'{"a":', b'{"cells":['])
def test_a_million_brackets(bracket):
    with pytest.raises(Unreadable, match="nested too deeply"):
        read_cells(bracket * 1_000_000)


@pytest.mark.parametrize(
    "number", ["9" * 5000, "1e999999999", "-0.0", "NaN"], ids=lambda n: n[:3]
)
def test_numbers_cost_nothing(number):
    assert read_cells(b'{"nbformat": %s, "cells": []}' % number.encode()) == []


def test_caps():
    assert len(read_cells(notebook(*[code("")] * MOST_CELLS))) == MOST_CELLS
    with pytest.raises(Unreadable, match=r"5,001 cells; the limit is 5,000"):
        read_cells(notebook(*[code("")] * (MOST_CELLS + 1)))
    assert read_cells(notebook(code("a" * MOST_TEXT)))
    for kind in ("code", "markdown", "raw"):
        cells = [code("a" * (MOST_TEXT // 2 + 1), cell_type=kind)] * 2
        with pytest.raises(Unreadable, match=r"2,000,002 characters; the limit is"):
            read_cells(notebook(*cells))
    data = notebook()
    assert read_cells(data.ljust(MOST_BYTES)) == []
    with pytest.raises(Unreadable, match=r"20,000,001 bytes; the limit is 20,000,000"):
        read_cells(data.ljust(MOST_BYTES + 1))


def test_outputs_are_ignored():
    noise = random.Random(0).randbytes(1000).hex()
    cell = code("a", outputs=[{"text": noise}], attachments={"x": {"y": noise}})
    assert read_cells(notebook(cell)) == [StudentCell("code", "a")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    ("says", "variant", "said"),
    [
        ("ada", "ada", []),
        ("bob", "ada", ["The notebook is the variant of 'bob', not of 'ada'."]),
        ("bob", None, ["The notebook has the numbers of the variant 'bob' and was "
                       "graded as the common handout; --variants grades each "
                       "student's own."]),
        (["bob"], "ada", []),
        ("b" * 61, "a", [f"The notebook is the variant of '{'b' * 60}', not of 'a'."]),
    ],
)  # fmt: skip
def test_the_variant_of_another_is_said(says, variant, said, encoding):
    data = notebook(metadata={"bce_variant": says}).decode().encode(encoding)
    assert of_another(data, variant) == said


def test_a_notebook_that_names_no_variant_says_nothing():
    cell = code('# "bce_variant": "bob"', outputs=[{"bce_variant": "bob"}])
    for data in (notebook(cell), notebook(cell, metadata=[])):
        assert of_another(data, "ada") == []
