"""What all tests share: how Hypothesis draws, the sandbox, and the package index."""

import os
import re

import equipment
import hypothesis
import pytest
from equipment import pytest_terminal_summary  # noqa: F401

collect_ignore_glob = ["*conftest.py"]  # no doctests there, and one name for them all

# A slow machine fails no test, and CI draws the same examples on every run.
PROFILES = hypothesis.settings
PROFILES.register_profile("local", deadline=None)
PROFILES.register_profile("ci", deadline=None, derandomize=True)
# For tests/mutants.py, which asks whether a change is seen and not by what.
GENERATE = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
PROFILES.register_profile("mutants", PROFILES.get_profile("ci"), phases=GENERATE)
in_ci = os.environ.get("CI") == "true"
PROFILES.load_profile(os.environ.get("BCE_HYPOTHESIS", "ci" if in_ci else "local"))


@pytest.fixture(scope="session")
def bubblewrap():
    """The sandbox. Where none can be made, the tests that need it skip."""
    if missing := equipment.sandbox():
        pytest.skip(missing)


def pytest_sessionstart(session):
    """Build Matplotlib's font cache once: each first run would report it on stderr."""
    if not hasattr(session.config, "workerinput"):  # not in the workers of xdist
        import matplotlib.font_manager  # noqa: F401


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """A file is one process's work; but the visits to pages are shared out, at the end.

    So no process is left alone with the longest of them.
    """
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid):
            visit = "test_every_page.py::test_page[" in nodeid
            return nodeid if visit else super()._split_scope(nodeid)

    return Scheduling(config, log) if config.option.dist == "loadfile" else None


OFFLINE = (
    r"error sending request|Failed to fetch|dns error|Connection refused|timed out"
    r"|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|Failed to establish a new connection"
)


@pytest.fixture(scope="session")
def out_of_reach():
    """Skip where a program did not reach the package index; in CI one test fails."""

    def check(report, says_so=False):
        if report.returncode and re.search(OFFLINE, report.stderr):
            must = says_so and os.environ.get("CI") == "true"
            tell = pytest.fail if must else pytest.skip
            tell("the package index is out of reach: connect to the network")

    return check
