"""Send a reader what the page uses, and nothing else.

The theme brings Font Awesome (a script and three fonts), Bootstrap (a script and most
of 400 KB of styles) and the search index to every page. The templates beside this
module draw the few icons as inline SVG, use the browser's own ``<details>`` as menus
and load the index on the search page alone; ``_static/style.css`` is the whole look.
What no page asks for is left out of the site, the scripts of a page are one file that
waits until the text is there, and an element around a word of code that looks like the
rest goes.
"""

import re
import zlib
from operator import attrgetter
from pathlib import Path
from shutil import rmtree

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

TEMPLATES = Path(__file__).parent / "templates"
STYLE = Path(__file__).parent.parent / "_static" / "style.css"
# In code, in the type of a parameter, in a link.
LONG_NAME = r'(<(?:code|a|span class="(?:sig-name|classifier))[^>]*>)([^\s<]{25,})'
THEME_SCRIPT = "_static/scripts/pydata-sphinx-theme.js"
THEME_STYLES = ("styles/", "mystnb.", "pygments.css", "basic.css")
UNUSED = (
    "basic.css",
    "*.png",
    "doctools.js",
    "documentation_options.js",
    "images",
    "locales",
    "mystnb.*",
    "pygments.css",
    "sbt-webpack-macros.html",
    "scripts",
    "sphinx_highlight.js",
    "styles",
    "vendor",
    "webpack-macros.html",
)


def use_own_templates(app: Sphinx, config: Config) -> None:
    config.templates_path.insert(0, str(TEMPLATES))


def drop_theme_styles(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: nodes.document
) -> None:
    styles = context["css_files"]
    styles[:] = [
        css for css in styles if not any(name in css.filename for name in THEME_STYLES)
    ]


def join_scripts(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: nodes.document
) -> None:
    """One script for all; notes for the theme about switched-off search go."""
    scripts = [script for script in context["script_files"] if script.filename]
    scripts.sort(key=attrgetter("priority"))
    names = [*(script.filename for script in scripts), THEME_SCRIPT]
    joined = b"\n".join(Path(app.outdir, name).read_bytes() for name in names)
    name = f"_static/scripts-{zlib.crc32(joined):08x}.js"
    Path(app.outdir, name).write_bytes(joined)
    context["script_files"] = [type(scripts[0])(name, defer="defer")]


def drop_plain_spans(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: nodes.document
) -> None:
    """Of the words of code keep those in an element that have a colour."""
    rules = re.findall(r"\.highlight :is\(([^)]*)\)", STYLE.read_text(encoding="utf-8"))
    coloured = "|".join(re.findall(r"\w+", " ".join(rules)))
    span = rf'<span class="(?!(?:{coloured})")(?:pre|[a-z]{{1,2}}\d?)">([^<]*)</span>'
    for _ in range(2):  # one within another
        context["body"] = re.sub(span, r"\1", context.get("body", ""))


def break_long_names(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: nodes.document
) -> None:
    """What a phone has no room for in a line breaks where its parts begin."""

    def parts(name: re.Match) -> str:
        return name[1] + re.sub(r"(?<=\w[._(/=])(?=\w)", "<wbr>", name[2])

    context["body"] = re.sub(LONG_NAME, parts, context.get("body", ""))


def drop_unused_files(app: Sphinx, exception: Exception | None) -> None:
    static = Path(app.outdir) / "_static"
    own = {
        path.name
        for folder in app.config.html_static_path
        for path in Path(app.confdir, folder).glob("*")
    }
    for pattern in UNUSED:
        for path in static.glob(pattern):
            if path.is_dir():
                rmtree(path)
            elif path.name not in own:
                path.unlink()


def setup(app: Sphinx) -> dict:
    app.connect("config-inited", use_own_templates)
    # After the extensions that bring the files, in the same events.
    app.connect("html-page-context", drop_theme_styles, priority=900)
    app.connect("html-page-context", join_scripts, priority=900)
    app.connect("html-page-context", drop_plain_spans, priority=900)
    app.connect("html-page-context", break_long_names, priority=901)
    app.connect("build-finished", drop_unused_files, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
