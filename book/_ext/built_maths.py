"""Typeset every formula while the book is built.

KaTeX's own ``katex.min.js`` (vendored under ``katex/`` with its licence) runs inside
mini-racer and turns each formula into HTML for the eye and MathML for a screen reader.
The page needs no script for its maths: a stylesheet and fonts come with the pages that
have a formula, and with no other page.

A formula that KaTeX cannot read is a Sphinx warning that names the page and the
formula, so a build with ``-W`` fails on it.
"""

import atexit
import re
from functools import cache
from html import escape
from pathlib import Path

from docutils import nodes
from py_mini_racer import MiniRacer
from sphinx.application import Sphinx
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

KATEX = Path(__file__).parent / "katex"
STYLESHEET = "katex/katex.css"
NUMBERED = r"\\(begin|end)\{(align|alignat|equation|gather)\}"
RENDER = """
const render = (tex, displayMode) => {
  try {
    return {html: katex.renderToString(tex, {displayMode, strict: "error"})};
  } catch (error) {
    return {error: error.message.replaceAll("\\u0332", "")};
  }
};
"""

logger = logging.getLogger(__name__)


@cache
def engine() -> MiniRacer:
    """A JavaScript engine with KaTeX loaded, made when the first formula is met."""
    racer = MiniRacer()
    racer.eval((KATEX / "katex.min.js").read_text(encoding="utf-8"))
    racer.eval(RENDER)
    atexit.register(racer.close)  # left open, V8 can block the exit
    return racer


@cache
def typeset(tex: str, display: bool) -> dict[str, str]:
    """``{"html": …}`` for a formula, or ``{"error": …}`` with KaTeX's complaint."""
    return engine().call("render", tex, display)


def display_source(node: nodes.math_block) -> str:
    """LaTeX of a display formula, in the form that KaTeX numbers nothing by itself.

    Sphinx numbers equations, so ``align`` becomes ``align*``. As in every Sphinx maths
    block, a blank line separates two formulas.
    """
    if node["nowrap"]:
        return re.sub(NUMBERED, r"\\\1{\2*}", node.astext())
    parts = [part for part in re.split(r"\n\s*\n", node.astext()) if part.strip()]
    if len(parts) < 2:
        return node.astext()
    return r"\begin{gathered}" + r"\\".join(parts) + r"\end{gathered}"


def rendered(translator: HTML5Translator, node: nodes.Element, tex: str) -> str:
    """HTML of a formula; one that KaTeX refuses is reported and shown as it is."""
    result = typeset(tex, isinstance(node, nodes.math_block))
    if "html" in result:
        return result["html"]
    page = translator.builder.current_docname
    logger.warning(
        "page %s: the formula %r cannot be typeset: %s",
        page,
        tex,
        result["error"],
        location=node if node.line else page,
        type="maths",
    )
    return f"<code>{escape(tex)}</code>"


def visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    self.body.append(
        self.starttag(node, "span", "", CLASS="math notranslate nohighlight")
        + rendered(self, node, node.astext())
        + "</span>"
    )
    raise nodes.SkipNode


def visit_display(self: HTML5Translator, node: nodes.math_block) -> None:
    self.body.append(self.starttag(node, "div", CLASS="math notranslate nohighlight"))
    if node["number"]:
        number = get_node_equation_number(self, node)
        self.body.append(f'<span class="eqno">({number})')
        self.add_permalink_ref(node, _("Link to this equation"))
        self.body.append("</span>")
    self.body.append(rendered(self, node, display_source(node)) + "</div>\n")
    raise nodes.SkipNode


def serve_katex(app: Sphinx) -> None:
    app.config.html_static_path.append(str(KATEX / "static"))


def add_stylesheet(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: nodes.document
) -> None:
    """Link KaTeX's stylesheet where a formula is, in the text or in the menu."""
    in_a_title = any(title.next_node(nodes.math) for title in app.env.titles.values())
    if in_a_title or 'class="katex' in context.get("body", ""):
        app.add_css_file(STYLESHEET)


def setup(app: Sphinx) -> dict:
    app.add_html_math_renderer("katex", (visit_inline, None), (visit_display, None))
    app.connect("builder-inited", serve_katex)
    app.connect("html-page-context", add_stylesheet)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
