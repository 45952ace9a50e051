"""Who handed in what: from an export of a class to the answers of a student.

`archives` lists files without trust, with `zips`, and `file` reads one, of a large
notebook without its `outputs`. `owners` says whose each is, with `folders` where no LMS
does, and `students` what they are called; so `submissions` gives each student one.
`notebook` reads its cells, and `matching` finds the answers in them by what `handout`
knows of the cells as handed out, with `nearby` for words that stand elsewhere.
`reading` calls both, in a process that can do no harm.

A learning management system of `results.LMS` has a module of its name here. Its
``claims(files)`` says of each file of an export whose it is: a tuple of `Piece`, one
for each way to read its name, the likeliest first; none where it is not its own.
"""

from typing import NamedTuple

from autograder.intake.file import File


class Student(NamedTuple):
    """Who handed in: by the LMS and its number for the student, or by name alone."""

    lms: str
    id: str
    name: str


class Piece(NamedTuple):
    """A file, whose it is, and what the export says of it."""

    student: Student
    file: File
    title: str  # the file's name as the student gave it
    attachment: int = 0  # it counts upwards, where an LMS counts
    late: bool = False
    note: str = ""  # what a person should know of whose it is
