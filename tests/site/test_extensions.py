"""The site's own Sphinx extensions: each by itself, then all in two small builds."""

import base64
import io
import json
import os
import re
import shutil
import subprocess
import sys
from html import escape
from pathlib import Path
from xml.etree import ElementTree

import built_maths
import checks
import held_punctuation
import light_figures
import light_pages
import nbformat
import page_metadata
import pytest
import repository_links
import site_files
from built import ROOT
from docutils import nodes
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image
from repository_links import Repository, branch_of, find_repository, web_address
from sphinx.util.images import get_image_size
from visits import PHONE, open_page, too_wide

# ---- repository_links --------------------------------------------------------------


@pytest.mark.parametrize(
    ("remote", "page"),
    [
        ("https://github.com/a/b", "https://github.com/a/b"),
        ("https://github.com/a/b.git", "https://github.com/a/b"),
        ("https://github.com/a/b.git/\n", "https://github.com/a/b"),
        ("https://github.com/a/b.js.git", "https://github.com/a/b.js"),
        ("https://user@github.com/a/b.git", "https://github.com/a/b"),
        ("https://x-access-token:secret@github.com/a/b", "https://github.com/a/b"),
        ("https://oauth2:secret@gitlab.com/a/b.git", "https://gitlab.com/a/b"),
        ("git@github.com:a/b.git", "https://github.com/a/b"),
        ("git@github.com:/a/b.git", "https://github.com/a/b"),
        ("org-42@github.com:a/b", "https://github.com/a/b"),
        ("github.com:a/b.git", "https://github.com/a/b"),
        ("ssh://git@github.com/a/b.git", "https://github.com/a/b"),
        ("ssh://git@github.com:22/a/b.git", "https://github.com/a/b"),
        ("ssh://git@ssh.github.com:443/a/b.git", "https://github.com/a/b"),
        ("git+ssh://git@github.com/a/b", "https://github.com/a/b"),
        ("git://github.com/a/b.git", "https://github.com/a/b"),
        ("git@gitlab.com:group/part/b.git", "https://gitlab.com/group/part/b"),
        ("ssh://git@altssh.gitlab.com:443/a/b.git", "https://gitlab.com/a/b"),
        ("ssh://git@gitlab.lab.org:2222/a/b.git", "https://gitlab.lab.org/a/b"),
        ("https://gitlab.lab.org:8443/a/b.git", "https://gitlab.lab.org:8443/a/b"),
        ("http://gitlab.lab.org/a/b.git", "http://gitlab.lab.org/a/b"),
        ("", None),
        ("/srv/git/b.git", None),
        ("../b", None),
        ("file:///srv/github.com/b.git", None),
        (r"C:\Users\a\b", None),
        ("git@work-alias:a/b.git", None),
        ("https://codeberg.org/a/b.git", None),
        ("https://github.com/only-a-name", None),
    ],
)
def test_web_address(remote, page):
    assert web_address(remote) == page


def git(folder, *arguments):
    subprocess.run(["git", "-C", folder, *arguments], check=True, capture_output=True)


@pytest.fixture
def checkout(tmp_path):
    """A repository with one commit, whose origin knows the branches main and draft."""
    origin, here = tmp_path / "origin", tmp_path / "here"
    origin.mkdir()
    git(origin, "init", "--quiet", "--initial-branch", "main")
    author = ("-c", "user.name=A", "-c", "user.email=a@b.invalid")
    git(origin, *author, "commit", "--quiet", "--allow-empty", "--message", "Begin")
    git(origin, "branch", "draft")
    git(tmp_path, "clone", "--quiet", origin, here)
    return here


def test_repository_of_a_checkout(checkout):
    git(checkout, "remote", "set-url", "origin", "git@github.com:reader/fork.git")
    fork = Repository("https://github.com/reader/fork", "github", "main")
    assert find_repository(checkout, {}) == fork


def test_repository_of_the_publishing_workflow_comes_first(checkout):
    git(checkout, "remote", "set-url", "origin", "git@github.com:reader/fork.git")
    workflow = {"GITHUB_REPOSITORY": "school/course", "GITHUB_REF_NAME": "spring"}
    course = Repository("https://github.com/school/course", "github", "spring")
    assert find_repository(checkout, workflow) == course
    elsewhere = workflow | {"GITHUB_SERVER_URL": "https://github.school.edu"}
    assert find_repository(checkout, elsewhere).url.startswith("https://github.school.")


