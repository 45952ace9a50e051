"""A class of 300, as classes hand in: each notebook with what it deserves.

Made from homework 06. The right and the wrong are the answers that its master knows;
the careless do to them what students do. `class_of_300` is the whole class, and
`one_of_each` has the first of each kind.
"""

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from autograder.grading.judge import Judge
from autograder.masters import release
from autograder.masters.homework import Homework
from autograder.results import Status

HOMEWORK = "06"
ENDLESS = "while True:\n    pass"
WORDS = "A copy brings nothing new, so it should add 0. The program is too sure."


@dataclass(frozen=True)
class HandIn:
    """A student's notebook, the points that it deserves, and what must be said."""

    student: str
    kind: str
    notebook: dict
    deserved: dict[str, float]
    said: tuple[str, ...] = ()


@dataclass
class Sheet:
    """A notebook that is right, and what students may do to it."""

    master: Homework
    notebook: dict
    deserved: dict[str, float]
    said: list[str] = field(default_factory=list)

    def cell(self, name: str) -> dict:
        return next(cell for cell in self.notebook["cells"] if cell["id"] == name)

    def answer(self, question: str, source: str) -> None:
        """Put an answer in place of the right one; it deserves what it gets alone."""
        self.cell(question)["source"] = source
        judge = Judge(self.master, release.stubs(self.master))
        outcomes = judge.try_locally(self.master.solved(question, source))
        self.deserved[question] = sum(
            test.points
            for test in judge.tests
            if test.question == question and outcomes[test.name].status == Status.PASSED
        )

    def add(self, source: str, below: str = "", above: str = "") -> None:
        """Put a cell of the student's own below or above another, or at the end."""
        cells = self.notebook["cells"]
        names = [cell["id"] for cell in cells]
        at = len(cells)
        if below or above:
            at = names.index(below or above) + bool(below)
        name = f"own-{len(cells)}"
        made = {"cell_type": "code", "id": name, "metadata": {}, "outputs": []}
        cells.insert(at, made | {"source": source, "execution_count": None})

    def prepend(self, name: str, source: str) -> None:
        self.cell(name)["source"] = f"{source}\n{self.cell(name)['source']}"


def right(sheet, i):
    pass


def in_another_style(sheet, i):
    answer = sheet.master.right[i % len(sheet.master.right)]
    sheet.cell(answer.question)["source"] = answer.source


def known_mistake(sheet, i):
    mistake = sheet.master.wrong[i % len(sheet.master.wrong)]
    sheet.answer(mistake.question, mistake.source)
    sheet.said.append(mistake.diagnosis)


def two_mistakes(sheet, i):
    known = {each.name: each for each in sheet.master.wrong}
    one, other = known["double-sigmoid"], known["half-of-a-logit"]
    source = one.source.replace("np.where(p > 0.5", "np.where(z > 0.5")
    sheet.answer("q3", source)
    sheet.said += [one.diagnosis, other.diagnosis]


def blank(sheet, i):
    made = json.loads(release.as_text(release.student_version(sheet.master)))
    sheet.notebook["cells"] = made["cells"]
    sheet.deserved |= dict.fromkeys(sheet.deserved, 0)


def half(sheet, i):
    question = ("q1", "q2", "q3")[i % 3]
    sheet.cell(question)["source"] = release.stubs(sheet.master)[question]
    sheet.deserved[question] = 0


def syntax_error(sheet, i):
    sheet.cell("q1")["source"] = (
        "def after_tests(prior, results, hit, false_alarm)\n    "
    )
    sheet.deserved["q1"] = 0


def raises(sheet, i):
    sheet.cell("q3")["source"] = "def mended_report(z, y):\n    return [][1]"
    sheet.deserved["q3"] = 0
    sheet.said.append("IndexError")


def misspelt(sheet, i):
    source = sheet.cell("q1")["source"].replace("after_tests", "after_test")
    sheet.cell("q1")["source"] = source
    sheet.deserved["q1"] = 0


