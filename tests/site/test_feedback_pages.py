"""The grader's pages in Chromium: light and dark, on a desk, on a phone, on paper."""

import sys

import pytest
from built import ROOT
from visits import DESK, PHONE, TOO_WIDE, inaccessible, open_page

sys.path.insert(0, str(ROOT / "tests" / "autograder"))

from made_up import (
    CRASHED,
    FAILED,
    HOMEWORK,
    HOSTILE,
    TIMED_OUT,
    check,
    result,
    unreadable,
)

from autograder import reports

LONG = check(status="failed", points=0, case="a very " * 40, came_out="0.123, " * 90)
PAGES = ["summary", "scores", "feedback/ann", "feedback/ben", "feedback/cyd"]
PAGES += ["feedback/dee", *(f"feedback/h{i}" for i in range(len(HOSTILE)))]


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    out = tmp_path_factory.mktemp("batch")
    results = [
        result("ann", unsafe=True),
        result("ben", q1=FAILED, q2=TIMED_OUT, notes=["Two were handed in."]),
        result("cyd", q1=CRASHED, q2=FAILED | {"checks": (LONG,), "source": "x" * 500}),
        unreadable("dee"),
    ]
    for i, text in enumerate(HOSTILE):
        outcome = FAILED | {"source": text, "diagnosis": text}
        outcome["checks"] = (check(case=text, came_out=text, message=text),)
        results.append(result(f"h{i}", q1=outcome, name=text, answer=text))
    reports.write(out, HOMEWORK, results)
    return out


@pytest.mark.parametrize(("theme", "width"), [("light", DESK), ("dark", PHONE)])
@pytest.mark.parametrize("name", PAGES)
def test_page(browser, batch, name, theme, width):
    page = open_page(
        browser, (batch / f"{name}.html").as_uri(), theme=theme, width=width
    )
    page.on("dialog", lambda dialog: page.troubles.append(f"dialog: {dialog.message}"))
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    findings = inaccessible(page) + page.evaluate(TOO_WIDE)
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.context.close()
    assert not page.troubles + findings
    assert (colour == "rgb(21, 23, 27)") == (theme == "dark")


def test_paper_is_white_at_night(browser, batch):
    page = open_page(browser, (batch / "feedback/ben.html").as_uri(), theme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.context.close()
    assert colour == "rgb(255, 254, 251)"
