"""scores: what a person types is read back from any spreadsheet, and never lost."""

import csv
import io
import os
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import CRASHED, FAILED, HOMEWORK, HOSTILE, PASSED, result, unreadable

from autograder import reports
from autograder.reports.alike import answer_sha, row_code
from autograder.reports.rows import CHANGED, COLUMNS
from autograder.reports.scores import Scores
from autograder.results import Status


def write(out, *results):
    return reports.write(out, HOMEWORK, [*results])


def merge(out, results, *copies):
    return Scores(out, results, copies).results


def rows(out, delimiter=",", question="q3"):
    """The rows of a question; by default of the written one."""
    text = (out / "scores.csv").read_bytes().decode("utf-8-sig")
    read = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    return [row for row in read if question in row.values()]


def store(out, table, *, delimiter=",", encoding="utf-8-sig", header=None):
    text = io.StringIO()
    header = header or list(table[0])
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows([row.values() for row in table])
    (out / "scores.csv").write_bytes(text.getvalue().encode(encoding))


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


ANN, BEN = "It turns products into sums.", "Because sums are calm."
CLASS = [result("ann", answer=ANN), result("ben", answer=BEN), result("cyd", answer="")]


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
    before = (tmp_path / "scores.csv").read_bytes()
    write(tmp_path, *CLASS)
    assert (tmp_path / "scores.csv").read_bytes() == before
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
    dee = result("dee", answer="No idea.")
    assert third(write(tmp_path, *CLASS, dee), "ben").points == 2
    kept = rows(tmp_path)
    assert [row["STUDENT"] for row in kept] == [*order, "dee"]
    assert [row["mine"] for row in kept] == [f"own {each}" for each in order] + [""]


def test_cells_beyond_the_header_and_empty_rows_and_lost_columns(tmp_path):
    write(tmp_path, *CLASS)
    lines = [["student", "question", "points"], ["ann", "q3", "3", "a note of mine"]]
    lines += [["", "", ""], [], ["ben", "q3", ""]]
    text = "\n".join(",".join(line) for line in lines)
    (tmp_path / "scores.csv").write_text(text)
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
    students = [result(key), result("ben", answer=BEN)]
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
    path = tmp_path / "scores.csv"
    before = path.read_bytes()
    path.write_bytes(b"PK\x03\x04 and so on")
    with pytest.raises(ValueError, match=r"spreadsheet's own format.*CSV UTF-8"):
        write(tmp_path, *CLASS)
    path.write_bytes(before)
    book = path.with_suffix(suffix)
    book.write_bytes(b"PK")
    os.utime(path, (1, 1))
    with pytest.raises(ValueError, match=rf"scores\{suffix} is newer.*CSV UTF-8"):
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
    (tmp_path / "scores.csv").write_bytes(raw)
    before[tmp_path / "scores.csv"] = raw
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
    before = (tmp_path / "scores.csv").read_bytes()
    number = 2 + [row["student"] for row in rows(tmp_path)].index("ann")
    with pytest.raises(ValueError, match="1 wrong rows; nothing was changed") as error:
        write(tmp_path, *CLASS)
    assert f"scores.csv, row {number}: points {points!r}; permitted: 0 to 3" in str(
        error.value
    )
    assert (tmp_path / "scores.csv").read_bytes() == before


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


