"""In CI nothing may be missing that tests need; elsewhere the tests skip."""

import os

import equipment
import pytest


def check(missing):
    if missing:
        in_ci = os.environ.get("CI") == "true"
        pytest.fail(missing) if in_ci else pytest.skip(missing)


def test_array_libraries():
    check(equipment.array_libraries())


def test_browser():
    check(equipment.browser())


def test_sandbox():
    check(equipment.sandbox())
