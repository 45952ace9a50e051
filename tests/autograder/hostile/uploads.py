"""Uploads that attack by what they are, not by the code in them."""

import json
import random
import stat
import zipfile

WRONG = "def bce(p, y):\n    return 7.0"
FORMULA = '=HYPERLINK("http://evil.example","click")'
SCRIPT = "<script>alert(1)</script>"


def cell_of(made, name):
    return next(cell for cell in made["cells"] if cell.get("id") == name)


def code(source, **rest):
    return {
        "cell_type": "code",
        "source": source,
        "metadata": {},
        "outputs": [],
        **rest,
    }


# Each takes the notebook of an honest student who is right, and returns another,
# or bytes. Beside it: what it deserves, as in the first lines of an attack.


def visible_tests_emptied(made):
    cell_of(made, "q1")["source"] = WRONG
    for name in ("q1-check", "q1-tests", "q2-tests"):
        cell_of(made, name)["source"] = "print('all passed')"
    return made


def given_check_emptied(made):
    cell_of(made, "q1")["source"] = WRONG
    cell_of(made, "check")["source"] = (
        "import numpy as np\n\n\ndef check(*args, **named):\n    return True"
    )
    return made


def solution_marked_as_a_test(made):
    metadata = cell_of(made, "q1-tests")["metadata"]
    cell_of(made, "q1")["source"] = "pass"
    cell_of(made, "q1")["metadata"] = metadata
    return made


def name_of_another_cell(made):
    """The wrong answer under the name of the test, the test under its own."""
    one, other = cell_of(made, "q1"), cell_of(made, "q1-tests")
    one["metadata"], other["metadata"] = other["metadata"], one["metadata"]
    one["id"], other["id"] = other["id"], one["id"]
    one["source"] = WRONG
    return made


def two_cells_of_one_name(made):
    first = cell_of(made, "q1")
    made["cells"].insert(
        made["cells"].index(first) + 1, dict(first, id="q1", source=WRONG)
    )
    return made


def ninety_nine_points(made):
    cell_of(made, "q1")["source"] = WRONG
    for cell in made["cells"]:
        says = cell["metadata"].get("nbgrader", {})
        says |= {"points": 99, "grade": True, "score": 99, "auto_score": 99}
    made["metadata"]["points"] = 99
    return made


def outputs_that_passed(made):
    cell_of(made, "q1")["source"] = WRONG
    for cell in made["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [
                {"output_type": "stream", "name": "stdout", "text": "3/3"}
            ]
    return made


def variant_of_another(made):
    made["metadata"]["bce_variant"] = "../../../etc/passwd"
    cell_of(made, "numbers")["source"] = "TOSSES = 10**9"
    return made


def a_megabyte_of_comment(made):
    cell_of(made, "q1")["source"] += "\n" + "# padding\n" * 100_000
    return made


def cells_beyond_number(made):
    made["cells"] += [code("") for _ in range(5_001)]
    return made


def cells_almost_beyond_number(made):
    made["cells"] += [code(f"x{n} = {n}") for n in range(4_900)]
    return made


def too_much_text(made):
    made["cells"].append(code("x = 1\n" * 400_000))
    return made


def lines_that_are_slow_to_match(made):
    made["cells"] += [
        code("a, " * 100_000), code("def " * 50_000), code(" " * 200_000 + "x"),
        code("a" * 100_000 + ":" * 100_000), code("x\\\n" * 60_000),
        {"cell_type": "markdown", "metadata": {}, "source": "`" * 200_000},
        {"cell_type": "markdown", "metadata": {}, "source": "#" * 200_000},
        {"cell_type": "markdown", "metadata": {}, "source": "data:" * 40_000},
    ]  # fmt: skip
    return made


def odd_types(made):
    made["cells"] += [
        None, 7, [], "cell", {}, {"cell_type": 5, "source": {"a": 1}},
        code(None), code([1, None, "y = 1"]), code("z = 1", metadata=[]),
        code("z = 2", metadata={"nbgrader": []}), code("z = 3", id=["q1"]),
        code("z = 4", metadata={"nbgrader": {"grade_id": {"q1": 1}}}),
    ]  # fmt: skip
    return made


def words_with_markup(made):
    cell_of(made, "q3")["source"] = (
        f"{FORMULA}\n\n{SCRIPT}\x00\x1b[31m\u202e {{{{7*7}}}}"
    )
    cell_of(made, "q1")["source"] = f"# {SCRIPT}\n" + cell_of(made, "q1")["source"]
    return made


def lone_surrogates(made):
    cell_of(made, "q3")["source"] = "\ud800 so it is \udfff"
    cell_of(made, "q1")["source"] += "\n# \ud800"
    return made


def deep_json(made):
    return b'{"cells": ' + b"[" * 500_000


def long_numbers(made):
    made["nbformat"] = 4
    return (
        json.dumps(made).replace('"nbformat": 4', '"nbformat": ' + "4" * 10**6).encode()
    )


def repeated_keys(made):
    """The first list of cells is right; the last one counts, as for any reader."""
    text = json.dumps(made)
    cell_of(made, "q1")["source"] = WRONG
    return (text[:-1] + ', "cells": ' + json.dumps(made["cells"]) + "}").encode()


def a_page(made):
    return f"<html>{SCRIPT}</html>".encode()


def a_zip(made):
    return b"PK\x03\x04" + random.Random(0).randbytes(2_000)


def noise(made):
    return random.Random(1).randbytes(100_000)


def nothing(made):
    return b""


def twenty_megabytes(made):
    return b" " * 20_000_001


FULL = "q1 passed 3, q2 passed 2"
LOST = "q1 failed 0, q2 passed 2"
NONE = "q1 unreadable, q2 unreadable"
DESERVED = {
    visible_tests_emptied: LOST,
    given_check_emptied: LOST,
    solution_marked_as_a_test: "q1 not attempted 0, q2 passed 2",
    name_of_another_cell: LOST,
    two_cells_of_one_name: LOST,
    ninety_nine_points: LOST,
    outputs_that_passed: LOST,
    variant_of_another: FULL,
    a_megabyte_of_comment: FULL,
    cells_beyond_number: NONE,
    cells_almost_beyond_number: FULL,
    too_much_text: NONE,
    lines_that_are_slow_to_match: FULL,
    odd_types: FULL,
    words_with_markup: FULL,
    lone_surrogates: FULL,
    deep_json: NONE,
    long_numbers: FULL,
    repeated_keys: LOST,
    a_page: NONE,
    a_zip: NONE,
    noise: NONE,
    nothing: NONE,
    twenty_megabytes: NONE,
}


def smuggled(archive, honest):
    """Members of a zip that are no student's notebook; names that mean harm."""
    for name in ("../../hostile-was-here.ipynb", "/tmp/hostile-was-here.ipynb"):
        archive.writestr(name, honest)
    link = zipfile.ZipInfo("linker/01_demo.ipynb")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    archive.writestr(link, "/etc/passwd")
    archive.writestr("bomber/01_demo.ipynb", b" " * 300_000_000)
    for name in (FORMULA, SCRIPT, "CON", "-rf", "a\nb", "name\u202e", "x" * 200):
        archive.writestr(f"{name.replace('/', '|')}/01_demo.ipynb", honest)
