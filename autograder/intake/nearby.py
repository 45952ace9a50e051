"""Written answers that do not stand in their place, and where students put them.

In a cell of their own above the prompt, in the cell of a test, as comments in a cell of
code, or anywhere else under the question's number. A person judges what is found here;
so it may be too much, but not too little.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from autograder.intake.handout import Found, Handout
from autograder.intake.notebook import StudentCell

COMMENT = re.compile(r"(?m)^[ \t]*#+(.*)$")
WORD = re.compile(r"[^\W\d_]{2}")
NUMBERED = r"(?i)\W*(?:answer\W+(?:to\W+)?)?(?:q|question)?\W*0*{}(?!\d)"


def nearby(
    handout: Handout,
    cells: Sequence[StudentCell],
    found: Sequence[Found],
    question: str,
) -> str:
    """What may answer a question in words, from where it stands nearest; or "".

    Parameters
    ----------
    handout : Handout
    cells : list of StudentCell
    found : list of Found
        Of each cell.
    question : str
    """
    order = list(handout.questions)
    at = order.index(question)
    beside = {*order[max(at - 1, 0) : at + 2]} - {*handout.in_words}
    number = re.search(r"\d+", question)
    named = re.compile(NUMBERED.format(number[0] if number else re.escape(question)))
    words = [*_words(handout, cells, found)]
    here = [text for place, text in words if place == question]
    near = [text for place, text in words if place in beside]
    said = [text for _, text in words if named.match(text[:80])]
    return "\n\n".join(here or near or said)


def _words(
    handout: Handout, cells: Sequence[StudentCell], found: Sequence[Found]
) -> Iterator[tuple[str, str]]:
    """Yield (question, words) of each cell that answers nothing in code."""
    for cell, each in zip(cells, found, strict=True):
        known = handout.named(cell)
        kind = known.kind
        lines = cell.source.split("\n")
        if kind == "text" or any(map(handout.prompted, lines)):
            continue  # what is below a prompt answers it, or nothing
        if cell.kind == "code" and not each.words:
            free = not (each.code or cell.untouched or kind == "solution")
            lines = COMMENT.findall(cell.source) if free else ()
            said = [(each.at, line) for line in lines if not handout.says(line)]
        else:
            mine = known.source.split("\n") if kind == "test" else ()
            said = [(at, line) for at, line in each.words if line not in mine]
        by_place = defaultdict(list)
        for place, line in said:
            by_place[place].append(line)
        for place, lines in by_place.items():
            if WORD.search(text := "\n".join(lines).strip()):
                yield place, text
