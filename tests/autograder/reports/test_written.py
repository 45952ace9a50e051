"""written: what a person types is read back from any spreadsheet, and never lost."""

import csv
import io
import os
import re
from dataclasses import replace

import pytest
from made_up import HOMEWORK, HOSTILE, result, unreadable

from autograder import reports
from autograder.reports import written
from autograder.reports.written import CHANGED, COLUMNS, merge


def write(out, *results):
    return reports.write(out, HOMEWORK, [*results])


def rows(out, delimiter=","):
    text = (out / "written.csv").read_bytes().decode("utf-8-sig")
    return [*csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)]


def store(out, table, *, delimiter=",", encoding="utf-8-sig", header=None):
    text = io.StringIO()
    header = header or list(table[0])
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows([row.values() for row in table])
    (out / "written.csv").write_bytes(text.getvalue().encode(encoding))


def type_in(out, student, points, comment="", **store_options):
    """What a person does: open, type, save."""
    table = rows(out)
    for row in table:
        if row["student"] == student:
            row |= {"points": points, "comment": comment}
    store(out, table, **store_options)


def third(results, student):
    [found] = [each for each in results if each.student == student]
    return found.questions[2]


CLASS = [result("ann"), result("ben"), result("cyd", answer="")]


def test_sheet_and_back(tmp_path):
    first = write(tmp_path, *CLASS)
    assert third(first, "ann").status == "to be scored"
    sheet = rows(tmp_path)
    assert [*sheet[0]] == [*COLUMNS]
    assert {row["student"] for row in sheet} == {"ann", "ben", "cyd"}
    assert {row["points"] + row["comment"] + row["flag"] for row in sheet} == {""}
    assert {row["of"] for row in sheet} == {"3"}
    type_in(tmp_path, "ann", "2.5", "good")
    after = write(tmp_path, *CLASS)
    found = third(after, "ann")
    assert (found.status, found.points, found.comment) == (
        "scored",
        2.5,
        "good",
    )
    assert found.changed is False
    assert third(after, "ben").points is None
    assert third(after, "cyd").status == "not attempted"
    assert rows(tmp_path)[0].keys() == sheet[0].keys()
    page = (tmp_path / "feedback" / "ann.html").read_text()
    assert "2.5 of 3 points" in page
    assert "good" in page
    assert "9.5 of 10 points." in page


def test_results_are_not_changed(tmp_path):
    write(tmp_path, *CLASS)
    type_in(tmp_path, "ann", "2")
    before = repr(CLASS)
    merge(tmp_path, CLASS)
    assert repr(CLASS) == before


def test_rewriting_changes_no_byte(tmp_path):
    write(tmp_path, *CLASS)
    type_in(tmp_path, "ann", "2,5", "-1: =unclear, and\nlong")
    write(tmp_path, *CLASS)
    before = (tmp_path / "written.csv").read_bytes()
    write(tmp_path, *CLASS)
    assert (tmp_path / "written.csv").read_bytes() == before
    [ann] = [row for row in rows(tmp_path) if row["student"] == "ann"]
    assert (ann["points"], ann["comment"]) == ("2,5", "-1: =unclear, and\nlong")


# ---- spreadsheets -----------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters_and_marks(tmp_path, delimiter, encoding):
    write(tmp_path, *CLASS)
    type_in(tmp_path, "ben", "1,5", "schön; gut, oder", delimiter=delimiter,
            encoding=encoding)  # fmt: skip
    found = third(write(tmp_path, *CLASS), "ben")
    assert (found.points, found.comment) == (1.5, "schön; gut, oder")
    kept = rows(tmp_path, delimiter)  # as the person's own spreadsheet writes it
    assert {row["student"] for row in kept} == {"ann", "ben", "cyd"}


def test_moved_rows_and_columns_and_own_columns(tmp_path):
    write(tmp_path, *CLASS)
    type_in(tmp_path, "ben", " 2 ")
    table = [
        {"mine": f"own {row['student']}", **{k.upper(): row[k] for k in reversed(row)}}
        for row in reversed(rows(tmp_path))
    ]
    store(tmp_path, table)
    order = [row["STUDENT"] for row in table]
    assert third(write(tmp_path, *CLASS, result("dee")), "ben").points == 2
    kept = rows(tmp_path)
    assert [row["STUDENT"] for row in kept] == [*order, "dee"]
    assert [row["mine"] for row in kept] == [f"own {each}" for each in order] + [""]