def later_cell_overwrites(sheet, i):
    sheet.add(
        [
            "for weight in (0, 0.5, 1):\n    print(weight)",
            "def after_tests(x):\n    return x",
            "bias = undecided = None",
            "np.log = None",
            "del mended_report",
            "%reset -f\nglobals().clear()",
        ][i % 6]
    )


def later_cell_fails(sheet, i):
    sheet.add(["1 / 0", "print(unknown)", "x = (", "raise SystemExit"][i % 4])


def ends_its_process(sheet, i):
    sheet.add(["import os\nos._exit(0)", "import os\nos.kill(os.getpid(), 9)"][i % 2])
    sheet.said.append("ended the process that ran it")


def endless(sheet, i):
    sheet.add(ENDLESS, **[{}, {"below": "q1"}, {"above": "q1"}][i % 3])
    sheet.said.append("`while True:` was still running")


def counts_nothing_up(sheet, i):
    sheet.add("i = 0\nwhile i < 10:\n    print(i)", below="q2-check")
    sheet.said.append("`i = 0` was still running")


def sleeps(sheet, i):
    sheet.add("import time\ntime.sleep(3600)", below="q1")
    sheet.said.append("`import time` was still running")


def answers_and_never_ends(sheet, i):
    sheet.cell("q2")["source"] += f"\n{ENDLESS}"
    sheet.said.append("was stopped there")


def function_without_end(sheet, i):
    sheet.cell("q3")["source"] = (
        "def mended_report(z, y):\n    while True:\n        pass"
    )
    sheet.deserved["q3"] = 0


def works_long(sheet, i):
    """Half of the time that a cell may take, by the clock of a processor."""
    sheet.add(
        "import time\nbegun = time.process_time()\n"
        "while time.process_time() - begun < SECONDS / 2:\n    pass",
        below="q2-check",
    )


def takes_memory(sheet, i):
    sheet.add("much = np.ones(2 << 30)", above="q1")


def prints_much(sheet, i):
    sheet.add("for n in range(200_000):\n    print(n, 'x' * 40)", above="q1")


def plots(sheet, i):
    sheet.add(
        "%matplotlib inline\nimport matplotlib.pyplot as plt\n"
        "plt.plot([0, 1], [1, 0])\nplt.show()",
        above="q2",
    )


def magics(sheet, i):
    sheet.prepend(
        "q1",
        [
            "files = !ls -l",
            "%load_ext autoreload\n%autoreload 2",
            "t = %timeit -o sum(range(10))",
            "!pip install torch",
            "get_ipython().run_line_magic('matplotlib', 'inline')",
            "from IPython.display import display, HTML\ndisplay(HTML('<b>1</b>'))",
            "import asyncio\nawait asyncio.sleep(0)",
        ][i % 7],
    )


def lacking_import(sheet, i):
    other = ["pandas as pd", "scipy.stats", "seaborn as sns", "sklearn.metrics"][i % 4]
    sheet.prepend("q1", f"import numpy as np\nimport {other}\nimport math")


def uses_what_is_lacking(sheet, i):
    source = "from scipy.special import expit\n\ndef mended_report(z, y):\n"
    sheet.cell("q3")["source"] = f"{source}    return expit(z), 0"
    sheet.deserved["q3"] = 0
    sheet.said.append("the grader does not have scipy")


def other_numbers(sheet, i):
    sheet.cell("q2")["source"] = [
        "from fractions import Fraction as F\n"
        "weight = (F(MEAN_ILL) - F(MEAN_WELL)) / F(SPREAD) ** 2\n"
        "bias = np.log(SHARE_ILL / (1 - SHARE_ILL)) - float(weight) * (MEAN_ILL + "
        "MEAN_WELL) / 2\nundecided = np.array([-bias / float(weight)], object)[0]",
        "import sympy\nweight = sympy.Rational((MEAN_ILL - MEAN_WELL) / SPREAD**2)\n"
        "bias = sympy.log(SHARE_ILL / (1 - SHARE_ILL)) - weight * (MEAN_ILL + MEAN_WELL"
        ") / 2\nundecided = -bias / weight",
    ][i % 2]


