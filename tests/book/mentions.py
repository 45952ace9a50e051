"""What the words of the repository lead to: chapters, exercises, pages, functions.

A text names a chapter ("chapter 3", "Chapters 3, 7 and 11"), an exercise ("exercise 2
of chapter 1"), a page (a link, or a path in backticks) or a function (`losses.margin`).
Each of them must exist, and a link must lead to what its words say.
"""

import importlib.util
import pkgutil
import re
from dataclasses import dataclass
from pathlib import Path

from notebook_file import Notebook

import bcelib

MODULES = [each.name for each in pkgutil.iter_modules(bcelib.__path__)]
# Folders that hold what readers, learners and instructors see, and their suffixes.
PROSE = {".md", ".ipynb", ".toml", ".py"}
SPOKEN = ("book", "bcelib", "homework", "autograder", "benchmarks")
ROOMS = (*SPOKEN, "tests", r"\.github")
UNREAD = {"_build", "__pycache__", ".ipynb_checkpoints", "results", "_static"}

LINK = re.compile(r"\[([^\[\]]+)\]\(([^()\s]+)\)")
SPAN = re.compile(r"`+([^`]+)`+")
ADDRESS = re.compile(r"https?://\S+")
NUMBERS = r"\d+(?:(?:,?\s+(?:and|or)|,|\s+to|–)\s*\d+)*"


@dataclass(frozen=True)
class Text:
    """Words, and where they stand."""

    path: Path
    words: str
    place: str = ""  # the id of a notebook's cell
    runs: bool = False  # a cell of code, which nbval executes

    def __str__(self):
        return f"{self.path}{' ' * bool(self.place)}{self.place}"

    @property
    def said(self):
        """The words without addresses, and of each link what is shown."""
        return ADDRESS.sub(" ", LINK.sub(r"\1", self.words))


def texts(root):
    """Every text of the pages, notebooks, homeworks, docstrings and comments."""
    found = sorted(root.glob("*.md"))
    for folder in SPOKEN:
        found += sorted(p for p in (root / folder).rglob("*") if p.suffix in PROSE)
    for path in found:
        name = path.relative_to(root)
        if UNREAD & set(name.parts):
            continue
        if path.suffix == ".ipynb":
            for cell in Notebook.read(path).cells:
                yield Text(name, cell.source, cell.id, cell.is_code)
        else:
            yield Text(name, path.read_text(encoding="utf-8"))


def faults(root):
    """Yield a line for each mention of what does not exist."""
    chapters = {int(p.stem[:2]): p for p in root.glob("book/[0-9][0-9]_*.ipynb")}
    exercises = {
        number: {c.id for c in Notebook.read(path).cells if c.id.startswith("exercise")}
        for number, path in chapters.items()
    }
    for text in texts(root):
        for rule in (chapter_faults, exercise_faults):
            yield from (f"{text}: {each}" for each in rule(text, exercises))
        for rule in (link_faults, path_faults, target_faults):
            yield from (f"{text}: {each}" for each in rule(text, root))
        yield from (f"{text}: {each}" for each in function_faults(text))


def listed(numbers):
    """The numbers of a list such as "3, 5 to 7 and 9"."""
    found = []
    for first, last in re.findall(r"(\d+)(?:(?: to |–)(\d+))?", numbers):
        found += range(int(first), int(last or first) + 1)
    return found


def chapter_faults(text, exercises):
    # After a year stands a chapter of somebody else's book.
    named = re.findall(rf"(?i)(?<!\d{{4}}, )\bchapters?\s+({NUMBERS})", text.said)
    named += re.findall(rf"(?i)\bhomeworks?\s+({NUMBERS})(?!\*)", text.said)
    named += re.findall(r"(?<![\w.-])(\d\d)_[a-z]\w+", text.said)
    for numbers in named:
        for number in listed(numbers):
            if number not in exercises:
                yield f"there is no chapter {number}"


def exercise_faults(text, exercises):
    own = re.match(r"book/(\d\d)_", text.path.as_posix())
    mention = r"(?i)\bexercise (\d+)\b(?:\s+(?:of|in)\s+chapter (\d+))?"
    for exercise, chapter in re.findall(mention, text.said):
        number = int(chapter or (own[1] if own else 0))
        if number and f"exercise-{exercise}" not in exercises.get(number, ()):
            yield f"there is no exercise {exercise} in chapter {number}"


def link_faults(text, root):
    base = root / text.path.parent
    if text.path.parts[0] == "homework":  # a master's handout stands in the book
        base = root / "book" / "homework"
    if text.runs or text.path.suffix not in {".md", ".ipynb"}:
        return
    belongs = rf"(?:chapter (\d+), )?{LINK.pattern}"
    for number, shown, address in re.findall(belongs, text.words):
        if re.match(r"\w+:|#|//", address) or "NN_" in address:
            continue
        target = (base / address.partition("#")[0]).resolve()
        if not target.exists():
            yield f"[{shown}]({address}) leads to no file"
        elif target.suffix == ".ipynb":
            yield from misleading(f"{number} · {shown}" if number else shown, target)


def misleading(shown, target):
    """A fault if the number or the title of a link is not that of its notebook."""
    title = Notebook.read(target).cells[0].source.partition("\n")[0].lstrip("# ")
    said = re.match(r"(?:[Cc]hapter )?(\d+)( ·|:)?", shown)
    right = not said or int(said[1]) == int(re.search(r"\d+", title)[0])
    if not right or (said and said[2] and not title.endswith(shown)):
        yield f"'{shown}' leads to '{title}'"


def path_faults(text, root):
    """Paths of this repository in backticks; NN, NAME and `*` stand for anything."""
    for span in SPAN.findall(ADDRESS.sub(" ", text.words)):
        for path in re.findall(rf"(?<![\w./-])(?:{'|'.join(ROOMS)})/[\w./*-]*", span):
            if not re.search(r"NN|NAME|\*", path) and not (root / path).exists():
                yield f"`{path}` does not exist"


def target_faults(text, root):
    """Targets of make, where a line in backticks begins with it."""
    for span in SPAN.findall(text.words) if text.path.suffix == ".md" else ():
        for named in re.findall(r"(?m)^make((?: [a-z][a-z-]*\b)+)", span):
            made = re.findall(r"(?m)^([\w-]+):", (root / "Makefile").read_text("utf-8"))
            for each in {*named.split()} - {*made}:
                yield f"there is no `make {each}`"


def function_faults(text):
    """Names that begin with bcelib or, in backticks, with one of its modules."""
    if text.runs or text.place == "library":  # whose names are other libraries'
        return
    words = ADDRESS.sub(" ", text.words)
    names = re.findall(r"(?<![\w./-])bcelib\.([a-z_]\w*(?:\.\w+)*)", words)
    module = rf"(?<![\w./-])((?:{'|'.join(MODULES)})\.\w+)"
    names += [each for span in SPAN.findall(words) for each in re.findall(module, span)]
    for name in dict.fromkeys(names):
        is_file = name.rpartition(".")[2] in {"py", "js", "css", "toml"}
        if not is_file and not resolves(f"bcelib.{name}"):
            yield f"there is no bcelib.{name}"


def resolves(name):
    """Whether a dotted name is a module, or can be read off one.

    A module may be there and need a library that is not: it is found, not imported.
    """
    try:
        if importlib.util.find_spec(name):
            return True
    except ModuleNotFoundError:  # the name before the last dot is no package
        pass
    try:
        pkgutil.resolve_name(name)
    except (ImportError, AttributeError, ValueError):
        return False
    return True
