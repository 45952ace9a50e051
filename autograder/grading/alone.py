"""A student's cells, run once in the sandbox, and the tests asked where they stand."""

from collections.abc import Callable, Mapping, Sequence

from autograder.grading.trial import Outcome
from autograder.intake.handout import essence
from autograder.masters.homework import Cell
from autograder.results import Status
from autograder.sandbox.guest import wire
from autograder.sandbox.sandbox import CrashedError, Sandbox

MOST_LATE = 5  # cells that may run out of time; those below run no more
FATES = {
    wire.STOPPED: "was still running after {seconds} s and was stopped there",
    wire.LATE: "was still running after {seconds} s, could not be stopped, and was "
    "left out",
    wire.ENDED: "ended the process that ran it, and was left out",
}


class Run:
    """What becomes of a notebook in a sandbox.

    Parameters
    ----------
    sandbox : Sandbox
    attempt : callable
        From a test cell, a session and what became of the cells above, an Outcome.

    Attributes
    ----------
    outcomes : dict of str to list of Outcome
        By test cell: where it stands and, for some, at the end.
    late, ended : list of str
        What became of the cells that ran out of time, or ended their process.
    """

    def __init__(self, sandbox: Sandbox, attempt: Callable[..., Outcome]) -> None:
        self._sandbox, self._attempt = sandbox, attempt
        self.outcomes: dict[str, list[Outcome]] = {}
        self.late: list[str] = []
        self.ended: list[str] = []

    def all(
        self, code: Sequence[str], tests: Sequence[Cell], asked: Mapping[str, int]
    ) -> None:
        """Run cells, and ask each test after so many of them as `asked` says.

        The tests of a question that is not right by then are asked at the end as well.
        """
        for at in range(len(code) + 1):
            for test in tests:
                if at == asked[test.name]:
                    self.outcomes[test.name] = [self._ask(test)]
            if at < len(code) and len(self.late) < MOST_LATE:
                self._cell(code[at])
        again = {
            test.question
            for test in tests
            if self._status(test) != Status.PASSED and asked[test.name] < len(code)
        }
        for test in tests:
            if test.question in again:
                late = self._status(test) == Status.TIMED_OUT
                once = self.outcomes[test.name]
                once.append(once[0] if late else self._ask(test))

    def _status(self, test):
        return self.outcomes[test.name][0].status

    def _cell(self, source):
        fate = self._sandbox.run(source)
        if fate != wire.REPLIED:
            first = essence(source).partition("\n")[0][:80]
            said = FATES[fate].format(seconds=self._sandbox.limits["seconds"])
            kept = self.ended if fate == wire.ENDED else self.late
            kept.append(f"the cell that begins with `{first}` {said}")
            if len(self.late) == MOST_LATE:
                self.late.append("the cells below it were not run")

    def _ask(self, test):
        try:
            with self._sandbox.session() as session:
                return self._attempt(test, session, late=self.late, ended=self.ended)
        except CrashedError as error:
            return Outcome(Status.CRASHED, message=str(error))
