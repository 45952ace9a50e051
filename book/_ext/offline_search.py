"""A search that leads home, from a folder as well as from a server.

Sphinx takes the score of a query's best word, and one that says only whether a page has
it. Here an index of *places* (a page, a section, a term, a function) is written beside
the pages: how often each has which word, and where the glossary says that a term is
explained. ``_static/search.js`` weighs them. The rules of spelling are in the index, so
that both sides read a word alike. Stemming and the page of results are Sphinx's.

Pagefind 1.6 has the wanted page first for 82 of the tests' 144 queries, among three for
120, and needs a server. For the first query and five quotes it fetches 160 to 224 kB;
this fetches 119 kB and the five pages, about 250 kB in all.
"""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

INDEX = "_static/places.js"
WORD = r"\d+\.\d+|[^\W_]\w*"
PARTS = r"_+|(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])"
# American and British spellings are read alike. What they make of a word is not shown.
SPELLING = [
    (r"our(?=$|s$|ed$|ing$|al$|able$|ful$)", "or"),
    (r"(?<=..)is(?=(e|ed|es|ing|er|ers|ation|ations)$)", "iz"),
    (r"ys(?=(e|ed|es|ing)$)", "yz"),
    (r"ll(?=(ed|ing|er)$)", "l"),
    (r"(?<=..)ence$", "ense"),
    (r"(?<=[tb])re$", "er"),
    (r"ogue$", "og"),
]
# Chapters explain; what uses or lists comes after them.
LIGHTER = {"homework/": 0.4, "api": 0.2, "benchmarks": 0.6, "references": 0.6}
LIGHTER |= {"coverage": 0.6, "instructors": 0.6, "teaching": 0.6, "glossary": 0.7}
NOT_SAID = (nodes.math, nodes.math_block, nodes.raw, nodes.comment, nodes.title)
NOT_SAID += (addnodes.index, addnodes.desc_signature)


@dataclass
class Place:
    """Something that a search can find: where it is, its names and its words."""

    anchor: str
    names: list[str]
    words: list[str] = field(default_factory=list)  # as they stand in the text
    goals: list[tuple[str, str]] = field(default_factory=list)  # where it is explained


def weight(page: str) -> float:
    """How much what is found on a page counts."""
    name = page.removeprefix("book/")
    return next((w for start, w in LIGHTER.items() if name.startswith(start)), 1)


def parts(word: str) -> list[str]:
    """The words of a name in code, such as BCELoss and log_loss, or of one word."""
    return [part for part in re.split(PARTS, word) if part]


def spell(word: str) -> str:
    """A word in small letters, without accents, in one spelling."""
    accents = unicodedata.combining
    plain = "".join(c for c in unicodedata.normalize("NFD", word) if not accents(c))
    plain = plain.lower()
    for pattern, letters in SPELLING:
        plain = re.sub(pattern, letters, plain)
    return plain


def words_of(text: str) -> Iterator[str]:
    """The words of a text, and a name in code also as a whole."""
    for word in re.findall(WORD, text):
        pieces = parts(word)
        yield from pieces
        if len(pieces) > 1:
            yield word


def places_of(doctree: nodes.document) -> list[Place]:
    """The page itself first, then its sections, terms and functions."""
    found = [Place("", [])]

    def new(anchor: str, names: list[str]) -> Place:
        found.append(Place(anchor, names))
        return found[-1]

    def walk(node: nodes.Node, place: Place) -> None:
        for child in node.children:
            inside = place
            if isinstance(child, NOT_SAID):
                continue
            if isinstance(child, nodes.Text):
                place.words += words_of(child.astext())
            elif isinstance(child, nodes.section):
                title = child.next_node(nodes.title).astext()
                if found[0].names:
                    inside = new(child["ids"][0], [title])
                else:
                    found[0].names = [title]
            elif isinstance(child, addnodes.desc):
                signature = child.next_node(addnodes.desc_signature)
                if signature and signature["ids"]:
                    inside = new(signature["ids"][0], [signature["fullname"]])
            elif isinstance(child, nodes.definition_list_item):
                terms = [term for term in child.findall(nodes.term) if term["ids"]]
                if terms:
                    inside = new(terms[0]["ids"][0], [term.astext() for term in terms])
                    inside.goals = [
                        (link["reftarget"], link["reftargetid"])
                        for link in child.findall(addnodes.pending_xref)
                        if link.get("reftargetid")
                    ]
            walk(child, inside)

    walk(doctree, found[0])
    return found


def index_of(
    pages: dict[str, tuple[str, list[Place]]],
    slugs: Callable[[str, str], str],
    stem: Callable[[str], str],
    silent: set[str],
) -> dict:
    """What the browser searches: {page: (title, places)} by words.

    ``slugs`` translates the end of a link to a page into the anchor it leads to.
    """
    places: list[list] = []
    terms: dict[str, dict[int, int]] = {}
    numbers: dict[tuple[str, str], int] = {}
    goals: dict[int, list[tuple[str, str]]] = {}
    for number, (name, (_, found)) in enumerate(pages.items()):
        for place in found:
            key = len(places)
            numbers[name, place.anchor] = key
            places.append([number, place.anchor, *place.names])
            if place.goals:
                goals[key] = [(page, slugs(page, end)) for page, end in place.goals]
            for word, count in Counter(map(spell, place.words)).items():
                if word not in silent and not word.isdigit() and len(word) > 1:
                    counts = terms.setdefault(stem(word), {})
                    counts[key] = counts.get(key, 0) + count
    return {
        "spelling": SPELLING,
        "pages": [[name, title, weight(name)] for name, (title, _) in pages.items()],
        "places": places,
        "goals": {
            key: [numbers[goal] for goal in found if goal in numbers]
            for key, found in goals.items()
        },
        "terms": {term: encoded(counts) for term, counts in sorted(terms.items())},
    }


def encoded(counts: dict[int, int]) -> list[int]:
    """{place: how often}, each as its distance from the place before, and a digit."""
    distances = [after - before for before, after in pairwise([0, *counts])]
    often = counts.values()
    return [
        10 * far + min(count, 9) for far, count in zip(distances, often, strict=True)
    ]


def write_index(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.name != "html":
        return
    env, language = app.env, app.builder.indexer.lang
    pages = {}
    for name in sorted(env.all_docs):
        places = places_of(env.get_doctree(name))
        description = env.metadata[name].get("description", "")
        places[0].words += words_of(description)
        pages[name] = env.titles[name].astext(), places

    def slugs(name: str, slug: str) -> str:
        known = env.metadata[name].get("myst_slugs", {})
        return known[slug][1] if slug in known else slug

    index = index_of(pages, slugs, language.stem, set(language.stopwords))
    text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    Path(app.outdir, INDEX).write_text(f"Search.setIndex({text})", encoding="utf-8")


def setup(app: Sphinx) -> dict:
    app.connect("build-finished", write_index)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
