"""The built site: where it is, which pages it has, whether its sources are newer."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build" / "html"
SOURCES = ("_config.yml", "_toc.yml", "book/**/*", "bcelib/**/*")
PASSING = {"__pycache__", ".ipynb_checkpoints"}

# Named while the tests are collected; the fixture `site` says why if there are none.
# A figure alone has tests of its own, and JupyterLite pages of its own.
PAGES = sorted(
    path.relative_to(SITE).as_posix()
    for path in SITE.rglob("*.html")
    if path.parent.name != "figures" and "lite" not in path.relative_to(SITE).parts
)
PAGES_READ = [name for name in PAGES if name != "index.html"]  # it opens the first page
CHAPTERS = sorted(
    path.relative_to(SITE).as_posix() for path in SITE.glob("book/??_*.html")
)


def out_of_date(site: Path, root: Path) -> str:
    """Why the site is not the one that the sources make; empty if it is."""
    last = site / "searchindex.js"  # written at the end of every build
    if not last.is_file():
        return f"there is no site at {site}: run `make book`"
    newer = [
        path.relative_to(root).as_posix()
        for pattern in SOURCES
        for path in root.glob(pattern)
        if path.is_file()
        and not PASSING & set(path.parts)
        and path.stat().st_mtime > last.stat().st_mtime
    ]
    return f"changed since the last `make book`: {', '.join(newer)}" if newer else ""
