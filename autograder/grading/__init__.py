"""From a student's answers to points, statuses and diagnoses.

`checks` compares, `trial` runs one test cell, `alone` a notebook and all its tests,
`diagnosis` names mistakes, `judge` grades one submission, `worker` does so in a process
of its own, with a `reader` beside it, and `batch` a whole class. `promises` holds a
master to its word.
"""
