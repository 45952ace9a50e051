"""Nobody is given another's hand-in by a name that somebody chose."""

import hashlib
import json
import zipfile

import pytest

from autograder.intake.earlier import to_grade
from autograder.intake.submissions import NOBODY, find_submissions
from autograder.results import BY_HAND, Result

HOMEWORK = "06_sigmoid_and_logit"


def notebook(text):
    cell = {"cell_type": "markdown", "source": text, "metadata": {"nbgrader": {}}}
    return json.dumps({"cells": [cell], "nbformat": 4}).encode()


def zipped(path, *names):
    """A zip in which each notebook holds its own name."""
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, notebook(name))
    return path


def handed_in(*paths, **options):
    """By student: the name of the file that counts, or why there is none."""
    found = find_submissions(paths, HOMEWORK, **options)
    return {each.student: each.problem or held(each) for each in found}


def held(submission):
    return json.loads(submission.read())["cells"][0]["source"]


def split(found):
    """What is somebody's, and the sentences of what is nobody's."""
    nobodys = [said for who, said in found.items() if who.startswith(NOBODY)]
    return {k: v for k, v in found.items() if not k.startswith(NOBODY)}, nobodys


def stored(student, file="", **about):
    return Result(homework=HOMEWORK, student=student, name=student, file=file, **about)


JONES = "jonesamy_12345_700001_Untitled3.ipynb"
SMITH = "smith_12345_99999_700002_06_sigmoid_and_logit.ipynb"  # user 99999, Smith_12345
SAYS = "can be read as that of 12345 (smith) or 99999 (smith_12345)"


# --- Canvas ---------------------------------------------------------------------


@pytest.mark.parametrize("mine", [JONES, "smith_12345_700001_Untitled3.ipynb"])
def test_a_name_that_ends_in_anothers_number_takes_nothing(tmp_path, mine):
    export = zipped(tmp_path / "x.zip", mine, SMITH, "poe_7_700003_x.ipynb")
    theirs, nobodys = split(handed_in(export))
    assert theirs == {
        f"{mine.partition('_')[0]}-12345": mine,
        "poe-7": "poe_7_700003_x.ipynb",
    }
    assert len(nobodys) == 1
    assert SAYS in nobodys[0]
    assert "--student" in nobodys[0]


def test_a_name_that_holds_a_whole_pattern_takes_nothing(tmp_path):
    """Canvas takes the spaces out after it has looked for numbers in the name."""
    evil = "jonesamy_12345_900000_x_99999_700002_06.ipynb"
    theirs, nobodys = split(handed_in(zipped(tmp_path / "x.zip", JONES, evil)))
    assert theirs == {"jonesamy-12345": JONES}
    assert "12345 (jonesamy) or 99999 (jonesamy_12345_900000_x)" in nobodys[0]


def test_two_names_that_could_both_be_chosen_are_nobodys(tmp_path):
    mine = "jonesamy_12345_700001_48211_hw06.ipynb"
    export = zipped(tmp_path / "x.zip", mine, SMITH, "poe_7_700003_x.ipynb")
    theirs, nobodys = split(handed_in(export))
    assert theirs == {"poe-7": "poe_7_700003_x.ipynb"}
    assert len(nobodys) == 2


def test_one_number_with_two_names_is_nobodys(tmp_path):
    other = "king_12345_700009_06.ipynb"
    export = zipped(tmp_path / "x.zip", JONES, other, "poe_7_700003_x.ipynb")
    theirs, nobodys = split(handed_in(export))
    assert theirs == {"poe-7": "poe_7_700003_x.ipynb"}
    assert len(nobodys) == 2
    assert all("12345 comes with the names 'jonesamy' and 'king'" in x for x in nobodys)


