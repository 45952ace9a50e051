"""Send a reader what the page uses, and nothing else.

The theme brings Font Awesome (a script and three fonts), Bootstrap (a script and most
of 400 KB of styles) and the search index to every page. The templates beside this
module draw the few icons as inline SVG, use the browser's own ``<details>`` as menus
and load the index on the search page alone; ``_static/style.css`` is the whole look.
What no page asks for is left out of the site.
"""

from pathlib import Path
from shutil import rmtree

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

TEMPLATES = Path(__file__).parent / "templates"
THEME_STYLES = ("styles/", "mystnb.", "pygments.css", "basic.css")
UNUSED = (
    "basic.css",
    "*.png",
    "images",
    "locales",
    "mystnb.*",
    "pygments.css",
    "sbt-webpack-macros.html",
    "scripts/*.map",
    "scripts/bootstrap.js*",
    "scripts/fontawesome.js*",
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
    # Both after the extensions that bring the files, in the same events.
    app.connect("html-page-context", drop_theme_styles, priority=900)
    app.connect("build-finished", drop_unused_files, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