def test_no_questions_no_sheet(tmp_path):
    write(tmp_path, replace(result("ann"), questions=()))
    assert not (tmp_path / "scores.csv").exists()


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
    quincy, zelda = result("quincy", answer=ANN), result("zelda", answer=BEN)
    write(tmp_path, quincy, zelda, result("xaver", answer=""))
    page = (tmp_path / "scores.html").read_text()
    assert page.index("names the logarithm") < page.index("Answer r")
    assert [page.count(answer) for answer in (ANN, BEN)] == [1, 1]
    assert not re.search("quincy|zelda|xaver", page, re.IGNORECASE)
    shown = [row_code(row["student"], "q3") for row in rows(tmp_path)]
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
    with (out / "scores.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *moved])


def test_every_field_of_every_sheet_stands_in_quotes(tmp_path):
    write(tmp_path, result("ann", answer=SCORED))
    for path in tmp_path.glob("*.csv"):
        text = path.read_bytes().decode("utf-8-sig")
        assert re.fullmatch(r'(("([^"]|"")*")(,|\r\n))*', text), path


def test_an_answer_that_moves_into_the_points_is_not_believed(tmp_path):
    results = [result("ann", answer=SCORED)]
    write(tmp_path, *results)
    split_at_semicolons(tmp_path)
    with pytest.raises(ValueError, match="an answer_sha stands right of its column"):
        merge(tmp_path, results)


def test_nor_if_it_brings_the_code_of_its_row(tmp_path):
    results = [result("ann", answer=SCORED)]
    write(tmp_path, *results)
    forged = answer_sha("ann", results[0].questions[2])
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


# ---- any question -------------------------------------------------------------------


def change(out, question, student="", **typed):
    """Type into the row of a student, or of the only group of a question."""
    table = [row for each in ("q1", "q2", "q3") for row in rows(out, question=each)]
    [row] = [r for r in table if (r["question"], r["student"]) == (question, student)]
    row |= typed
    store(out, table)


def asked(results, student, question):
    [found] = [each for each in results if each.student == student]
    [answer] = [each for each in found.questions if each.question == question]
    return answer


def changes(out):
    text = (out / "changes.csv").read_text(encoding="utf-8-sig")
    return [*csv.DictReader(io.StringIO(text))]


APPEAL = [result("ann", q1=FAILED, answer=ANN), result("ben", answer=BEN)]


def test_an_appeal_has_a_trace(tmp_path, monkeypatch):
    monkeypatch.setenv("LOGNAME", "ep")
    write(tmp_path, *APPEAL)
    [ann] = [row for row in rows(tmp_path, question="q1") if row["student"] == "ann"]
    assert (ann["given"], ann["of"]) == ("1", "4")
    assert ann["outcome"] == f"failed: {FAILED['diagnosis']}"
    said = {"points": "3", "reason": "the prompt can be read so", "comment": "Right."}
    change(tmp_path, "q1", "ann", **said)
    for _ in range(2):  # kept over reruns, and recorded once
        found = asked(write(tmp_path, *APPEAL), "ann", "q1")
        assert (found.status, found.points, found.comment) == ("scored", 3, "Right.")
        assert (found.was, found.given) == ("failed", 1)
        [row] = changes(tmp_path)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d\d:\d\d", row.pop("time"))
    assert row.pop("answer_sha") == answer_sha("ann", APPEAL[0].questions[0])
    assert [*row.values()] == [
        *("ann", "q1", "1", "failed", "3", "scored", "ep", "the prompt can be read so")
    ]
    page = (tmp_path / "feedback" / "ann.html").read_text()
    assert "A person has changed this. The grader had found: failed, 1 of 4." in page
    assert "Right." in page
    assert "the prompt can be read so" not in page  # it is for the record
    assert "Changed by a person" in (tmp_path / "summary.html").read_text()
    kept = (tmp_path / "results.json").read_text()
    assert '"reason": "the prompt can be read so"' in kept


def test_the_record_keeps_every_change_and_its_undoing(tmp_path):
    write(tmp_path, *APPEAL)
    for points, by in [("3", "ada"), ("2", "bob"), ("", "bob")]:
        reason = "read again" if points else ""
        change(tmp_path, "q1", "ann", points=points, by=by, reason=reason)
        write(tmp_path, *APPEAL)
    columns = "points before", "status before", "points", "status", "by", "reason"
    assert [[row[column] for column in columns] for row in changes(tmp_path)] == [
        ["1", "failed", "3", "scored", "ada", "read again"],
        ["3", "scored", "2", "scored", "bob", "read again"],
        ["2", "scored", "1", "failed", "", "as graded"],
    ]


def test_a_change_of_what_the_grader_found_needs_a_reason(tmp_path):
    write(tmp_path, *APPEAL)
    change(tmp_path, "q1", "ann", points="3")
    with pytest.raises(ValueError, match="points '3', status '' and no reason"):
        write(tmp_path, *APPEAL)
    assert not (tmp_path / "changes.csv").exists()


def test_a_comment_alone_changes_no_points(tmp_path):
    write(tmp_path, *APPEAL)
    change(tmp_path, "q1", "ann", comment="Look at the labels.")
    after = write(tmp_path, *APPEAL)
    found = asked(after, "ann", "q1")
    assert (found.status, found.points, found.was) == ("failed", 1, None)
    assert "Look at the labels." in (tmp_path / "feedback" / "ann.html").read_text()
    assert "Look at the labels." in (tmp_path / "results.json").read_text()
    assert not (tmp_path / "changes.csv").exists()


@pytest.mark.parametrize(
    ("typed", "status", "points"),
    [
        ({"status": "passed", "points": "4"}, "passed", 4),
        ({"status": "Passed"}, "passed", 1),
        ({"status": "not attempted", "points": "0"}, "not attempted", 0),
        ({"status": "to be scored"}, "to be scored", None),
        ({"status": "unreadable"}, "unreadable", None),
        ({"points": "0"}, "scored", 0),
        ({"points": "4,0"}, "scored", 4),
    ],
)
def test_a_person_sets_points_and_status(tmp_path, typed, status, points):
    write(tmp_path, *APPEAL)
    change(tmp_path, "q1", "ann", reason="a reason", **typed)
    found = asked(write(tmp_path, *APPEAL), "ann", "q1")
    assert (found.status, found.points) == (status, points)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"status": "right"}, "status 'right'; permitted: passed, failed"),
        ({"status": "unreadable", "points": "1"}, "unreadable beside points"),
        ({"points": "5"}, "points '5'; permitted: 0 to 4, or empty"),
    ],
)
def test_what_no_person_can_set(tmp_path, typed, says):
    write(tmp_path, *APPEAL)
    change(tmp_path, "q1", "ann", reason="a reason", **typed)
    with pytest.raises(ValueError, match=says):
        write(tmp_path, *APPEAL)


