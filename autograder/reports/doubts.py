"""What a person should look into before anything of a run is given back."""

from collections.abc import Iterator, Sequence

from autograder.results import Result

MOST = 20  # lines
OTHER = "another version of the handout"  # as a note says it


def doubts(graded: Sequence[Result]) -> Iterator[str]:
    """Yield lines on hand-ins without a notebook, and on a class of other notebooks."""
    unread = [each for each in graded if each.problem]
    read = [each for each in graded if not each.problem]
    if unread:
        yield f"Without a notebook: {len(unread)}"
        yield from (f"  {each.student}: {each.problem}" for each in unread[:MOST])
    other = [each for each in read if OTHER in " ".join(each.notes)]
    if 2 * len(other) > len(read):
        yield (
            f"{len(other)} of {len(read)} notebooks are of {OTHER}. Are they of "
            f"{other[0].homework} at all?"
        )
