"""Whose file is it: exports as they come, and exports that mean harm."""

import contextlib
import io
import json
import os
import re
import socket
import stat
import struct
import tempfile
import time
import tracemalloc
import unicodedata
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.intake import archives, file, outputs, zips
from autograder.intake.notebook import MOST_BYTES, Unreadable
from autograder.intake.submissions import find_submissions

HOMEWORK = "03_binary_cross_entropy"


def notebook(text="", nbgrader=True):
    cell = {"cell_type": "markdown", "source": text, "metadata": {}}
    if nbgrader:
        cell["metadata"] = {"nbgrader": {"grade_id": "q1"}}
    return json.dumps({"cells": [cell], "nbformat": 4}).encode()


def zipped(path, members):
    """A zip of (name or ZipInfo, bytes); names may repeat."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return path


def at(name, *date):
    return zipfile.ZipInfo(name, date_time=(2026, *date))


def unpacked(folder, members):
    for name, data in members:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


@pytest.fixture(params=[zipped, unpacked])
def made(request, tmp_path):
    """Makes a zip, and the same as a folder."""
    return lambda members: request.param(tmp_path / "hw03.zip", members)


def found(*paths):
    return {each.student: each for each in find_submissions(paths, HOMEWORK)}


def data_of(submission):
    return json.loads(submission.read())["cells"][0]["source"]


@contextlib.contextmanager
def ignoring_repeated_names():
    with pytest.warns(UserWarning, match="Duplicate name"):
        yield


# --- Canvas ---------------------------------------------------------------------


def test_canvas(made):
    path = made(
        [
            ("leeann_12345_67890_hw03.ipynb", notebook("Ann")),
            ("smithbob_LATE_777_67891_hw03-2.ipynb", notebook("Bob")),
            ("o_reilly_tim_12_67892_Copy of hw03 (1).ipynb", notebook("Tim")),
            ("müllerjo_13_67893_my_1_2_hw.ipynb", notebook("Jo")),
            ("poecy_14_text.html", b"<p>I could not</p>"),
            ("xudi_15_67894_hw03.pdf", b"%PDF"),
        ]
    )
    students = found(path)
    assert list(students) == [
        "leeann-12345",
        "mullerjo-13",
        "o_reilly_tim-12",
        "poecy-14",
        "smithbob-777",
        "xudi-15",
    ]
    assert {each.lms for each in students.values()} == {"canvas"}
    ann = students["leeann-12345"]
    assert (ann.name, ann.lms_id, ann.problem) == ("leeann", "12345", "")
    assert ann.file == "leeann_12345_67890_hw03.ipynb"
    assert ann.notes == ()
    assert data_of(ann) == "Ann"
    assert data_of(students["smithbob-777"]) == "Bob"
    assert students["smithbob-777"].notes == ("Canvas marks it as late.",)
    assert students["mullerjo-13"].name == "müllerjo"
    assert data_of(students["mullerjo-13"]) == "Jo"
    assert "a text typed into Canvas" in students["poecy-14"].problem
    assert "there is hw03.pdf" in students["xudi-15"].problem


def test_canvas_graded_without_names(made):
    path = made(
        [
            ("anon_aB3x9_678_hw03.ipynb", notebook("A")),
            ("LATE_anon_Zz11a_679_hw03.ipynb", notebook("Z")),
        ]
    )
    students = found(path)
    assert [each.name for each in students.values()] == ["anon_Zz11a", "anon_aB3x9"]
    assert {each.lms_id for each in students.values()} == {""}
    assert students["anon_Zz11a"].notes == ("Canvas marks it as late.",)


def test_of_canvas_resubmissions_the_last_attachment_counts(made):
    path = made(
        [
            ("leeann_1_30_hw03-1.ipynb", notebook("third")),
            ("leeann_1_9_hw03.ipynb", notebook("first")),
            ("leeann_1_20_hw03-2.ipynb", notebook("second")),
        ]
    )
    (ann,) = found(path).values()
    assert data_of(ann) == "third"
    assert ann.notes == (
        "3 notebooks were handed in; graded: hw03-1.ipynb, the latest.",
    )


def test_canvas_sections_in_folders(tmp_path):
    unpacked(
        tmp_path / "one",
        [("a_1_5_hw03.ipynb", notebook()), ("b_2_6_hw03.ipynb", notebook())],
    )
    unpacked(
        tmp_path / "two",
        [("c_3_7_hw03.ipynb", notebook()), ("d_4_8_hw03.ipynb", notebook())],
    )
    assert list(found(tmp_path)) == ["a-1", "b-2", "c-3", "d-4"]


# --- Moodle ---------------------------------------------------------------------

MOODLE = [
    ("{}/hw03 (1).ipynb", "folders, from 3.1 on"),
    ("{}hw03.ipynb", "flat"),
    ("{}/work/hw03.ipynb", "folders in a student's own upload"),
    ("Group A/{}/hw03.ipynb", "in a folder of the teacher's"),
]


@pytest.mark.parametrize("pattern", [p for p, _ in MOODLE], ids=[i for _, i in MOODLE])
def test_moodle(made, pattern):
    names = ["Ann Lee_123456", "José Núñez_123457", "Participant_99"]
    files = [f"{name}_assignsubmission_file_" for name in names]
    path = made([(pattern.format(file), notebook(file)) for file in files])
    students = found(path)
    assert list(students) == ["Ann-Lee-123456", "Jose-Nunez-123457", "Participant-99"]
    ann = students["Ann-Lee-123456"]
    assert (ann.name, ann.lms, ann.lms_id) == ("Ann Lee", "moodle", "123456")
    assert ann.problem == ""
    assert ann.notes == ()
    assert data_of(ann) == files[0]


def test_moodle_without_the_last_underscore(made):
    (ann,) = found(
        made([("Ann_5_assignsubmission_file/hw03.ipynb", notebook())])
    ).values()
    assert (ann.name, ann.lms_id, ann.problem) == ("Ann", "5", "")


def test_who_typed_a_text_into_moodle_is_a_row(made):
    path = made(
        [
            ("Ann_1_assignsubmission_file_/hw03.ipynb", notebook("A")),
            ("Ann_1_assignsubmission_onlinetext_/onlinetext.html", b"<p>"),
            ("Bob_2_assignsubmission_onlinetext_onlinetext.html", b"<p>"),
            ("Cyd_3_assignsubmission_onlinetext_/onlinetext.html", b"<p>"),
        ]
    )
    students = found(path)
    assert list(students) == ["Ann-1", "Bob-2", "Cyd-3"]
    assert (data_of(students["Ann-1"]), students["Ann-1"].notes) == ("A", ())
    for student in ("Bob-2", "Cyd-3"):
        assert students[student].problem == (
            "no notebook was handed in; there is a text typed into Moodle"
        )


def test_a_moodle_team_without_a_number(made):
    (team,) = found(
        made([("Default group_assignsubmission_file_/x.ipynb", notebook())])
    ).values()
    assert (team.name, team.lms, team.lms_id) == ("Default group", "moodle", "")


# --- Folders --------------------------------------------------------------------


@pytest.mark.parametrize("above", ["", "hw03/", "course/2026/"])
@pytest.mark.parametrize("file", ["hw03.ipynb", "hw03 (1).ipynb", "sub/my work.ipynb"])
def test_a_folder_for_each_student(made, above, file):
    path = made([(f"{above}{name}/{file}", notebook(name)) for name in ("ann", "bob")])
    students = found(path)
    assert {key: data_of(each) for key, each in students.items()} == {
        "ann": "ann",
        "bob": "bob",
    }
    assert students["ann"].file == f"{above}ann/{file}"
    assert students["ann"].name == "ann"


@pytest.mark.parametrize("above", ["", "submitted/", "course/submitted/"])
@pytest.mark.parametrize("assignment", [HOMEWORK, "hw03", "3", "Homework 03"])
def test_nbgrader(made, above, assignment):
    path = made(
        [
            (f"{above}ann/{assignment}/hw.ipynb", notebook("mine")),
            (f"{above}ann/{assignment}/timestamp.txt", b"2026-11-21"),
            (f"{above}ann/04_the_cost_function/hw.ipynb", notebook("not mine")),
            (f"{above}bob/02_likelihood/hw.ipynb", notebook("of last week")),
            (f"{above}cyd/{assignment}/timestamp.txt", b"2026-11-21"),
        ]
    )
    students = found(path)
    assert list(students) == ["ann", "cyd"]
    assert data_of(students["ann"]) == "mine"
    assert students["ann"].notes == ()
    assert (
        students["cyd"].problem == "no notebook was handed in; there is timestamp.txt"
    )


def test_nbgrader_with_one_student(made):
    path = made([("submitted/ann/03_other_name/x.ipynb", notebook())])
    assert list(found(path)) == ["ann"]


@pytest.mark.parametrize("above", ["", "hw03/"])
def test_a_flat_folder(made, above):
    names = ["ann.ipynb", "Copy of bob.ipynb", "cyd (2).IPYNB", "dee.ipynb.txt",
             "eve-Copy1.ipynb", "fay.ipynb.json"]  # fmt: skip
    path = made([(above + name, notebook(name)) for name in names])
    students = found(path)
    assert list(students) == ["ann", "bob", "cyd", "dee", "eve", "fay"]
    assert all(data_of(each) in names for each in students.values())


@pytest.mark.parametrize(
    "name",
    ["hw03.ipynb", "hw03 (1).ipynb", "Copy of hw03.ipynb", "HW 3.ipynb", "03.ipynb",
     f"{HOMEWORK}.ipynb", f"{HOMEWORK}-2.ipynb", "Homework_03_final.ipynb",
     f"book_homework_{HOMEWORK}.ipynb", f"book_homework_{HOMEWORK} (1).ipynb"],
)  # fmt: skip
def test_the_homeworks_name_is_no_students(tmp_path, name):
    unpacked(tmp_path / "ann", [(name, notebook()), ("data.csv", b"1")])
    for path in (tmp_path, tmp_path / "ann"):
        assert list(found(path)) == ["ann"]


@pytest.mark.parametrize("name", ["anna_hw03", "33", "hw33", "hw03_anna", "hw"])
def test_other_names_are_students(tmp_path, name):
    assert list(found(unpacked(tmp_path, [(f"{name}.ipynb", notebook())]))) == [name]


def test_what_else_lies_about_in_a_flat_folder(made):
    path = made(
        [
            ("ann.ipynb", notebook()),
            ("bob.pdf", b"%PDF"),
            ("cyd.py", b"pass"),
            ("dee.docx", b"PK"),
            ("roster.csv", b"a,b"),
            ("Makefile", b"all:"),
        ]
    )
    students = found(path)
    assert list(students) == ["ann", "bob", "cyd", "dee"]
    assert students["cyd"].problem == "no notebook was handed in; there is cyd.py"
    with pytest.raises(
        Unreadable, match=r"no notebook was handed in; there is cyd\.py"
    ):
        students["cyd"].read()


def test_what_lies_about_beside_folders(made):
    path = made([("ann/x.ipynb", notebook()), ("README.md", b"#"), ("bob/x.pdf", b"%")])
    assert list(found(path)) == ["ann", "bob"]


def test_litter(made):
    litter = [".ipynb_checkpoints/a-checkpoint.ipynb", "ann/.ipynb_checkpoints/x.ipynb",
              "__MACOSX/._ann.ipynb", "__MACOSX/ann/._hw03.ipynb", ".DS_Store",
              "._bob.ipynb", "ann/.DS_Store", "Thumbs.db", ".git/x.ipynb"]  # fmt: skip
    path = made([("ann/hw03.ipynb", notebook("A")), *((name, b"") for name in litter)])
    (ann,) = found(path).values()
    assert (ann.student, data_of(ann), ann.notes) == ("ann", "A", ())


def test_an_empty_folder(tmp_path):
    assert find_submissions([tmp_path], HOMEWORK) == []


def test_one_student_in_two_exports(tmp_path):
    first = zipped(tmp_path / "a.zip", [("leeann_1_5_hw03.ipynb", notebook("old"))])
    late = zipped(tmp_path / "b.zip", [("leeann_LATE_1_6_hw03.ipynb", notebook("new"))])
    for paths in ([first, late], [late, first]):
        (ann,) = found(*paths).values()
        assert data_of(ann) == "new"
        assert "Canvas marks it as late." in ann.notes


# --- Which of several -------------------------------------------------------------


@pytest.mark.parametrize(
    ("others", "mine"),
    [
        ([("hw02.ipynb", notebook())], ("hw03.ipynb", notebook())),
        ([("hw03.ipynb", b"")], ("work.ipynb", notebook())),
        ([("hw03.ipynb", b"PK")], ("hw03 (1).ipynb", notebook())),
        ([("b.ipynb", notebook("# Homework 04: x"))],
         ("a.ipynb", notebook("# Homework 03: y"))),
        ([("hw03.ipynb", notebook("# Homework 04: x"))],
         ("hw04.ipynb", notebook("# Homework 03: y"))),
        ([("scratch.ipynb", notebook(nbgrader=False))], ("mine.ipynb", notebook())),
        ([("hw30.ipynb", notebook("# Homework 30"))], ("hw03.ipynb", notebook())),
    ],
)  # fmt: skip
def test_the_notebook_that_fits(tmp_path, others, mine):
    members = [(at(f"ann/{mine[0]}", 1, 1, 0, 0, 0), mine[1])]
    members += [(at(f"ann/{name}", 2, 1, 0, 0, 0), data) for name, data in others]
    members += [("bob/x.ipynb", notebook())]
    ann = found(zipped(tmp_path / "x.zip", members))["ann"]
    assert ann.file == f"ann/{mine[0]}"
    assert ann.notes == (
        f"2 notebooks were handed in; graded: {mine[0]}, which fits this homework "
        "best.",
    )


def test_the_latest_by_date_then_by_number(tmp_path):
    def file_of(*members):
        path = zipped(tmp_path / "x.zip", [(m, notebook()) for m in members])
        return found(path)["ann"].file

    bob, same = "bob/x.ipynb", (1, 1, 0, 0, 0)
    assert file_of(
        at("ann/hw03.ipynb", 2, 1, 0, 0, 0), at("ann/hw03 (1).ipynb", *same), bob
    ).endswith("hw03.ipynb")
    assert file_of(
        at("ann/hw03 (10).ipynb", *same), at("ann/hw03 (9).ipynb", *same), bob
    ).endswith("(10).ipynb")


def test_the_latest_in_a_folder(tmp_path):
    unpacked(tmp_path / "ann", [("a.ipynb", notebook("a")), ("b.ipynb", notebook("b"))])
    unpacked(tmp_path / "bob", [("x.ipynb", notebook())])
    os.utime(tmp_path / "ann" / "a.ipynb", (2e9, 2e9))
    assert data_of(found(tmp_path)["ann"]) == "a"
    os.utime(tmp_path / "ann" / "b.ipynb", (2.1e9, 2.1e9))
    assert data_of(found(tmp_path)["ann"]) == "b"


# --- Names ------------------------------------------------------------------------

NAMES = [
    "李雷", "Ярослав", "José", "Jose", "jose", "O'Neil, Pat", "a b", "a-b", "a_b",
    "x" * 90, "x" * 91, "..a", "<script>alert(1)</script>", "=HYPERLINK(1)", "{{7*7}}",
    "CON", "-rf", "a\nb", "a\u202eb", "a\x1b[31mb", "\u200f", "e\u0301", "%2e%2e",
]  # fmt: skip


def test_keys_are_safe_and_unique(tmp_path):
    members = [(f"{name}/hw03.ipynb".replace("</", "<"), notebook()) for name in NAMES]
    students = find_submissions([zipped(tmp_path / "x.zip", members)], HOMEWORK)
    keys = [each.student for each in students]
    assert len({key.casefold() for key in keys}) == len(NAMES) - 1  # "..a" is hidden
    for each in students:
        assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}", each.student)
        for text in (each.name, each.file):
            kinds = {unicodedata.category(c) for c in text}
            assert text
            assert not kinds & {"Cc", "Cf", "Cs"}


def test_a_key_does_not_depend_on_the_others(tmp_path):
    members = [(f"{name}/hw03.ipynb", notebook()) for name in ("José", "李雷", "a b")]
    together = find_submissions([zipped(tmp_path / "x.zip", members)], HOMEWORK)
    alone = [
        find_submissions([zipped(tmp_path / "y.zip", [member])], HOMEWORK)[0]
        for member in members
    ]
    assert {each.student for each in together} == {each.student for each in alone}


def test_composed_and_decomposed_names_are_one_student(tmp_path):
    members = [
        (f"{name}/hw03.ipynb", notebook()) for name in ("Jos\u00e9", "Jose\u0301")
    ]
    members.append(("ann/hw03.ipynb", notebook()))
    students = find_submissions([zipped(tmp_path / "x.zip", members)], HOMEWORK)
    assert sorted(each.name for each in students) == ["Jos\u00e9", "ann"]


def test_names_of_macos_zips(tmp_path):
    """UTF-8 without the flag that says so."""
    path = zipped(tmp_path / "x.zip", [("José.ipynb", notebook())])
    data = bytearray(path.read_bytes())
    for signature, at_byte in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        (flags,) = struct.unpack_from("<H", data, data.index(signature) + at_byte)
        assert flags & 0x800
        struct.pack_into("<H", data, data.index(signature) + at_byte, flags & ~0x800)
    path.write_bytes(data)
    (student,) = find_submissions([path], HOMEWORK)
    assert student.name == "José"
    assert student.read()


def test_names_that_are_no_text(tmp_path):
    (tmp_path / os.fsdecode(b"an\xffn.ipynb")).write_bytes(notebook("A"))
    (student,) = find_submissions([tmp_path], HOMEWORK)
    assert data_of(student) == "A"
    (student.name + student.file + student.student).encode("utf-8")


# --- Harm ---------------------------------------------------------------------------

HEALTHY = ("ann/hw03.ipynb", notebook("Ann"))


def beside_ann(path):
    """Everyone but Ann, who is well whatever the others did."""
    students = found(path)
    assert data_of(students.pop("ann")) == "Ann"
    return students


def refused(submission, reason):
    with pytest.raises(Unreadable, match=reason):
        submission.read()
    assert not submission.problem or re.search(reason, submission.problem)


@pytest.mark.parametrize(
    "name",
    ["../bob/hw03.ipynb", "/bob/hw03.ipynb", "C:/bob/hw03.ipynb", "C:\\bob\\hw03.ipynb",
     "bob/../../bob/hw03.ipynb", "\\\\bob\\hw03.ipynb", "bob/x/../hw03.ipynb"],
)  # fmt: skip
def test_paths_that_lead_out_of_the_zip(tmp_path, name):
    before = set(tmp_path.rglob("*"))
    path = zipped(tmp_path / "x.zip", [HEALTHY, (name, notebook("evil"))])
    refused(beside_ann(path)["bob"], "leads out of the zip")
    assert set(tmp_path.rglob("*")) == before | {path}
    path = zipped(
        path, [HEALTHY, (name, notebook("evil")), ("bob/x.ipynb", notebook("B"))]
    )
    assert data_of(beside_ann(path)["bob"]) == "B"


def test_a_symbolic_link_in_a_zip(tmp_path):
    link = at("bob/hw03.ipynb", 1, 1, 0, 0, 0)
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    path = zipped(tmp_path / "x.zip", [HEALTHY, (link, b"/etc/passwd")])
    refused(beside_ann(path)["bob"], "not an ordinary file")


def test_links_pipes_and_sockets_in_a_folder(tmp_path):
    secret = tmp_path / "secret.ipynb"
    secret.write_bytes(notebook("secret"))
    folder = unpacked(tmp_path / "all", [HEALTHY])
    for name in ("bob", "cyd", "dee"):
        (folder / name).mkdir()
    (folder / "bob" / "hw03.ipynb").symlink_to(secret)
    os.mkfifo(folder / "cyd" / "hw03.ipynb")
    (folder / "eve").symlink_to(tmp_path)
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(os.path.relpath(folder / "dee" / "hw03.ipynb"))
        students = beside_ann(folder)
    for name in ("bob", "cyd", "dee", "eve"):
        refused(students[name], "not an ordinary file|no notebook was handed in")
    assert list(students) == ["bob", "cyd", "dee", "eve"]


def test_a_file_that_becomes_a_link_or_a_pipe_later(tmp_path):
    secret = tmp_path / "secret.ipynb"
    secret.write_bytes(notebook("secret"))
    folder = unpacked(tmp_path / "all", [HEALTHY, ("bob/hw03.ipynb", notebook())])
    bob, file = found(folder)["bob"], folder / "bob" / "hw03.ipynb"
    assert bob.read()
    file.unlink()
    refused(bob, "cannot be read")
    file.symlink_to(secret)
    refused(bob, "cannot be read")
    file.unlink()
    os.mkfifo(file)
    refused(bob, "cannot be read: it is not an ordinary file")


@contextlib.contextmanager
def an_ordinary_user():
    """Root may read everything, and would see nothing refused."""
    user = os.geteuid()
    os.seteuid(user or 65534)
    try:
        yield
    finally:
        os.seteuid(user)


def test_what_may_not_be_read():
    with tempfile.TemporaryDirectory() as name:
        folder = unpacked(Path(name), [HEALTHY, *((f"{n}/x.ipynb", b"") for n in "bc")])
        folder.chmod(0o755)
        (folder / "b").chmod(0)
        (folder / "c" / "x.ipynb").chmod(0)
        with an_ordinary_user():
            students = beside_ann(folder)
            refused(students["b"], "no notebook was handed in")
            refused(students["c"], "cannot be read")
        (folder / "b").chmod(0o444)  # its list may be read, its files not
        with an_ordinary_user():
            refused(beside_ann(folder)["b"], "cannot be opened: Permission denied")
        (folder / "b").chmod(0o755)


def test_a_bomb_is_read_no_further_than_the_limit(tmp_path):
    path = zipped(tmp_path / "x.zip", [HEALTHY, ("bob/hw03.ipynb", b" " * 10**8)])
    assert path.stat().st_size < 200_000
    bob = beside_ann(path)["bob"]
    tracemalloc.start()
    refused(bob, "over the limit of 20,000,000 bytes")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 3 * MOST_BYTES


@pytest.mark.parametrize("claimed", [10, 2**31])
def test_a_size_that_lies(tmp_path, claimed):
    path = zipped(
        tmp_path / "x.zip", [HEALTHY, ("bob/hw03.ipynb", notebook("B" * 999))]
    )
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, data.rindex(b"PK\x01\x02") + 24, claimed)
    path.write_bytes(data)
    bob = beside_ann(path)["bob"]
    with contextlib.suppress(Unreadable):
        assert data_of(bob) == "B" * 999


def test_a_file_of_the_limit_and_one_byte_more(tmp_path):
    folder = unpacked(tmp_path, [HEALTHY, ("bob/x.ipynb", b" " * MOST_BYTES)])
    assert len(beside_ann(folder)["bob"].read()) == MOST_BYTES
    (folder / "bob" / "x.ipynb").write_bytes(b" " * (MOST_BYTES + 1))
    refused(beside_ann(folder)["bob"], "over the limit")


def test_overlapping_members(tmp_path):
    """Two entries of the list of contents that point to the same bytes."""
    names = [HEALTHY, ("bob/hw03.ipynb", notebook("B")), ("cyd/hw03.ipynb", notebook())]
    path = zipped(tmp_path / "x.zip", names)
    data = bytearray(path.read_bytes())
    last = data.rindex(b"PK\x01\x02")
    second = data.rindex(b"PK\x01\x02", 0, last)
    data[last + 42 : last + 46] = data[second + 42 : second + 46]
    path.write_bytes(data)
    refused(beside_ann(path)["cyd"], "shares its bytes")


def test_an_encrypted_member(tmp_path):
    path = zipped(tmp_path / "x.zip", [HEALTHY, ("bob/hw03.ipynb", notebook())])
    data = bytearray(path.read_bytes())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    refused(beside_ann(path)["bob"], r"hw03\.ipynb is encrypted")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_compression(tmp_path, method):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(*HEALTHY)
        archive.writestr("bob/hw03.ipynb", notebook(), method)
    refused(beside_ann(path)["bob"], "compressed in an unusual way")


def test_a_damaged_member(tmp_path):
    path = zipped(tmp_path / "x.zip", [HEALTHY, ("bob/hw03.ipynb", notebook("B" * 99))])
    data = bytearray(path.read_bytes())
    start = data.rindex(b"bob/hw03.ipynb", 0, data.rindex(b"PK\x01\x02")) + 14
    data[start : start + 9] = b"\xff" * 9
    path.write_bytes(data)
    refused(beside_ann(path)["bob"], "cannot be read")


def inner(tmp_path, *members):
    """The bytes of a zip that somebody hands in."""
    return zipped(tmp_path / "inner", members).read_bytes()


def test_a_zip_that_a_student_handed_in_is_opened(made, tmp_path):
    work = inner(
        tmp_path,
        ("work/hw03.ipynb", notebook("B")),
        ("work/data.csv", b"1"),
        ("__MACOSX/work/._hw03.ipynb", b"x"),
    )
    bob = beside_ann(made([HEALTHY, ("bob/work.zip", work)]))["bob"]
    assert (data_of(bob), bob.problem, bob.notes) == ("B", "", ())
    assert bob.file == "bob/work.zip/work/hw03.ipynb"


def test_a_zip_from_canvas_or_in_a_flat_folder_is_opened(tmp_path):
    work = inner(tmp_path, ("hw03.ipynb", notebook("B")))
    members = [("leeann_1_5_hw03.zip", work), ("poebob_2_6_x.ipynb", notebook("P"))]
    students = found(zipped(tmp_path / "canvas.zip", members))
    assert data_of(students["leeann-1"]) == "B"
    assert students["leeann-1"].attachment == 5
    flat = unpacked(tmp_path / "flat", [("ann.ipynb", b""), ("bob.zip", work)])
    assert data_of(found(flat)["bob"]) == "B"


def test_a_zip_in_a_zip_is_not_opened(made, tmp_path):
    deepest = inner(tmp_path, ("hw03.ipynb", notebook("no")))
    work = inner(tmp_path, ("more.zip", deepest), ("notes.rar", b"Rar!"))
    path = made([HEALTHY, ("bob/work.zip", work), ("cyd/x.ipynb", notebook("C")),
                 ("cyd/work.7z", b"7z")])  # fmt: skip
    students = beside_ann(path)
    refused(students["bob"], r"there is more\.zip, notes\.rar .* not opened: more\.zip")
    assert data_of(students["cyd"]) == "C"
    assert students["cyd"].notes == (
        "Archives were handed in and not opened: work.7z.",
    )


@pytest.mark.parametrize("name", ["../../bob.ipynb", "/etc/x.ipynb", "a/../x.ipynb"])
def test_a_zip_inside_is_read_with_as_little_trust(made, tmp_path, name):
    work = inner(tmp_path, (name, notebook("evil")))
    refused(beside_ann(made([HEALTHY, ("bob/a.zip", work)]))["bob"], "leads out of")


@pytest.mark.parametrize(
    "data", [b"", b"no zip", b"PK\x03\x04", b"PK\5\6" + b"\xff" * 18]
)
def test_a_zip_inside_that_is_none(made, data):
    students = beside_ann(
        made([HEALTHY, ("bob/a.zip", data), ("cyd/x.ipynb", notebook("C")),
              ("cyd/a.zip", data)])
    )  # fmt: skip
    refused(students["bob"], r"no notebook .* there is a\.zip a\.zip cannot be opened")
    assert data_of(students["cyd"]) == "C"


def test_a_bomb_in_a_zip_inside_is_read_no_further_than_the_limit(tmp_path):
    bomb = inner(tmp_path, ("hw03.ipynb", b" " * 10**8))
    path = zipped(tmp_path / "x.zip", [HEALTHY, ("bob/work.zip", bomb)])
    refused(beside_ann(path)["bob"], "over the limit of 20,000,000 bytes")


def test_a_zip_inside_of_enormous_size(tmp_path, monkeypatch):
    monkeypatch.setattr(zips, "MOST_INSIDE", 1_000)
    folder = unpacked(tmp_path, [HEALTHY, ("bob/a.zip", b"PK" + b" " * 1_000)])
    refused(beside_ann(folder)["bob"], r"a\.zip is over 1,000 bytes")


# --- Nothing handed in --------------------------------------------------------------


@pytest.mark.parametrize("above", ["", "submitted/"])
def test_an_empty_folder_of_a_student_is_a_row(tmp_path, above):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{above}ann/hw03.ipynb", notebook("Ann"))
        archive.writestr(f"{above}dee/hw03.ipynb", notebook("Dee"))
        archive.mkdir(f"{above}ann/figures")
        archive.mkdir(f"{above}bob")
        archive.mkdir(f"{above}cyd/hw03")
    folder = tmp_path / "folder"
    for name in ("ann/figures", "bob", "cyd/hw03", "dee"):
        (folder / above / name).mkdir(parents=True)
    for name in ("ann", "dee"):
        (folder / above / name / "hw03.ipynb").write_bytes(notebook(name.title()))
    for students in map(beside_ann, (path, folder)):
        assert data_of(students.pop("dee")) == "Dee"
        assert list(students) == ["bob", "cyd"]
        for each in students.values():
            said = "no notebook was handed in; there is an empty folder"
            assert each.problem == said


def test_an_empty_folder_beside_files_or_above_students_is_nobodys(tmp_path):
    flat = unpacked(tmp_path / "flat", [("ann.ipynb", notebook("Ann"))])
    (flat / "old").mkdir()
    assert beside_ann(flat) == {}
    course = unpacked(
        tmp_path / "c", [("submitted/ann/hw03/hw03.ipynb", notebook("Ann"))]
    )
    (course / "feedback").mkdir()
    assert beside_ann(course) == {}


# --- What is a notebook ---------------------------------------------------------------


def test_a_json_file_that_is_a_notebook_is_one(made):
    other = json.dumps({"cells": 3, "x": [1]}).encode()
    students = beside_ann(
        made([HEALTHY, ("bob/hw03.json", notebook("B")), ("cyd/data.json", other),
              ("dee/hw03.JSON", notebook("D").decode().encode("utf-16"))])
    )  # fmt: skip
    assert data_of(students["bob"]) == "B"
    assert b"cell_type" in students["dee"].read().replace(b"\0", b"")
    refused(students["cyd"], r"no notebook was handed in; there is data\.json")


@pytest.mark.parametrize("key", ["outputs", "attachments"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("kind", [zipped, unpacked])
def test_what_is_stored_in_a_notebook_may_be_of_any_size(
    tmp_path, key, encoding, kind, monkeypatch
):
    for module in (file, outputs):
        monkeypatch.setattr(module, "MOST_BYTES", 1_000_000)
    picture = 'AA"]}\\' * 400_000
    stored = [{"data": {"image/png": picture}, "text": ["[", "{", "\\"]}]
    cells = [
        {"cell_type": "code", key: stored, "source": 'x = {"outputs": [1]}'},
        {"cell_type": "code", "source": "y = 'é'", key: {"a": stored}},
    ]
    data = json.dumps({"cells": cells, "nbformat": 4}, ensure_ascii=False)
    path = kind(tmp_path / "x", [HEALTHY, ("bob/hw03.ipynb", data.encode(encoding))])
    read = json.loads(beside_ann(path)["bob"].read())
    assert [cell["source"] for cell in read["cells"]] == [
        'x = {"outputs": [1]}',
        "y = 'é'",
    ]
    assert [cell[key] for cell in read["cells"]] == [None, None]


def test_a_notebook_with_24_megabytes_of_stored_output_is_read(tmp_path):
    data = notebook("B").replace(b"{}", b'{}, "outputs": ["%s"]' % (b"x" * 24_000_000))
    folder = unpacked(tmp_path, [HEALTHY, ("bob/hw03.ipynb", data)])
    assert data_of(beside_ann(folder)["bob"]) == "B"


def test_a_small_notebook_is_left_as_it_is(tmp_path):
    data = b'{"cells": [{"outputs": [1]}]}'
    folder = unpacked(tmp_path, [HEALTHY, ("bob/hw03.ipynb", data)])
    assert beside_ann(folder)["bob"].read() == data


def test_of_members_with_one_name_the_last_counts(tmp_path):
    with ignoring_repeated_names():
        path = zipped(
            tmp_path / "x.zip",
            [HEALTHY, *((at("bob/x.ipynb", 1, 1, 0, 0, 0), notebook(t)) for t in "12")],
        )
    bob = beside_ann(path)["bob"]
    assert data_of(bob) == "2"
    assert bob.notes[0].startswith("2 notebooks were handed in")


def test_twelve_thousand_files(tmp_path):
    path = zipped(
        tmp_path / "x.zip",
        [HEALTHY, *((f"s{n}/{n % 7}.ipynb", b"{}") for n in range(6_000)),
         *((f"bob/{n}.ipynb", b"{}") for n in range(6_000))],
    )  # fmt: skip
    begun = time.process_time()
    students = beside_ann(path)
    assert len(students) == 6_001
    assert all(each.read() == b"{}" for each in students.values())
    assert time.process_time() - begun < 20  # 1 s; opening the zip 6,000 times, minutes


@pytest.mark.parametrize(
    "piece",
    ["(1)", "_1", "3 1", "1", "copy of ", "anon_", "_assignsubmission_a_", " - copy"],
)
def test_no_name_takes_long(tmp_path, piece):
    name = f"hw03 {piece * 60_000}"[:60_000] + "!.ipynb"
    members = [
        HEALTHY,
        (name, notebook()),
        (f"{name}/{name[:5_000]}.ipynb", notebook()),
        (f"bob/hw03 {piece * 99}"[:200] + "!/x.ipynb", notebook()),
    ]
    path = zipped(tmp_path / "x.zip", members)
    begun = time.process_time()
    beside_ann(path)
    # It takes 0.01 s; with a pattern that backtracks, for ever.
    assert time.process_time() - begun < 2


def test_too_many_members(tmp_path, monkeypatch):
    monkeypatch.setattr(zips, "MOST_MEMBERS", 3)
    path = zipped(tmp_path / "x.zip", [(f"{n}.ipynb", b"") for n in range(4)])
    with pytest.raises(ValueError, match=r"x\.zip has 4 members; the limit is 3"):
        find_submissions([path], HOMEWORK)


def test_a_deep_folder(tmp_path):
    deep = "/".join(["d"] * 1_200)  # Python's own recursion ends at 1,000
    path = zipped(tmp_path / "x.zip", [HEALTHY, (f"bob/{deep}/x.ipynb", notebook("B"))])
    assert data_of(beside_ann(path)["bob"]) == "B"
    folder = unpacked(tmp_path / "all", [HEALTHY])
    bottom = str(folder / "bob")
    for part in ["", *deep.split("/")]:
        bottom = os.path.join(bottom, part)
        os.mkdir(bottom)
    file = Path(bottom) / "x.ipynb"
    file.write_bytes(notebook("B"))
    assert data_of(beside_ann(folder)["bob"]) == "B"
    file.unlink()
    os.removedirs(bottom)  # pytest's own cleaning up is recursive


def test_memory_is_not_held(tmp_path):
    path = zipped(tmp_path / "x.zip", [(f"{n}/x.ipynb", notebook()) for n in range(3)])
    for each in find_submissions([path], HOMEWORK):
        assert each.read() is not each.read()
        assert len(repr(each)) < 500


# --- The instructor's own mistakes --------------------------------------------------


def test_a_path_that_does_not_exist(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.zip does not exist"):
        find_submissions([tmp_path / "nowhere.zip"], HOMEWORK)


def test_a_homework_without_a_number(tmp_path):
    path = tmp_path / "ada.ipynb"
    path.write_bytes(notebook())
    with pytest.raises(ValueError, match=r"'my_homework' has no number; permitted: "):
        find_submissions([path], "my_homework")


@pytest.mark.parametrize(
    "data", [b"", b"no zip", b"PK\x03\x04", b"PK\x05\x06" + b"\xff" * 18]
)
def test_a_zip_that_is_none(tmp_path, data):
    path = tmp_path / "hw03.zip"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"hw03\.zip is neither a folder, a zip nor"):
        find_submissions([path], HOMEWORK)


def test_a_pipe_as_a_path(tmp_path):
    os.mkfifo(tmp_path / "hw03.zip")
    with pytest.raises(ValueError, match=r"hw03\.zip is neither a folder, a zip nor"):
        find_submissions([tmp_path / "hw03.zip"], HOMEWORK)


# --- Laws -----------------------------------------------------------------------------

PART = st.sampled_from(
    ["ann", "bob", "submitted", "hw03", HOMEWORK, "..", ".", "", "C:", ".git",
     "__MACOSX", "Ann_1_assignsubmission_file_", "_assignsubmission_file_",
     "a_1_2_hw03.ipynb",
     "anon_x_1_hw03.ipynb", "hw03 (1).ipynb", "x.pdf", "x.zip", "\n", "Copy of .ipynb"]
) | st.text(st.characters(exclude_categories=["Cs"]), max_size=6)  # fmt: skip


def _path(parts):
    return "/".join(parts).partition("\0")[0]  # zipfile cuts it there and may trip


MEMBERS = st.lists(
    st.tuples(
        st.lists(PART, min_size=1, max_size=4).map(_path).filter(bool),
        st.sampled_from([b"", b"{}", notebook(), b"PK", b"\xff"]),
    ),
    max_size=8,
)


def check(path):
    students = find_submissions([path], HOMEWORK)
    assert len({each.student.casefold() for each in students}) == len(students)
    for each in students:
        assert re.fullmatch(r"[A-Za-z0-9_.-]{1,80}", each.student)
        assert each.student[0] not in ".-"
        "".join([each.name, each.file, each.problem, *each.notes]).encode("utf-8")
        with contextlib.suppress(Unreadable):
            assert isinstance(each.read(), bytes)


@pytest.fixture(scope="module")
def scratch():
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "x.zip"


@pytest.mark.filterwarnings("ignore:Duplicate name")
@given(members=MEMBERS)
def test_any_zip(scratch, members):
    check(zipped(scratch, members))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@settings(max_examples=60)
@given(members=MEMBERS, where=st.integers(0), damage=st.binary(min_size=1, max_size=4))
def test_any_damaged_zip(scratch, members, where, damage):
    """It is refused as a whole, or each of its files is read or refused."""
    data = io.BytesIO()
    zipped(data, members)
    data = data.getvalue()
    where %= len(data)
    scratch.write_bytes(data[:where] + damage + data[where + len(damage) :])
    try:
        archives.files(scratch)
    except ValueError:
        return
    check(scratch)
