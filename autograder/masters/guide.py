"""The tables of the instructors' guide that are made from the masters."""

from collections.abc import Iterable

from autograder.masters.homework import Homework


def overview(homeworks: Iterable[Homework]) -> str:
    """The term plan of the instructors' guide, in Markdown."""
    rows = ["| week | homework | points | minutes |", "|---|---|---|---|"]
    for week, each in enumerate(homeworks, 1):
        link = f"[{_title(each)}](homework/{each.name}.ipynb)"
        rows.append(f"| {week} | {link} | {each.points} | {each.minutes} |")
    return "\n".join(rows)


def aims(homeworks: Iterable[Homework]) -> str:
    """What each question is worth and the misconception it aims at, in Markdown."""
    rows = []
    for each in homeworks:
        rows += [f"**{_title(each)}**", ""]
        for question in each.questions:
            worth = f"{question.points}{', written' if question.written else ''}"
            rows.append(f"- {question.title} ({worth}). *{question.misconception}*")
        rows.append("")
    return "\n".join(rows).rstrip()


def _title(homework):
    return homework.title.removeprefix("Homework ")


def in_block(text: str, name: str, content: str) -> str:
    """The text with `content` between the comments <!-- name --> and <!-- /name -->.

    Raises ValueError unless each of the two stands there once, in this order.
    """
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    for marker in (begin, end):
        if text.count(marker) != 1:
            raise ValueError(
                f"the guide must hold {marker} once; it does so {text.count(marker)} "
                "times"
            )
    before, _, rest = text.partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise ValueError(f"in the guide {end} must stand after {begin}")
    return f"{before}{begin}\n{content}\n{end}{after}"