def test_a_number_that_had_another_name_before_is_nobodys(tmp_path):
    known = [stored("jonesamy-12345", JONES, lms="canvas", lms_id="12345")]
    known = [Result(**{**known[0].__dict__, "name": "jonesamy"})]
    other = zipped(tmp_path / "x.zip", "king_12345_700009_06.ipynb", "poe_7_70_x.ipynb")
    theirs, nobodys = split(handed_in(other, known=known))
    assert theirs == {"poe-7": "poe_7_70_x.ipynb"}
    assert "'king' and 'jonesamy'" in nobodys[0]
    for name in (SMITH, "jonesamy_12345_99999_700002_06.ipynb"):
        alone = zipped(tmp_path / "y.zip", name, "poe_7_70_x.ipynb")
        theirs, nobodys = split(handed_in(alone, known=known))
        assert theirs == {"poe-7": "poe_7_70_x.ipynb"}
        assert "can be read as that of 12345" in nobodys[0]


ENROLLED = {("canvas", "12345"), ("canvas", "99999"), ("canvas", "7")}


def test_with_a_roster_a_name_takes_nothing_from_who_handed_in_nothing(tmp_path):
    export = zipped(tmp_path / "x.zip", SMITH, "poe_7_700003_x.ipynb")
    theirs, nobodys = split(handed_in(export, enrolled=ENROLLED))
    assert theirs == {"poe-7": "poe_7_700003_x.ipynb"}
    assert [SAYS in said for said in nobodys] == [True]
    of_roster = ENROLLED - {("canvas", "12345")}
    assert handed_in(export, enrolled=of_roster)["smith_12345-99999"] == SMITH
    numbers = "poe_7_700003_48211_hw06.ipynb"  # 700003 is nobody of the class
    export = zipped(tmp_path / "y.zip", numbers, JONES)
    assert handed_in(export, enrolled=ENROLLED)["poe-7"] == numbers


@pytest.mark.parametrize("enrolled", [set(), {("canvas", "12345")}])
def test_without_a_roster_that_has_both_a_note_says_that_it_is_not_known(
    tmp_path, enrolled
):
    export = zipped(tmp_path / "x.zip", SMITH, "poe_7_700003_x.ipynb")
    poe, smith = find_submissions([export], HOMEWORK, enrolled=enrolled)
    assert (poe.notes, smith.student) == ((), "smith-12345")
    (note,) = smith.notes
    assert SAYS in note
    assert "no roster has both" in note


@pytest.mark.parametrize(
    "files",
    [
        ["jonesamy_12345_700001_48211_hw06.ipynb"],
        ["jonesamy_12345_700001_10_how_far.ipynb", "poe_7_70_10_how_far.ipynb"],
        ["jonesamy_12345_700001_my_1_2_hw.ipynb"],
        ["jonesamy_LATE_12345_700001_2026_11_hw.ipynb"],
        ["jonesamy_12345_700001_06_sigmoid_and_logit.ipynb"],
    ],
)
def test_numbers_in_an_honest_files_name_cost_nothing(tmp_path, files):
    export = zipped(tmp_path / "x.zip", *files, "cyd_8_71_x.ipynb")
    theirs, nobodys = split(handed_in(export))
    assert nobodys == []
    assert theirs["jonesamy-12345"] == files[0]
    again = files[0].replace("700001", "700050").replace(".", "-1.")
    known = [
        Result(homework=HOMEWORK, student="jonesamy-12345", name="jonesamy",
               lms="canvas", lms_id="12345", file=files[0])
    ]  # fmt: skip
    newer = zipped(tmp_path / "y.zip", again, "cyd_8_71_x.ipynb")
    assert handed_in(newer, known=known)["jonesamy-12345"] == again
    assert handed_in(export, newer)["jonesamy-12345"] == again


def test_names_of_an_anonymous_export_have_no_numbers(tmp_path):
    export = zipped(
        tmp_path / "x.zip",
        "anon_aB3x9_678_12_hw.ipynb",
        "LATE_anon_Zz11a_679_12_x.ipynb",
    )
    assert handed_in(export) == {
        "anon_Zz11a": "LATE_anon_Zz11a_679_12_x.ipynb",
        "anon_aB3x9": "anon_aB3x9_678_12_hw.ipynb",
    }


