"""What of a master students must not see: the oracle for handouts and site."""

from autograder.masters.homework import Homework


def secrets(homework: Homework) -> list[str]:
    """Lines that students must not see: solutions, hidden tests, rubrics, diagnoses."""
    shown, hidden = shown_and_hidden(homework)
    public = "\n".join(shown)
    return [line for line in hidden if len(line) > 12 and line not in public]


def shown_and_hidden(homework: Homework) -> tuple[list[str], list[str]]:
    """The lines of a master that students see, and those that they must not see."""
    shown: list[str] = []
    hidden = [answer.diagnosis for answer in homework.wrong]
    for cell in homework.cells:
        whole = cell.kind in ("solution", "written") and "### BEGIN" not in cell.source
        lines = hidden if whole else shown
        for line in cell.source.split("\n"):
            if "### BEGIN" in line or "### END" in line:
                lines = hidden if "BEGIN" in line else shown
            else:
                lines.append(line.strip())
    return shown, hidden
