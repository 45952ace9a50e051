"""How a notebook is stored, what it shows and how its code is written.

What holds for all Python code, such as 88 columns and no unused name, Ruff checks here
too: `make lint`.

Tags that loosen a rule: `exact` (every digit is printed on purpose), and
`raises-exception` and `nbval-ignore-output` (the prose before says why). Tags that
fold: `hide-cell` a solution, `hide-input` a check or what drawing takes, `hide-output`
what was predicted.
"""

import ast
import re

import nbformat
import refresh
from notebook_file import Rulebook

HYGIENE = Rulebook()
rule = HYGIENE.rule

# ---- the file -----------------------------------------------------------------------


@rule("Run `make refresh`.")
def format_is_4_5(notebook):
    version = notebook.raw.get("nbformat"), notebook.raw.get("nbformat_minor")
    if version != (4, 5):
        yield "notebook", f"nbformat is {version} and not (4, 5)"
        return
    for error in nbformat.validator.iter_validate(notebook.raw):
        yield "notebook", f"nbformat's schema objects: {error}"


@rule("Give each cell a readable id of its own, such as 'sigmoid-plot'.")
def ids_are_readable_slugs(notebook):
    ids = [cell.id for cell in notebook.cells]
    for cell_id in dict.fromkeys(ids):
        if not refresh.is_readable_slug(cell_id):
            yield cell_id, "not a readable slug"
        if ids.count(cell_id) > 1:
            yield cell_id, f"the id of {ids.count(cell_id)} cells"


@rule("Run `make refresh`.")
def notebook_metadata_is_minimal(notebook):
    if notebook.raw["metadata"] != refresh.NOTEBOOK_METADATA:
        yield "notebook", "metadata other than kernelspec and language"


FLAGS = {"source_hidden", "outputs_hidden"}


@rule("Run `make refresh`.")
def cell_metadata_is_minimal(notebook):
    for cell in notebook.cells:
        extra = cell.metadata.keys() - {"tags", "mystnb", "jupyter"}
        extra |= cell.metadata.get("jupyter", {}).keys() - FLAGS
        if extra:
            yield cell.id, f"metadata of an editor: {', '.join(sorted(extra))}"


TAGS = {"exact", "raises-exception", "nbval-ignore-output", "hide-cell", "hide-input"}
TAGS |= {"hide-output"}


@rule(f"A tag does something only if it is one of {', '.join(sorted(TAGS))}.")
def tags_are_known(notebook):
    for cell in notebook.cells:
        for tag in cell.tags:
            if tag not in TAGS:
                yield cell.id, f"the tag `{tag}`"


@rule("Run `make refresh`.")
def file_is_normalised(notebook):
    stored = nbformat.v4.reads(notebook.text)
    if refresh.serialise(refresh.normalise(stored)) != notebook.text:
        yield "notebook", "not in normal form"


# ---- what it shows ------------------------------------------------------------------


@rule("Run `make refresh`.")
def counts_run_from_1_to_n(notebook):
    for count, cell in enumerate(notebook.code, start=1):
        stored = cell.raw.get("execution_count")
        if stored != count:
            yield cell.id, f"execution count {stored} and not {count}"


@rule("Run `make refresh`.")
def outputs_are_stored(notebook):
    for cell in notebook.code:
        shows = re.search(r"^(print|display|plt\.show)\(", cell.source, re.MULTILINE)
        if shows and not cell.outputs:
            yield cell.id, f"`{shows[0]}…)` without a stored output"
    if not any(cell.outputs for cell in notebook.code):
        yield "notebook", "no stored output at all"


@rule("Mend what the warning is about.")
def nothing_on_stderr(notebook):
    for cell in notebook.code:
        if any(output.get("name") == "stderr" for output in cell.outputs):
            yield cell.id, "output on stderr"


@rule("Count operations: a time differs on every run.")
def nothing_is_timed(notebook):
    clocks = r"\b(perf_counter|process_time|monotonic|timeit|time\.time)\b"
    times = r"Wall time|CPU times|per loop|\b\d+(\.\d+)? ?(ns|µs|us|ms)\b"
    for cell in notebook.code:
        if timing := re.search(clocks, cell.source) or cell.search_shown(times):
            yield cell.id, f"a timing, '{timing[0]}'"


@rule("End the cell in `plt.show()` or an assignment.")
def no_memory_addresses(notebook):
    for cell in notebook.code:
        if address := cell.search_shown(r"\bat 0x[0-9a-fA-F]+"):
            yield cell.id, f"a memory address, '{address[0]}'"


