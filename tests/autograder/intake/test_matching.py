"""What students do to notebooks, and what is read from them all the same."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.intake.matching import match, notes
from autograder.intake.notebook import StudentCell, read_cells
from autograder.masters.homework import Cell

STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
Q1 = f'def bce(p, y):\n    """BCE."""\n    {STUB.replace(chr(10), chr(10) + "    ")}'
IMPORTS = "import numpy as np\n\n\ndef check(actual, expected, case):\n    ..."
CELLS = [  # name, kind, source
    ("title", "text", "# Homework 03: Surprise\nFill in what is missing."),
    ("check", "given", IMPORTS),
    ("numbers", "given", "TOSSES = 50\nHEADS = 31"),
    ("q1-prompt", "text", "## Question 1: BCE (3 points)\nWrite `bce`."),
    ("q1", "solution", Q1),
    ("q1-check", "test", "# Visible.\ncheck(bce(0.5, 1), np.log(2), 'coin')"),
    ("q1-tests", "test", "# Hidden tests decide here."),
    ("q2-prompt", "text", "## Question 2: value (2 points)\nFind `best`."),
    ("q2", "solution", STUB),
    ("q2-tests", "test", ""),
    ("q3-prompt", "text", "## Question 3: words (3 points)\nWhy?\n\nIn prose."),
    ("q3", "written", "YOUR ANSWER HERE"),
    ("q4-prompt", "text", "## Question 4: repair (2 points)\n```\nloss(z)\n```"),
    ("q4-broken", "given", "def loss(z):\n    z = clip(z)\n    return -z"),
    ("q4", "solution", f"def loss(z):\n    {STUB[19:]}"),
]
RELEASED = tuple(Cell(*each) for each in CELLS)
BCE = "def bce(p, y):\n    return -np.log(p if y else 1 - p)"
WORDS = "Because the logarithm turns products into sums."


def handed_out(stripped=False):
    """The student's copy, untouched, by name."""
    cells = {}
    for name, kind, source in CELLS:
        words = kind in ("text", "written")
        names = () if stripped else (name,)
        cells[name] = StudentCell("markdown" if words else "code", source, names)
    return cells


def edited(cells, name, source, kind=None):
    return cells | {
        name: StudentCell(kind or cells[name].kind, source, cells[name].names)
    }


def below(cells, name, *added):
    """The cells in order, with others below the one of that name."""
    order = list(cells)
    cut = order.index(name) + 1
    values = list(cells.values())
    return [*values[:cut], *added, *values[cut:]]


def work(cells):
    return match(RELEASED, list(cells.values()) if isinstance(cells, dict) else cells)


def code(source, *names):
    return StudentCell("code", source, names)


def text(source, *names):
    return StudentCell("markdown", source, names)


either = pytest.mark.parametrize("stripped", [False, True])


@either
def test_an_untouched_copy_is_no_work(stripped):
    found = work(handed_out(stripped))
    assert found.code == []
    assert found.attempted == dict.fromkeys(["q1", "q2", "q3", "q4"], False)
    assert found.sources == {"q1": "", "q2": "", "q4": ""}
    assert found.written == {"q3": ""}
    assert found.notes == []


@either
def test_an_answered_copy(stripped):
    cells = edited(handed_out(stripped), "q1", BCE)
    cells = edited(cells, "q2", "best = 0.62")
    cells = edited(cells, "q3", WORDS)
    found = work(edited(cells, "q4", "def loss(z):\n    return z"))
    assert found.code == [BCE, "best = 0.62", "def loss(z):\n    return z"]
    assert found.sources == dict(zip(["q1", "q2", "q4"], found.code, strict=True))
    assert all(found.attempted.values())
    assert found.written == {"q3": WORDS}
    assert found.notes == []


