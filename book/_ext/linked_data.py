"""Tell search engines that the site is a course, and what each chapter is part of.

The words are those of https://schema.org: the first page is a ``Course``, each chapter
a ``LearningResource``. How long it takes is what the chapters themselves say.
"""

import json
import re
from urllib.parse import urljoin

from docutils import nodes
from page_metadata import description_of
from sphinx.application import Sphinx

MINUTES = r"· (\d+) minutes to read · (\d+) with questions and exercises"
LICENSE = "https://creativecommons.org/licenses/by/4.0/"


def note_minutes(app: Sphinx, doctree: nodes.document) -> None:
    """Keep what a chapter says of its length: minutes to read, and in all."""
    for paragraph in doctree.findall(nodes.paragraph):
        if said := re.search(MINUTES, paragraph.astext()):
            minutes = tuple(map(int, said.groups()))
            app.env.metadata[app.env.docname]["minutes"] = minutes


def lengths(app: Sphinx) -> dict[str, tuple[int, int]]:
    """{chapter: its minutes}, in the order of their names."""
    metadata = app.env.metadata
    return {
        name: metadata[name]["minutes"]
        for name in sorted(app.env.all_docs)
        if "minutes" in metadata[name]
    }


def described(app: Sphinx, kind: str, name: str, doctree: nodes.document) -> dict:
    """What a course and a chapter have in common."""
    base = app.config.html_baseurl
    page = {
        "@type": kind,
        "name": app.env.titles[name].astext(),
        "description": app.env.metadata[name].get("description")
        or description_of(doctree),
        "inLanguage": app.config.language,
        "isAccessibleForFree": True,
        "license": LICENSE,
    }
    if base:
        page["url"] = urljoin(base, app.builder.get_target_uri(name))
    return page


def course(app: Sphinx, doctree: nodes.document) -> dict:
    chapters = lengths(app)
    reading = sum(minutes for minutes, _ in chapters.values())
    whole = sum(minutes for _, minutes in chapters.values())
    page = described(app, "Course", app.config.root_doc, doctree)
    page |= {
        "name": app.config.html_title,
        "provider": {"@type": "Organization", "name": app.config.author},
        "offers": {"@type": "Offer", "category": "Free"},
        "timeRequired": f"PT{reading}M",
        "hasCourseInstance": {
            "@type": "CourseInstance",
            "courseMode": "Online",
            "courseWorkload": f"PT{whole}M",
        },
        "hasPart": [
            {"@type": "LearningResource", "name": app.env.titles[name].astext()}
            for name in chapters
        ],
    }
    return page


def chapter(app: Sphinx, name: str, doctree: nodes.document) -> dict:
    chapters = lengths(app)
    whole = {"@type": "Course", "name": app.config.html_title}
    if base := app.config.html_baseurl:
        whole["url"] = urljoin(base, app.builder.get_target_uri(app.config.root_doc))
    return described(app, "LearningResource", name, doctree) | {
        "learningResourceType": "lesson",
        "position": list(chapters).index(name) + 1,
        "timeRequired": f"PT{chapters[name][0]}M",
        "isPartOf": whole,
    }


def add_data(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: nodes.document
) -> None:
    if pagename == app.config.root_doc and lengths(app):
        page = course(app, doctree)
    elif pagename in lengths(app):
        page = chapter(app, pagename, doctree)
    else:
        return
    text = json.dumps({"@context": "https://schema.org"} | page, ensure_ascii=False)
    text = text.replace("<", "\\u003c")  # nothing ends the element early
    tag = f'<script type="application/ld+json">{text}</script>\n'
    context["metatags"] = context.get("metatags", "") + tag


def setup(app: Sphinx) -> dict:
    app.connect("doctree-read", note_minutes)
    app.connect("html-page-context", add_data)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