# --- Moodle ---------------------------------------------------------------------


def test_a_moodle_folder_is_that_of_the_number_at_its_end(tmp_path):
    mine = "Ann Lee_123_assignsubmission_file_/a.ipynb"
    evil = "Ann Lee_123_assignsubmission_file_777_assignsubmission_file_/hw06.ipynb"
    for end in ("_/", "/"):
        export = zipped(tmp_path / "x.zip", mine, evil.replace("_/", end))
        found = handed_in(export)
        assert found["Ann-Lee-123"] == mine
        (other,) = set(found) - {"Ann-Lee-123"}
        assert other.endswith("-777")


def test_in_a_flat_moodle_export_a_name_in_a_name_takes_nothing(tmp_path):
    mine = "Ann Lee_123_assignsubmission_file_a.ipynb"
    evil = "Ann Lee_123_assignsubmission_file_777_assignsubmission_file_hw.ipynb"
    theirs, nobodys = split(handed_in(zipped(tmp_path / "x.zip", mine, evil)))
    assert theirs == {"Ann-Lee-123": mine}
    assert "can be read as that of 123 (Ann Lee) or 777" in nobodys[0]


def test_a_file_named_as_moodles_in_a_students_own_folder_is_the_students(tmp_path):
    mine = "Ann_1_assignsubmission_file_/a.ipynb"
    evil = "Eve_9_assignsubmission_file_/Ann_1_assignsubmission_file_/hw06.ipynb"
    assert handed_in(zipped(tmp_path / "x.zip", mine, evil)) == {
        "Ann-1": mine, "Eve-9": evil
    }  # fmt: skip


# --- A student whom the export cannot hold -------------------------------------------


def test_an_export_is_of_one_system(tmp_path):
    evil = "eve_99_700_Ann_5_assignsubmission_file_hw06.ipynb"
    assert handed_in(zipped(tmp_path / "x.zip", JONES, evil, "poe_7_70_x.ipynb")) == {
        "eve-99": evil, "jonesamy-12345": JONES, "poe-7": "poe_7_70_x.ipynb"
    }  # fmt: skip
    mine = "Ann_1_assignsubmission_file_/a.ipynb"
    evil = f"Eve_9_assignsubmission_file_/{JONES}"
    assert handed_in(zipped(tmp_path / "x.zip", mine, evil)) == {
        "Ann-1": mine, "Eve-9": evil
    }  # fmt: skip


@pytest.mark.parametrize(
    "evil",
    [
        ["eve/bob_1_2_hw06.ipynb", "eve/cyd_3_4_hw06.ipynb"],
        ["eve/Bob_1_assignsubmission_file_/hw06.ipynb"],
    ],
)
def test_in_folders_a_students_files_stay_the_students(tmp_path, evil):
    export = zipped(tmp_path / "x.zip", "ann/hw06.ipynb", "bob/hw06.ipynb", *evil)
    assert list(handed_in(export)) == ["ann", "bob", "eve"]


# --- Keys -------------------------------------------------------------------------


def test_a_student_keeps_the_key_whoever_else_is_there(tmp_path):
    both = zipped(tmp_path / "a.zip", "Ada/hw06.ipynb", "ada/hw06.ipynb")
    keys = handed_in(both)
    assert sorted(keys.values()) == ["Ada/hw06.ipynb", "ada/hw06.ipynb"]
    known = [
        Result(homework=HOMEWORK, student=key, name=file.partition("/")[0])
        for key, file in keys.items()
    ]
    for name in ("Ada", "ada"):
        alone = zipped(tmp_path / "b.zip", f"{name}/hw06.ipynb", "bob/x.ipynb")
        found = handed_in(alone, known=known)
        assert keys[next(k for k in found if k != "bob")] == f"{name}/hw06.ipynb"


