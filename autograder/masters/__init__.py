"""A homework as its teacher wrote it, and what is made of it for others.

`homework` reads a master, whose `cells` say what is what; `notebook_faults`,
`question_faults` and `answer_faults` say what is wrong in it. `release` makes the
students' version, `guide` the tables of the instructors' guide, `skeleton` a new one.
"""
