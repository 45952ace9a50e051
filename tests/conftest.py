"""What all tests share: how Hypothesis draws, and the sandbox."""

import os

import equipment
import hypothesis
import pytest

collect_ignore_glob = ["*conftest.py"]  # no doctests there, and one name for them all

# A slow machine fails no test, and CI draws the same examples on every run.
hypothesis.settings.register_profile("local", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") == "true" else "local")


@pytest.fixture(scope="session")
def bubblewrap():
    """The sandbox. Where none can be made, the tests that need it skip."""
    if missing := equipment.sandbox():
        pytest.skip(missing)


def pytest_sessionstart(session):
    """Build Matplotlib's font cache once: each first run would report it on stderr."""
    if not hasattr(session.config, "workerinput"):  # not in the workers of xdist
        import matplotlib.font_manager  # noqa: F401
