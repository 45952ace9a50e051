"""book and pages: a term from its folders to its sheets, with every number by hand."""

import csv
import io
import json
from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace

import pytest
from made_up import HOMEWORK, HOSTILE, result, scored, unreadable

from autograder.term import book, pages

NAMES = ("03_binary_cross_entropy", "04_surprise_entropy_kl")
NOW = datetime(2026, 12, 1)
ROSTER = """\
Student,ID,SIS User ID,SIS Login ID,Section
"Lovelace, Ada",101,S1,adal,A
"Boole, George",102,S2,gboole,A
"Müller, Jürgen",103,S3,jm,B
"""


def load(name):
    found = [each for each in NAMES if name in (each, each[:2])]
    if not found:
        raise ValueError(f"there is no homework {name!r}")
    return SimpleNamespace(**{**vars(HOMEWORK), "name": found[0],
                              "title": f"Homework {found[0][:2]}: Losses"})  # fmt: skip


def term(folder, first=(), second=(), rules="", roster=ROSTER):
    """A folder with two batches, as `grade` leaves them."""
    for name, results in zip(NAMES, (first, second), strict=True):
        for each in results:
            path = folder / name[:2] / "results" / f"{each.student}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            graded = replace(each, homework=name)
            path.write_text(json.dumps(graded.as_dict()), "utf-8")
    if roster:
        (folder / "roster.csv").write_text(roster, "utf-8")
    (folder / "term.toml").write_text(rules, "utf-8")


def read(folder, **rest):
    return book.read(folder, load, **{"now": NOW, **rest})


def canvas(number, points=3.0, late="", **rest):
    """A hand-in with 7 points and `points` more for the written answer."""
    file = f"x_{late}{number}_900{number}_hw.ipynb"
    one = {"lms": "canvas", "lms_id": str(number), "file": file}
    return final(f"x-{number}", points, **one | rest)


def final(student, points=3.0, **rest):
    """One Result without a written answer that waits: q3 has points of the grader."""
    made = scored(student, points, **rest)
    *others, last = made.questions
    return replace(made, questions=(*others, replace(last, was=None)))


def table(known):
    return {row.person.shown: row for row in known.rows}


def totals(known):
    return {name: row.total for name, row in table(known).items()}


def sheet(path):
    text = path.read_bytes().decode("utf-8-sig")
    return [*csv.reader(io.StringIO(text, newline=""))]


def test_a_term_without_settings(tmp_path):
    term(tmp_path, [canvas(101), canvas(102, 1)], [canvas(101, 2.5), canvas(103)])
    known = read(tmp_path)
    # 10 and 9.5 of 10; 8 and nothing; nothing and 10.
    assert totals(known) == {"Lovelace, Ada": 97.5, "Boole, George": 40,
                             "Müller, Jürgen": 50}  # fmt: skip
    assert table(known)["Boole, George"].marks[NAMES[1]].state == "missing"


def test_all_rules_together(tmp_path):
    rules = """
        drop_lowest = 0
        [late]
        percent_a_day = 10
        [homework.03]
        due = 2026-10-14
        weight = 3
        [homework.04]
        due = 2026-10-21
        [student.adal]
        03 = 2026-10-16
        [student.S3]
        04 = "excused"
    """
    first = [canvas(101, late="LATE_"), canvas(102, 1, late="LATE_"), canvas(103)]
    term(tmp_path, first, [canvas(101, 2.5), canvas(102)], rules)
    (tmp_path / "03" / "handed_in.csv").write_text(
        "student;handed_in\nx-101;2026-10-17 08:00\ngboole;2026-10-16 09:00\n"
    )
    found = table(read(tmp_path))
    ada, george, jürgen = found.values()
    # Ada: extended to the end of the 16th, 1 day: 9; George: 2 days from the 14th: 6.4.
    assert [ada.marks[NAMES[0]].points, ada.marks[NAMES[0]].days] == [9, 1]
    assert george.marks[NAMES[0]].points * 10 == 64
    assert ada.total == (3 * 90 + 95) / 4
    assert george.total == (3 * 64 + 100) / 4
    assert jürgen.total == 100  # the other homework is excused