def test_cells_beyond_the_header_and_empty_rows_and_lost_columns(tmp_path):
    write(tmp_path, *CLASS)
    lines = [["student", "question", "points"], ["ann", "q3", "3", "a note of mine"]]
    lines += [["", "", ""], [], ["ben", "q3", ""]]
    text = "\n".join(",".join(line) for line in lines)
    (tmp_path / "written.csv").write_text(text)
    found = third(write(tmp_path, *CLASS), "ann")
    assert (found.points, found.changed) == (3, False)
    kept = rows(tmp_path)
    assert "a note of mine" in kept[0].values()
    assert [row["student"] for row in kept] == ["ann", "ben", "cyd"]
    assert kept[0]["points"] == "3"
    assert kept[0]["answer_sha"]


@pytest.mark.parametrize(
    ("key", "mangled"),
    [("00123", "123"), ("1e5", "1.00E+05"), ("3-4", "04.Mrz"), ("-x", "-x")],
)
def test_mangled_keys(tmp_path, key, mangled):
    students = [result(key), result("ben")]
    write(tmp_path, *students)
    table = rows(tmp_path)
    for row in table:
        if row["name"] == key.title() or row["student"].lstrip("'") == key:
            row |= {"student": mangled, "points": "2"}
    store(tmp_path, table)
    after = write(tmp_path, *students)
    assert third(after, key).points == 2
    assert third(after, "ben").points is None
    assert sorted(row["student"].lstrip("'") for row in rows(tmp_path)) == sorted(
        [key, "ben"]
    )


@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
def test_other_formats(tmp_path, suffix):
    write(tmp_path, *CLASS)
    path = tmp_path / "written.csv"
    before = path.read_bytes()
    path.write_bytes(b"PK\x03\x04 and so on")
    with pytest.raises(ValueError, match=r"spreadsheet's own format.*CSV UTF-8"):
        write(tmp_path, *CLASS)
    path.write_bytes(before)
    book = path.with_suffix(suffix)
    book.write_bytes(b"PK")
    os.utime(path, (1, 1))
    with pytest.raises(ValueError, match=rf"written\{suffix} is newer.*CSV UTF-8"):
        write(tmp_path, *CLASS)
    os.utime(path)
    write(tmp_path, *CLASS)
    path.unlink()
    with pytest.raises(ValueError, match="is newer"):
        write(tmp_path, *CLASS)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "is empty"),
        (
            b"student,question\nann,q3",
            "columns student, question, points must be there",
        ),
        (b"student,question,points,Points\n", "each once"),
        ("student,question,points\nann,q3,schön".encode("latin-1"), "not CSV in UTF-8"),
        ("student,question,points\n".encode("utf-16"), "not CSV in UTF-8"),
        (b'student,question,points\nann,"q3,1', "not CSV in UTF-8"),
    ],
)
def test_unreadable_sheet(tmp_path, raw, says):
    write(tmp_path, *CLASS)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*")}
    (tmp_path / "written.csv").write_bytes(raw)
    before[tmp_path / "written.csv"] = raw
    with pytest.raises(ValueError, match=says):
        write(tmp_path, *CLASS, result("dee"))
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.*")} == before


def test_marks_of_a_person_stay(tmp_path):
    """In any cell that the grader has no new content for; a formula stays disarmed."""
    write(tmp_path, *CLASS)
    mine = {
        "ann": ("It turns [products??] into sums.", "Ann B."),
        "ben": ("=1+1", "=B"),
    }
    table = rows(tmp_path)
    for row in table:
        if row["student"] in mine:
            row["answer"], row["name"] = mine[row["student"]]
            row["flag"] = "'look"
    store(tmp_path, table)
    write(tmp_path, *CLASS)
    kept = {row["student"]: [row["answer"], row["name"]] for row in rows(tmp_path)}
    assert kept["ann"] == [*mine["ann"]]
    assert kept["ben"] == ["'=1+1", "'=B"]
    assert [row["flag"] for row in rows(tmp_path)].count("'look") == 2