def test_no_repository(checkout, tmp_path):
    assert find_repository(tmp_path, {}) is None  # no checkout at all
    assert find_repository(checkout, {}) is None  # origin is a folder
    git(checkout, "remote", "remove", "origin")
    assert find_repository(checkout, {}) is None


def test_no_repository_in_a_folder_of_another_checkout(checkout):
    git(checkout, "remote", "set-url", "origin", "git@github.com:someone/else.git")
    (checkout / "unpacked").mkdir()
    assert find_repository(checkout / "unpacked", {}) is None


def test_branch(checkout):
    assert branch_of(checkout, {}) == "main"
    git(checkout, "switch", "--quiet", "draft")
    assert branch_of(checkout, {}) == "draft"  # origin has it
    git(checkout, "switch", "--quiet", "--create", "mine")
    assert branch_of(checkout, {}) == "main"  # origin does not: its default
    assert branch_of(checkout, {"GITHUB_REF_NAME": "v1"}) == "v1"
    assert branch_of(checkout, {"GITHUB_REF_NAME": "12/merge"}) == "main"
    git(checkout, "remote", "remove", "origin")
    assert branch_of(checkout, {}) == "main"


@pytest.mark.parametrize(
    ("url", "binder"),
    [
        ("https://github.com/a/b", "gh/a/b"),
        ("https://gitlab.com/a/b", "gl/a%2Fb"),
        ("https://gitlab.com/group/part/b", "gl/group%2Fpart%2Fb"),
        ("https://gitlab.lab.org/a/b", "git/https%3A%2F%2Fgitlab.lab.org%2Fa%2Fb"),
        ("https://github.lab.org/a/b", "git/https%3A%2F%2Fgithub.lab.org%2Fa%2Fb"),
    ],
)
def test_launch_links(url, binder):
    repository = Repository(url, "either", "main")
    links = repository_links.launch_links(repository, "book/01.ipynb", "")
    places = ["Binder", "Colab"] if "//github.com" in url else ["Binder"]
    assert list(links) == places
    where = f"https://mybinder.org/v2/{binder}/main?urlpath=lab/tree/book/01.ipynb"
    assert links["Binder"] == where


def test_launch_link_of_a_hub_pulls_the_repository():
    repository = Repository("https://gitlab.com/group/part/b", "gitlab", "main")
    hub = "https://hub.school.edu/"
    links = repository_links.launch_links(repository, "book/01.ipynb", hub)
    assert links["JupyterHub"] == (
        "https://hub.school.edu/hub/user-redirect/git-pull"
        "?repo=https%3A//gitlab.com/group/part/b&branch=main"
        "&urlpath=lab/tree/b/book/01.ipynb"
    )


def test_git_is_not_needed(checkout, monkeypatch):
    git(checkout, "remote", "set-url", "origin", "git@github.com:reader/fork.git")
    monkeypatch.setenv("PATH", "")
    assert find_repository(checkout, {}) is None


# ---- built_maths -------------------------------------------------------------------


@pytest.mark.parametrize(
    "tex",
    [
        r"p^y (1 - p)^{1 - y}",
        r"\begin{aligned} a &= b \\ &= c \end{aligned}",
        r"\displaystyle \log{\left(e^{z} + 1 \right)} - y z",  # SymPy's way of writing
        "σ(z) → 1",
    ],
)
@pytest.mark.parametrize("display", [True, False])
def test_formula_becomes_mathml(tex, display):
    result = built_maths.typeset(tex, display)
    assert result.keys() == {"html"}
    math = ElementTree.fromstring(result["html"])
    assert math.tag == "math"
    assert math.get("display") == ("block" if display else None)


@pytest.mark.parametrize(
    ("tex", "words"),
    [
        (r"\frac{1", "expected '}'"),
        (r"\softplus(z)", r"Unsupported function name: \softplus"),
        ("a & b", "Expected 'EOF', got '&'"),
    ],
)
def test_bad_formula_is_an_error_and_not_a_picture_of_one(tex, words):
    result = built_maths.typeset(tex, True)
    assert result.keys() == {"error"}
    assert words in result["error"]


