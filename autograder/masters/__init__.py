"""A homework as its teacher wrote it, and what is made of it for others.

`homework` reads a master; `release` makes the students' version, and knows what it must
not show; `guide` makes the tables of the instructors' guide.
"""
