"""What is wrong in a homework.toml, in one sentence each: place, fault and remedy."""

import ast
import difflib
import keyword
import math
import re
import tomllib
from collections import Counter
from collections.abc import Sequence

from autograder.masters.cells import Cell, no_python

TABLES = ("misconceptions", "exhibits")  # a text for a question, each
KEYS = ("minutes", *TABLES, "variant", "wrong", "right")
NEEDED = ("question", "name", "source")  # of an answer
OF_ANSWER = {"wrong": (*NEEDED, "diagnosis"), "right": (*NEEDED, "variant")}
PLACE = re.compile(r"\{\{([A-Z][A-Z0-9_]*)\}\}")


def faults_in(text: str, cells: Sequence[Cell] | None) -> list[str]:
    """The faults of the file's text, beside the notebook's cells; None: has faults."""
    try:
        known = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return [f"is no TOML ({error}); mend that line"]
    found = [*_unknown(known, KEYS, "")]
    minutes = known.get("minutes")
    if not (type(minutes) is int and minutes > 0):
        found.append(f"minutes is {minutes!r}; write minutes = 50, a whole number")
    for table in (*TABLES, "variant"):
        if not isinstance(known.get(table, {}), dict):
            found.append(f"{table} is no table; write [{table}] above its lines")
    for kind in OF_ANSWER:
        answers = known.get(kind, [])
        if isinstance(answers, list) and all(isinstance(x, dict) for x in answers):
            found += _of_answers(kind, answers)
        else:
            found.append(f"{kind} is no list of tables; write [[{kind}]] above each")
    found = found or [*_of_numbers(known.get("variant", {}))]
    return found if found or cells is None else [*_beside(known, cells)]


def _unknown(table, permitted, where):
    for key in [key for key in table if key not in permitted]:
        near = difflib.get_close_matches(key, permitted, 1)
        meant = f"permitted are {', '.join(permitted)}"
        meant = f"did you mean {near[0]}" if near else meant
        yield f"{where}has the unknown key {key!r}; {meant}"


def _of_answers(kind, answers):
    for number, answer in enumerate(answers, 1):
        where = f"[[{kind}]] {answer.get('name', number)!r}: "
        yield from _unknown(answer, OF_ANSWER[kind], where)
        for key in OF_ANSWER[kind]:
            value = answer.get(key)
            if key == "variant" and key not in answer:
                continue
            if not (isinstance(value, str) and value.strip()):
                yield f'{where}{key} is {value!r}; write {key} = "…"'
            elif key == "source" and (fault := no_python(value)):
                at = f"line {fault.line} of its source"
                yield f"{where}{at} is no Python ({fault.said}); mend it"
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
    kinds = {x.name: x.kind for x in cells if x.kind in ("solution", "written")}
    for table in TABLES:
        for name, text in known.get(table, {}).items():
            where, every = f"[{table}] {name}", ", ".join(sorted(kinds))
            if name not in kinds:
                yield f"{where}: the notebook has no such question; it has {every}"
            elif not isinstance(text, str):
                yield f'{where}: is {text!r}; write {name} = "…"'
    autograded = ", ".join(sorted(x for x in kinds if kinds[x] == "solution"))
    for kind in OF_ANSWER:
        for answer in known.get(kind, ()):
            where, name = f"[[{kind}]] {answer['name']!r}", answer["question"]
            if name not in kinds:
                none = f"the notebook has no question {name!r}"
                yield f"{where}: {none}; it has {autograded}"
            elif kinds[name] == "written":
                yield f"{where}: {name} is scored by hand; delete this answer"
    yield from _of_cells(known.get("variant", {}), cells)


def _of_cells(permitted, cells):
    for cell in cells:
        for name in dict.fromkeys(PLACE.findall(cell.source)):
            place = f"{{{{{name}}}}}"
            if cell.kind != "text":
                code = f"{place} stands in the code of '{cell.name}'"
                yield f"[variant]: {code}, where it shows no number; write {name}"
            elif name not in permitted:
                shows = f"cell '{cell.name}' shows {place}, which has no numbers"
                yield f"[variant]: {shows}; add {name} = […]"
    numbers = next((cell for cell in cells if cell.name == "numbers"), None)
    if permitted and (numbers is None or numbers.kind != "given"):
        yield "[variant]: the notebook has no Read-only code cell 'numbers'; add it"
        return
    for name, values in permitted.items():
        lines = re.findall(rf"(?m)^{name} = (.*)$", numbers.source)
        where = f"[variant] {name}: the cell 'numbers'"
        if len(lines) != 1:
            once = "assign it once, on a line of its own"
            yield f"{where} assigns it {len(lines)} times; {once}"
        elif _literal(lines[0]) != values[0]:
            yield (
                f"{where} says {lines[0]}, the list begins with {values[0]!r}; "
                "the first permitted one is that of the common handout"
            )


def _literal(text):
    try:
        return ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return None