@pytest.mark.parametrize(
    ("text", "nowrap", "tex"),
    [
        ("a = b", False, "a = b"),
        ("a\n\nb", False, r"\begin{gathered}a\\b\end{gathered}"),
        (r"\begin{align}a\end{align}", True, r"\begin{align*}a\end{align*}"),
        (r"\begin{align*}a\end{align*}", True, r"\begin{align*}a\end{align*}"),
    ],
)
def test_display_source(text, nowrap, tex):
    node = nodes.math_block(text, text, nowrap=nowrap)
    assert built_maths.display_source(node) == tex


@pytest.mark.parametrize(
    ("tex", "after", "held", "rest"),
    [
        ("p", ", the rest", ",", " the rest"),
        ("p", "). Next", ").", " Next"),
        ("p", " and", None, " and"),
        ("p", "-th", None, "-th"),
        ("x" * 24, ".", ".", ""),
        ("x" * 25, ".", None, "."),
    ],
)
def test_punctuation_is_held_to_a_short_formula(tex, after, held, rest):
    formula, text = nodes.math(tex, tex), nodes.Text(after)
    paragraph = nodes.paragraph("", "", nodes.Text("See "), formula, text)
    held_punctuation.hold(None, paragraph, "page")
    spans = [*paragraph.findall(nodes.inline)]
    assert [span.astext() for span in spans] == ([tex + held] if held else [])
    assert paragraph.children[-1].astext() == rest
    assert paragraph.astext() == f"See {tex}{after}"


def test_an_opening_bracket_is_held_to_a_short_formula():
    paragraph = nodes.paragraph(
        "", "", nodes.Text("no (“"), nodes.math("p", "p"), nodes.Text("), so")
    )
    held_punctuation.hold(None, paragraph, "page")
    [span] = paragraph.findall(nodes.inline)
    assert span.astext() == "(“p),"
    assert paragraph.astext() == "no (“p), so"


def test_a_number_is_held_to_its_per_cent_but_in_code():
    paragraph = nodes.paragraph("", "", nodes.Text("90 % of "))
    paragraph += nodes.literal("", "5 % 3")
    held_punctuation.hold(None, paragraph, "page")
    assert paragraph.astext() == "90\N{NO-BREAK SPACE}% of 5 % 3"


def test_a_formula_at_the_end_of_its_paragraph_is_left_alone():
    paragraph = nodes.paragraph("", "", nodes.math("p", "p"))
    held_punctuation.hold(None, paragraph, "page")
    assert not [*paragraph.findall(nodes.inline)]


def drawn(tex):
    """MathML of a display formula, its rows in brackets and its spaces as dots."""
    html = built_maths.typeset(tex, True)["html"]
    for pattern, text in (
        (r"<mspace[^>]*></mspace>", "·"),
        (r"<mrow[^>]*>", "("),
        (r"</mrow>", ")"),
        (r' (fence|stretchy|separator|symmetric|m\w+size)="[^"]*"', ""),
        (r"<mo>(.*?)</mo>|</?m([inos]|ath|text)\b[^>]*>", r"\1"),
    ):
        html = re.sub(pattern, text, html)
    return html


@pytest.mark.parametrize(
    ("tex", "rows"),
    [
        ("a = b + c", "(a=)(b+)(c)"),
        ("a = -b", "(a=)(−b)"),
        ("{a = b} + c", "((a=b)+)(c)"),
        ("{a = b + c}", "(a=b+c)"),
        (r"a,\quad b", "(a,·)(b)"),
        ("f(a, b) + c", "(f((a,b))+)(c)"),
        (r"\bigl[\log(1 - p) + c\bigr]", "([log(1−p)+)(c])"),
        (r"\bigl(1 - p\bigr) + c", "((1−p)+)(c)"),
        (r"\text{seen} = \text{true}", "(seen=)(true)"),  # not of a row of signs alone
        ("2(p)(q)", "2((p))((q))"),
        ("= b", "=b"),
        ("x", "x"),
        ("", ""),
    ],
)
def test_where_a_formula_may_break(tex, rows):
    assert drawn(tex) == rows


@pytest.mark.parametrize(
    ("tex", "rows"),
    [
        (r"y \log p", "y·log·p"),
        (r"(y) \log (p)", "((y))·log((p))"),  # a bracket is its own row
        (r"y_i \log p", "<msub>yi</msub>·log·p"),
        (r"\operatorname{KL} \ge 0", "(KL≥)(0)"),
        (r"\sum \log p", "∑log·p"),
        (r"\log", "log"),
        (r"A = \log", "(A=)(log)"),
    ],
)
def test_a_function_stands_apart_as_in_tex(tex, rows):
    assert drawn(tex) == rows