def older(cells):
    """The copy as it was before the homework was changed."""
    changed = {
        name: StudentCell(
            each.kind, f"# Old.\nold_{i} = 1\n{each.source}", each.names, True
        )
        for i, (name, each) in enumerate(cells.items())
        if each.kind == "code"
    }
    return cells | changed


def test_an_untouched_copy_of_another_version_is_no_work():
    found = work(older(handed_out()))
    assert found.code == []
    assert not any(found.attempted.values())
    assert found.notes == ["The notebook is of another version of the handout."]


def test_an_old_stub_below_the_answer_does_not_undo_it():
    cells = older(handed_out())
    pasted = cells["q1"]
    found = work(below(edited(cells, "q1", BCE), "q4", pasted))
    assert found.code == [BCE]
    assert found.sources["q1"] == BCE


def test_a_forged_checksum_hides_only_ones_own_answer():
    found = work(
        edited(handed_out(), "q1", BCE)
        | {"more": StudentCell("code", "a = 1", (), True)}
    )
    assert found.code == [BCE]


def test_an_empty_notebook():
    found = work([])
    assert not any(found.attempted.values())
    assert found.notes == [
        "No cell of this homework was recognised: is it another one's?"
    ]


def test_another_homework():
    found = work([text("# Homework 07"), code("def other():\n    return 1")])
    assert found.code == ["def other():\n    return 1"]
    assert not any(found.attempted.values())
    assert "No cell of this homework was recognised" in found.notes[0]


@either
@pytest.mark.parametrize(
    "blank",
    [
        Q1.replace("    # YOUR CODE HERE\n", ""),  # the comment was deleted
        Q1.replace("\n    raise NotImplementedError()", ""),  # the raise was
        Q1.replace("\n", "  \n\n"),
        "# I do not know.\n" + Q1,
        "# I do not know.",
        "",
        " \n",
        Q1 + "\n\n" + CELLS[5][2],  # merged with the visible check
        STUB,
    ],
)
def test_a_stub_without_work_is_not_attempted_and_does_not_run(stripped, blank):
    found = work(edited(handed_out(stripped), "q1", blank))
    assert not found.attempted["q1"]
    assert found.code == []


@either
@pytest.mark.parametrize("body", ["pass", "return None", "return 0", "..."])
def test_a_stub_with_any_line_of_its_own_is_attempted(stripped, body):
    source = Q1.replace("raise NotImplementedError()", body)
    found = work(edited(handed_out(stripped), "q1", source))
    assert found.attempted["q1"]
    assert found.code == [source]


@either
def test_work_above_a_raise_that_was_left(stripped):
    source = Q1.replace("# YOUR CODE HERE", "return p")
    found = work(edited(handed_out(stripped), "q1", source))
    assert found.code == [source]
    assert found.attempted["q1"]


@either
def test_the_answer_in_a_cell_below_the_stub(stripped):
    found = work(below(handed_out(stripped), "q1-tests", code(BCE)))
    assert found.code == [BCE]
    assert found.attempted["q1"]
    assert found.sources["q1"] == BCE


@either
def test_a_value_in_a_cell_below_the_stub(stripped):
    found = work(below(handed_out(stripped), "q2", code("best = 0.6")))
    assert found.sources["q2"] == "best = 0.6"
    assert found.attempted["q2"]
    assert not found.attempted["q1"]


@either
def test_the_answer_at_the_end_of_the_notebook(stripped):
    found = work([*handed_out(stripped).values(), code(BCE)])
    assert found.attempted["q1"]
    assert not found.attempted["q4"]


@either
def test_a_blank_copy_pasted_after_the_answer_erases_nothing(stripped):
    cells = edited(handed_out(stripped), "q1", BCE)
    found = work(below(cells, "q1", handed_out(stripped)["q1"]))
    assert found.code == [BCE]