# ---- bad rows ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "points",
    ["4", "3.01", "-1", "nan", "inf", "1e0", "x", "2/3", "=3", "1,5,0", "1.5 P", "0x1"],
)
def test_points_out_of_range(tmp_path, points):
    write(tmp_path, *CLASS)
    type_in(tmp_path, "ann", points)
    before = (tmp_path / "written.csv").read_bytes()
    number = 2 + [row["student"] for row in rows(tmp_path)].index("ann")
    with pytest.raises(ValueError, match="1 wrong rows; nothing was changed") as error:
        write(tmp_path, *CLASS)
    assert f"written.csv, row {number}: points {points!r}; permitted: 0 to 3" in str(
        error.value
    )
    assert (tmp_path / "written.csv").read_bytes() == before


@pytest.mark.parametrize(
    ("points", "value"),
    [("0", 0), ("3", 3), ("3.0", 3), ("3,", 3), ("+1", 1), ("'2", 2), ("0,25", 0.25)],
)
def test_points_in_range(tmp_path, points, value):
    write(tmp_path, *CLASS)
    type_in(tmp_path, "ann", points)
    assert third(write(tmp_path, *CLASS), "ann").points == value


def test_all_bad_rows_at_once(tmp_path):
    write(tmp_path, *CLASS)
    table = [
        {"student": "ann", "question": "q3", "points": "9"},
        {"student": "zoe", "question": "q3", "points": "1"},
        {"student": "ann", "question": "q9", "points": "1"},
        {"student": "ben", "question": "q3", "points": "two\nlines"},
        {"student": "ben", "question": "q3", "points": "1"},
    ]
    store(tmp_path, table)
    with pytest.raises(ValueError, match="5 wrong rows") as error:
        write(tmp_path, *CLASS)
    lines = str(error.value).splitlines()
    assert [line.partition("row ")[2].partition(":")[0] for line in lines[1:]] == [
        *("3", "4", "6", "2", "5")
    ]
    assert "student 'zoe', question 'q3' unknown" in lines[1]
    assert "student 'ben', question 'q3' again" in lines[3]


def test_column_sorted_without_the_others(tmp_path):
    write(tmp_path, *CLASS)
    table = rows(tmp_path)
    for row, student in zip(
        table, sorted(row["student"] for row in table)[::-1], strict=True
    ):
        row["student"] = student
    store(tmp_path, table)
    with pytest.raises(ValueError, match="was a column sorted without the others"):
        write(tmp_path, *CLASS)


# ---- another run ------------------------------------------------------------------


def test_changed_answer_keeps_its_points_and_is_flagged(tmp_path):
    write(tmp_path, *CLASS)
    type_in(tmp_path, "ann", "2", "good")
    again = [result("ann", answer="Another thought."), *CLASS[1:]]
    for _ in range(2):  # the flag stays until a person takes it away
        found = third(write(tmp_path, *again), "ann")
        assert (found.points, found.comment) == (2, "good")
        assert found.changed is True
        [ann] = [row for row in rows(tmp_path) if row["student"] == "ann"]
        assert (ann["flag"], ann["answer"]) == (CHANGED, "Another thought.")
        assert [row["flag"] for row in rows(tmp_path)].count("") == 2
    assert "changed after it was scored" in (tmp_path / "summary.html").read_text()
    table = rows(tmp_path)
    for row in table:
        row["flag"] = ""
    store(tmp_path, table)
    assert third(write(tmp_path, *again), "ann").changed is False


def test_changed_answer_without_points_is_not_flagged(tmp_path):
    write(tmp_path, *CLASS)
    write(tmp_path, result("ann", answer="Another thought."), *CLASS[1:])
    assert {row["flag"] for row in rows(tmp_path)} == {""}


def test_students_who_left_are_kept_and_found_again(tmp_path):
    write(tmp_path, *CLASS)
    type_in(tmp_path, "ann", "2", "good")
    write(tmp_path, *CLASS[1:])
    [ann] = [row for row in rows(tmp_path) if row["student"] == "ann"]
    assert (ann["points"], ann["comment"]) == ("2", "good")
    assert third(write(tmp_path, *CLASS), "ann").points == 2


