"""The commands of those who write homework: new, check, release.

Their option `course` has the course's own masters, handouts and guide.
"""

import argparse
import functools
from pathlib import Path

from autograder import files
from autograder.grading import promises
from autograder.grading.judge import Judge
from autograder.grading.notice import notice
from autograder.masters import guide, homework, skeleton
from autograder.masters import release as releasing
from autograder.reports import class_list


def handouts(options: argparse.Namespace) -> Path | None:
    """The folder of handouts, or None: other masters' handouts are not the course's."""
    masters, folder, _ = options.course
    return options.handouts or (folder if options.masters == masters else None)


def new(options: argparse.Namespace) -> int:
    """Make the skeleton of a homework."""
    print(*skeleton.make(options.homework, options.masters), sep="\n")
    return 0


def release(options: argparse.Namespace) -> int:
    """Write what students get, where it belongs or is asked for."""
    names = options.homework or homework.names_in(options.masters)
    chosen = [homework.load(name, options.masters) for name in names]
    ours = (options.masters, handouts(options)) == options.course[:2]
    drawn = options.variant or options.variants
    many = bool(options.variants or options.nbgrader)
    if many and not options.out:
        raise ValueError("--variants and --nbgrader need --out DIR, a folder to fill")
    if options.out and len(chosen) != 1 and not many:
        raise ValueError(f"--out holds one homework; {len(chosen)} were asked for")
    if options.variant and not options.out:
        raise ValueError(
            "--variant needs --out FILE: book/homework/ has the common one"
        )
    students = class_list.students_in(options.variants) if options.variants else []
    for master in chosen:
        if drawn and not master.numbers():
            raise ValueError(
                f"homework {master.name} has no [variant]: it is the same for all"
            )
        prove(master, drawn)
        made = {f"{each}/{master.name}": handout(master, each) for each in students}
        if options.nbgrader:
            theirs = releasing.as_text(releasing.with_numbers(master))
            made[f"{master.name}/{master.name}"] = theirs
        for name, text in made.items():
            files.save(options.out / f"{name}.ipynb", text)
        if not many:
            path = _place(options, master)
            files.save(path, handout(master, options.variant))
            print(path)
    if many:
        made_of_each = len(students) + options.nbgrader
        print(f"{len(chosen) * made_of_each} notebooks in {options.out}")
    elif not options.homework and ours:
        page = options.course[2]
        text = page.read_text("utf-8")
        text = guide.in_block(text, "overview", guide.overview(chosen))
        files.save(page, guide.in_block(text, "aims", guide.aims(chosen)))
        print(page)
    return 0


def _place(options, master):
    """Where a handout is asked for, or belongs."""
    folder = handouts(options)
    if options.out:
        return options.out
    if folder:
        return folder / f"{master.name}.ipynb"
    raise ValueError(
        "--masters needs --handouts DIR, or --out FILE: book/homework/ has the "
        "handouts of the course's own masters"
    )


def handout(master: homework.Homework, variant: str | None = None) -> str:
    """The file that students get."""
    return releasing.as_text(releasing.student_version(master, variant, notice()))


@functools.cache  # a master that is proven once stays so
def prove(master: homework.Homework, variants: object = False) -> None:
    """Raise ValueError unless a master keeps its promises; with numbers drawn, too."""
    for variant in promises.versions(master) if variants else [None]:
        if broken := [told for told, kept in _promises(master, variant) if not kept]:
            raise ValueError("\n".join(broken))


def _promises(master, variant):
    """What a version of a homework promises, in words, and whether it is kept."""
    judge = Judge(master, releasing.stubs(master), variant)
    for made in promises.tried(judge):
        told = f"NOT {made.text} ({made.saw}); {made.remedy}"
        yield f"{master.name} ({variant or 'common'}): {told}", made.kept


def check(options: argparse.Namespace) -> int:
    """Print what masters promise and break; 1 where one does."""
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