def test_late_by_nobody_knows_how_much_is_open(tmp_path):
    rules = "[late]\npercent_a_day = 10\n[homework.03]\ndue = 2026-10-14"
    first = [canvas(101, late="LATE_"), canvas(102), final("jm")]
    term(tmp_path, first, (), rules)
    found = table(read(tmp_path))
    marks = [row.marks[NAMES[0]] for row in found.values()]
    assert [(mark.points, mark.state, mark.why) for mark in marks] == [
        (None, "open", "late, nobody knows by how much"),
        (10, "", ""),  # the LMS does not mark it
        (None, "open", "hand-in time not known"),  # from a folder
    ]
    assert [row.total for row in found.values()] == [None, 100, None]


def test_a_late_rule_needs_deadlines(tmp_path):
    term(tmp_path, [canvas(101)], (), "[late]\npercent_a_day = 10")
    with pytest.raises(ValueError, match=r"\[homework\.03\] has no due; permitted"):
        read(tmp_path)


def test_who_may_still_hand_in_is_not_missing(tmp_path):
    rules = "[homework.03]\ndue = 2026-10-14\n[student.gboole]\n03 = 2026-12-01"
    term(tmp_path, [canvas(101)], (), rules)
    found = table(read(tmp_path))
    george = found["Boole, George"].marks[NAMES[0]]
    assert (george.state, george.why) == ("open", "may come until 2026-12-02 00:00")
    assert found["Müller, Jürgen"].marks[NAMES[0]].state == "missing"
    later = table(read(tmp_path, now=datetime(2026, 12, 2)))
    assert later["Boole, George"].total == 0


def test_missing_may_be_excused(tmp_path):
    term(tmp_path, [canvas(101)], [canvas(102, 1)], 'missing = "excused"')
    known = read(tmp_path)
    assert totals(known) == {"Lovelace, Ada": 100, "Boole, George": 80,
                             "Müller, Jürgen": None}  # fmt: skip


def test_half_a_grade_is_none(tmp_path):
    waits = result("x-101", lms="canvas", lms_id="101")
    lost = unreadable("x-102", lms="canvas", lms_id="102")
    term(tmp_path, [waits, lost, canvas(103)])
    pages_said = pages.write(tmp_path, read(tmp_path))
    assert pages_said[0] == "2 of 3 students have no total yet"
    rows = sheet(tmp_path / "gradebook.csv")
    assert [row[-1] for row in rows] == [
        *("open", "03: written answers to be scored", "03: the notebook is no JSON", "")
    ]
    assert [row[0] for row in sheet(tmp_path / "gradebook_canvas.csv")[2:]] == [
        "Müller, Jürgen"
    ]


def test_what_a_person_typed_counts(tmp_path):
    waits = result("x-101", lms="canvas", lms_id="101")
    term(tmp_path, [waits])
    text = "student,question,points\nx-101,q3,2.5\n"
    (tmp_path / "03" / "scores.csv").write_text(text)
    assert totals(read(tmp_path))["Lovelace, Ada"] == 95


def test_extra_credit_and_dropping(tmp_path):
    first, second = [canvas(101, 1), canvas(102, 0)], [canvas(101, 0), canvas(102, 2)]
    term(tmp_path, first, second, "[homework.04]\nextra_credit = true")
    # 8 + 7 of 10; 7 + 9 of 10; nothing.
    assert [*totals(read(tmp_path)).values()] == [150, 160, 0]
    term(tmp_path, first, second, "drop_lowest = 1")
    assert [*totals(read(tmp_path)).values()] == [80, 90, 0]


# ---- whose --------------------------------------------------------------------------


def test_without_a_roster_who_handed_in_is_the_class(tmp_path):
    first = [canvas(101, name="lovelaceada"), final("gboole", 1)]
    second = [canvas(101, 2, name="adalovelace"), final("gboole", 2)]
    term(tmp_path, first, second, roster="")
    assert totals(read(tmp_path)) == {"Gboole": 85, "lovelaceada": 95}


def moodle(number, name, **rest):
    one = {"lms": "moodle", "lms_id": str(number), "name": name}
    return final(f"{name.replace(' ', '-')}-{number}", **one | rest)