def test_all_changed_copies_run_in_order():
    cells = edited(handed_out(), "q1", BCE)
    found = work(below(cells, "q1", code("def bce(p, y):\n    return 0", "q1")))
    assert found.code == [BCE, "def bce(p, y):\n    return 0"]
    assert found.sources["q1"] == "\n\n".join(found.code)
    assert found.notes == ["2 cells answer q1; all ran, in order."]


@pytest.mark.parametrize("names", [(), ("q1",), ("q1", "new-id")])
def test_an_answer_split_over_two_cells(names):
    one, two = (
        "def half(p):\n    return -np.log(p)",
        "def bce(p, y):\n    return half(p)",
    )
    found = work(below(edited(handed_out(), "q1", one), "q1", code(two, *names)))
    assert found.code == [one, two]
    assert found.attempted["q1"]
    assert two in found.sources["q1"]


@either
def test_helper_cells_run_where_they_stand(stripped):
    cells = edited(handed_out(stripped), "q1", BCE)
    found = work(below(cells, "q1-prompt", code("from math import log")))
    assert found.code == ["from math import log", BCE]


@either
def test_deleted_cells(stripped):
    cells = edited(handed_out(stripped), "q1", BCE)
    for name in ("check", "numbers", "q1-check", "q2", "q3", "title"):
        del cells[name]
    found = work(cells)
    assert found.code == [BCE]
    assert found.attempted == {"q1": True, "q2": False, "q3": False, "q4": False}


def test_reordered_cells():
    cells = edited(edited(handed_out(), "q1", BCE), "q3", WORDS)
    found = work(list(reversed(cells.values())))
    assert found.attempted["q1"]
    assert found.written == {"q3": WORDS}


@pytest.mark.parametrize(
    "source",
    [
        "TOSSES = 1\nHEADS = 1",
        "TOSSES = 50\nHEADS = 31\nbest = 0.62",
        "from math import (\n    log,\n)\nA = 1",
        "def helper(x):\n    return x\n\nTOSSES = 50\nHEADS = 31",
    ],
)
def test_a_given_cell_that_was_changed_runs_and_then_the_original(source):
    """What was put in is there, and the numbers are those of the handout."""
    found = work(edited(handed_out(), "numbers", source))
    assert found.code == [source, handed_out()["numbers"].source]


@either
def test_a_test_is_asked_where_it_stands(stripped):
    cells = edited(handed_out(stripped), "q1", BCE)
    cells = [*cells.values(), StudentCell("code", "bce = None")]
    found = work(cells)
    assert found.code == [BCE, "bce = None"]
    assert found.asked == {
        "q1-check": 1,
        "q1-tests": 1,
        "q2-tests": 2 if stripped else 1,
    }


def test_a_test_that_was_deleted_is_asked_with_the_others_of_its_question():
    cells = edited(edited(handed_out(), "q1", BCE), "q4", "x = 1")
    del cells["q1-tests"], cells["q2-tests"]
    assert work(cells).asked == {"q1-check": 1, "q1-tests": 1, "q2-tests": 2}


@either
def test_imports_added_to_a_given_cell_run(stripped):
    source = IMPORTS.replace("import numpy as np", "import numpy as np\nimport math")
    found = work(edited(handed_out(stripped), "check", source))
    assert "import math" in "\n".join(found.code).split("\n")


@pytest.mark.parametrize("name", ["check", "numbers", "q1-check", "q1-tests"])
def test_an_answer_typed_into_a_cell_of_ours_runs(name):
    """Copies keep nbgrader's name, and merging keeps the first one."""
    source = handed_out()[name].source + "\n\n" + BCE
    found = work(edited(handed_out(), name, source))
    assert source in found.code
    assert found.attempted["q1"]


def test_a_visible_check_that_was_changed_does_not_run():
    found = work(edited(handed_out(), "q1-check", "print(bce(0.1, 1))"))
    assert found.code == []
    assert found.notes == ["q1-check was changed; the original was used."]


