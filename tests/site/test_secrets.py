"""No solution, hidden test, rubric or diagnosis is anywhere in the site."""

import html
import json
import re
from pathlib import Path

import secret_lines
from built import ROOT

from autograder.__main__ import MASTERS
from autograder.masters import homework

TEXTS = {
    ".html",
    ".ipynb",
    ".js",
    ".json",
    ".txt",
    ".md",
    ".rst",
    ".xml",
    ".css",
    ".csv",
}


def lines(path: Path) -> set[str]:
    """The lines of a file as a person, or a program, would read them."""
    text = path.read_text(encoding="utf-8", errors="replace")
    found = text.split("\n")
    if path.suffix == ".html":
        found += html.unescape(re.sub(r"<[^>]*>", "", text)).split("\n")
    if path.suffix == ".ipynb":
        for cell in json.loads(text)["cells"]:
            found += "".join(cell["source"]).split("\n")
    return {line.strip() for line in found}


def leaks(site: Path, secrets: set[str]) -> list[str]:
    """Each secret that stands in a file of the site, with the file."""
    return [
        f"{path.relative_to(site)}: {secret}"
        for path in site.rglob("*")
        if path.suffix in TEXTS
        for secret in lines(path) & secrets
    ]


def test_the_site_holds_no_secret(site):
    masters = homework.load_all(MASTERS)
    public = set().union(*map(lines, (ROOT / "book").glob("*.ipynb")))
    public.update(*(secret_lines.shown_and_hidden(master)[0] for master in masters))
    for master in masters:
        secrets = set(secret_lines.secrets(master)) - public
        # Each diagnosis, and of each question more: the solution, and the hidden tests.
        diagnoses = {answer.diagnosis for answer in master.wrong}
        assert diagnoses <= secrets, master.name
        assert len(secrets - diagnoses) > 4 * len(master.questions), master.name
        assert leaks(site, secrets) == []


def test_a_leak_is_found(tmp_path):
    (tmp_path / "_sources").mkdir()
    cell = {"source": ["a\n", "  check(f(2), 'x < 4')\n"]}
    source = tmp_path / "_sources" / "x.ipynb"
    source.write_text(json.dumps({"cells": [cell]}))
    page = tmp_path / "x.html"
    page.write_text("<p>b\n<span>check</span>(f(<b>2</b>), &#39;x &lt; 4&#39;)\n</p>")
    assert len(leaks(tmp_path, {"check(f(2), 'x < 4')"})) == 2
    assert leaks(tmp_path, {"check(f(3), 'x < 4')"}) == []
