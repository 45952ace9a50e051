"""The figures of bcelib.interactive in headless Chromium, on a page of their own.

What a page shows is compared with what Python fills in, whose numbers are tested in
tests/bcelib. What letters do to a figure is tried with fonts that Matplotlib brings, so
that it does not depend on the machine's.
"""

import base64
import io
from functools import cache
from pathlib import Path

import matplotlib
import numpy as np
import pytest
import slider_figures
from PIL import Image
from visits import inaccessible

from bcelib import interactive

FIGURES = {name: getattr(interactive, name) for name in interactive.__all__}
ALL = [function() for function in FIGURES.values()]
every_figure = pytest.mark.parametrize("name", FIGURES)

PHONE, DESK = 360, 1280
PAPER = {"light": ("#ffffff", "#323232"), "dark": ("#14181e", "#ced6dd")}
KEYS = ["Home", *["ArrowRight"] * 3, "End", *["ArrowLeft"] * 2, "PageDown"]
FACES = {  # font: file of its regular and of its bold weight
    "narrow": ("STIXGeneral", "STIXGeneralBol"),
    "wide": ("DejaVuSans", "DejaVuSans-Bold"),
    "monospaced": ("DejaVuSansMono", "DejaVuSansMono-Bold"),
}
every_face = pytest.mark.parametrize("face", FACES)


@cache
def letters(face):
    """CSS that sets a page in this font, whatever the machine has."""
    folder = Path(matplotlib.get_data_path(), "fonts", "ttf")
    sources = [
        f"@font-face {{ font-family: {face}; font-weight: {weight}; src: url("
        f"data:font/ttf;base64,{base64.b64encode(path.read_bytes()).decode()}) }}"
        for weight, name in zip(("normal", "bold"), FACES[face], strict=True)
        for path in [folder / f"{name}.ttf"]
    ]
    return "".join(sources) + f"body {{ font-family: {face} }}"


def page_of(*figures, theme="light", style=""):
    paper, ink = PAPER[theme]
    outputs = [figure._repr_html_() for figure in figures]
    body = "".join(slider_figures.unpacked(output) for output in outputs)
    return f"""<!doctype html><html lang="en" data-theme="{theme}"><head>
      <meta charset="utf-8"><title>Figures</title>
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <style>body {{ margin: 16px; background: {paper}; color: {ink};
        font: 1rem/1.5 sans-serif; color-scheme: {theme} }}
        * {{ box-sizing: border-box }} {style}</style></head>
      <body><main><h1 style="font-size: 1rem">Figures</h1>{body}</main></body></html>"""


@pytest.fixture
def show(browser):
    """Put figures on a page; what goes wrong on it fails the test at the end."""
    contexts, troubles = [], []

    def watch(request):
        if not request.url.startswith("data:"):  # a font of `letters`
            troubles.append(f"request: {request.url}")

    def open_page(html, width=PHONE, **options):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("request", watch)
        page.on("pageerror", lambda error: troubles.append(f"script: {error}"))
        page.on("console", lambda message: troubles.append(f"console: {message.text}"))
        page.set_content(html)
        page.evaluate("document.fonts.ready.then(() => true)")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


def shown(figure):
    """The lines under the slider."""
    return figure.locator("output > span").all_text_contents()


def assert_agrees(name, figure):
    """It shows what Python fills in for the position of its slider."""
    made, i = FIGURES[name](), int(figure.locator("input").input_value())
    assert shown(figure) == [made.filled(line, i) for _, line in made.words["lines"]]


@every_figure
def test_keys_move_what_is_shown_and_spoken(show, name):
    page = show(page_of(FIGURES[name]()))
    figure, slider = page.locator("figure"), page.locator("input")
    assert_agrees(name, figure)
    page.keyboard.press("Tab")
    assert slider.evaluate("input => input === document.activeElement")
    seen, drawings = set(), set()
    for key in KEYS:
        page.keyboard.press(key)
        assert_agrees(name, figure)
        spoken = slider.get_attribute("aria-valuetext")
        assert spoken == shown(figure)[0]
        seen.add(spoken)
        drawings.add(figure.locator("svg").first.inner_html())
    assert len(seen) == len(drawings) >= 7


# What a part of the page is at every position: `part` is an expression in `figure`.
AT_EACH = """(figure) => {
  const slider = figure.querySelector("input");
  const seen = [];
  for (slider.value = 0; ; slider.stepUp()) {
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    seen.push(%s);
    if (slider.value === slider.max) return seen;
  }
}"""
PARTS = """[
  Array.from(figure.querySelectorAll("[data-d], [data-transform]"), (part) =>
    ["d", "transform"].map((name) => [part.dataset[name], part.getAttribute(name)])),
  Array.from(figure.querySelectorAll("output > span"), (line) => line.textContent)
]"""