def test_numbers_that_are_an_assignment_s_do_not_join_a_term_and_names_do(tmp_path):
    first, second = [moodle(7, "Ada L"), moodle(8, "Bob")], [moodle(7, "Bob")]
    term(tmp_path, first, second, roster="")
    assert totals(read(tmp_path)) == {"Ada L": 50, "Bob": 100}


def test_the_sheet_of_an_assignment_tells_two_of_one_name_apart(tmp_path):
    roster = "First name,Surname,Email address\nKim,Lee,k1@x\nKim,Lee,k2@x\n"
    first = [moodle(7, "Kim Lee"), moodle(8, "Kim Lee", points=1)]
    term(tmp_path, first, (), roster=roster)
    with pytest.raises(
        ValueError, match="'Kim Lee' is the name of 2 students"
    ) as error:
        read(tmp_path)
    assert "2 unclear; nothing was written" in str(error.value)
    (tmp_path / "03" / "handed_in.csv").write_text(
        "Identifier,Full name,Email address,Last modified (submission)\n"
        "Participant 7,Kim Lee,k2@x,-\nParticipant 8,Kim Lee,k1@x,-\n"
    )
    found = {row.person.email: row.total for row in read(tmp_path).rows}
    assert found == {"k1@x": 80, "k2@x": 100}


@pytest.mark.parametrize(
    ("first", "says"),
    [
        ([canvas(999)], r"x-999 \(X-999\) is nobody's of .*roster\.csv; permitted"),
        ([canvas(101), final("adal")], "are both of Lovelace, Ada; permitted: one"),
    ],
)
def test_what_is_unclear_is_refused(tmp_path, first, says):
    term(tmp_path, first)
    with pytest.raises(ValueError, match=says) as error:
        read(tmp_path)
    assert "1 unclear; nothing was written" in str(error.value)


def test_who_has_left_is_passed_over(tmp_path):
    term(tmp_path, [canvas(101), canvas(999)], (), 'left = ["x-999"]')
    assert [*totals(read(tmp_path)).values()] == [100, 0, 0]


def test_a_time_of_nobody_is_refused(tmp_path):
    term(tmp_path, [canvas(101)])
    path = tmp_path / "03" / "handed_in.csv"
    path.write_text("student,handed_in\nadall,2026-10-14 10:00\n")
    with pytest.raises(
        ValueError, match=r"handed_in\.csv, row 2: a time, and nobody's"
    ):
        read(tmp_path)


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ('[student.nobody]\n03 = "excused"', "student.nobody is nobody's of"),
        ('[student.adal]\n99 = "excused"', "there is no homework '99'"),
        ("[homework.99]\nweight = 2", "there is no homework '99'"),
    ],
)
def test_a_rule_for_nobody_or_nothing_is_refused(tmp_path, rules, says):
    term(tmp_path, [canvas(101)], (), rules)
    with pytest.raises(ValueError, match=says):
        read(tmp_path)


@pytest.mark.parametrize("who", ["adal", "S1", "101", "x-101", "Ada Lovelace"])
def test_an_exception_names_a_student_in_many_ways(tmp_path, who):
    term(tmp_path, [canvas(101)], [canvas(102)], f'[student."{who}"]\n04 = "excused"')
    assert totals(read(tmp_path))["Lovelace, Ada"] == 100


def test_one_homework_in_two_folders_is_refused(tmp_path):
    term(tmp_path, [canvas(101)])
    (tmp_path / "03").rename(tmp_path / "03-late")
    term(tmp_path, [canvas(102)])
    with pytest.raises(ValueError, match=r"03 and .*03-late both hold 03_binary"):
        read(tmp_path)


def test_no_results(tmp_path):
    with pytest.raises(
        FileNotFoundError, match="holds no folder with results; `grade`"
    ):
        read(tmp_path)


# ---- files --------------------------------------------------------------------------


