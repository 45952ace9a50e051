"""Cut the font of the formulas out of STIX Two Math.

    pip install fonttools brotli
    python book/maths_font.py STIXTwoMath-Regular.otf

It keeps the characters that ``unicode-range`` in ``_static/style.css`` names, in all
their sizes. Three things are set for browsers, which place scripts by MathML Core: a
subscript hangs no lower under p than under x, a superscript stands no higher at a
bracket than at a letter, and the parts of a long arrow overlap. The outlines become
TrueType's, since Chromium puts others into a PDF as drawings.
"""

import re
import sys
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter, load_font, save_font
from fontTools.ttLib import TTFont

STATIC = Path(__file__).parent / "_static"
FONT = STATIC / "fonts" / "STIXTwoMath.woff2"


def characters(style: str) -> set[int]:
    """The characters of the one ``unicode-range`` in a stylesheet."""
    [ranges] = re.findall(r"unicode-range:([^;]*);", style)
    found: set[int] = set()
    for first, last in re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", ranges):
        found |= set(range(int(first, 16), int(last or first, 16) + 1))
    return found


def to_truetype(font: TTFont) -> None:
    outlines = font.getGlyphSet()
    glyphs = {}
    for name in font.getGlyphOrder():
        pen = TTGlyphPen(outlines)
        outlines[name].draw(Cu2QuPen(pen, max_err=0.5, reverse_direction=True))
        glyphs[name] = pen.glyph()
    del font["CFF "]
    font.sfntVersion = "\0\1\0\0"
    builder = FontBuilder(font=font)
    builder.isTTF = True
    builder.setupGlyf(glyphs)
    builder.setupMaxp()
    builder.setupPost(keepGlyphNames=False)


def cut(source: str) -> None:
    options = Options(flavor="woff2", layout_features=[], hinting=False)
    font = load_font(source, options)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters((STATIC / "style.css").read_text("utf-8")))
    subsetter.subset(font)
    maths = font["MATH"].table
    maths.MathConstants.SubscriptBaselineDropMin.Value = 0
    maths.MathConstants.SuperscriptBaselineDropMax.Value = 390
    for shape in maths.MathVariants.HorizGlyphConstruction:
        for part in shape.GlyphAssembly.PartRecords[1:] if shape.GlyphAssembly else []:
            if not part.StartConnectorLength:
                part.StartConnectorLength = part.EndConnectorLength
    to_truetype(font)
    save_font(font, FONT, options)


if __name__ == "__main__":
    cut(*sys.argv[1:])