def newer_syntax(sheet, i):
    sheet.notebook["metadata"]["language_info"] = {
        "name": "python",
        "version": "3.99.1",
    }
    sheet.cell("q3")["source"] += "\ntype Pair = tuple[float, float] where new"
    sheet.deserved["q3"] = 0
    sheet.said.append("made with Python 3.99")


def helper_in_a_given_cell(sheet, i):
    given = sheet.cell("check")
    top, _, rest = given["source"].partition("def check")
    helper = "def to_probability(z):\n    return 1 / (1 + np.exp(-z))\n\n\n"
    given["source"] = f"{top}{helper}def check{rest}"
    solved = sheet.cell("q1")["source"]
    sheet.cell("q1")["source"] = solved.replace(
        "1 / (1 + np.exp(-z))", "to_probability(z)"
    )


def changed_numbers(sheet, i):
    """The student played with the numbers and left them so."""
    sheet.cell("numbers")["source"] = "MEAN_ILL = 9.0\nMEAN_WELL = 1.0\nSPREAD = 2.0"


def answers_below_the_tests(sheet, i):
    solved = sheet.cell("q1")["source"]
    sheet.cell("q1")["source"] = ["", known_wrong_for("q1", sheet)][i % 2]
    sheet.add(solved)


def known_wrong_for(question, sheet):
    return next(x.source for x in sheet.master.wrong if x.question == question)


def no_metadata(sheet, i):
    for n, cell in enumerate(sheet.notebook["cells"]):
        cell["metadata"], cell["id"] = {}, f"cell-{n}"


def tests_deleted(sheet, i):
    kept = [c for c in sheet.notebook["cells"] if not c["source"].startswith("# Hid")]
    sheet.notebook["cells"] = kept


KINDS: list[tuple[int, Callable]] = [
    (50, right), (36, in_another_style), (54, known_mistake), (6, two_mistakes),
    (14, blank), (12, half), (6, syntax_error), (6, raises), (3, misspelt),
    (12, later_cell_overwrites), (8, later_cell_fails), (4, ends_its_process),
    (6, endless), (2, counts_nothing_up), (1, sleeps), (2, answers_and_never_ends),
    (1, function_without_end), (4, works_long), (3, takes_memory), (3, prints_much),
    (12, plots), (14, magics), (8, lacking_import), (2, uses_what_is_lacking),
    (6, other_numbers), (2, newer_syntax), (4, helper_in_a_given_cell),
    (3, changed_numbers), (6, answers_below_the_tests), (6, no_metadata),
    (4, tests_deleted),
]  # fmt: skip


def class_of_300(master: Homework, seconds: int) -> Iterator[HandIn]:
    """Yield the class. Who works long, works half of so many seconds."""
    for count, kind in KINDS:
        for i in range(count):
            yield _hand_in(master, seconds, kind, i)


def one_of_each(master: Homework, seconds: int) -> Iterator[HandIn]:
    """Yield the first of each kind."""
    for _, kind in KINDS:
        yield _hand_in(master, seconds, kind, 0)


def _hand_in(master, seconds, kind, i):
    made = json.loads(release.as_text(release.student_version(master)))
    answers = master.solved() | {
        cell.name: WORDS for cell in master.cells if cell.kind == "written"
    }
    for cell in made["cells"]:
        cell["source"] = answers.get(cell["id"], cell["source"])
    points = {each.name: each.points for each in master.questions if not each.written}
    sheet = Sheet(master, copy.deepcopy(made), points)
    kind(sheet, i)
    text = json.dumps(sheet.notebook).replace("SECONDS", str(seconds))
    return HandIn(
        f"{kind.__name__.replace('_', '-')}-{i:02}", kind.__name__,
        json.loads(text), sheet.deserved, tuple(sheet.said),
    )  # fmt: skip
