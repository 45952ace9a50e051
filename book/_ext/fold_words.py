"""Say on each fold of a notebook what is in it: a solution, or an output.

myst-nb has one prompt for all folds, with "content", "source" or "output" in it. What
the course folds away whole is a solution.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform


class NameSolutions(SphinxPostTransform):
    default_priority = 198  # before myst-nb puts its own words in

    def run(self, **kwargs) -> None:
        for cell in self.document.findall(nodes.container):
            if cell.get("hide_mode") == "all":
                for prompt in ("prompt_show", "prompt_hide"):
                    cell[prompt] = cell[prompt].replace("{type}", "solution")


def setup(app: Sphinx) -> dict:
    app.add_post_transform(NameSolutions)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
