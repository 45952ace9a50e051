"""A new homework: a small one that keeps its promises, to be changed bit by bit."""

import re
from pathlib import Path

from autograder import files

TEMPLATE = Path(__file__).parent / "template"


def make(wanted: str, folder: Path) -> list[Path]:
    """Write the notebook and homework.toml of a new homework; returns their paths.

    Raises
    ------
    ValueError
        If `wanted` is neither NN nor NN_topic, or the number is taken.
    """
    named = re.fullmatch(r"(\d{1,2})(_\w+)?", wanted, re.ASCII)
    if named is None:
        raise ValueError(
            f"{wanted!r} is no name for a homework; permitted are two digits, or two "
            "digits and a topic, as in NN_topic"
        )
    number = f"{int(named[1]):02}"
    taken = sorted(folder.glob(f"{number}_*"))
    if taken:
        raise ValueError(f"{taken[0]} is there already; choose another number")
    name = number + (named[2] or "_homework")
    made = {
        folder / name / f"{name}.ipynb": TEMPLATE / "homework.ipynb",
        folder / name / "homework.toml": TEMPLATE / "homework.toml",
    }
    for path, source in made.items():
        text = source.read_text("utf-8")
        files.save(path, text.replace("Homework NN:", f"Homework {number}:"))
    return list(made)
