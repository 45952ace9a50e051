"""What every handout says of how it is graded."""

from autograder.sandbox.bubblewrap import LIBRARIES
from autograder.sandbox.sandbox import LIMITS


def notice() -> str:
    """One paragraph of Markdown, made of the limits that hold where code is graded."""
    *others, last = (f"`{name}`" for name in LIBRARIES)
    return (
        "**How it is graded.** A program runs the cells of your notebook from the top, "
        "and its own tests on what they define. No cell and no test may work for more "
        f"than {LIMITS['seconds']} seconds. There is Python's own library, "
        f"{', '.join(others)} and {last}; no other package, no file of yours and no "
        "network. The visible checks try less than the hidden tests: not every input "
        "that a prompt permits, and of a number that you set hardly more than that it "
        "can be right."
    )
