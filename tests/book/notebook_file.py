"""A notebook as the rules see it: what is stored, before any library repairs it."""

import ast
import json
import re
from dataclasses import dataclass
from functools import cached_property


class Rulebook(dict):
    """Rules and their remedies.

    A rule is a function that takes a `Notebook` and yields findings: the id of a cell
    (or "notebook") and what is wrong there.
    """

    def rule(self, remedy):
        def add(function):
            self[function] = remedy
            return function

        return add

    def findings(self, notebook):
        """Apply every rule; one line a finding."""
        return [
            f"{rule.__name__}: {where}: {fault}. {remedy}"
            for rule, remedy in self.items()
            for where, fault in rule(notebook)
        ]


@dataclass(frozen=True)
class Cell:
    """One cell, its lines joined."""

    raw: dict

    @property
    def id(self):
        return self.raw.get("id", "a cell without id")

    @property
    def is_code(self):
        return self.raw["cell_type"] == "code"

    @property
    def is_prose(self):
        return self.raw["cell_type"] == "markdown"

    @property
    def metadata(self):
        return self.raw["metadata"]

    @property
    def tags(self):
        return self.metadata.get("tags", [])

    @property
    def is_collapsed(self):
        hidden = self.metadata.get("jupyter", {}).get("source_hidden", False)
        return hidden and "hide-cell" in self.tags

    @property
    def alt(self):
        return self.metadata.get("mystnb", {}).get("image", {}).get("alt", "")

    @property
    def source(self):
        return "".join(self.raw["source"])

    @property
    def outputs(self):
        return self.raw.get("outputs", [])

    @property
    def figures(self):
        pictures = {"image/png", "image/jpeg", "image/svg+xml"}
        return [each for each in self.outputs if pictures & each.get("data", {}).keys()]

    @property
    def shown(self):
        """Everything that the cell shows as text, markup included."""
        texts = []
        for output in self.outputs:
            texts += ["".join(output.get("text", "")), output.get("evalue", "")]
            texts += output.get("traceback", [])
            for kind, data in output.get("data", {}).items():
                if kind.startswith("text/") or kind == "image/svg+xml":
                    texts.append("".join(data))
        return texts

    def search_shown(self, pattern):
        """The first match of a pattern in what the cell shows."""
        matches = (re.search(pattern, text, re.MULTILINE) for text in self.shown)
        return next(filter(None, matches), None)

    @cached_property
    def tree(self):
        """The syntax tree, or None where the source is not plain Python."""
        try:
            return ast.parse(self.source)
        except SyntaxError:
            return None

    def nodes(self, *kinds):
        walk = ast.walk(self.tree) if self.tree else ()
        return [node for node in walk if isinstance(node, kinds)]

    @property
    def imports(self):
        """The dotted names of the modules that the cell imports."""
        names = [node.module for node in self.nodes(ast.ImportFrom)]
        for node in self.nodes(ast.Import):
            names += [alias.name for alias in node.names]
        return names


class Notebook:
    def __init__(self, text):
        self.text = text
        self.raw = json.loads(text)
        self.cells = [Cell(raw) for raw in self.raw["cells"]]
        self.code = [cell for cell in self.cells if cell.is_code]
        self.prose = [cell for cell in self.cells if cell.is_prose]

    @classmethod
    def read(cls, path):
        return cls(path.read_text(encoding="utf-8"))

    @cached_property
    def minutes(self):
        """Minutes to read and in all, as the head says; None if it does not."""
        head = HEAD.search(self.cells[0].source)
        return head and tuple(map(int, head.groups()))

    def cell(self, cell_id):
        return next((cell for cell in self.cells if cell.id == cell_id), None)

    def steps(self):
        """Each cell with the one directly before it, None before the first."""
        return zip([None, *self.cells], self.cells, strict=False)

    @cached_property
    def sections(self):
        """The prose under each `## ` heading, keyed by the heading."""
        prose = without_fences("\n\n".join(cell.source for cell in self.prose))
        _, *parts = re.split(r"^## +(.+?) *$", prose, flags=re.MULTILINE)
        return dict(zip(parts[::2], parts[1::2], strict=True))


HEAD = re.compile(
    r"^\*\*You need\*\* .* · (\d+) minutes to read"
    r" · (\d+) with questions and exercises$",
    re.MULTILINE,
)


def without_fences(markdown):
    """Drop fenced code and directives."""
    fence = r"^(```+|~~~+).*?^\1`*\s*?$"
    return re.sub(fence, "", markdown, flags=re.MULTILINE | re.DOTALL)


def without_folds(markdown):
    """Drop what a reader opens only to have more."""
    return re.sub(r"<details>.*?</details>", "", markdown, flags=re.DOTALL)


def sentences(markdown):
    """Keep what is read as sentences: no code, formula, tag or address."""
    text = without_fences(markdown)
    for markup in (r"\$\$.*?\$\$", r"`+[^`]*`+", r"\$[^$\n]+\$", r"<[^>]+>"):
        text = re.sub(markup, " ", text, flags=re.DOTALL)
    return re.sub(r"\]\([^)]*\)", "]", text)