def test_the_sheets_to_the_letter(tmp_path):
    rules = '[student.gboole]\n04 = "excused"'
    first = [canvas(101), canvas(102, 2 / 3), canvas(103)]
    term(tmp_path, first, [canvas(101, 2.5)], rules)
    assert pages.write(tmp_path, read(tmp_path)) == [
        str(tmp_path / f"gradebook{end}") for end in (".csv", "_canvas.csv", ".html")
    ]
    assert (tmp_path / "gradebook_canvas.csv").read_bytes().decode().split("\r\n") == [
        '"Student","ID","SIS User ID","SIS Login ID","Section",'
        '"Homework 03: Losses","Homework 04: Losses","Homework of the term"',
        '"    Points Possible","","","","","10","10","100"',
        '"Lovelace, Ada","101","S1","adal","A","10","9.5","97.5"',
        '"Boole, George","102","S2","gboole","A","7.67","EX","76.67"',
        '"Müller, Jürgen","103","S3","jm","B","10","0","50"',
        "",
    ]
    head, ada, george, jürgen = sheet(tmp_path / "gradebook.csv")
    assert head == [
        *("name", "id", "participant", "sis", "login", "email", "section"),
        *("03", "03 note", "04", "04 note", "total", "of", "open"),
    ]
    assert ada == ["Lovelace, Ada", "101", "", "S1", "adal", "", "A",
                   "10", "", "9.5", "", "97.5", "100", ""]  # fmt: skip
    assert george[7:] == ["7.67", "", "", "excused", "76.67", "100", ""]
    assert jürgen[7:] == ["10", "", "0", "missing", "50", "100", ""]


def test_moodle_s_sheet_to_the_letter(tmp_path):
    roster = "First name,Surname,ID number,Email address\nAda,L,S1,a@x\nBob,B,,b@x\n"
    rules = '[homework.04]\nextra_credit = true\n[student."b@x"]\n04 = "excused"'
    first, second = [moodle(7, "Ada L"), moodle(8, "Bob B")], [moodle(9, "Ada L")]
    term(tmp_path, first, second, rules, roster)
    pages.write(tmp_path, read(tmp_path))
    assert (tmp_path / "gradebook_moodle.csv").read_bytes().decode().split("\r\n") == [
        '"Email address","ID number","Username","Full name",'
        '"Homework 03: Losses","Homework 04: Losses","Homework of the term"',
        '"a@x","S1","","Ada L","10","10","100"',  # 200 would stop the whole import
        '"b@x","","","Bob B","10","-","100"',
        "",
    ]
    assert not (tmp_path / "gradebook_canvas.csv").exists()


def test_no_formula_in_any_sheet(tmp_path):
    texts = [text.strip() for text in HOSTILE if "\n" not in text and "\r" not in text]
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(["id", "name", "login", "section"])
    writer.writerows(
        [i, text[:100].encode("utf-8", "replace").decode(), f"login{i}", text[:9]]
        for i, text in enumerate(texts) if text.isprintable()
    )  # fmt: skip
    term(tmp_path, [canvas(1)], roster=lines.getvalue())
    pages.write(tmp_path, read(tmp_path))
    for path in tmp_path.glob("gradebook*.csv"):
        for row in sheet(path):
            for cell in row:
                assert not cell.lstrip().startswith(("=", "+", "-", "@")), (path, cell)


def test_the_page(tmp_path):
    rules = "drop_lowest = 1"
    term(tmp_path, [canvas(101), canvas(102, 1)], [canvas(101, 2)], rules)
    pages.write(tmp_path, read(tmp_path))
    page = (tmp_path / "gradebook.html").read_text("utf-8")
    assert "3 students, 3 with a total." in page
    # 100, 80 and 0: the lowest of each is dropped.
    assert "Mean 60, median 80, lowest 0, highest 100, in per cent." in page
    assert "Homework 04: Losses: 2" in page  # of whom two are missing
    assert "missing, dropped" in page
    assert "<script" not in page


def test_a_page_of_hostile_names(tmp_path):
    name = "<script>alert(1)</script>{{7*7}}"
    term(tmp_path, [canvas(101, name=name)], roster="")
    pages.write(tmp_path, read(tmp_path))
    page = (tmp_path / "gradebook.html").read_text("utf-8")
    assert "&lt;script&gt;alert(1)" in page
    assert "<script" not in page


def test_an_empty_class_has_a_page(tmp_path):
    term(tmp_path, [result("x-101", lms="canvas", lms_id="101")], roster="")
    pages.write(tmp_path, read(tmp_path))
    assert "1 students, 0 with a total." in (tmp_path / "gradebook.html").read_text()
