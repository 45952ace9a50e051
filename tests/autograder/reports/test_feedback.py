"""report: each page says what happened, shows no secret, and runs nobody's code."""

import html
import json
import re
from html.parser import HTMLParser

import pytest
from made_up import (
    BLANK,
    CRASHED,
    FAILED,
    HOMEWORK,
    HOSTILE,
    PASSED,
    TIMED_OUT,
    check,
    result,
    unreadable,
)

from autograder import reports
from autograder.reports import feedback, summary
from autograder.reports.text import UNSEEN, one_line
from autograder.results import Status

TAGS = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "main",
        "section",
        "h1",
        "h2",
        "h3",
    ),
    *(
        "p",
        "span",
        "strong",
        "bdi",
        "br",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "pre",
        "code",
    ),
    *("details", "summary", "div", "a", "table", "thead", "tbody", "tr", "th", "td"),
    *("svg", "rect", "text"),
}


class Page(HTMLParser):
    """Tags, attributes, and the words between them."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.words, self._style = set(), [], "", False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes += attributes
        self.words += " " * (tag in ("title", "h1", "dt", "pre", "summary"))
        self._style = tag == "style"

    def handle_endtag(self, tag):
        self._style &= tag != "style"

    def handle_data(self, data):
        self.words += "" if self._style else data


def words(result):
    text = Page(feedback.page(HOMEWORK, result)).words
    return re.sub(r"\s+", " ", text)


# ---- feedback ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        ({}, "4 of 4 points · passed All checks passed."),
        (FAILED, "1 of 4 points · failed At least one check"),
        (CRASHED, "0 of 4 points · crashed Your code stopped with an error"),
        (TIMED_OUT, "0 of 4 points · timed out Your code was still running"),
        (BLANK, "0 of 4 points · not attempted The grader found no answer"),
        (
            {"status": Status.UNREADABLE, "points": 0},
            "No points yet, of 4 · unreadable",
        ),
    ],
)
def test_status_in_words(outcome, says):
    text = words(result("ann", q1=PASSED | {"checks": ()} | outcome))
    assert says in text
    excused = "not a judgement of your idea"
    assert (excused in text) == (outcome.get("status") in ("crashed", "timed out"))


def test_no_checks_where_nothing_was_tried():
    undefined = check(status="not attempted", message="the name loss is not defined")
    assert "not defined" not in words(result("ann", q1=BLANK | {"checks": [undefined]}))


def test_every_status_has_words_of_its_own():
    plain = PASSED | {"checks": (), "points": 0}
    said = [words(result("ann", q1=plain | {"status": each})) for each in Status]
    found = {
        re.search(rf"· {status} (.+?\.)", text)[1]
        for status, text in zip(Status, said, strict=True)
    }
    assert len(found) == len(Status)


def test_what_was_tried():
    tried = [
        check("q1-check", 1, 0, "failed", case="a fair coin", came_out="0.5",
              expected="0.69", hidden=False),
        check("q1-tests", 3, 0, "crashed", message="ValueError: oh (line 3)"),
    ]  # fmt: skip
    text = words(result("ann", q1=FAILED | {"checks": tried}))
    for part in (
        "A known mistake. Your loss rewards the wrong class",
        "failed (0 of 1 points) · a fair coin",
        "What came out 0.5",
        "What was expected 0.69",
        "crashed (0 of 3 points) · further checks, which stay hidden",
        "Message ValueError: oh (line 3)",
        "Your code for q1 def loss(p, y):",
    ):
        assert part in text


@pytest.mark.parametrize("status", ["passed", "failed", "crashed", "timed out"])
def test_hidden_expectation_is_shown_nowhere(tmp_path, status):
    """Even if the grader should leave it in the results by mistake."""
    secret = check("q1-tests", 3, 0, status, case="a case", expected="SECRET-42")
    assert secret.hidden  # unless it says otherwise
    visible = check("q1-check", 1, 0, status, expected="SHOWN-17", hidden=False)
    one = result("ann", q1=FAILED | {"checks": (secret, visible)})
    reports.write(tmp_path, HOMEWORK, [one])
    pages = [*tmp_path.rglob("*.html")]
    assert len(pages) == 3
    assert not any("SECRET" in page.read_text() for page in pages)
    assert "SHOWN-17" in (tmp_path / "feedback" / "ann.html").read_text()


def test_totals():
    text = words(result("ann"))
    assert "7 of 7 points so far. 3 of the 10 points are still open." in text
    scored = {"status": Status.SCORED, "points": 2.5, "comment": "Well said."}
    text = words(result("ann", q3=scored))
    assert "9.5 of 10 points." in text
    assert "so far" not in text
    assert "Comment of the person who scored it Well said." in text


@pytest.mark.parametrize("site", ["", "https://a.school/course", "https://a.school/"])
def test_exhibit_is_named_and_is_a_link_where_the_site_is_known(monkeypatch, site):
    monkeypatch.setenv("BCE_BASE_URL", site)
    page = Page(feedback.page(HOMEWORK, result("ann")))
    assert page.words.count("In the museum of wrong BCEs: The mean of means.") == 1
    address = f"{site.rstrip('/')}/book/museum.html#the-mean-of-means"
    links = [value for key, value in page.attributes if key == "href"]
    assert links == ([address] if site else [])


def test_unreadable_hand_in_is_not_zero():
    text = words(unreadable("ann"))
    assert "could not be graded. This is not 0 points" in text
    assert "The reason: the notebook is no JSON" in text
    assert "0 of" not in text


def test_unsafe_and_notes_and_file():
    text = words(
        result("ann", unsafe=True, notes=["Two were handed in."], variant="v-1")
    )
    assert "Graded with --unsafe." in text
    assert "Note: Two were handed in." in text
    assert (
        "File: ann.ipynb Its SHA-256 begins with 0123456789abcdef, variant v-1" in text
    )
    assert "--unsafe" not in words(result("ann"))


# ---- the summary ------------------------------------------------------------------


def test_summary_counts():
    results = [result("ann"), result("ben", q1=FAILED), result("cyd", q1=FAILED)]
    results += [result("dee", q1=CRASHED, answer="", notes=["late"]), unreadable("eve")]
    rows = summary.hardest_first(HOMEWORK, results)
    assert [(row["question"].name, row["mean"]) for row in rows] == [
        ("q1", 1.5),
        ("q2", 3),
        ("q3", None),  # not 0, though one was not attempted
    ]
    assert dict(rows[0]["statuses"]) == {
        "failed": 2, "passed": 1, "crashed": 1, "unreadable": 1
    }  # fmt: skip
    assert summary.mistakes(results) == [(("q1", FAILED["diagnosis"]), 2)]
    assert summary.attention(results) == {
        "Could not be graded, no points yet": [
            ("eve", "Eve", "the notebook is no JSON")
        ],
        "Stopped with an error": [("dee", "Dee", "q1")],
        "Written answer to be scored": [
            (each, each.title(), "q3") for each in ("ann", "ben", "cyd")
        ],
        "Notes of the grader": [("dee", "Dee", "late")],
    }


@pytest.mark.parametrize(
    ("points", "most", "bars"),
    [
        ([], 2, [(0, 0), (1, 0), (2, 0)]),
        ([0, 0.5, 2, 1.99], 2, [(0, 2), (1, 1), (2, 1)]),
        ([100, 99, 4, 5], 100, [(0, 1), (5, 1), *((5 * i, 0) for i in range(2, 19)),
                                (95, 1), (100, 1)]),
    ],
)  # fmt: skip
def test_histogram(points, most, bars):
    assert summary.histogram(points, most) == bars


def test_summary_page_links_to_feedback(tmp_path):
    results = [result("ann"), result("b-1_.x", q1=FAILED), unreadable("eve")]
    reports.write(tmp_path, HOMEWORK, results)
    page = Page((tmp_path / "summary.html").read_text())
    links = {value for name, value in page.attributes if name == "href"}
    assert links == {f"feedback/{each.student}.html" for each in results}
    assert all((tmp_path / link).is_file() for link in links)
    assert "identical after renaming, or texts that are mostly the same" in page.words


def test_the_page_of_a_student_who_was_taken_out_goes_too(tmp_path):
    reports.write(tmp_path, HOMEWORK, [result("ann"), result("bob")])
    reports.write(tmp_path, HOMEWORK, [result("bob")])
    assert [path.name for path in (tmp_path / "feedback").iterdir()] == ["bob.html"]


def test_no_results(tmp_path):
    assert reports.write(tmp_path, HOMEWORK, []) == []
    assert "0 hand-ins" in (tmp_path / "summary.html").read_text()


# ---- hostile ----------------------------------------------------------------------


def full_of(text, student="ann"):
    """A result with one text wherever a student's text can stand."""
    outcome = {"diagnosis": text, "source": text, "title": text}
    outcome |= {"status": Status.FAILED, "points": 0, "checks": (
        check(case=text, came_out=text, message=text, expected=text, hidden=False,
              status="failed"),
    )}  # fmt: skip
    return result(student, q1=outcome, q3={"comment": text}, answer=text, name=text,
                  file=text, notes=[text], variant=text)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:12]))
