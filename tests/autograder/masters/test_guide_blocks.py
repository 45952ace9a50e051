"""The blocks of the guide that the grader writes: replaced whole, or refused."""

import re

import pytest

from autograder.masters.guide import in_block


def test_a_block_of_the_guide_is_replaced():
    text = "a\n<!-- x -->\nold\n<!-- /x -->\nb\n"
    assert in_block(text, "x", "new") == "a\n<!-- x -->\nnew\n<!-- /x -->\nb\n"
    assert in_block(in_block(text, "x", "new"), "x", "old") == text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a\nb", "must hold <!-- x --> once; it does so 0 times"),
        ("<!-- x -->\nold\nb", "must hold <!-- /x --> once; it does so 0 times"),
        ("old\n<!-- /x -->\nb", "must hold <!-- x --> once; it does so 0 times"),
        ("<!-- x --> <!-- x --> <!-- /x -->", "<!-- x --> once; it does so 2 times"),
        ("<!-- x --> <!-- /x --> <!-- /x -->", "<!-- /x --> once; it does so 2 times"),
        ("<!-- /x -->\nold\n<!-- x -->", "<!-- /x --> must stand after <!-- x -->"),
    ],
)
def test_a_guide_without_its_markers_is_refused(text, says):
    """No text of the guide is lost, and none is added where nobody looks for it."""
    with pytest.raises(ValueError, match=re.escape(says)):
        in_block(text, "x", "new")