def test_scores_outlive_an_unreadable_hand_in(tmp_path):
    write(tmp_path, *CLASS)
    type_in(tmp_path, "ann", "2", "good")
    broken = replace(unreadable("ann"), questions=())
    write(tmp_path, broken, *CLASS[1:])
    assert third(write(tmp_path, *CLASS), "ann").points == 2


def test_answer_that_the_grader_missed_can_be_scored(tmp_path):
    write(tmp_path, *CLASS)
    type_in(tmp_path, "cyd", "1")
    found = third(write(tmp_path, *CLASS), "cyd")
    assert (found.status, found.points) == ("scored", 1)


def test_nothing_written_no_sheet(tmp_path):
    one = result("ann")
    write(tmp_path, replace(one, questions=one.questions[:2]))
    assert not (tmp_path / "written.csv").exists()


def test_hostile_answers(tmp_path):
    students = [
        result(f"s{i}", name=text, answer=text) for i, text in enumerate(HOSTILE)
    ]
    write(tmp_path, *students)
    for row in rows(tmp_path):
        for text in row.values():
            assert not text.lstrip().startswith(("=", "+", "-", "@"))
            assert len(text) < 32_767
    store(tmp_path, [row | {"points": "1"} for row in rows(tmp_path)])
    after = write(tmp_path, *students)
    assert {(q.points, q.changed) for r in after for q in r.questions[2:]} == {
        (1, False)
    }


def test_page_shows_rubric_and_answers_without_names(tmp_path):
    write(tmp_path, result("quincy"), result("zelda"), result("xaver", answer=""))
    page = (tmp_path / "written.html").read_text()
    assert page.index("names the logarithm") < page.index("Answer r")
    assert page.count("It turns products into sums.") == 2
    assert not re.search("quincy|zelda|xaver", page, re.IGNORECASE)
    shown = [written.row_code(row["student"], "q3") for row in rows(tmp_path)]
    assert [page.index(code) for code in shown] == sorted(
        page.index(code) for code in shown
    )
    assert [row["answer_sha"].partition("-")[0] for row in rows(tmp_path)] == shown


# ---- an answer that wants to be its own score ---------------------------------------

SCORED = "It is p - y.;;3;3;Excellent;"


def split_at_semicolons(out, *, answer_sha=""):
    """What a spreadsheet makes of the sheet that splits at ; too, quotes ignored."""
    table = rows(out)
    header = list(table[0])
    moved = [
        [part for cell in row.values() for part in cell.split(";")] for row in table
    ]
    if answer_sha:
        moved[0][header.index("answer_sha")] = answer_sha
    with (out / "written.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *moved])


def test_every_field_of_every_sheet_stands_in_quotes(tmp_path):
    write(tmp_path, result("ann", answer=SCORED))
    for path in tmp_path.glob("*.csv"):
        for line in path.read_text(encoding="utf-8-sig").splitlines():
            assert line.startswith('"')
            assert line.count('"') == 2 * (line.count('","') + 1)


def test_an_answer_that_moves_into_the_points_is_not_believed(tmp_path):
    results = [result("ann", answer=SCORED)]
    write(tmp_path, *results)
    split_at_semicolons(tmp_path)
    with pytest.raises(ValueError, match="an answer_sha stands right of its column"):
        merge(tmp_path, results)


def test_nor_if_it_brings_the_code_of_its_row(tmp_path):
    results = [result("ann", answer=SCORED)]
    write(tmp_path, *results)
    forged = written.answer_sha("ann", "q3", SCORED)
    split_at_semicolons(tmp_path, answer_sha=forged)
    with pytest.raises(ValueError, match="cells have moved"):
        merge(tmp_path, results)


def test_points_beside_no_code_are_nobody_s(tmp_path):
    results = [result("ann", answer="It is p - y.")]
    write(tmp_path, *results)
    table = rows(tmp_path)
    table[0] |= {"points": "3", "answer_sha": ""}
    store(tmp_path, table)
    with pytest.raises(ValueError, match="answer_sha '' beside points"):
        merge(tmp_path, results)