def test_a_file_named_as_anothers_key_takes_nothing(tmp_path):
    known = [
        Result(homework=HOMEWORK, student="Ada-Lovelace-48211", name="Ada Lovelace",
               lms="moodle", lms_id="48211")
    ]  # fmt: skip
    export = zipped(tmp_path / "x.zip", "Ada-Lovelace-48211.ipynb", "bob.ipynb")
    assert list(handed_in(export, known=known)) == ["Ada-Lovelace-48211-2", "bob"]


# --- One notebook by itself ---------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["06_sigmoid_and_logit.ipynb", "06_sigmoid_and_logit(1).ipynb",
     "Ada-Lovelace-48211.ipynb", "ann.ipynb", "late.json"],
)  # fmt: skip
def test_a_notebook_by_itself_is_nobodys_until_a_person_says_whose(tmp_path, name):
    path = tmp_path / "Downloads" / name
    path.parent.mkdir()
    path.write_bytes(notebook("late"))
    with pytest.raises(ValueError, match=r"whose is it\? Name the student with --stu"):
        find_submissions([path], HOMEWORK)
    (found,) = find_submissions([path], HOMEWORK, who="48211")
    assert (found.student, found.name, found.lms_id) == ("48211", "48211", "")
    assert (held(found), found.handed_in) == ("late", BY_HAND)


def test_a_notebook_that_an_lms_has_named_says_whose_it_is(tmp_path):
    path = tmp_path / JONES
    path.write_bytes(notebook("late"))
    assert handed_in(path) == {"jonesamy-12345": "late"}
    assert handed_in(path, who="jonesamy") == {"jonesamy-12345": "late"}
    with pytest.raises(ValueError, match=r"say jonesamy \(12345\)\. .* another name"):
        find_submissions([path], HOMEWORK, who="48211")


ADA = {"student": "lovelaceada-48211", "name": "lovelaceada", "lms": "canvas",
       "lms_id": "48211", "homework": HOMEWORK}  # fmt: skip


@pytest.mark.parametrize("who", ["48211", "lovelaceada-48211", "lovelaceada"])
def test_a_student_who_is_known_is_named_by_number_key_or_name(tmp_path, who):
    path = tmp_path / "late.ipynb"
    path.write_bytes(notebook("late"))
    known = [Result(**ADA, attachment=70), Result(homework=HOMEWORK, student="bob")]
    (found,) = find_submissions([path], HOMEWORK, known, who)
    assert (found.student, found.name) == ("lovelaceada-48211", "lovelaceada")
    assert (found.lms, found.lms_id, found.attachment) == ("canvas", "48211", 70)


def test_a_number_that_is_new_is_one_of_the_class_s_own_system(tmp_path):
    path = tmp_path / "late.ipynb"
    path.write_bytes(notebook("late"))
    (found,) = find_submissions([path], HOMEWORK, [Result(**ADA)], "77")
    assert (found.student, found.lms, found.lms_id) == ("student-77", "canvas", "77")
    known = [Result(**ADA), Result(homework=HOMEWORK, student=found.student,
             name=found.name, lms=found.lms, lms_id="77")]  # fmt: skip
    export = zipped(tmp_path / "x.zip", "poe_77_5_06.ipynb", JONES)
    assert "student-77" in handed_in(export, known=known)


def test_two_students_of_one_name_are_told_apart_by_number(tmp_path):
    path = tmp_path / "late.ipynb"
    path.write_bytes(notebook("late"))
    two = [Result(**ADA | {"student": f"ada-{n}", "lms_id": str(n)}) for n in (1, 2)]
    with pytest.raises(ValueError, match=r"'lovelaceada' may be each of ada-1, ada-2"):
        find_submissions([path], HOMEWORK, two, "lovelaceada")
    assert list(handed_in(path, known=two, who="2")) == ["ada-2"]