@pytest.mark.parametrize(
    ("tex", "html"),
    [
        ("f'(x)", "<mrow><mi>f</mi><mo"),
        ("f''", "<mi>f</mi><mo"),
        (r"\bar x", ">¯</mo>"),
        (r"\tilde x", ">˜</mo>"),
        (r"\bigl(-x\bigr)", '<mo form="prefix">−</mo>'),
        (r"\bigl(x\bigr)", 'lspace="0" rspace="0">)</mo>'),
        (r"{} + y", '<mo form="infix">+</mo>'),
        (
            r"\begin{aligned} x &= y \\ &+ z \end{aligned}",
            '<mo form="infix" stretchy="false">+</mo>',
        ),
        (
            r"\begin{cases} -x & y \end{cases}",
            '<mo form="prefix" stretchy="false">−</mo>',
        ),
        ("= 0", '<mo lspace="0">=</mo>'),
        (r"\sqrt n", '<msqrt><mspace height="0.76em" depth="0.14em"></mspace>'),
        (r"\text{false alarm}", "<mi>false\N{NO-BREAK SPACE}alarm</mi>"),
    ],
)
def test_signs_are_drawn_as_in_tex(tex, html):
    assert html in built_maths.typeset(tex, False)["html"]


def test_licences_stand_beside_what_is_vendored():
    assert "MIT License" in (built_maths.HERE / "temml" / "LICENSE").read_text()
    font = ROOT / "book" / "_static" / "fonts"
    assert "SIL OPEN FONT LICENSE Version 1.1" in (font / "OFL.txt").read_text()


def test_the_font_has_the_italic_of_its_letters():
    """Browsers draw a name of one letter in the italic of mathematics."""
    for first, last, italic in (
        ("A", "Z", 0x1D434),
        ("a", "z", 0x1D44E),
        ("α", "ω", 0x1D6FC),
    ):
        for i, code in enumerate(range(ord(first), ord(last) + 1)):
            drawn = "ℎ" if chr(code) == "h" else chr(italic + i)
            assert {chr(code), drawn} <= checks.CHARACTERS


def test_the_font_has_the_characters_that_are_named(browser, serve, tmp_path):
    shutil.copytree(ROOT / "book" / "_static", tmp_path / "_static")
    text = escape("".join(sorted(checks.CHARACTERS)))
    (tmp_path / "page.html").write_text(
        f'<meta charset="utf-8"><link rel="stylesheet" href="_static/style.css">'
        f'<p style="font-family: STIX Two Math">{text}',
        encoding="utf-8",
    )
    page = open_page(browser, serve(tmp_path) + "page.html")
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": "p"})
    [font] = session.send("CSS.getPlatformFontsForNode", node)["fonts"]
    assert (font["familyName"], font["isCustomFont"]) == ("STIX Two Math", True)
    page.context.close()


# ---- page_metadata -----------------------------------------------------------------


def page_of(*paragraphs):
    document = nodes.document(None, None)
    document += nodes.section("", nodes.title("", "Title"))
    document[0] += [nodes.paragraph("", text) for text in paragraphs]
    return document


LONG = (
    "A sentence that is long enough to stand for the whole page, and to say something."
)


@pytest.mark.parametrize(
    ("paragraphs", "description"),
    [
        ([LONG, "More."], LONG),
        (["You will", "derive\nit,", "prove it."], "You will derive it, prove it."),
        (["word " * 60], "word " * 31 + "…"),
        ([], ""),
    ],
)
def test_description(paragraphs, description):
    assert page_metadata.description_of(page_of(*paragraphs)) == description


def test_tag_escapes():
    assert page_metadata.tag("name", "n", '<a & "b">') == (
        '<meta name="n" content="&lt;a &amp; &quot;b&quot;&gt;" />\n'
    )


