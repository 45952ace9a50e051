"""The table of contents and the files under book/ name each other, in order."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]


def entries(node):
    """Every file that a table of contents names, from top to bottom."""
    if isinstance(node, list):
        return [entry for each in node for entry in entries(each)]
    if isinstance(node, dict):
        own = [node[key] for key in ("root", "file") if key in node]
        return own + entries([*node.values()])
    return []


def pages(root):
    """Every page under book/. `data` and folders with `_` or `.` in front hold none."""
    found = [
        path.relative_to(root)
        for path in sorted((root / "book").rglob("*"))
        if path.suffix in {".md", ".ipynb", ".rst"}
    ]
    return [
        page
        for page in found
        if not any(part[0] in "_." or part == "data" for part in page.parts)
    ]


def faults(root):
    listed = entries(yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8")))
    written = [str(page.with_suffix("")) for page in pages(root)]
    for entry in dict.fromkeys(listed):
        if entry not in written:
            yield f"_toc.yml lists {entry}, which is not a page"
        if listed.count(entry) > 1:
            yield f"_toc.yml lists {entry} {listed.count(entry)} times"
        if written.count(entry) > 1:
            yield f"{entry} is a notebook and a text at once"
    for page in dict.fromkeys(written):
        if page not in listed:
            yield f"{page} is not in _toc.yml"
    chapters = [int(n) for n in re.findall(r"^book/(\d+)_", "\n".join(listed), re.M)]
    if chapters != [*range(1, len(chapters) + 1)] or not chapters:
        yield f"the chapters stand as {chapters} in _toc.yml"


def test_toc_and_files_agree():
    assert [*faults(ROOT)] == []


TOC = """\
format: jb-book
root: book/index
parts:
  - caption: Part
    chapters:
      - file: book/01_one
        sections:
          - file: book/aside
      - file: book/02_two
"""
PAGES = ["index.md", "01_one.ipynb", "aside.md", "02_two.ipynb"]
OTHERS = ["_static/notes.md", ".ipynb_checkpoints/01_one.ipynb", "data/README.md"]


def tree(root, toc=TOC, names=(*PAGES, *OTHERS)):
    for name in names:
        (root / "book" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "book" / name).touch()
    (root / "_toc.yml").write_text(toc)
    return root


def test_good_tree_has_no_fault(tmp_path):
    assert [*faults(tree(tmp_path))] == []


@pytest.mark.parametrize(
    ("toc", "names", "fault"),
    [
        (TOC, PAGES[:2] + PAGES[3:], "lists book/aside, which is not a page"),
        (TOC, [*PAGES, "notation.md"], "book/notation is not in _toc.yml"),
        (TOC, [*PAGES, "homework/01.ipynb"], "book/homework/01 is not in _toc.yml"),
        (TOC, [*PAGES, "aside.ipynb"], "a notebook and a text at once"),
        (TOC.replace("02_two", "aside"), PAGES, "lists book/aside 2 times"),
        (TOC.replace("02_two", "03_two"), PAGES, r"the chapters stand as \[1, 3\]"),
        (
            TOC.replace("01_one", "x")
            .replace("02_two", "01_one")
            .replace("x", "02_two"),
            PAGES,
            "stand as",
        ),
        (TOC.replace("book/0", "book/x"), PAGES, r"stand as \[\]"),
    ],
)
def test_bad_tree_is_found_out(tmp_path, toc, names, fault):
    found = [*faults(tree(tmp_path, toc, names))]
    assert any(re.search(fault, each) for each in found), found
