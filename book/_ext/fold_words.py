"""Say on each fold of a notebook what is in it: an output, a check, code or a solution.

myst-nb has one prompt for all folds, with "content", "source" or "output" in it. What
the course folds away whole is a solution. The source that it folds is code that a
reader may pass by, or would tell an answer: a check, which begins with ``# Check``, or
the code of a plot that is a question, which begins with ``# Plot``.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

WORDS = {"all": "solution", "input": "code"}
TELLING = {"# Check": "check", "# Plot": "code and the answer"}


class NameFolds(SphinxPostTransform):
    default_priority = 198  # before myst-nb puts its own words in

    def run(self, **kwargs) -> None:
        for cell in self.document.findall(nodes.container):
            if word := WORDS.get(cell.get("hide_mode")):
                word = TELLING.get(" ".join(cell.astext().split()[:2]), word)
                for prompt in ("prompt_show", "prompt_hide"):
                    cell[prompt] = cell[prompt].replace("{type}", word)


def setup(app: Sphinx) -> dict:
    app.add_post_transform(NameFolds)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