def test_students_text_stays_text(tmp_path, text):
    reports.write(
        tmp_path,
        HOMEWORK,
        [full_of(text), full_of(text, "ben"), unreadable("eve", text)],
    )
    for path in tmp_path.rglob("*.html"):
        raw = path.read_bytes().decode("utf-8")
        page = Page(raw)
        assert page.tags <= TAGS
        assert not any(
            name.startswith("on") or name == "src" for name, _ in page.attributes
        )
        assert not UNSEEN.search(raw)
        words = re.sub("[rg][0-9a-f]{10}|4,9", "", page.words)  # less the codes of rows
        assert "49" not in words or "49" in text
        assert len(raw) < 300_000
    shown = Page((tmp_path / "feedback" / "ann.html").read_text()).words
    assert one_line(text) in shown
    assert json.loads((tmp_path / "results.json").read_text("utf-8"))


def test_policy_forbids_scripts_and_requests(tmp_path):
    reports.write(tmp_path, HOMEWORK, [result("ann")])
    for path in tmp_path.rglob("*.html"):
        text = html.unescape(path.read_text())
        assert "content=\"default-src 'none'; style-src 'unsafe-inline'" in text
        assert not re.search(r"https?:|//|url\(|@import|<script", text)


@pytest.mark.parametrize("student", ["../x", "", "a/b", ".x", "a\n", "x" * 81, "é"])
def test_key_that_is_no_file_name(tmp_path, student):
    with pytest.raises(ValueError, match="permitted are letters, digits, - _ and"):
        reports.write(tmp_path, HOMEWORK, [result("ann"), result(student)])
    assert [*tmp_path.iterdir()] == []