# ---- two small books ---------------------------------------------------------------

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASU"
    "VORK5CYII="
)
LONG_SUM = " + ".join("abcdefghijklmnopqrstuvwxyz")
CHAPTER = [
    new_markdown_cell(
        "# A chapter\n\nInline $p^y$.\n\n$$a = b$$ (sum)\n\nSee {eq}`sum`.\n\n"
        "\\begin{align}\nc &= d \\\\\ne &= f\n\\end{align}\n\n"
        f"| $x$ |\n|---|\n| $y$ |\n\n$${{{LONG_SUM}}}$$\n\n"
        "In words: $\\text{abcdefghijklmnopqrstuvwxyz}$.\n\n"
        "**You need** that. · 9 minutes to read · 15 with questions and exercises."
    ),
    new_code_cell("x", outputs=[new_output("display_data", {"text/latex": "$e^z$"})]),
    new_code_cell(
        "plt.show()",
        metadata={"mystnb": {"image": {"alt": "One dark pixel."}}},
        outputs=[new_output("display_data", {"image/png": PIXEL})],
    ),
    new_code_cell("answer = 1", metadata={"tags": ["hide-cell"]}),
    new_code_cell("# Check 1\nanswer == 1", metadata={"tags": ["hide-input"]}),
    new_code_cell("# Plot of question 1", metadata={"tags": ["hide-input"]}),
    new_code_cell("draw()", metadata={"tags": ["hide-input"]}),
    new_code_cell(
        "print(2)",
        metadata={"tags": ["hide-output"], "jupyter": {"outputs_hidden": True}},
        outputs=[new_output("stream", name="stdout", text="predicted")],
    ),
    new_code_cell("# git+ADDRESS-OF-THIS-REPOSITORY"),
]

PYTHON = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
PYTHON |= {"language_info": {"name": "python"}}
NOTEBOOK = nbformat.writes(new_notebook(cells=CHAPTER, metadata=PYTHON))


