"""The homework of a term in one gradebook.

A folder holds a batch for each homework, as `grade` made it, and beside them, if they
are there, ``roster.csv`` and ``term.toml``. `settings` reads the latter, `marks`
computes, `book` puts together what each student has, and `pages` writes it.
"""
