"""The grader of the course's homework: ``python -m autograder --help``.

Its rooms lie in the order of the work, and none reaches into one below it in this list:

    results  the list of statuses, and the dataclasses of a result
    files    writing without half files; locks
    masters/   a homework as its teacher wrote it
    intake/    who handed in what
    sandbox/   a student's code, alone
    grading/   points, statuses and diagnoses
    reports/   what a batch leaves for people
    term/      the homework of a term in one gradebook
    __main__   the commands
"""