def build(folder: Path, pages: dict[str, str], **environment: str):
    """Build a small book with the course's own configuration and extensions."""
    (folder / "book").mkdir()
    shutil.copy(ROOT / "_config.yml", folder)
    shutil.copytree(ROOT / "book" / "_ext", folder / "book" / "_ext")
    shutil.copytree(ROOT / "book" / "_static", folder / "book" / "_static")
    (folder / "book" / "references.bib").write_text("")
    for name, text in pages.items():
        (folder / "book" / name).write_text(text, encoding="utf-8")
    chapters = "".join(f"  - file: book/{Path(name).stem}\n" for name in pages)
    contents = f"format: jb-book\nroot: book/index\nchapters:\n{chapters}"
    contents = contents.replace("  - file: book/index\n", "")
    (folder / "_toc.yml").write_text(contents)
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("GITHUB_", "BCE_"))
    }
    jupyter_book = Path(sys.executable).parent / "jupyter-book"
    return subprocess.run(
        [jupyter_book, "build", ".", "--all", "-W", "--keep-going"],
        cwd=folder,
        env=kept | environment,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def fork(tmp_path_factory):
    """The site of a fork, published by a workflow that knows its address and a hub."""
    folder = tmp_path_factory.mktemp("fork")
    run = build(
        folder,
        {
            "index.md": f"# Home\n\n{LONG}",
            "01_chapter.ipynb": NOTEBOOK,
        },
        GITHUB_REPOSITORY="reader/fork",
        GITHUB_REF_NAME="main",
        BCE_BASE_URL="https://reader.github.io/fork",
        BCE_JUPYTERHUB_URL="https://hub.school.edu/",
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return folder / "_build" / "html"


def test_buttons_of_a_fork_open_the_fork(fork):
    links = {
        e["href"] for e in checks.Page.read(fork / "book/01_chapter.html").all("a")
    }
    fork = "https://github.com/reader/fork"
    notebook = "book/01_chapter.ipynb"
    assert {
        f"https://mybinder.org/v2/gh/reader/fork/main?urlpath=lab/tree/{notebook}",
        f"https://colab.research.google.com/github/reader/fork/blob/main/{notebook}",
        fork,
        f"{fork}/edit/main/{notebook}",
    } <= links
    [hub] = [link for link in links if link.startswith("https://hub.school.edu/")]
    assert f"urlpath=lab/tree/fork/{notebook}" in hub
    assert any(link.startswith(f"{fork}/issues/new") for link in links)


def test_the_address_is_in_the_lines_to_copy(fork):
    line = "git+https://github.com/reader/fork"
    page = (fork / "book/01_chapter.html").read_text(encoding="utf-8")
    assert f"# {line}<" in page
    download = (fork / "_sources/book/01_chapter.ipynb").read_text(encoding="utf-8")
    assert f'"# {line}"' in download


def test_a_page_of_prose_has_no_launch_buttons(fork):
    words = checks.Page.read(fork / "book/index.html").words
    assert "Binder" not in words
    assert "Suggest edit" in words


def test_addresses_are_absolute_where_the_site_is_known(fork):
    page = checks.Page.read(fork / "book/01_chapter.html")
    base = "https://reader.github.io/fork/"
    meta = {e["property"]: e["content"] for e in page.all("meta")}
    assert meta["og:url"] == base + "book/01_chapter.html"
    assert meta["og:image"] == base + "_static/social.png"
    assert get_image_size(str(fork / "_static" / "social.png")) == (1200, 630)
    [canonical] = [e["href"] for e in page.all("link") if e["rel"] == "canonical"]
    assert canonical == meta["og:url"]


def data_of(path):
    """The linked data of a page."""
    [text] = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', path.read_text("utf-8")
    )
    return json.loads(text)


def test_linked_data_of_a_fork(fork):
    base = "https://reader.github.io/fork/book/"
    course = data_of(fork / "book/index.html")
    chapter = data_of(fork / "book/01_chapter.html")
    assert (course["@type"], course["url"]) == ("Course", base + "index.html")
    assert course["description"] == LONG
    assert course["timeRequired"] == "PT9M"
    assert course["hasCourseInstance"]["courseWorkload"] == "PT15M"
    assert [part["name"] for part in course["hasPart"]] == ["A chapter"]
    assert (chapter["@type"], chapter["position"]) == ("LearningResource", 1)
    assert (chapter["name"], chapter["timeRequired"]) == ("A chapter", "PT9M")
    assert chapter["isPartOf"]["url"] == course["url"]
    assert "ld+json" not in (fork / "search.html").read_text(encoding="utf-8")


def test_sitemap_lists_the_pages_of_a_fork(fork):
    sitemap = ElementTree.parse(fork / "sitemap.xml").getroot()
    assert sitemap.tag == "{http://www.sitemaps.org/schemas/sitemap/0.9}urlset"
    base = "https://reader.github.io/fork/"
    pages = [base + "book/01_chapter.html", base + "book/index.html"]
    assert [place.text for url in sitemap for place in url] == pages


def test_missing_page_works_at_any_depth(fork, serve, browser, tmp_path):
    (tmp_path / "fork").symlink_to(fork)
    page = open_page(browser, f"{serve(tmp_path)}fork/book/index.html")
    missing = {"status": 404, "path": fork / "404.html", "content_type": "text/html"}
    page.route("**/no/such/**", lambda route: route.fulfill(**missing))
    address = page.url.replace("book/index.html", "no/such/page.html")
    page.goto(address)
    links = page.locator("article li a").evaluate_all("all => all.map(a => a.href)")
    root = address.removesuffix("no/such/page.html")
    assert f"{root}book/01_chapter.html" in links
    assert page.locator(".theme-switch-button").is_visible()  # styled
    page.locator("article input").fill("sum")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{root}search.html?q=sum")
    wrong = [trouble for trouble in page.troubles if address not in trouble]
    assert [each for each in wrong if "status of 404" not in each] == []
    page.context.close()


@pytest.mark.parametrize(
    ("link", "moved"),
    [
        ('<a href="book/a.html#b">', '<a href="/fork/book/a.html#b">'),
        ('<html data-content_root="./">', '<html data-content_root="/fork/">'),
        ('<form action="search.html">', '<form action="/fork/search.html">'),
        ('<img src="_static/a.png?v=1">', '<img src="/fork/_static/a.png?v=1">'),
        ('<a href="#main">', '<a href="#main">'),
        ('<a href="https://a.org/b">', '<a href="https://a.org/b">'),
        ('<a href="/b">', '<a href="/b">'),
    ],
)
def test_links_from_the_root(link, moved):
    assert site_files.from_root(link, "/fork/") == moved


def test_entrance_tells_what_the_first_page_tells(fork):
    entrance = checks.Page.read(fork / "index.html")
    home = checks.Page.read(fork / "book/index.html")
    tell = [
        {e["property"]: e["content"] for e in p.all("meta")} for p in (entrance, home)
    ]
    assert tell[0]["og:description"] == tell[1]["og:description"] == LONG
    assert tell[0]["og:url"] == tell[1]["og:url"]
    assert "0; url=book/index.html" in [e["content"] for e in entrance.all("meta")]


def test_every_kind_of_formula_is_typeset(fork):
    page = checks.Page.read(fork / "book/01_chapter.html")
    assert checks.maths(page) == []
    assert len(page.all("math")) == 8
    html = page.path.read_text(encoding="utf-8")
    assert re.search(r'class="eqno">\(1\)', html)
    assert 'href="#equation-sum">(1)</a>' in html
    assert "tml-eqn" not in html  # Temml does not number a second time


def test_long_formula_scrolls_in_its_own_box(fork, serve, browser):
    page = open_page(browser, f"{serve(fork)}book/01_chapter.html", width=PHONE)
    assert too_wide(page) == []
    box = page.locator("div.math", has_text=LONG_SUM.replace(" ", ""))
    assert box.evaluate("e => e.scrollWidth > e.clientWidth")
    assert box.get_attribute("tabindex") == "0"  # and scrolls with the arrow keys
    short = page.locator("#equation-sum")
    assert short.get_attribute("tabindex") is None
    page.context.close()


SELECT = """([first, last]) => {
  const [start, end] = [first, last].map(chosen => document.querySelector(chosen));
  getSelection().setBaseAndExtent(start, 0, end, end.childNodes.length);
}"""
CLIPBOARD = """async kind => {
  const [item] = await navigator.clipboard.read();
  return (await item.getType(kind)).text();
}"""
LETTER = "mi"  # inside a formula


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        ("h1 + p", "h1 + p", "Inline $p^y$."),
        (f"h1 + p {LETTER}", "h1 + p", "$p^y$."),
        (f"h1 + p {LETTER}", f"h1 + p {LETTER}", "$p^y$"),
        ("h1", "h1", "A chapter"),
        ("h1", "h1 + p", "A chapter\n\nInline $p^y$."),
        (f"#equation-sum {LETTER}", f"#equation-sum {LETTER}", "$$a = b$$"),
        ("table", "table", "$x$\n\n$y$"),
        (".cell_input", ".cell_output", "x\n\n$$e^z$$"),
    ],
)
def test_formula_is_copied_once_as_its_tex(fork, serve, browser, first, last, text):
    page = open_page(
        browser,
        f"{serve(fork)}book/01_chapter.html",
        permissions=["clipboard-read", "clipboard-write"],
    )
    parts = page.evaluate("document.body.children.length")
    page.evaluate(SELECT, [first, last])
    page.keyboard.press("Control+c")
    assert page.evaluate(CLIPBOARD, "text/plain").strip() == text
    html = page.evaluate(CLIPBOARD, "text/html")
    assert "".join(re.sub("<[^>]*>", " ", html).split()) == "".join(text.split())
    assert page.evaluate("document.body.children.length") == parts
    page.context.close()