@every_figure
def test_script_fills_in_what_python_fills_in(show, name):
    figure = FIGURES[name]()
    page = show(page_of(figure))
    positions = page.locator("figure").evaluate(AT_EACH % PARTS)
    for i, (parts, lines) in enumerate(positions):
        assert lines == [figure.filled(line, i) for _, line in figure.words["lines"]]
        now = {column: texts[i] for column, texts in figure.columns.items()}
        for template, filled in (pair for part in parts for pair in part):
            assert template is None or filled == template.format(**now)
    assert len(positions) == len(figure.columns.popitem()[1])


def test_thumb_stands_under_the_point_that_it_moves(show):
    page = show(page_of(interactive.loss_and_tangent()))
    for width in (320, PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 900})
        for i in (0, 17, 60):
            page.locator("input").fill(str(i))
            box = page.locator("input").bounding_box()
            thumb = box["x"] + 12 + (box["width"] - 24) * i / 60
            dot = page.locator("path.dot").first.bounding_box()
            assert dot["x"] + dot["width"] / 2 == pytest.approx(thumb, abs=1)


@pytest.mark.parametrize("theme", PAPER)
def test_axe_finds_nothing(show, theme):
    page = show(page_of(*ALL, theme=theme), 320, color_scheme=theme)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert inaccessible(page) == []


# The ratio of WCAG 2, of the colour that a canvas paints for the computed one.
CONTRAST = """([selector, paper]) => {
  const pixel = colour => {
    const brush = document.createElement("canvas").getContext("2d");
    brush.fillStyle = paper; brush.fillRect(0, 0, 1, 1);
    brush.fillStyle = colour; brush.fillRect(0, 0, 1, 1);
    return [...brush.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const luminance = colour => pixel(colour)
    .map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  return [...document.querySelectorAll(selector)].map(part => {
    const [low, high] = [getComputedStyle(part).color, paper].map(luminance)
      .sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  });
}"""