def test_a_check_pasted_over_a_solution_cell_is_a_check():
    found = work(edited(handed_out(), "q1", CELLS[5][2]))
    assert found.code == []
    assert not found.attempted["q1"]


def test_the_broken_function_handed_in_as_its_own_repair():
    broken = handed_out()["q4-broken"].source
    found = work(edited(handed_out(), "q4", broken))
    assert found.attempted["q4"]
    assert found.sources["q4"] == broken


def test_a_repair_that_deletes_a_line():
    found = work(edited(handed_out(), "q4", "def loss(z):\n    return -z"))
    assert found.attempted["q4"]
    assert found.code == ["def loss(z):\n    return -z"]


def test_a_renamed_function_is_noted():
    found = work(edited(handed_out(), "q1", BCE.replace("bce", "my_bce")))
    assert found.attempted["q1"]
    assert found.notes == ["The answer to q1 defines no bce."]


def test_an_answer_in_a_copy_of_another_questions_cell():
    found = work(below(handed_out(), "q1", code("def loss(z):\n    return z", "q1")))
    assert found.attempted == {"q1": False, "q2": False, "q3": False, "q4": True}


@pytest.mark.parametrize("kind", ["raw", "markdown"])
@pytest.mark.parametrize("source", [BCE, f"```python\n{BCE}\n```"])
def test_a_solution_cell_turned_into_text_runs(kind, source):
    found = work(edited(handed_out(), "q1", source, kind))
    assert [each.strip() for each in found.code] == [BCE]
    assert found.attempted["q1"]
    assert found.notes == ["q1 is no code cell; it ran as if it were."]


@pytest.mark.parametrize("kind", ["raw", "markdown"])
def test_a_blank_solution_cell_turned_into_text(kind):
    found = work(edited(handed_out(), "q1", Q1, kind))
    assert (found.code, found.notes) == ([], [])
    assert not found.attempted["q1"]


def test_code_in_a_cell_of_text_is_noted():
    found = work(below(handed_out(), "q1", text(f"```python\n{BCE}\n```")))
    assert found.code == []
    assert not found.attempted["q1"]
    assert found.notes == ["A cell of text holds code for q1; text does not run."]


def test_code_in_a_prompt_turned_into_code():
    prompt = handed_out()["q1-prompt"].source
    found = work(edited(handed_out(), "q1-prompt", f"{prompt}\n{BCE}", "code"))
    assert found.code == [BCE]
    assert found.attempted["q1"]


@either
@pytest.mark.parametrize("kind", ["markdown", "raw", "code"])
def test_words_in_a_cell_of_any_kind(stripped, kind):
    assert work(edited(handed_out(stripped), "q3", WORDS, kind)).written["q3"] == WORDS


@either
def test_words_below_a_stub_that_was_left(stripped):
    found = work(below(handed_out(stripped), "q3", text(WORDS), text("And so on.")))
    assert found.written["q3"].split() == f"{WORDS} And so on.".split()
    assert found.attempted["q3"]


@either
def test_words_in_the_same_cell_as_the_stub(stripped):
    found = work(edited(handed_out(stripped), "q3", f"YOUR ANSWER HERE\n\n{WORDS}"))
    assert found.written["q3"] == WORDS


@either
def test_words_typed_into_the_prompt(stripped):
    prompt = handed_out()["q3-prompt"].source
    found = work(edited(handed_out(stripped), "q3-prompt", f"{prompt}\n\n{WORDS}"))
    assert found.written["q3"] == WORDS


@either
def test_a_prompt_that_was_edited_is_no_answer_to_another_question(stripped):
    cells = edited(handed_out(stripped), "q4-prompt", "## Question 4: mend\nDone!")
    assert work(cells).written["q3"] == ""


@either
def test_prompts_merged_into_one_cell(stripped):
    cells = handed_out(stripped)
    merged = "\n\n".join(cells[f"q{n}-prompt"].source for n in (2, 3, 4))
    cells = edited(cells, "q2-prompt", merged.replace("In prose.", WORDS))
    del cells["q3-prompt"], cells["q4-prompt"]
    assert work(cells).written["q3"] == WORDS


