"""Typeset every formula while the book is built.

Temml's own ``temml.min.js`` (vendored under ``temml/`` with its licence) runs inside
mini-racer and turns each formula into MathML, which browsers draw by themselves and
screen readers read: the page needs no script and no stylesheet for its maths. The font
is ``_static/fonts/STIXTwoMath.woff2``, since a phone has none for formulas.

A formula that Temml cannot read is a Sphinx warning that names the page and the
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

HERE = Path(__file__).parent
SCRIPTS = HERE / "temml" / "temml.min.js", HERE / "built_maths.js"
NUMBERED = r"\\(begin|end)\{(align|alignat|equation|gather)\}"

logger = logging.getLogger(__name__)


@cache
def engine() -> MiniRacer:
    """A JavaScript engine with Temml loaded, made when the first formula is met."""
    racer = MiniRacer()
    for script in SCRIPTS:
        racer.eval(script.read_text(encoding="utf-8"))
    atexit.register(racer.close)  # left open, V8 can block the exit
    return racer


@cache
def typeset(tex: str, display: bool) -> dict[str, str]:
    """``{"html": …}`` for a formula, or ``{"error": …}`` with Temml's complaint."""
    return engine().call("render", tex, display)


def display_source(node: nodes.math_block) -> str:
    """LaTeX of a display formula, in the form that Temml numbers nothing by itself.

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
    """HTML of a formula; one that Temml refuses is reported and shown as it is."""
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


def opening(self: HTML5Translator, node: nodes.Element, tag: str, tex: str) -> str:
    """The start of a formula's box, which keeps the TeX to be copied."""
    tex = {"data-tex": tex}
    return self.starttag(node, tag, "", CLASS="math notranslate nohighlight", **tex)


def visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    tex = node.astext()
    box = opening(self, node, "span", tex)
    self.body.append(box + rendered(self, node, tex) + "</span>")
    raise nodes.SkipNode


def visit_display(self: HTML5Translator, node: nodes.math_block) -> None:
    tex = display_source(node)
    self.body.append(opening(self, node, "div", tex))
    if node["number"]:
        number = get_node_equation_number(self, node)
        self.body.append(f'<span class="eqno">({number})')
        self.add_permalink_ref(node, _("Link to this equation"))
        self.body.append("</span>")
    self.body.append(rendered(self, node, tex) + "</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict:
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_display, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
