"""What some tests need that `make book` does not install: the reason if it is missing.

Without it those tests skip. In CI it must be there, and `test_equipment` says once if
it is not.
"""

import os
import shutil
from collections import Counter
from functools import cache
from importlib.util import find_spec

import pytest

# The first is Chromium without windows, a third faster. Not every system packs it.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)


def array_libraries():
    missing = [name for name in ("jax", "optax", "torch") if find_spec(name) is None]
    return missing and f"not installed: {', '.join(missing)}; run `make arrays`"


def need(name):
    """A library that not every environment has: without it the test skips."""
    return pytest.importorskip(name, reason=f"{name} is not installed")


def browser():
    return not CHROMIUM and "these tests need Chromium: apt-get install chromium"


def chromium(browser_type, **options):
    """Start Chromium of the machine; nothing is downloaded."""
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    return browser_type.launch(executable_path=CHROMIUM, args=sandbox, **options)


def font(browser):
    """Asked of a browser: without a font its letters have no width."""
    page = browser.new_page()
    page.set_content("<span>letters</span>")
    width = page.locator("span").bounding_box()["width"]
    page.close()
    return not width and "these tests need a font: apt-get install fonts-dejavu-core"


@cache
def sandbox():
    from autograder.sandbox.sandbox import NoSandboxError, check_available

    try:
        return check_available()
    except NoSandboxError as error:
        return str(error)


def pytest_terminal_summary(terminalreporter):
    """Say once what is missing, and how many tests skipped for it."""
    skipped = terminalreporter.stats.get("skipped", ())
    reasons = (report.longrepr[2].removeprefix("Skipped: ") for report in skipped)
    for reason, count in Counter(reasons).most_common():
        terminalreporter.line(f"{count} skipped: {reason}")