# --- One student of an export -------------------------------------------------------


def test_one_student_is_taken_from_an_export(tmp_path):
    export = zipped(tmp_path / "x.zip", JONES, SMITH, "poe_7_700003_x.ipynb")
    assert handed_in(export, who="poe") == {"poe-7": "poe_7_700003_x.ipynb"}
    assert handed_in(export, who="99999") == {"smith_12345-99999": SMITH}
    with pytest.raises(ValueError, match=r"may be jonesamy \(12345\), smith \(12345\)"):
        handed_in(export, who="12345")
    with pytest.raises(
        ValueError, match="'48211': the names of the files say jonesamy"
    ):
        handed_in(export, who="48211")


def test_what_a_person_has_settled_is_not_asked_again(tmp_path):
    export = zipped(tmp_path / "x.zip", JONES, SMITH)
    (mine,) = find_submissions([export], HOMEWORK, who="99999")
    known = [
        Result(homework=HOMEWORK, student=mine.student, name=mine.name, lms="canvas",
               lms_id="99999", file=mine.file, handed_in=mine.handed_in)
    ]  # fmt: skip
    assert handed_in(export, known=known) == {"jonesamy-12345": JONES}


def test_the_work_of_one_student_in_a_zip_is_whose_a_person_says(tmp_path):
    work = zipped(tmp_path / "work.zip", "Untitled.ipynb", "hw/notes.txt")
    assert handed_in(work, who="48211") == {"48211": "Untitled.ipynb"}


# --- Newer and older ----------------------------------------------------------------


def newer(path, known, **options):
    found, older = to_grade([path], HOMEWORK, known, **options)
    return [each.student for each in found], [each.student for each in older]


@pytest.mark.parametrize(
    ("before", "replaced"),
    [
        ({"attachment": 700000}, True),
        ({"attachment": 700002}, False),
        ({"attachment": 700001, "handed_in": BY_HAND}, False),
        ({"attachment": 700000, "handed_in": BY_HAND}, True),
        ({"handed_in": "1970-01-01 00:00:00"}, True),
        ({"handed_in": "2999-01-01 00:00:00"}, False),
        ({"handed_in": BY_HAND}, False),
        ({"handed_in": "2999-01-01 00:00:00", "problem": "no notebook"}, True),
        ({}, True),
    ],
)
def test_only_a_newer_hand_in_replaces_what_was_graded(tmp_path, before, replaced):
    known = [Result(homework=HOMEWORK, student="jonesamy-12345", name="jonesamy",
                    lms="canvas", lms_id="12345", file=JONES, **before)]  # fmt: skip
    export = zipped(tmp_path / "x.zip", JONES, "poe_7_70_x.ipynb")
    found, older = newer(export, known)
    assert found == ["jonesamy-12345", "poe-7"] if replaced else ["poe-7"]
    assert older == ([] if replaced else ["jonesamy-12345"])
    assert newer(export, known, who="12345") == (["jonesamy-12345"], [])


def test_an_older_copy_of_the_same_notebook_is_graded_again(tmp_path):
    digest = hashlib.sha256(notebook(JONES)).hexdigest()
    known = [
        Result(
            homework=HOMEWORK,
            student="jonesamy-12345",
            name="jonesamy",
            lms="canvas",
            lms_id="12345",
            handed_in=BY_HAND,
            sha256=digest,
        )
    ]
    export = zipped(tmp_path / "x.zip", JONES, "poe_7_70_x.ipynb")
    assert newer(export, known) == (["jonesamy-12345", "poe-7"], [])


def test_what_is_no_notebook_replaces_no_result(tmp_path):
    known = [Result(homework=HOMEWORK, student="ann", name="ann", file="ann/x.ipynb")]
    export = zipped(tmp_path / "x.zip", "ann/x.pdf", "bob/x.ipynb")
    assert newer(export, known) == (["bob"], ["ann"])
