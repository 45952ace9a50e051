"""The command line: release, grade, merge and check homework."""

import argparse
import sys
from pathlib import Path

from autograder import stored
from autograder.grading import batch, promises
from autograder.grading.judge import Judge
from autograder.intake import submissions
from autograder.masters import homework, release
from autograder.reports import feedback, gradebook
from autograder.sandbox import sandbox

GUIDE = homework.MASTERS.parent / "book" / "instructors.md"
BOOK = homework.MASTERS.parent / "book" / "homework"


def main(arguments=None):
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

    add = commands.add_parser(
        "release", help="make the students' version of a homework"
    )
    add.add_argument("homework", nargs="*", help="numbers, such as 03; by default all")
    add.add_argument(
        "--variant", metavar="STUDENT_ID", help="with numbers of this student's own"
    )
    add.add_argument(
        "--out", type=Path, metavar="FILE", help="by default in book/homework/"
    )
    add.set_defaults(run=_release)

    add = commands.add_parser("grade", help="grade submissions")
    add.add_argument("homework", help="number of the homework, such as 03")
    add.add_argument(
        "submissions", nargs="+", type=Path, help="folders, zips or notebooks"
    )
    add.add_argument(
        "--out", required=True, type=Path, metavar="DIR", help="for the results"
    )
    add.add_argument(
        "--jobs", type=_positive, help="students at a time; by default all cores"
    )
    add.add_argument(
        "--seconds", type=_positive, default=sandbox.LIMITS["seconds"],
        help="for a test cell (default: %(default)s)",
    )  # fmt: skip
    add.add_argument(
        "--variants",
        action="store_true",
        help="handouts had numbers of each student's own",
    )
    add.add_argument(
        "--scheduler", metavar="ADDRESS", help="of a Dask cluster to work on"
    )
    add.add_argument(
        "--unsafe", action="store_true", help="run students' code WITHOUT a sandbox"
    )
    add.set_defaults(run=_grade)

    add = commands.add_parser("merge", help="bring in scores typed into written.csv")
    add.add_argument("homework", help="number of the homework, such as 03")
    add.add_argument(
        "--out", required=True, type=Path, metavar="DIR", help="of the results"
    )
    add.set_defaults(run=_merge)

    add = commands.add_parser("check", help="prove that masters keep their promises")
    add.add_argument("homework", nargs="*", help="numbers, such as 03; by default all")
    add.set_defaults(run=_check)
    return parser


def _positive(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1; got {value}")
    return value


def _chosen(numbers):
    return [homework.load(n) for n in numbers] if numbers else homework.load_all()


def _release(options):
    chosen = _chosen(options.homework)
    if options.out and len(chosen) != 1:
        raise ValueError(f"--out holds one homework; {len(chosen)} were asked for")
    if options.variant and not options.out:
        raise ValueError(
            "--variant needs --out FILE: book/homework/ has the common one"
        )
    for each in chosen:
        if options.variant and not each.numbers():
            raise ValueError(
                f"homework {each.name} has no [variant]: it is the same for all"
            )
        path = options.out or BOOK / f"{each.name}.ipynb"
        gradebook.save(path, _handout(each, options.variant))
        print(path)
    if not options.homework:
        text = GUIDE.read_text("utf-8")
        text = in_block(text, "overview", release.overview(chosen))
        gradebook.save(GUIDE, in_block(text, "aims", release.aims(chosen)))
        print(GUIDE)
    return 0


def _handout(chosen, variant=None):
    return release.as_text(release.student_version(chosen, variant))


def in_block(text, name, content):
    """The text with `content` between the comments <!-- name --> and <!-- /name -->."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}\n{content}\n{end}{after}"


def _grade(options):
    chosen = homework.load(options.homework)
    if options.unsafe:
        warning = "--unsafe: students' code runs WITHOUT a sandbox, with your rights"
        print(f"autograder: {warning}", file=sys.stderr)
    handout = BOOK / f"{chosen.name}.ipynb"
    if not handout.exists() or handout.read_text("utf-8") != _handout(chosen):
        print(
            f"autograder: {handout} is not what the master makes now. If students have "
            "another version, go back to its master; if not, run `release`",
            file=sys.stderr,
        )
    found = submissions.find_submissions(options.submissions, chosen.name)
    if not found:
        given = ", ".join(map(str, options.submissions))
        raise ValueError(f"{given}: no submissions found; is it the right one?")
    batch.grade_all(
        chosen,
        found,
        options.out,
        unsafe=options.unsafe,
        limits={"seconds": options.seconds},
        jobs=options.jobs,
        variants=options.variants,
        scheduler=options.scheduler,
    )
    return _report(options.out, chosen, {each.student for each in found})


def _merge(options):
    return _report(options.out, homework.load(options.homework))


def _report(out, chosen, graded=None):
    """Write the pages and sheets of all results in `out`, and say what to do next."""
    results = stored.all_results(out, chosen)
    with stored.alone_in(out):
        results = feedback.write(out, chosen, results)
    earlier = [r for r in results if graded and r["student"] not in graded]
    if earlier:
        print(f"{len(earlier)} more students are in the reports, from earlier runs")
    unscored = sum(len(gradebook.waiting(each)) for each in results)
    if unscored:
        print(f"{unscored} written answers wait for points in {out / 'written.csv'}")
    print(out / "summary.html")
    return 0


def _check(options):
    broken = 0
    for each in _chosen(options.homework):
        for variant in (None, *(promises.VARIANTS if each.numbers() else ())):
            judge = Judge(each, release.stubs(each), variant)
            name = f"{each.name} ({variant or 'common'})"
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
