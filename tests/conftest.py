"""What all tests share: how Hypothesis draws, and what the last line of a run says."""

import os
import re
from pathlib import Path

import hypothesis
import pytest

from autograder.sandbox import NoSandboxError, check_available

ROOT = Path(__file__).parents[1]

collect_ignore_glob = ["*conftest.py"]  # no doctests there, and one name for them all

# A slow machine fails no test, and CI draws the same examples on every run.
hypothesis.settings.register_profile("local", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") == "true" else "local")


@pytest.fixture(scope="session")
def bubblewrap():
    """The sandbox. Where none can be made, its tests skip, and in CI they fail."""
    try:
        check_available()
    except NoSandboxError as error:
        in_ci = os.environ.get("CI") == "true"
        pytest.fail(str(error)) if in_ci else pytest.skip(str(error))


def pytest_sessionstart(session):
    """Build Matplotlib's font cache once: each first run would report it on stderr."""
    if not hasattr(session.config, "workerinput"):  # not in the workers of xdist
        import matplotlib.font_manager  # noqa: F401


def pytest_terminal_summary(terminalreporter):
    """Say what the run covered. Under xdist the reports of all workers arrive here."""
    ran = {
        report.nodeid
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", None) == "call"
    }
    cells = {each for each in ran if re.search(r"^(?!tests/).*\.ipynb::", each)}
    notebooks = {each.partition("::")[0] for each in cells}
    saw_site = any(each.startswith("tests/site/") for each in ran)
    pages = [*(ROOT / "_build" / "html").rglob("*.html")] if saw_site else []
    terminalreporter.write_line(
        f"covered: {len(notebooks)} notebooks, {len(cells)} cells, {len(pages)} pages, "
        f"{len(ran - cells)} tests"
    )
