"""similarity: the same code under other names is seen; what may be chance is not."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import LOSS, result

from autograder.reports.similarity import LONGEST, NOTE, fingerprint, similar
from autograder.results import Status

RENAMED = '''def loss(q, truth):


  """Another docstring."""
  s = 0.0   # the sum
  for a, b in zip(q, truth):
      s -= b*np.log(a) + (1 - b)*np.log(
          1 - a)
  return s/len(q)
'''


def answers(*sources, question="q1", status=Status.FAILED):
    return [
        result(f"s{i:02}", q1={"question": question, "status": status, "points": 0,
                               "source": source})
        for i, source in enumerate(sources)
    ]  # fmt: skip


def other(i):
    return LOSS.replace("0.0", f"0.{i}")


def groups(results):
    return [(each["question"], each["students"]) for each in similar(results)]


def test_renamed_code_is_the_same():
    assert fingerprint(RENAMED) == fingerprint(LOSS)
    assert groups(answers(LOSS, RENAMED, other(1))) == [("q1", ["s00", "s01"])]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("np.log(1", "np.exp(1"),  # an attribute is no name of the student's
        ("label *", "each *"),  # names change places
        ("zip(", "map("),
        ("-=", "+="),
        ("0.0", "1.0"),
        ("len(p)", "len(y)"),
    ],
)
def test_other_code_is_not(old, new):
    assert old in LOSS
    assert fingerprint(LOSS.replace(old, new)) != fingerprint(LOSS)


def test_attributes_stay():
    assert fingerprint(LOSS.replace("np.log", "np.exp")) != fingerprint(LOSS)


def test_imported_names_stay():
    code = "from math import {0}\ndef f(x):\n    return {0}(x)\n"
    assert fingerprint(code.format("log")) != fingerprint(code.format("exp"))


def test_number_is_no_name():
    assert fingerprint("a = a + a") != fingerprint("a = 0 + a")
    assert fingerprint("a = a + a") == fingerprint("b = b + b")


def test_short_code_is_left_out():
    short = "def loss(p, y):\n    return -np.log(p).mean()\n"
    assert similar(answers(short, short)) == []
    assert "short code coincides by chance" in NOTE


def test_what_most_write_is_left_out():
    rare = [LOSS] * 5 + [other(i) for i in range(1, 7)]
    assert groups(answers(*rare)) == [("q1", ["s00", "s01", "s02", "s03", "s04"])]
    common = [LOSS] * 6 + [other(i) for i in range(1, 6)]
    assert groups(answers(*common)) == []


def test_in_a_small_class_most_means_nothing():
    assert groups(answers(LOSS, LOSS)) == [("q1", ["s00", "s01"])]


def test_only_answers_that_were_given():
    assert similar(answers(LOSS, LOSS, status=Status.NOT_ATTEMPTED)) == []
    assert similar(answers(*["# nothing\n" * 60] * 2)) == []
    assert similar(answers(LOSS + "#" * LONGEST, LOSS + "#" * LONGEST)) == []


def test_groups_are_of_one_question():
    assert groups(answers(LOSS) + answers(LOSS, question="q5")) == []


def test_largest_group_first():
    found = groups(answers(LOSS, LOSS, other(1), other(1), other(1)))
    assert [len(students) for _, students in found] == [3, 2]


@given(st.text(st.characters(exclude_categories=()), max_size=300))
def test_any_text(text):
    similar(answers(text, text, "def f(:\n" + text))


@pytest.mark.parametrize(
    "piece",
    [
        "(",
        "'",
        '"""',
        "'%0",
        "\\",
        "f'{",
        "f'" + "{" * 50,
        "a.",
        "0",
        "@",
        "\n\t'",
        "\ud800",
    ],
)
def test_hostile_code_takes_no_time(piece):
    code = (piece * LONGEST)[:LONGEST]
    begin = time.process_time()
    similar(answers(code, code[1:] + piece[0]))
    assert time.process_time() - begin < 5


def test_longest_run_after_a_percent_sign():
    """The lexer needs quadratic time here; the cap on the length holds it."""
    code = ("'%" + "0" * LONGEST)[:LONGEST]
    begin = time.process_time()
    similar(answers(code))
    assert time.process_time() - begin < 5