def test_a_hand_in_that_could_not_be_read_is_graded_by_hand(tmp_path):
    eve = [unreadable("eve"), *APPEAL]
    write(tmp_path, *eve)
    for question, points in [("q1", "4"), ("q2", "2"), ("q3", "1")]:
        page = (tmp_path / "feedback" / "eve.html").read_text()
        assert "could not be graded" in page  # until each question has its points
        change(tmp_path, question, "eve", points=points, reason="on paper")
        write(tmp_path, *eve)
    page = (tmp_path / "feedback" / "eve.html").read_text()
    assert "7 of 10 points." in page
    assert "could not be graded" not in page
    change(tmp_path, "q2", "eve", points="", status="passed")
    with pytest.raises(ValueError, match="status passed without points"):
        write(tmp_path, *eve)


def test_the_sheet_of_an_older_grader_is_not_passed_over(tmp_path):
    (tmp_path / "written.csv").write_text("student,question,points\n")
    with pytest.raises(ValueError, match=r"written\.csv is called scores\.csv now"):
        write(tmp_path, *CLASS)


# ---- answers that are alike ---------------------------------------------------------

SAME = "It turns   products\ninto sums. "
ALIKE = [
    result("ann", answer=ANN),
    result("ben", answer=SAME),
    result("cyd", answer=ANN),
]


def test_answers_that_are_alike_are_scored_once(tmp_path):
    write(tmp_path, *ALIKE, result("dee", answer=BEN))
    [group, dee] = sorted(rows(tmp_path), key=lambda row: row["student"])
    assert (group["student"], group["name"]) == ("", "3 students: ann ben cyd")
    assert dee["student"] == "dee"
    change(tmp_path, "q3", points="2", comment="good")
    after = write(tmp_path, *ALIKE, result("dee", answer=BEN))
    assert [third(after, student).points for student in ("ann", "ben", "cyd")] == [
        2
    ] * 3
    assert third(after, "cyd").comment == "good"
    assert third(after, "dee").points is None
    assert [row["student"] for row in changes(tmp_path)] == ["ann", "ben", "cyd"]
    page = (tmp_path / "scores.html").read_text()
    assert f"Answer {group['answer_sha'].partition('-')[0]} · 3 students" in page
    assert page.count("It turns products into sums.") == 1