def test_inline_formula_scrolls_where_letters_are_large(fork, serve, browser):
    page = open_page(browser, f"{serve(fork)}book/01_chapter.html", width=PHONE)
    formula = page.locator("span.math", has_text="abcdefgh")
    assert page.locator("span.math[tabindex]").count() == 0
    page.add_style_tag(content="html { font-size: 200% }")
    page.locator("span.math[tabindex]").wait_for()
    assert too_wide(page) == []
    assert formula.evaluate("e => e.scrollWidth > e.clientWidth")
    assert page.locator("span.math[tabindex]").count() == 1
    page.context.close()


def test_figure_is_webp_of_a_known_size_that_waits(fork):
    page = checks.Page.read(fork / "book/01_chapter.html")
    [figure] = [e for e in page.all("img") if "cell_output" in e.within]
    assert (figure["alt"], figure["width"], figure["height"]) == (
        "One dark pixel.",
        "1",
        "1",
    )
    with Image.open(fork / "book" / figure["src"]) as image:
        assert (image.format, image.size) == ("WEBP", (1, 1))
        shown = image.convert("RGBA").getpixel((0, 0))
    with Image.open(io.BytesIO(base64.b64decode(PIXEL))) as image:
        assert image.convert("RGBA").getpixel((0, 0)) == shown
    assert not [*fork.rglob("_images/*.png")]


