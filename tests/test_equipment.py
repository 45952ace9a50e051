"""In CI nothing may be missing that tests need; elsewhere the tests skip."""

import os

import equipment
import pytest
from playwright.sync_api import sync_playwright


def check(missing):
    if missing:
        in_ci = os.environ.get("CI") == "true"
        pytest.fail(missing) if in_ci else pytest.skip(missing)


def test_array_libraries():
    check(equipment.array_libraries())


def test_browser():
    check(equipment.browser())


def test_font():
    if equipment.browser():
        pytest.skip("there is no browser to ask")
    with sync_playwright() as playwright:
        browser = equipment.chromium(playwright.chromium)
        missing = equipment.font(browser)
        browser.close()
    check(missing)


def test_sandbox():
    check(equipment.sandbox())