def test_who_hands_in_the_same_later_has_the_points_of_the_group(tmp_path):
    write(tmp_path, *ALIKE)
    change(tmp_path, "q3", points="2")
    after = write(tmp_path, *ALIKE, result("zoe", answer=ANN))
    assert third(after, "zoe").points == 2
    write(tmp_path, *(result(s, answer=s) for s in ("ann", "ben", "cyd", "zoe")))
    [group] = [row for row in rows(tmp_path) if not row["student"]]
    assert (group["name"], group["points"]) == ("0 students", "2")  # kept
    again = write(tmp_path, result("ann", answer="Another."), *ALIKE[1:])
    assert third(again, "ann").points is None  # the points were the answer's
    assert third(again, "ben").points == 2


def single_out(out, student, **typed):
    """Copy the row of the group, and type the key of one."""
    table = rows(out)
    [group] = [row for row in table if not row["student"]]
    store(out, [*table, group | {"student": student} | typed])


def test_one_of_a_group_can_be_scored_alone(tmp_path):
    write(tmp_path, *ALIKE)
    change(tmp_path, "q3", points="2")
    write(tmp_path, *ALIKE)
    single_out(tmp_path, "ben", points="3", comment="You said it aloud.")
    for _ in range(2):
        after = write(tmp_path, *ALIKE)
        assert [third(after, s).points for s in ("ann", "ben", "cyd")] == [2, 3, 2]
        assert third(after, "ben").changed is False
        [ben] = [row for row in rows(tmp_path) if row["student"] == "ben"]
        assert ben["answer_sha"] == answer_sha("ben", ALIKE[1].questions[2])
        [group] = [row for row in rows(tmp_path) if not row["student"]]
        assert group["name"] == "2 students: ann cyd"
        page = (tmp_path / "scores.html").read_text()
        assert "Scored: 2 for 2 of them, 3 for 1 of them, of 3." in page
    last = write(tmp_path, ALIKE[0], result("ben", answer="Another."), ALIKE[2])
    assert (third(last, "ben").points, third(last, "ben").changed) == (3, True)


def test_a_student_who_is_not_there_is_not_singled_out(tmp_path):
    write(tmp_path, *ALIKE)
    single_out(tmp_path, "zoe", points="3")
    with pytest.raises(ValueError, match="student 'zoe' unknown; permitted: empty, or"):
        write(tmp_path, *ALIKE)


def test_wrong_code_is_alike_if_it_came_out_the_same(tmp_path):
    code = "def loss(p, y):\n    return p - y\n"
    noted = "# mine\ndef loss(p, y):  # simple\n\n    return p - y"
    students = [
        result("ann", q1=FAILED | {"source": code}),
        result("ben", q1=FAILED | {"source": noted}),
        result("cyd", q1=CRASHED | {"source": code}),  # another outcome
        result("dee", q1=FAILED | {"source": code.replace("p - y", "y - p")}),
        result("eve", q1=PASSED | {"source": code}),  # passed
        result("fay", q1=PASSED | {"source": noted + " + 0"}),
    ]
    write(tmp_path, *students)
    assert sorted(row["name"] for row in rows(tmp_path, question="q1")) == [
        *("2 students: ann ben", "2 students: eve fay", "Cyd", "Dee")
    ]


def test_each_group_has_a_code_of_its_own(tmp_path):
    """By which it is found on the page, in the sheet."""
    answers = [ANN, ANN, BEN, BEN, "No idea.", "No idea."]
    write(tmp_path, *(result(f"s{i}", answer=each) for i, each in enumerate(answers)))
    codes = [row["answer_sha"].partition("-")[0] for row in rows(tmp_path)]
    assert len({*codes}) == len(codes) == 3
    page = (tmp_path / "scores.html").read_text()
    assert [page.count(f"Answer {code} · 2 students") for code in codes] == [1, 1, 1]


def test_a_row_of_another_question_is_refused(tmp_path):
    write(tmp_path, *ALIKE)
    table = rows(tmp_path)
    table[0]["question"] = "q1"
    store(tmp_path, table)
    with pytest.raises(ValueError, match="question 'q1' beside an answer to 'q3'"):
        write(tmp_path, *ALIKE)


