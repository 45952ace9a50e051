"""A master's own mistakes are refused in words."""

import pytest
from handed_in import demo

from autograder.masters import homework, release


@pytest.mark.parametrize("cell", ["TOSSES = 50\nTOSSES = 51", "tosses = 50"])
def test_a_number_that_is_drawn_is_assigned_once(cell):
    notebook = demo().notebook.replace('"TOSSES = 50"', repr(cell).replace("'", '"'))
    assert notebook != demo().notebook
    master = homework.Homework(demo().name, notebook, demo().answers)
    with pytest.raises(ValueError, match=r"must assign TOSSES once, .* [02] times"):
        release.student_version(master, "ada")