def test_the_heading_of_a_prompt_was_deleted():
    cells = edited(edited(handed_out(), "q3-prompt", "Why?"), "q3", WORDS)
    assert work(cells).written == {"q3": WORDS}


NEAR = "The answer to q3 was found near its place, not in it."
COMMENT = "# " + WORDS.replace(" turns", "\n# turns")


@either
@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("q2", text(WORDS)),  # above the prompt, its own cell empty
        ("q2-tests", text(WORDS)),
        ("q2-prompt", StudentCell("raw", WORDS)),
        ("q4", text(WORDS)),  # far below
        ("q2-tests", code(COMMENT)),
        ("q3-prompt", code(COMMENT)),  # below the prompt
        ("q3", code(COMMENT)),
        ("q4-broken", code(COMMENT)),
    ],
)
def test_words_in_a_cell_of_their_own_near_the_place(stripped, name, cell):
    found = work(below(handed_out(stripped), name, cell))
    assert found.written["q3"].split() == WORDS.split()
    assert found.attempted["q3"]
    assert found.notes == [NEAR]
    assert found.code == []


@pytest.mark.parametrize("kind", ["code", "markdown"])
def test_words_in_the_place_of_a_test(kind):
    words = COMMENT if kind == "code" else WORDS
    found = work(edited(handed_out(), "q2-tests", words, kind))
    assert found.written["q3"].split() == WORDS.split()
    assert NEAR in found.notes


def test_words_below_the_lines_of_a_test():
    """A visible check that was turned into text is no answer; what is below it is."""
    check = Cell("q2-check", "test", "check(best, 1)")
    released = (*RELEASED[:9], check, *RELEASED[9:])
    cells = edited(handed_out(), "q2-tests", "", "code")
    order = below(cells, "q2", text(f"check(best, 1)\n{WORDS}", "q2-check"))
    assert match(released, order).written["q3"] == WORDS
    order = below(cells, "q2", text("check(best, 1)", "q2-check"))
    assert match(released, order).written["q3"] == ""


@either
@pytest.mark.parametrize(
    "name", ["Question 3:", "Q3.", "**Answer to question 3**", "q3)"]
)
def test_words_anywhere_under_the_number_of_the_question(stripped, name):
    said = f"{name} {WORDS}"
    found = work(below(handed_out(stripped), "q1-tests", text(said)))
    assert found.written["q3"] == said
    assert found.notes == [NEAR]
    other = said.replace("3", "33")
    assert (
        work(below(handed_out(stripped), "q1-tests", text(other))).written["q3"] == ""
    )


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("q2", "# I do not know."),  # said of q2, in its own cell
        ("q2", "# Half of it, by hand.\nbest = 0.5"),
        ("q1-tests", "# A thought about the first question."),
        ("q2-tests", "# ...\n# 42"),
        ("numbers", "TOSSES = 50\nHEADS = 31  # as given"),
    ],
)
def test_comments_that_are_no_answer_in_words(name, source):
    found = work(edited(handed_out(), name, source))
    assert found.written["q3"] == ""
    assert NEAR not in found.notes


def test_what_stands_in_the_place_goes_before_what_is_near():
    cells = edited(handed_out(), "q3", WORDS)
    found = work(below(cells, "q2-tests", text("A remark.")))
    assert found.written["q3"] == WORDS
    assert found.notes == []


def test_no_answer_in_words_is_said_where_others_are_there():
    cells = edited(handed_out(), "q1", BCE)
    said = "No answer to q3 was found, in its place or near it; it has 0 points until"
    (note,) = notes(work(cells), b"{}", None)
    assert note.startswith(said)
    assert notes(work(handed_out()), b"{}", None) == ()
    assert notes(work(edited(cells, "q3", WORDS)), b"{}", None) == ()