@given(st.data())
def test_scoring_groups_is_scoring_each(tmp_path_factory, data):
    """Whatever the answers are: the sheet's rows, filled by answer, score each."""
    out = tmp_path_factory.mktemp("law")
    given = data.draw(st.lists(st.sampled_from([ANN, BEN, SAME, ""]), min_size=1))
    students = [result(f"s{i}", answer=each) for i, each in enumerate(given)]
    worth = {" ".join(each.split()): i for i, each in enumerate([ANN, BEN, ""])}
    write(out, *students)
    table = rows(out)
    assert len(table) == len({" ".join(each.split()) for each in given})
    for row in table:
        row["points"] = str(worth[" ".join(row["answer"].split())])
    store(out, table)
    after = write(out, *students)
    assert [each.questions[2].points for each in after] == [
        worth[" ".join(each.split())] for each in given
    ]
    assert {each.questions[2].status for each in after} == {Status.SCORED}


# ---- two people ----------------------------------------------------------------------


def half(out, name, student, points, **typed):
    """A copy of the sheet in which a person has scored one student."""
    path = out / name
    table = rows(out)
    for row in table:
        if row["student"] == student:
            row |= {"points": points, **typed}
    text = io.StringIO()
    writer = csv.DictWriter(text, [*table[0]])
    writer.writeheader()
    writer.writerows(table)
    path.write_text(text.getvalue(), "utf-8")
    return path


def test_two_people_score_halves(tmp_path):
    write(tmp_path, *CLASS)
    copies = [half(tmp_path, "ada.csv", "ann", "2", by="ada", comment="=good"),
              half(tmp_path, "bob.csv", "ben", "2,5", by="bob")]  # fmt: skip
    reports.write(tmp_path, HOMEWORK, CLASS, copies)
    after = write(tmp_path, *CLASS)  # the sheet has taken them over
    assert [third(after, student).points for student in ("ann", "ben")] == [2, 2.5]
    assert [third(after, student).by for student in ("ann", "ben")] == ["ada", "bob"]
    assert [row["by"] for row in changes(tmp_path)] == ["ada", "bob"]
    [ann] = [row for row in rows(tmp_path) if row["student"] == "ann"]
    assert ann["comment"] == "'=good"
    reports.write(tmp_path, HOMEWORK, CLASS, copies)  # again: the same, no conflict


def test_two_people_who_disagree_are_listed_and_nothing_changes(tmp_path):
    write(tmp_path, *CLASS)
    copies = [
        half(tmp_path, "ada.csv", "ann", "2"),
        half(tmp_path, "bob.csv", "ann", "3"),
    ]
    before = (tmp_path / "scores.csv").read_bytes()
    with pytest.raises(ValueError, match="1 wrong rows; nothing was changed") as error:
        reports.write(tmp_path, HOMEWORK, CLASS, copies)
    number = 2 + [row["student"] for row in rows(tmp_path)].index("ann")
    says = f"bob.csv, row {number}: points '3', but points '2' in {copies[0]}, row "
    assert f"{says}{number}" in str(error.value)
    assert (tmp_path / "scores.csv").read_bytes() == before


def test_a_copy_that_says_nothing_erases_nothing(tmp_path):
    write(tmp_path, *CLASS)
    empty = half(tmp_path, "bob.csv", "nobody", "")
    type_in(tmp_path, "ann", "2", "good")
    reports.write(tmp_path, HOMEWORK, CLASS, [empty])
    assert third(write(tmp_path, *CLASS), "ann").points == 2


def test_two_people_score_one_group(tmp_path):
    write(tmp_path, *ALIKE)
    said = {"ada": "2", "bob": "2,0", "eve": "2,5"}
    copies = [half(tmp_path, name, "", said[name], by=name) for name in said]
    with pytest.raises(ValueError, match=r"points '2,5', but points '2' in"):
        reports.write(tmp_path, HOMEWORK, ALIKE, copies)
    for _ in range(2):
        reports.write(tmp_path, HOMEWORK, ALIKE, copies[:2])
        assert third(write(tmp_path, *ALIKE), "ann").by == "ada, bob"
    assert {third(write(tmp_path, *ALIKE), s).points for s in ("ann", "cyd")} == {2}


def test_a_copy_that_is_not_there_is_named(tmp_path):
    write(tmp_path, *CLASS)
    with pytest.raises(FileNotFoundError, match=r"ada\.csv does not exist"):
        reports.write(tmp_path, HOMEWORK, CLASS, [tmp_path / "ada.csv"])
