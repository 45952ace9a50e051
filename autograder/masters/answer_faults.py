"""What is wrong in a homework.toml, in one sentence each: place, fault and remedy."""

import ast
import difflib
import keyword
import math
import re
import tomllib
import warnings
from collections import Counter
from collections.abc import Sequence

from autograder.masters.cells import Cell

TABLES = ("misconceptions", "exhibits")  # a text for a question, each
KEYS = ("minutes", *TABLES, "variant", "wrong", "right")
OF_ANSWER = {  # key: whether it must be there
    "wrong": {"question": True, "name": True, "source": True, "diagnosis": True},
    "right": {"question": True, "name": True, "source": True, "variant": False},
}
PLACE = re.compile(r"\{\{([A-Z][A-Z0-9_]*)\}\}")


def faults_in(text: str, cells: Sequence[Cell] | None) -> list[str]:
    """The faults of the file's text, beside the notebook's cells; None: has faults."""
    try:
        known = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return [f"is no TOML ({error}); mend that line"]
    found = [_unknown(key, KEYS, "") for key in known if key not in KEYS]
    minutes = known.get("minutes")
    if not (type(minutes) is int and minutes > 0):
        found.append(f"minutes is {minutes!r}; write minutes = 50, a whole number")
    for table in (*TABLES, "variant"):
        if not isinstance(known.get(table, {}), dict):
            found.append(f"{table} is no table; write [{table}] above its lines")
    for kind in ("wrong", "right"):
        answers = known.get(kind, [])
        if isinstance(answers, list) and all(isinstance(x, dict) for x in answers):
            found += _of_answers(kind, answers)
        else:
            found.append(f"{kind} is no list of tables; write [[{kind}]] above each")
    if not found:
        found = [*_of_numbers(known.get("variant", {}))]
    if found or cells is None:
        return found
    return [*_beside(known, cells)]


def _unknown(key, permitted, where):
    near = difflib.get_close_matches(key, permitted, 1)
    meant = (
        f"did you mean {near[0]}" if near else f"permitted are {', '.join(permitted)}"
    )
    return f"{where}has the unknown key {key!r}; {meant}"


def _of_answers(kind, answers):
    keys = OF_ANSWER[kind]
    for number, answer in enumerate(answers, 1):
        where = f"[[{kind}]] {answer.get('name', number)!r}: "
        yield from (_unknown(key, keys, where) for key in answer if key not in keys)
        for key, needed in keys.items():
            value = answer.get(key)
            if (needed or key in answer) and not (
                isinstance(value, str) and value.strip()
            ):
                yield f'{where}{key} is {value!r}; write {key} = "…"'
        if isinstance(source := answer.get("source"), str):
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    compile(source, "source", "exec")
            except (SyntaxError, ValueError) as error:
                line = getattr(error, "lineno", None) or 1
                yield (
                    f"{where}line {line} of its source is no Python ({error.args[0]}); "
                    "mend it"
                )
    named = Counter((str(x.get("question")), str(x.get("name"))) for x in answers)
    for (question, name), times in named.items():
        if times > 1:
            yield f"[[{kind}]] {name!r}: {question} has {times} so named; rename one"


def _of_numbers(permitted):
    for name, values in permitted.items():
        where = f"[variant] {name}"
        if not (re.fullmatch(r"[A-Z][A-Z0-9_]*", name) and not keyword.iskeyword(name)):
            yield f"{where}: is no name for a number; write it in capitals, as in POWER"
        if not (isinstance(values, list) and values and all(map(_is_value, values))):
            yield f"{where}: is {values!r}; write a list of numbers, as in [2, 3, 4]"


def _is_value(value):
    return type(value) in (int, str) or (type(value) is float and math.isfinite(value))


def _beside(known, cells):
    """Where the file and the notebook do not agree."""
    autograded = {cell.name for cell in cells if cell.kind == "solution"}
    written = {cell.name for cell in cells if cell.kind == "written"}
    for table in TABLES:
        for name, text in known.get(table, {}).items():
            where = f"[{table}] {name}"
            if name not in autograded | written:
                yield (
                    f"{where}: the notebook has no such question; it has "
                    f"{', '.join(sorted(autograded | written))}"
                )
            elif not isinstance(text, str):
                yield f'{where}: is {text!r}; write {name} = "…"'
    for kind in ("wrong", "right"):
        for answer in known.get(kind, ()):
            where, name = f"[[{kind}]] {answer['name']!r}", answer["question"]
            if name in written:
                yield f"{where}: {name} is scored by hand; delete this answer"
            elif name not in autograded:
                yield (
                    f"{where}: the notebook has no question {name!r}; it has "
                    f"{', '.join(sorted(autograded))}"
                )
    yield from _of_cells(known.get("variant", {}), cells)


def _of_cells(permitted, cells):
    for cell in cells:
        for name in dict.fromkeys(PLACE.findall(cell.source)):
            if cell.kind != "text":
                yield (
                    f"[variant]: {{{{{name}}}}} stands in the code of '{cell.name}', "
                    f"where it shows no number; write {name}"
                )
            elif name not in permitted:
                yield (
                    f"[variant]: cell '{cell.name}' shows {{{{{name}}}}}, which has no "
                    f"numbers; add {name} = […]"
                )
    numbers = next((cell for cell in cells if cell.name == "numbers"), None)
    if permitted and (numbers is None or numbers.kind != "given"):
        yield "[variant]: the notebook has no Read-only code cell 'numbers'; add it"
        return
    for name, values in permitted.items():
        lines = re.findall(rf"(?m)^{name} = (.*)$", numbers.source)
        where = f"[variant] {name}"
        if len(lines) != 1:
            yield (
                f"{where}: the cell 'numbers' assigns it {len(lines)} times; assign it "
                "once, on a line of its own"
            )
        elif _literal(lines[0]) != values[0]:
            yield (
                f"{where}: the cell 'numbers' says {lines[0]}, the list begins with "
                f"{values[0]!r}; the first permitted one is that of the common handout"
            )


def _literal(text):
    try:
        return ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return None
