"""The commands of those who write homework: new, check, release.

Their option `course` has the course's own masters, handouts and guide.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

from autograder import files
from autograder.grading import promises
from autograder.grading.judge import Judge
from autograder.grading.notice import notice
from autograder.masters import class_list, guide, homework, release, skeleton


def add_commands(
    command: Callable[..., argparse.ArgumentParser],
    add_handouts: Callable[[argparse.ArgumentParser], None],
) -> None:
    """Add them to the command line, by the two functions that all commands share."""
    to_release = command(_release, "make the students' version of a homework")
    to_release.add_argument(
        "homework", nargs="*", help="numbers, such as 03; by default all"
    )
    to_release.add_argument(
        "--variant", metavar="STUDENT_ID", help="with numbers of this student's own"
    )
    to_release.add_argument(
        "--variants", type=Path, metavar="CSV",
        help="for each student of a class; --out is then a folder",
    )  # fmt: skip
    to_release.add_argument(
        "--nbgrader", action="store_true",
        help="masters for nbgrader's own commands; --out is then a folder",
    )  # fmt: skip
    to_release.add_argument(
        "--out", type=Path, metavar="FILE", help="in place of a file in --handouts"
    )
    add_handouts(to_release)

    to_check = command(_check, "prove that masters keep their promises")
    to_check.add_argument(
        "homework", nargs="*", help="numbers, such as 03; by default all"
    )

    to_make = command(_new, "make the skeleton of a homework of your own")
    to_make.add_argument("homework", help="a number and a topic, such as NN_topic")


def _chosen(options):
    if not options.homework:
        return homework.load_all(options.masters)
    return [homework.load(number, options.masters) for number in options.homework]


def handouts(options: argparse.Namespace) -> Path | None:
    """The folder of handouts, or None: other masters' handouts are not the course's."""
    masters, folder, _ = options.course
    return options.handouts or (folder if options.masters == masters else None)


def _new(options):
    for path in skeleton.make(options.homework, options.masters):
        print(path)
    return 0


def _release(options):
    chosen, folder = _chosen(options), handouts(options)
    if options.variants or options.nbgrader:
        return _release_into(options, chosen)
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
        _check_drawn(master, options.variant)
        prove(master, options.variant)
        path = options.out or folder / f"{master.name}.ipynb"
        files.save(path, handout(master, options.variant))
        print(path)
    if not options.homework and (options.masters, folder) == options.course[:2]:
        page = options.course[2]
        text = page.read_text("utf-8")
        text = guide.in_block(text, "overview", guide.overview(chosen))
        files.save(page, guide.in_block(text, "aims", guide.aims(chosen)))
        print(page)
    return 0


def _release_into(options, chosen):
    """Fill the folder --out: with a class's handouts, or with masters for nbgrader."""
    if not options.out:
        raise ValueError("--variants and --nbgrader need --out DIR, a folder to fill")
    names = class_list.students_in(options.variants) if options.variants else []
    for master in chosen:
        _check_drawn(master, options.variants)
        prove(master, options.variants)
        for student in names:
            path = options.out / student / f"{master.name}.ipynb"
            files.save(path, handout(master, student))
        if options.nbgrader:
            path = options.out / master.name / f"{master.name}.ipynb"
            files.save(path, release.as_text(release.with_numbers(master)))
    print(f"{len(chosen) * (len(names) + options.nbgrader)} notebooks in {options.out}")
    return 0


def _check_drawn(master, variants):
    if variants and not master.numbers():
        raise ValueError(
            f"homework {master.name} has no [variant]: it is the same for all"
        )


def handout(master: homework.Homework, variant: str | None = None) -> str:
    """The file that students get."""
    return release.as_text(release.student_version(master, variant, notice()))


def prove(master: homework.Homework, variants: object = False) -> None:
    """Raise ValueError unless a master keeps its promises; with numbers drawn, too."""
    for variant in promises.versions(master) if variants else [None]:
        if broken := [told for told, kept in _promises(master, variant) if not kept]:
            raise ValueError("\n".join(broken))


def _promises(master, variant):
    """What a version of a homework promises, in words, and whether it is kept."""
    judge = Judge(master, release.stubs(master), variant)
    for made in promises.tried(judge):
        told = f"NOT {made.text} ({made.saw}); {made.remedy}"
        yield f"{master.name} ({variant or 'common'}): {told}", made.kept


def _check(options):
    failed = False
    for name in options.homework or homework.names_in(options.masters):
        try:
            master = homework.load(name, options.masters)
        except homework.FaultyError as error:
            print(error)
            failed = True
            continue
        for variant in promises.versions(master):
            made = list(_promises(master, variant))
            broken = [told for told, kept in made if not kept]
            print(*broken, sep="\n", end="\n" * bool(broken))
            kept = f"{len(made) - len(broken)} of {len(made)} promises kept"
            print(f"{master.name} ({variant or 'common'}): {kept}")
            if broken:  # the next version would break the same
                failed = True
                break
    return int(failed)