@pytest.mark.parametrize(
    ("tag", "far", "lightened"),
    [
        (
            '<img alt="a" src="a.png" style="width: 2px; height: 1px;" />',
            True,
            '<img alt="a" src="a.png" width="2" height="1" loading="lazy" '
            'decoding="async" />',
        ),
        (
            '<img alt="a" src="a.png">',
            False,
            '<img alt="a" src="a.png" width="8" height="4" decoding="async" />',
        ),
    ],
)
def test_size_of_a_figure_gives_way_on_a_phone(tag, far, lightened):
    assert light_figures.light(tag, (8, 4), far) == lightened


def test_words_of_code_without_a_colour_have_no_element_of_their_own():
    context = {
        "body": '<span class="k">if</span> <span class="n">x</span>'
        '<span class="n"><span class="pre">y</span></span><span class="std">z</span>'
    }
    light_pages.drop_plain_spans(None, "page", "", context, None)
    assert context["body"] == ('<span class="k">if</span> xy<span class="std">z</span>')


@pytest.mark.parametrize(
    ("html", "broken"),
    [
        (
            '<code class="a">sklearn.metrics.accuracy_score</code>',
            '<code class="a">sklearn.<wbr>metrics.<wbr>accuracy_<wbr>score</code>',
        ),
        (
            '<a href="a_b_c">doi:10.1080/0162.1944.1050069</a>',
            '<a href="a_b_c">doi:10.<wbr>1080/<wbr>0162.<wbr>1944.<wbr>1050069</a>',
        ),
        ("<code>sklearn.linear_model.SGD</code>", None),  # 24 letters find room
        ("<pre>sklearn.linear_model.LogisticRegression</pre>", None),
    ],
)
def test_a_long_name_may_break_between_its_parts(html, broken):
    context = {"body": html}
    light_pages.break_long_names(None, "page", "", context, None)
    assert context["body"] == (broken or html)


def test_fold_is_called_what_it_shows(fork):
    page = checks.Page.read(fork / "book/01_chapter.html")
    folds = re.findall(r"Show the (\w+(?: and the \w+)?)", page.words)
    assert folds == ["solution", "check", "code and the answer", "code", "output"]
    assert not any("Toggle" in e["aria-label"] for e in page.elements)


def test_what_no_page_uses_is_not_in_the_site(fork):
    names = {path.name for path in (fork / "_static").rglob("*")}
    assert {
        "style.css",
        "page.js",
        "search.js",
        "STIXTwoMath.woff2",
        "logo.svg",
    } <= names
    assert not [n for n in names if re.search("fontawesome|bootstrap|mystnb|basic", n)]
    assert not [n for n in names if re.search("doctools|sphinx|theme", n)]


def test_the_one_script_keeps_whose_it_is(fork):
    [script] = (fork / "_static").glob("scripts*.js")
    assert "Copyright 2007-2024 by the Sphinx team" in script.read_text("utf-8")
    for name in "book/01_chapter.html", "search.html":
        assert f"_static/{script.name}" in (fork / name).read_text("utf-8")


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    """A book with a bad formula, a formula in a title, and no repository."""
    folder = tmp_path_factory.mktemp("broken")
    pages = {
        "index.md": f"# Home\n\n{LONG}",
        "one.md": "# The $p$ in the title\n\nWrong: $\\frac{1$.",
        "two.ipynb": NOTEBOOK,
    }
    return folder / "_build" / "html", build(folder, pages)


def test_a_bad_formula_fails_the_build_and_is_named(broken):
    _, run = broken
    assert run.returncode != 0
    [warning] = [line for line in run.stderr.splitlines() if "WARNING" in line]
    assert "one.md:3" in warning
    assert "page book/one: the formula '\\\\frac{1' cannot be typeset" in warning


def test_without_a_repository_the_build_says_so_once(broken):
    site, run = broken
    assert run.stdout.count("No repository on GitHub or GitLab found") == 1
    assert "repository" not in run.stderr
    page = checks.Page.read(site / "book/two.html")
    assert "Download notebook" in page.words
    assert not re.search("Binder|Colab|JupyterHub|Repository|Suggest|issue", page.words)
    assert not any(e["rel"] == "canonical" for e in page.all("link"))
    assert not any("og:image" in e["property"] for e in page.all("meta"))
    assert not (site / "sitemap.xml").exists()


def test_a_formula_in_a_title_is_words_to_the_browser(broken):
    site, _ = broken
    [title] = re.findall("<title>(.*?)</title>", (site / "book/one.html").read_text())
    assert title.startswith("The p in the title")