def test_paragraphs_of_an_answer_stay_apart():
    answer = "One.\n\nTwo:\n\n- a\n- b"
    assert work(edited(handed_out(), "q3", answer)).written["q3"] == answer


def test_an_endless_answer_is_cut():
    found = work(edited(handed_out(), "q3", "word " * 100_000))
    assert len(found.written["q3"]) == 50_000
    assert found.notes == ["The answer to q3 is very long and was cut."]


def test_notes_at_the_top_are_no_answer():
    badge = "[Open in Colab](x)\n\nMy name is Ann."
    found = work([text(badge), *handed_out().values()])
    assert found.written == {"q3": ""}
    assert found.notes == []


def test_the_id_is_used_where_nbgraders_name_is_unknown():
    cells = handed_out() | {"q1": code(BCE, "solution-17", "q1")}
    assert work(cells).sources["q1"] == BCE


def test_nbgraders_name_goes_before_the_id():
    cells = [text("", "title"), code("x = 1", "q2", "q1")]
    assert work(cells).sources == {"q1": "", "q2": "x = 1", "q4": ""}


@pytest.mark.parametrize("name", ["q1-tests", "check", "q3", "title", "nonsense"])
def test_forged_names_raise_nothing(name):
    cells = handed_out() | {"q1": code(BCE, name)}
    found = work(cells)
    assert set(found.attempted) == {"q1", "q2", "q3", "q4"}


def test_from_bytes_as_colab_writes_them():
    cells = [
        {"cell_type": "markdown", "metadata": {"id": "view-in-github"}, "source": "x"},
        *(
            {
                "cell_type": cell.kind,
                "metadata": {"id": f"x{n}", "cellView": "form"},
                "source": cell.source.splitlines(keepends=True),
                "outputs": [],
            }
            for n, cell in enumerate(edited(handed_out(), "q1", BCE).values())
        ),
    ]
    data = json.dumps({"nbformat": 4, "nbformat_minor": 0, "cells": cells}).encode()
    found = match(RELEASED, read_cells(data))
    assert found.sources["q1"] == BCE
    assert found.attempted == {"q1": True, "q2": False, "q3": False, "q4": False}


LINES = st.lists(
    st.sampled_from(
        [x for cell in CELLS for x in cell[2].split("\n")]
        + [BCE, WORDS, "```", "a = 1"]
    )
    | st.text(max_size=20),
    max_size=8,
).map("\n".join)


@settings(max_examples=60)
@given(
    st.lists(
        st.builds(
            StudentCell,
            st.sampled_from(["code", "markdown", "raw"]),
            LINES,
            st.lists(st.sampled_from([c[0] for c in CELLS] + ["", "x"]), max_size=2),
        )
    )
)
def test_any_cells_are_matched(cells):
    found = work(cells)
    assert set(found.attempted) == {"q1", "q2", "q3", "q4"}
    assert set(found.sources) == {"q1", "q2", "q4"}
    assert set(found.written) == {"q3"}
    assert len(found.code) <= 2 * len(cells)  # after a changed given cell, the original
    assert len(found.notes) == len(set(found.notes)) <= 3 * len(CELLS)
    for question, source in found.sources.items():
        assert found.attempted[question] == bool(source)
    json.dumps(found.__dict__)


@pytest.mark.parametrize(
    "line",
    ["a, ", "a", " ", "\n", "#", "def ", "```", "a:", "import a ", "# Question 3\n"],
)
@pytest.mark.parametrize("kind", ["code", "markdown"])
def test_no_text_takes_long(line, kind):
    source = (line * 200_000)[:200_000]
    begun = time.process_time()
    work([StudentCell(kind, source, ()), StudentCell(kind, source, ("check",))])
    assert time.process_time() - begun < 5  # 0.3 s; a quadratic pattern needs minutes