@rule("Show a file's name alone: folders differ between machines.")
def no_absolute_paths(notebook):
    path = r"(?:^|[\s\"'(=>]|file://)(/(?:[\w.+-]+/)+[\w.+-]*|[A-Za-z]:\\+\w[\w\\]*)"
    for cell in notebook.code:
        if found := cell.search_shown(path):
            yield cell.id, f"an absolute path, '{found[1]}'"


@rule("Round it, or tag the cell `exact` where all digits are the point.")
def printed_floats_are_rounded(notebook):
    for cell in notebook.code:
        long = cell.search_shown(r"\d\.\d{11,}")
        if long and "exact" not in cell.tags:
            yield cell.id, f"{long[0]} may end differently on another processor"


@rule("Tag the code cell after a **Predict:** `hide-output`, and no other.")
def predictions_are_folded(notebook):
    for before, cell in notebook.steps():
        asked = before and before.is_prose and "**Predict:**" in before.source
        folded = "hide-output" in cell.tags
        if asked and not (cell.is_code and folded):
            yield cell.id, "the answer to a prediction stands open"
        if folded and not asked:
            yield cell.id, "an output is folded where nothing is predicted"
        if folded and not cell.metadata.get("jupyter", {}).get("outputs_hidden"):
            yield cell.id, "an output is folded on the page, and not in JupyterLab"


@rule("Say in `mystnb.image.alt`, in 40 characters or more, what there is to see.")
def figures_are_described(notebook):
    for cell in notebook.code:
        if cell.figures and len(cell.alt) < 40:
            yield cell.id, f"a figure with {len(cell.alt)} characters of description"
        if len(cell.figures) > 1:
            yield cell.id, f"one description for {len(cell.figures)} figures"


# ---- its code -----------------------------------------------------------------------


@rule("Say directly before the code what it is about to do.")
def code_follows_prose(notebook):
    for before, cell in notebook.steps():
        # A solution belongs to its check, with or without words between them.
        is_solution = re.fullmatch(r"exercise-\d+-solution", cell.id)
        if cell.is_code and not is_solution and not (before and before.is_prose):
            yield cell.id, "code without prose directly before it"


@rule("One idea a cell: at most 15 lines, and at least one.")
def code_is_short(notebook):
    for cell in notebook.code:
        lines = cell.source.splitlines()
        if not 1 <= len(lines) <= 15:
            yield cell.id, f"{len(lines)} lines"


@rule("Write plain Python, which runs anywhere.")
def code_is_plain_python(notebook):
    for cell in notebook.code:
        if cell.tree is None:
            yield cell.id, "a magic, a shell command or a syntax error"
        if any(node.id == "get_ipython" for node in cell.nodes(ast.Name)):
            yield cell.id, "a magic in disguise, `get_ipython`"


OUTWARD = {"aiohttp", "ftplib", "http", "httpx", "pooch", "requests", "socket"}
OUTWARD |= {"subprocess", "urllib", "urllib3", "webbrowser"}


@rule("Ship the data with the book: readers are offline.")
def code_stays_offline(notebook):
    for cell in notebook.code:
        for name in cell.imports:
            if name.partition(".")[0] in OUTWARD:
                yield cell.id, f"`{name}` reaches out of the notebook"
        for call in cell.nodes(ast.Call):
            for node in [*call.args, *(keyword.value for keyword in call.keywords)]:
                value = node.value if isinstance(node, ast.Constant) else None
                if isinstance(value, str) and re.match(r"(https?|ftp)://", value):
                    yield cell.id, f"'{value}' is opened"


@rule("End in `plt.show()` or an assignment: nbval sees through `;`.")
def no_trailing_semicolon(notebook):
    for cell in notebook.code:
        if cell.source.rstrip().endswith(";"):
            yield cell.id, "a trailing `;`"


REASONS = {
    "raises-exception": r"\b(rais|error|exception|refus|fail)",
    "nbval-ignore-output": r"\b(differ|vary|varies|depend|not compared)",
}


@rule("Give the reason in the prose directly before the cell.")
def loose_checks_have_a_reason(notebook):
    for before, cell in notebook.steps():
        prose = before.source if before and before.is_prose else ""
        for tag in cell.tags:
            if tag in REASONS and not re.search(REASONS[tag], prose, re.IGNORECASE):
                yield cell.id, f"the tag `{tag}` without a reason"
        if re.search(r"# *(NBVAL|PYTEST)_", cell.source):
            yield cell.id, "nbval switched off in a comment"
