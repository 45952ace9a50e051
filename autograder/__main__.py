"""The command line: make, check, release and grade homework, and gather a term."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from autograder import authoring, files, reports, results
from autograder.grading import batch
from autograder.intake import earlier
from autograder.masters import homework
from autograder.reports import doubts, news, roster
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
    folder = {"type": Path, "metavar": "DIR"}
    handouts = (
        "of the students' versions (default: book/homework/, for its own masters)"
    )
    number, numbers = "number of the homework, such as 03", "numbers, such as 03"

    def command(name, run, text):
        """What adds arguments to a new command, which has that of all."""
        made = commands.add_parser(name, help=text)
        made.set_defaults(run=run, course=(MASTERS, HANDOUTS, GUIDE))
        says = "of the masters (default: homework/ of this course)"
        made.add_argument("--masters", **folder, default=MASTERS, help=says)
        return made.add_argument

    add = command("release", authoring.release, "make what students get of a homework")
    add("homework", nargs="*", help=f"{numbers}; by default all")
    add("--variant", metavar="STUDENT_ID", help="with numbers of this student's own")
    each_of_class = "for each student of a class; --out is then a folder"
    add("--variants", type=Path, metavar="CSV", help=each_of_class)
    theirs = "masters for nbgrader's own commands; --out is then a folder"
    add("--nbgrader", action="store_true", help=theirs)
    here = "in place of a file in --handouts"
    add("--out", type=Path, metavar="FILE", help=here)
    add("--handouts", **folder, help=handouts)

    add = command("check", authoring.check, "prove that masters keep their promises")
    add("homework", nargs="*", help=f"{numbers}; by default all")

    add = command("new", authoring.new, "make the skeleton of a homework of your own")
    add("homework", help="a number and a topic, such as NN_topic")

    add = command("grade", _grade, "grade submissions")
    add("homework", help=number)
    add("submissions", nargs="+", type=Path, help="folders, zips or notebooks")
    add("--out", **folder, required=True, help="for the results")
    student = "the one student whose it is, or whose to take: number, key, or name"
    add("--student", metavar="WHO", default="", help=student)
    add("--jobs", type=_positive, help="students at a time; by default all cores")
    seconds = {"type": _positive, "default": sandbox.LIMITS["seconds"]}
    add("--seconds", **seconds, help="for a test cell (default: %(default)s)")
    own = "handouts had numbers of each student's own"
    add("--variants", action="store_true", help=own)
    unsafe = "run students' code WITHOUT a sandbox"
    add("--unsafe", action="store_true", help=unsafe)
    add("--handouts", **folder, help=handouts)

    add = command("merge", _merge, "bring in what persons typed into scores.csv")
    add("homework", help=number)
    add("copies", nargs="*", type=Path, help="copies of it that others filled")
    add("--out", **folder, required=True, help="of the results")

    add = command("gradebook", _gradebook, "put the homework of a term in one table")
    add("folder", type=Path, help="of the folders of results")
    return parser


def _positive(text):
    if int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1; got {text}")
    return int(text)


def _grade(options):
    master = homework.load(options.homework, options.masters)
    if options.unsafe:
        warning = "--unsafe: students' code runs WITHOUT a sandbox, with your rights"
        print(f"autograder: {warning}", file=sys.stderr)
    if folder := authoring.handouts(options):
        _compare(folder / f"{master.name}.ipynb", master)
    authoring.prove(master, options.variants)
    known = [each for _, each in results.results_in(options.out) if each]
    whose = known, options.student, roster.enrolled(options.out)
    newest, older = earlier.to_grade(options.submissions, master.name, *whose)
    limits = {"seconds": options.seconds}
    how = {"jobs": options.jobs, "variants": options.variants, "limits": limits}
    graded = batch.grade_all(master, newest, options.out, unsafe=options.unsafe, **how)
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
