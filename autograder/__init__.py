"""The grader of the course's homework: ``python -m autograder --help``."""
