"""The command line: make, check, release and grade homework, and gather a term."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from autograder import authoring, files, reports, results
from autograder.grading import batch
from autograder.intake import earlier
from autograder.masters import homework
from autograder.reports import doubts, news
from autograder.sandbox import sandbox
from autograder.term import book, pages

COURSE = Path(__file__).parents[1]  # where this is a clone of the course
MASTERS = COURSE / "homework"
HANDOUTS = COURSE / "book" / "homework"
GUIDE = COURSE / "book" / "instructors.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except (ValueError, OSError, sandbox.NoSandboxError) as error:
        print(f"autograder: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(
            "autograder: stopped; the same command goes on from here", file=sys.stderr
        )
        return 130


def _parser():
    parser = argparse.ArgumentParser(prog="python -m autograder", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(run, text):
        """A command with the option that all of them have."""
        name = run.__name__.removeprefix("_")
        made = commands.add_parser(name, help=text)
        made.set_defaults(run=run, course=(MASTERS, HANDOUTS, GUIDE))
        made.add_argument(
            "--masters", type=Path, metavar="DIR", default=MASTERS,
            help="folder of the masters (default: homework/ of this course)",
        )  # fmt: skip
        return made

    def add_handouts(made):
        made.add_argument(
            "--handouts", type=Path, metavar="DIR",
            help="folder of the students' versions (default: book/homework/ of this "
            "course, for its own masters)",
        )  # fmt: skip

    authoring.add_commands(command, add_handouts)

    to_grade = command(_grade, "grade submissions")
    to_grade.add_argument("homework", help="number of the homework, such as 03")
    to_grade.add_argument(
        "submissions", nargs="+", type=Path, help="folders, zips or notebooks"
    )
    to_grade.add_argument(
        "--out", required=True, type=Path, metavar="DIR", help="for the results"
    )
    to_grade.add_argument(
        "--student", metavar="WHO", default="",
        help="the one student whose work it is, or whose to take from an export: "
        "number, key in --out, or name",
    )  # fmt: skip
    to_grade.add_argument(
        "--jobs", type=_positive, help="students at a time; by default all cores"
    )
    to_grade.add_argument(
        "--seconds", type=_positive, default=sandbox.LIMITS["seconds"],
        help="for a test cell (default: %(default)s)",
    )  # fmt: skip
    to_grade.add_argument(
        "--variants",
        action="store_true",
        help="handouts had numbers of each student's own",
    )
    to_grade.add_argument(
        "--unsafe", action="store_true", help="run students' code WITHOUT a sandbox"
    )
    add_handouts(to_grade)

    to_merge = command(_merge, "bring in what persons typed into scores.csv")
    to_merge.add_argument("homework", help="number of the homework, such as 03")
    to_merge.add_argument(
        "copies", nargs="*", type=Path, help="copies of scores.csv that others filled"
    )
    to_merge.add_argument(
        "--out", required=True, type=Path, metavar="DIR", help="of the results"
    )

    to_gather = command(_gradebook, "put the homework of a term in one table")
    to_gather.add_argument("folder", type=Path, help="of the folders of results")

    return parser


def _positive(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1; got {value}")
    return value


def _grade(options):
    master = homework.load(options.homework, options.masters)
    if options.unsafe:
        warning = "--unsafe: students' code runs WITHOUT a sandbox, with your rights"
        print(f"autograder: {warning}", file=sys.stderr)
    if folder := authoring.handouts(options):
        _compare(folder / f"{master.name}.ipynb", master)
    authoring.prove(master, options.variants)
    known = [each for _, each in results.results_in(options.out) if each]
    newest, older = earlier.to_grade(
        options.submissions, master.name, known, options.student
    )
    graded = batch.grade_all(
        master,
        newest,
        options.out,
        unsafe=options.unsafe,
        limits={"seconds": options.seconds},
        jobs=options.jobs,
        variants=options.variants,
    )
    earlier.forget_doubts(options.out, graded)
    print(end=news.news(known, graded, older))
    for sentence in doubts.doubts(graded):
        print(sentence)
    return _report(options.out, master, {each.student for each in [*graded, *older]})


def _compare(handout, master):
    """Say so where a handout is not what its master makes."""
    if not handout.exists() or handout.read_text("utf-8") != authoring.handout(master):
        print(
            f"autograder: {handout} is not what the master makes now. If students have "
            "another version, go back to its master; if not, run `release`",
            file=sys.stderr,
        )


def _merge(options):
    master = homework.load(options.homework, options.masters)
    return _report(options.out, master, copies=options.copies)


def _report(out, master, graded=None, copies=()):
    """Write the pages and sheets of all results in `out`, and say what to do next."""
    known = results.read_all(out, master)
    with files.alone_in(out):
        known = reports.write(out, master, known, copies)
    for sentence in reports.to_do(out, known, graded):
        print(sentence)
    print(out / "summary.html")
    return 0


def _gradebook(options):
    names = homework.names_in(options.masters)  # a term has the course's own, too

    def load(name):
        own = any(name in (each, each.partition("_")[0]) for each in names)
        return homework.load(name, options.masters if own else MASTERS)

    known = book.read(options.folder, load)
    for sentence in pages.write(options.folder, known):
        print(sentence)
    return 0


if __name__ == "__main__":
    sys.exit(main())
