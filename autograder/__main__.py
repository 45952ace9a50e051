"""The command line: release, grade, merge and check homework."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from autograder import files, reports, results
from autograder.grading import batch, promises
from autograder.grading.judge import Judge
from autograder.intake import earlier
from autograder.masters import guide, homework, release
from autograder.reports import gradebook, news
from autograder.sandbox import sandbox

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
        made.set_defaults(run=run)
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

    to_release = command(_release, "make the students' version of a homework")
    to_release.add_argument(
        "homework", nargs="*", help="numbers, such as 03; by default all"
    )
    to_release.add_argument(
        "--variant", metavar="STUDENT_ID", help="with numbers of this student's own"
    )
    to_release.add_argument(
        "--out", type=Path, metavar="FILE", help="in place of a file in --handouts"
    )
    add_handouts(to_release)

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

    to_merge = command(_merge, "bring in scores typed into written.csv")
    to_merge.add_argument("homework", help="number of the homework, such as 03")
    to_merge.add_argument(
        "--out", required=True, type=Path, metavar="DIR", help="of the results"
    )

    to_check = command(_check, "prove that masters keep their promises")
    to_check.add_argument(
        "homework", nargs="*", help="numbers, such as 03; by default all"
    )
    return parser


def _positive(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1; got {value}")
    return value


def _chosen(options):
    if not options.homework:
        return homework.load_all(options.masters)
    return [homework.load(number, options.masters) for number in options.homework]


def _handouts(options):
    """The folder of handouts, or None: other masters' handouts are not the course's."""
    return options.handouts or (HANDOUTS if options.masters == MASTERS else None)


def _release(options):
    chosen, folder = _chosen(options), _handouts(options)
    if options.out and len(chosen) != 1:
        raise ValueError(f"--out holds one homework; {len(chosen)} were asked for")
    if options.variant and not options.out:
        raise ValueError(
            "--variant needs --out FILE: book/homework/ has the common one"
        )
    if not (options.out or folder):
        raise ValueError(
            "--masters needs --handouts DIR, or --out FILE: book/homework/ has the "
            "handouts of the course's own masters"
        )
    for master in chosen:
        if options.variant and not master.numbers():
            raise ValueError(
                f"homework {master.name} has no [variant]: it is the same for all"
            )
        path = options.out or folder / f"{master.name}.ipynb"
        files.save(path, _handout(master, options.variant))
        print(path)
    if not options.homework and (options.masters, folder) == (MASTERS, HANDOUTS):
        text = GUIDE.read_text("utf-8")
        text = guide.in_block(text, "overview", guide.overview(chosen))
        files.save(GUIDE, guide.in_block(text, "aims", guide.aims(chosen)))
        print(GUIDE)
    return 0


def _handout(master, variant=None):
    return release.as_text(release.student_version(master, variant))


def _grade(options):
    master = homework.load(options.homework, options.masters)
    if options.unsafe:
        warning = "--unsafe: students' code runs WITHOUT a sandbox, with your rights"
        print(f"autograder: {warning}", file=sys.stderr)
    if folder := _handouts(options):
        _compare(folder / f"{master.name}.ipynb", master)
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
    return _report(options.out, master, {each.student for each in [*graded, *older]})


def _compare(handout, master):
    """Say so where a handout is not what its master makes."""
    if not handout.exists() or handout.read_text("utf-8") != _handout(master):
        print(
            f"autograder: {handout} is not what the master makes now. If students have "
            "another version, go back to its master; if not, run `release`",
            file=sys.stderr,
        )


def _merge(options):
    return _report(options.out, homework.load(options.homework, options.masters))


def _report(out, master, graded=None):
    """Write the pages and sheets of all results in `out`, and say what to do next."""
    known = results.read_all(out, master)
    with files.alone_in(out):
        known = reports.write(out, master, known)
    earlier = [result for result in known if graded and result.student not in graded]
    if earlier:
        print(f"{len(earlier)} more students are in the reports, from earlier runs")
    unscored = sum(len(gradebook.waiting(result)) for result in known)
    if unscored:
        print(f"{unscored} written answers wait for points in {out / 'written.csv'}")
    print(out / "summary.html")
    return 0


def _check(options):
    broken = 0
    for master in _chosen(options):
        for variant in (None, *(promises.VARIANTS if master.numbers() else ())):
            judge = Judge(master, release.stubs(master), variant)
            name = f"{master.name} ({variant or 'common'})"
            made = [
                *promises.promises(judge, judge.try_locally),
                *promises.idle_promises(judge, judge.try_locally),
            ]
            for promise in made:
                if not promise.kept:
                    print(f"{name}: NOT {promise.text}; {promise.saw}")
            kept = sum(promise.kept for promise in made)
            print(f"{name}: {kept} of {len(made)} promises kept")
            broken += len(made) - kept
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
