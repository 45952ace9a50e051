"""What a notebook may hold that Python alone does not know.

Magics, shell commands, `await` outside of a function, what IPython puts within reach;
and imports of libraries that are not here, which fail where they are used.
"""

import ast
import contextlib
import functools
import re
import sys
import time
import types
from collections.abc import Callable
from typing import NoReturn

CELL = "your cell"
FLAGS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
TIMED = r"(?:time|timeit|prun)\b[ \t]*(?:-[a-z]+[ \t]*\d*[ \t]+)*"
CELL_MAGIC = re.compile(r"\s*%%(\w+)[ \t]*(.*)\n?")
HERE = "Python's own library, NumPy, Matplotlib and SymPy"
SILENT = ("IPython", "ipywidgets", "google", "nest_asyncio")  # they show or set up


@functools.lru_cache(maxsize=100)
def compiled(source: str) -> types.CodeType:
    """A cell as code. Raises SyntaxError where it is none in a notebook either."""
    try:
        code = _compiled(source)
    except SyntaxError:  # perhaps magics and shell commands
        source = _without_magics(source)
        code = _compiled(source)
    if "import" in source:
        # Python cannot make a tree of expressions that are nested too deeply.
        with contextlib.suppress(RecursionError, SystemError):
            tree = _Imports().visit(_compiled(source, ast.PyCF_ONLY_AST))
            return _compiled(ast.fix_missing_locations(tree))
    return code


def _compiled(source, flags=0):
    return compile(source, CELL, "exec", FLAGS | flags, dont_inherit=True)


def _without_magics(source):
    if whole := CELL_MAGIC.match(source):
        name, rest, body = whole[1], whole[2].strip(), source[whole.end() :]
        if name == "capture":
            kept = f"{rest} = get_ipython()" if rest.isidentifier() else ""
            return f"{kept}\n{_without_magics(body)}"
        if name not in ("time", "timeit", "prun"):
            return ""  # another language, or a file
    source = re.sub(
        r"(?m)^([ \t]*[^\n=#]+=[ \t]*)([!%].*)$",
        lambda found: f"{found[1]}get_ipython().magic({found[2]!r})",
        source,
    )
    source = re.sub(rf"(?m)^([ \t]*)%%?{TIMED}", r"\1", source)
    return re.sub(
        r"(?m)^([ \t]*)(?:[%!?](?:.*\\\n)*.*|[\w.]+\?+[ \t]*)$", r"\1pass", source
    )


class _Imports(ast.NodeTransformer):
    """Has each import of what is not here bind a `Lacking`, unless its error is caught.

    Expressions hold no import; they can be nested deeper than a visit may go.
    """

    def generic_visit(self, node):
        return node if isinstance(node, ast.expr) else super().generic_visit(node)

    def visit_Try(self, node):
        if not node.handlers:
            return self.generic_visit(node)
        for part in (node.handlers, node.orelse, node.finalbody):
            part[:] = [self.visit(each) for each in part]
        return node

    def visit_Import(self, node):
        made = [
            _import(node, [x], x.asname or x.name.split(".")[0]) for x in node.names
        ]
        return made if len(made) > 1 else made[0]

    def visit_ImportFrom(self, node):
        if node.module == "__future__" or node.names[0].name == "*":
            return node
        return _import(node, node.names, *(x.asname or x.name for x in node.names))


def _import(node, names, *bound):
    """The import, and what stands in for what it would have bound."""
    parts = {"module": node.module, "level": 0} if hasattr(node, "module") else {}
    lines = [f"{name} = __lacking__(error)" for name in bound]
    made = ast.parse(
        "try:\n    pass\nexcept ModuleNotFoundError as __error__:\n    "
        + "\n    ".join(lines).replace("(error)", "(__error__)")
    ).body[0]
    made.body = [ast.copy_location(type(node)(names=names, **parts), node)]
    for each in ast.walk(made):
        if each not in made.body and hasattr(each, "lineno"):
            ast.copy_location(each, node)
    return made


class Lacking:
    """Stands for a library that is not here, or for a thing of it: using it raises."""

    def __init__(self, library: str) -> None:
        self.__dict__["library"] = library

    def _use(self, *_: object, **__: object) -> NoReturn:
        library = self.__dict__["library"]
        raise ModuleNotFoundError(
            f"the grader does not have {library}; it has {HERE}", name=library
        )

    __getattr__ = __call__ = __getitem__ = __iter__ = __len__ = _use
    __enter__ = __exit__ = __mro_entries__ = _use


class Silent:
    """Stands for what shows something, or sets a notebook up: it does nothing."""

    def __call__(self, *_: object, **__: object) -> "Silent":
        return self

    def __getattr__(self, name: str) -> "Silent":
        if name.startswith("__"):
            raise AttributeError(name)
        return self


def lacking(error: ModuleNotFoundError) -> "Lacking | Silent":
    """What stands in for what could not be imported."""
    library = (error.name or "this").partition(".")[0]
    return Silent() if library in SILENT else Lacking(library)


class Timed:
    """What %timeit -o gives, of one run."""

    def __init__(self, seconds: float) -> None:
        self.best = self.worst = self.average = seconds
        self.all_runs = self.timings = [seconds]
        self.stdev, self.loops, self.repeat = 0.0, 1, 1


class Shell(Silent):
    """What get_ipython() gives: it runs Python and nothing else."""

    def __init__(self, names: dict[str, object]) -> None:
        self.user_ns = self.user_global_ns = names

    def magic(self, line: str) -> object:
        """The value of a magic, such as "%timeit f(x)", or of a command, "!ls"."""
        if line.startswith("!"):
            return []
        name, _, rest = line.lstrip("%").partition(" ")
        return self.run_line_magic(name, rest)

    def run_line_magic(self, name: str, line: str = "", *_: object) -> object:
        if not re.fullmatch(TIMED, name):
            return None
        begun = time.perf_counter()
        value = _valued(re.sub(rf"\A{TIMED}", "", f"{name} {line}"), self.user_ns)
        spent = time.perf_counter() - begun
        return Timed(spent) if name == "timeit" else value

    def run_cell_magic(self, name: str, line: str, cell: str) -> None:
        self.run_cell(f"%%{name} {line}\n{cell}")

    def run_cell(self, source: str, *_: object, **__: object) -> None:
        exec(compiled(source), self.user_ns)

    ex = run_cell

    def getoutput(self, *_: object, **__: object) -> list[str]:
        return []


def _valued(source, names):
    try:
        return eval(source, names)
    except SyntaxError:
        exec(source, names)


def brought(names: dict[str, object]) -> dict[str, object]:
    """The names that IPython puts beside those of a notebook."""
    shell = Shell(names)
    get_ipython: Callable[[], Shell] = lambda: shell  # noqa: E731
    return {"display": Silent(), "get_ipython": get_ipython, "__lacking__": lacking}


def awaited(value: object) -> None:
    """Run what a cell with a top-level `await` leaves to be run."""
    if isinstance(value, types.CoroutineType):
        import asyncio  # not before it is needed: it takes long

        asyncio.run(value)


def newer(python: str) -> str:
    """What to say of a syntax error in a notebook of a newer Python; or ""."""
    ours = sys.version_info[:2]
    theirs = tuple(map(int, re.findall(r"\d+", python)[:2]))
    if theirs <= ours:
        return ""
    return (
        f"; the notebook was made with Python {theirs[0]}.{theirs[1]}, and the grader "
        f"has Python {ours[0]}.{ours[1]}"
    )
