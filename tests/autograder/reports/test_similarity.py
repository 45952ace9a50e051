"""similarity: the same code under other names is seen; what may be chance is not."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import BLANK, LOSS, result, scored

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
    assert "Short answers coincide by chance" in NOTE


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


@pytest.mark.parametrize(
    "padding",
    [
        "#" * 9_000,
        "\n" * 90_000,
        "\n".join(["# I wrote this alone."] * 30_000),
        f'"""{"I wrote this alone. " * 500}"""',
        "  # it's \"quoted\" here: '''" + "no text " * 900,
    ],
)
def test_comments_and_docstrings_of_any_length_hide_nothing(padding):
    inside = LOSS.replace('"""Mean loss."""', '"""' + "Mean. " * 2_000 + '"""')
    commented = LOSS.replace("# one by one", "# " + "one by one, " * 900)
    for source in (f"{LOSS}\n{padding}", f"{padding}\n{LOSS}", inside, commented):
        assert groups(answers(LOSS, source, other(1))) == [("q1", ["s00", "s01"])]


def test_long_texts_in_code_still_differ():
    texts = [LOSS.replace("0.0", repr(word * 90)) for word in ("one ", "two ", "one ")]
    triple = [text.replace("'", "'''") for text in texts]
    assert groups(answers(*texts)) == [("q1", ["s00", "s02"])]
    assert groups(answers(*triple)) == [("q1", ["s00", "s02"])]


def test_code_that_no_person_writes_is_not_compared():
    assert similar(answers(*[LOSS + "x = 1\n" * LONGEST] * 2)) == []


# ---- in words -----------------------------------------------------------------------

ESSAY = (
    "Evidence may be added only where the results are independent, given the state of "
    "the patient. A copy brings nothing new: its likelihood ratio is one, so it adds "
    "the logarithm of one, which is zero. The program is too sure of what it says."
)
OTHER = (
    "No. Three entries of the same test are one test. The sigmoid maps any number into "
    "the unit interval, wrong ones too, and with a small prior the decision may flip, "
    "as in my example where the logit moves from minus one to plus two."
)


def essays(*texts):
    return [result(f"s{i:02}", q1=BLANK, answer=text) for i, text in enumerate(texts)]


@pytest.mark.parametrize(
    "copy",
    [
        ESSAY,
        ESSAY.upper().replace(". ", " !\n\n"),
        f"I think so. {ESSAY} " + "And much more could be said of it here. " * 3,
        ESSAY.partition(" The program")[0],
        ESSAY.replace("nothing new", "no news"),
    ],
)
def test_most_of_a_text_is_enough(copy):
    assert groups(essays(ESSAY, OTHER, copy)) == [("q3", ["s00", "s02"])]


def test_texts_of_ones_own_are_not_alike():
    quoting = f"You say: {ESSAY.partition(' A copy')[0]} {OTHER.partition(' The')[0]}"
    quoting += " But what does that mean for the one patient who waits for an answer?"
    assert groups(essays(ESSAY, OTHER, quoting)) == []


def test_short_texts_are_left_out():
    assert groups(essays(*["It adds nothing, since the ratio is one."] * 5)) == []


def test_a_text_that_the_whole_class_hands_in_is_listed():
    found = similar(essays(*[ESSAY] * 279, OTHER))
    assert len(ESSAY.split()) == 45
    assert [(each["size"], len(each["students"])) for each in found] == [
        ("45 words", 279)
    ]


def test_texts_are_alike_by_way_of_a_third():
    words = [f"w{i}" for i in range(90)]
    texts = [" ".join(words[i : i + 60]) for i in (0, 15, 30)]
    assert groups(essays(*texts)) == [("q3", ["s00", "s01", "s02"])]
    assert groups(essays(texts[0], texts[2])) == []


def test_scored_texts_are_compared_and_missing_ones_are_not():
    first, second = essays(ESSAY, ESSAY)
    assert (
        groups([first, scored("ann", q1=BLANK, answer=ESSAY), second])[0][1][0] == "ann"
    )
    assert groups(essays("", "")) == []


def test_groups_are_of_one_question():
    assert groups(answers(LOSS) + answers(LOSS, question="q5")) == []


def test_largest_group_first():
    found = groups(answers(LOSS, LOSS, other(1), other(1), other(1)))
    assert [len(students) for _, students in found] == [3, 2]


@given(st.text(st.characters(exclude_categories=()), max_size=300))
def test_any_text(text):
    similar(answers(text, text, "def f(:\n" + text))
    similar(essays(text, text, text + ESSAY))


@pytest.mark.parametrize(
    "piece",
    [
        "(",
        "#",
        "w ",
        "'\\",
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
    similar(answers(code, code[1:] + piece[0], code * 9))
    similar(essays(code, code[1:] + piece[0], code * 9))
    assert time.process_time() - begin < 5


def test_longest_run_after_a_percent_sign():
    """The lexer needs quadratic time here; the cap on the length holds it."""
    code = ("'%" + "0" * LONGEST)[:LONGEST]
    begin = time.process_time()
    similar(answers(code))
    assert time.process_time() - begin < 5