@pytest.mark.parametrize(
    ("paper", "ink", "least"),
    [
        (*PAPER["light"], 4.5),
        (*PAPER["dark"], 4.5),
        ("#ffffff", "rgba(0, 0, 0, 0.87)", 4.5),  # JupyterLab
        ("#111111", "rgba(255, 255, 255, 1)", 4.5),
        ("#383838", "#d5d5d5", 3.9),  # Colab's dark is a middle grey
    ],
)
def test_every_colour_stands_out(show, paper, ink, least):
    html = page_of(*ALL)
    page = show(html.replace(PAPER["light"][0], paper).replace(PAPER["light"][1], ink))
    selector = "figure :is(.blue, .orange, .green, .purple, text, b, input)"
    ratios = page.evaluate(CONTRAST, [selector, paper])
    assert len(ratios) > 100
    assert min(ratios) >= least


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours_leave_the_slider_its_track_and_thumb(show, scheme):
    colours = {"color_scheme": scheme, "forced_colors": "active"}
    page = show(page_of(interactive.loss_and_tangent(0)), **colours)
    picture = page.locator("input").screenshot()
    grey = np.asarray(Image.open(io.BytesIO(picture)).convert("L"), dtype=float)
    drawn = np.abs(grey - grey[0, 0]) > 70  # at least 3 : 1 beside white and black
    height, width = drawn.shape
    track = drawn[height // 2 - 1 : height // 2 + 1, 14:-14]
    assert track.any(axis=0).all()
    thumb = drawn[:, width // 2 - 12 : width // 2 + 12]
    assert thumb.mean() > 0.5
    assert drawn.mean() < 0.2


@every_figure
def test_type_and_target_are_large_enough(show, name):
    page = show(page_of(FIGURES[name]()))
    for width, smallest, largest in ((PHONE, 11, 15), (DESK, 11, 16)):
        page.set_viewport_size({"width": width, "height": 900})
        sizes = page.locator("text").evaluate_all(
            """texts => texts.map(t => parseFloat(getComputedStyle(t).fontSize)
                 * t.ownerSVGElement.getBoundingClientRect().width / 360)"""
        )
        assert smallest <= min(sizes)
        assert max(sizes) <= largest
        box = page.locator("input").bounding_box()
        assert box["height"] >= 24
        assert page.locator("summary").bounding_box()["height"] >= 24


# Where the ink of each text of the drawing is: the box of its letters, not of the line
# that the font would like around them.
INK = """texts => texts.map(text => {
  const brush = document.createElement("canvas").getContext("2d");
  const style = getComputedStyle(text), place = text.getScreenCTM();
  brush.font = `${style.fontSize} ${style.fontFamily}`;
  const ink = brush.measureText(text.textContent);
  const box = text.getBBox(), y = text.y.baseVal[0].value;
  const corners = [[box.x, y - ink.actualBoundingBoxAscent],
                   [box.x + box.width, y + ink.actualBoundingBoxDescent]];
  return [text.textContent, ...corners.flatMap(([x, y]) =>
    [place.e + place.a * x, place.f + place.d * y])];
})"""


@every_face
def test_words_of_the_drawing_stay_apart_and_inside(show, face):
    page = show(page_of(*ALL, style=letters(face)))
    for width in (320, PHONE, 463, DESK):  # at 463 letters are largest
        page.set_viewport_size({"width": width, "height": 900})
        for figure in page.locator("figure").all():
            boxes = figure.locator("text").evaluate_all(INK)
            drawing = figure.locator("svg").first.bounding_box()
            for i, (text, left, top, right, bottom) in enumerate(boxes):
                assert drawing["x"] - 1 <= left, text
                assert drawing["y"] <= top, text
                assert right <= drawing["x"] + drawing["width"] + 1, text
                assert bottom <= drawing["y"] + drawing["height"], text
                for other, *edges in boxes[:i]:
                    apart = left >= edges[2] or right <= edges[0]
                    assert apart or top >= edges[3] or bottom <= edges[1], (text, other)


TWICE = "html { font-size: 200% }"
# What a reader may set for every text, by WCAG 2's 1.4.12.
SPACED = "* { letter-spacing: 0.12em !important; word-spacing: 0.16em !important }"
WIDTH = "document.documentElement.scrollWidth"
SIZES = f"figures => figures.map({AT_EACH % f'[figure.clientHeight, {WIDTH}]'})"
SIZES_OPENED = f"""figures => figures.map(figure => {{
  figure.querySelector("summary").click();
  const opened = [figure.clientHeight, {WIDTH}];
  figure.querySelector("summary").click();
  return opened;
}})"""
HEIGHTS = "figures => figures.map(figure => figure.clientHeight)"
# How high the lines under the slider are, by the width of the figure.
HEIGHTS_BY_WIDTH = """Array.from({ length: 35 }, (_, i) => {
  figure.style.width = `${140 + 16 * i}px`;
  return figure.querySelector("output").clientHeight;
})"""


@every_face
def test_nothing_shifts_and_nothing_sticks_out(show, face):
    html = page_of(*ALL, style=letters(face))
    page, still = show(html), show(html, java_script_enabled=False)
    for more in ("", TWICE, SPACED):  # the last in large letters too
        for each in (page, still):
            each.evaluate("css => document.querySelector('style').append(css)", more)
        for width in (320, PHONE, 412):
            for each in (page, still):
                each.set_viewport_size({"width": width, "height": 900})
            moved = page.locator("figure").evaluate_all(SIZES)
            opened = page.locator("figure").evaluate_all(SIZES_OPENED)
            before = still.locator("figure").evaluate_all(HEIGHTS)
            for name, seen, height, (tall, wide) in zip(
                FIGURES, moved, before, opened, strict=True
            ):
                assert {*map(tuple, seen)} == {(height, width)}, (name, more)
                assert tall > height, name
                assert wide == width, (name, more)


@every_face
def test_no_slider_moves_what_is_below_it_at_any_width(show, face):
    rest = "figure svg, figure details { display: none }"  # only lines are measured
    page = show(page_of(*ALL, style=letters(face) + rest), DESK)
    for name, figure in zip(FIGURES, page.locator("figure").all(), strict=True):
        first, *others = figure.evaluate(AT_EACH % HEIGHTS_BY_WIDTH)
        assert first[0] > first[-1] > 0, name
        assert all(heights == first for heights in others), name


@every_figure
def test_still_without_scripts(show, name):
    page = show(page_of(FIGURES[name]()), java_script_enabled=False)
    figure = page.locator("figure")
    assert figure.locator("input").is_disabled()
    assert figure.locator("svg").first.bounding_box()["width"] > 300
    assert_agrees(name, figure)
    assert not figure.locator("table").is_visible()
    figure.locator("summary").click()
    assert figure.locator("table").is_visible()


@every_figure
def test_two_copies_do_not_disturb_each_other(show, name):
    page = show(page_of(FIGURES[name](), FIGURES[name]()))
    first, second = page.locator("figure[data-live]").all()
    untouched = second.inner_html()
    first.locator("input").press("End")
    assert second.inner_html() == untouched
    assert shown(first) != shown(second)
    assert_agrees(name, first)
    second.locator("input").press("Home")
    assert_agrees(name, first)
    assert_agrees(name, second)


# How a notebook puts an output into its document: the markup first, then each script
# as a new element, in its place (JupyterLab) or in the head (the classic notebook).
INSERT = """([html, where]) => {
  const output = document.createElement("div");
  document.querySelector("main").append(output);
  output.innerHTML = html;
  for (const old of output.querySelectorAll("script:not([type])")) {
    const script = document.createElement("script");
    script.textContent = old.textContent;
    if (where === "in place") old.replaceWith(script);
    else document.head.appendChild(script).remove();
  }
}"""


@pytest.mark.parametrize("where", ["in place", "in the head"])
def test_output_of_a_notebook_wakes(show, where):
    page = show(page_of())
    html = interactive.loss_and_tangent()._repr_html_()
    for _ in range(2):  # the second is a cell that ran again
        page.evaluate(INSERT, [html, where])
    for figure in page.locator("figure").all():
        figure.locator("input").press("End")
        assert shown(figure)[0].startswith("z = 6.0")
        assert_agrees("loss_and_tangent", figure)
