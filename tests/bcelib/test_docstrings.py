"""Docstrings: what holds for a module is said there once, and all that is said is true.

A public function has a summary, its parameters and what it returns, and examples; a
chapter, if one teaches it. Sources are keys of `book/references.bib`. That the examples
give what they say is tested by ``--doctest-modules``.
"""

import importlib
import inspect
import pkgutil
import re
import sys
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import pytest
from numpydoc.docscrape import ClassDoc, FunctionDoc
from numpydoc.validate import validate

import bcelib
from bcelib import losses

# numpydoc's rules, but for those of taste: a summary is a noun phrase (SS05) and may
# begin with a Greek letter (SS02), the next lines are optional (ES01) and so is a See
# Also (SA01), and a formula may begin a description (RT04, SA03).
TASTE = {"ES01", "RT04", "SA01", "SA03", "SS02", "SS05"}
# Libraries that a See Also may name, though not every environment has them.
PEERS = {"jax", "optax", "torch"}

BOOK = Path(__file__).parents[2] / "book"
KEYS = set(re.findall(r"(?m)^@\w+\{(\w+),", (BOOK / "references.bib").read_text()))
CHAPTERS = BOOK.glob("[0-9][0-9]_*.ipynb")
SPOKEN = "\n".join(path.read_text(encoding="utf-8") for path in CHAPTERS)


def public_modules():
    for info in pkgutil.iter_modules(bcelib.__path__):
        if not info.name.startswith("_"):
            yield importlib.import_module(f"bcelib.{info.name}")


def public_objects():
    """All public functions and classes of all public modules, with a name for each."""
    for module in public_modules():
        for name, thing in vars(module).items():
            ours = getattr(thing, "__module__", None) == module.__name__
            ours = ours or name in getattr(module, "__all__", ())
            if ours and not name.startswith("_") and callable(thing):
                yield f"{module.__name__}.{name}", thing


def parameters(function):
    names = inspect.signature(function).parameters
    return [name for name in names if name not in ("self", "cls")]


def home(name):
    """The module under which something is public."""
    return sys.modules[name.rpartition(".")[0]]


def faults(name):
    """What numpydoc finds wrong with a docstring, and matters here.

    Parameters and Returns may stand in the docstring of the module, or in that of a
    function with the same parameters, which the summary names.
    """
    thing = pkgutil.resolve_name(name)
    found = {code: text for code, text in validate(name)["errors"] if code not in TASTE}
    once = conventions(home(name))
    elsewhere = inspect.isfunction(thing) and shares_its_arguments(thing, home(name))
    if elsewhere or "Returns" in once:
        found.pop("RT01", None)
    said = told(FunctionDoc(thing)) | once
    if elsewhere or (inspect.isfunction(thing) and {*parameters(thing)} <= said):
        found.pop("PR01", None)
    return found


def conventions(module):
    """What a module says for all of its functions: the bold words of its list."""
    return set(re.findall(r"(?m)^\* \*\*(\w+)\*\*", inspect.getdoc(module)))


def told(document):
    """The names of the parameters that a docstring describes."""
    names = (each.name for each in document["Parameters"])
    return {name.strip("*") for listed in names for name in listed.split(", ")}


def shares_its_arguments(function, module):
    """Whether the summary names a function, in backticks, with the same parameters."""
    summary = (inspect.getdoc(function) or "").partition("\n")[0]
    named = [vars(module).get(name) for name in re.findall(r"`(\w+)`", summary)]
    return any(
        inspect.isfunction(each) and parameters(each) == parameters(function)
        for each in named
    )


def unknown_sources(text):
    """The sources of a docstring that are no keys of `references.bib`."""
    cited = re.findall(r":cite\b[^`]*`([^`]*)`", text)
    keys = [key for listed in cited for key in listed.split(",")]
    return [key for key in keys if key not in KEYS] + re.findall(r"\.\. \[.+?\]", text)


def said_again(documents):
    """The errors that more than two docstrings explain in the same words."""
    words = Counter(
        " ".join([*each.type.split(), *each.desc])
        for document in documents
        for each in document["Raises"]
    )
    return [said for said, times in words.items() if times > 2]


def names_a_chapter(function, module):
    text = f"{inspect.getdoc(function)} {module.__doc__}"
    return re.search(r"\b[Cc]hapters? \d", " ".join(text.split())) is not None


def unresolved(names, module):
    """The names of a See Also section that lead nowhere."""
    return [name for name in names if not resolves(name, module)]


def resolves(name, module):
    if hasattr(module, name):
        return True
    package = name.partition(".")[0]
    if package in PEERS and find_spec(package) is None:
        return "." in name  # told by a run in which it is installed
    try:
        return pkgutil.resolve_name(name) is not None
    except (ImportError, AttributeError):
        return False


OBJECTS = dict(public_objects())
FUNCTIONS = {name: each for name, each in OBJECTS.items() if inspect.isfunction(each)}
CLASSES = {name: each for name, each in OBJECTS.items() if inspect.isclass(each)}
METHODS = {
    f"{name}.{attribute}": value
    for name, each in CLASSES.items()
    for attribute, value in vars(each).items()
    if inspect.isfunction(value) and not attribute.startswith("_")
}
MODULES = {module.__name__: module for module in public_modules()}


def test_the_search_finds_the_public_names():
    assert {"bcelib.numerics.sigmoid", "bcelib.losses.margin"} <= set(FUNCTIONS)
    assert not any("._" in name for name in OBJECTS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_follows_numpydoc(name):
    assert faults(name) == {}


@pytest.mark.parametrize("name", CLASSES)
def test_class_has_a_docstring_that_names_its_fields(name):
    wanted = {"EX01", "PR01"}  # these two are told by its function
    assert {c: text for c, text in faults(name).items() if c not in wanted} == {}
    document = ClassDoc(CLASSES[name])
    names = {field.name for field in document["Parameters"] + document["Attributes"]}
    assert set(getattr(CLASSES[name], "__annotations__", {})) <= names


@pytest.mark.parametrize("name", METHODS)
def test_method_says_in_a_line_what_it_does_with_its_arguments(name):
    document = inspect.getdoc(METHODS[name])
    assert document.partition("\n")[0].endswith(".")
    assert all(f"`{argument}`" in document for argument in parameters(METHODS[name]))


@pytest.mark.parametrize("name", OBJECTS)
def test_see_also_leads_somewhere(name):
    document = FunctionDoc(OBJECTS[name])
    names = [each for entry, _ in document["See Also"] for each, _ in entry]
    assert unresolved(names, home(name)) == []


@pytest.mark.parametrize("name", {**MODULES, **OBJECTS})
def test_sources_are_keys_of_the_bibliography(name):
    thing = MODULES.get(name) or OBJECTS[name]
    assert unknown_sources(inspect.getdoc(thing)) == []


@pytest.mark.parametrize("name", MODULES)
def test_what_holds_for_a_module_is_said_once(name):
    functions = [FUNCTIONS[each] for each in FUNCTIONS if home(each) is MODULES[name]]
    assert said_again(map(FunctionDoc, functions)) == []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_that_a_chapter_uses_names_the_chapter(name):
    _, module, function = name.split(".")
    taught = re.search(rf"\b{module}\.{function}\b", SPOKEN) is not None
    assert names_a_chapter(FUNCTIONS[name], home(name)) or not taught, (
        f"{name}: a chapter uses it, so its docstring says which: `Chapter N.`"
    )


def bare(z):
    """Logistic sigmoid."""
    return 1 / z


def half(z):
    """Half of a number :cite:t:`nobody1900`.

    Parameters
    ----------
    x : float
        The number.

    Returns
    -------
    float
        The half.

    Raises
    ------
    TypeError
        If it does not hold real numbers.

    See Also
    --------
    double : The inverse.
    bcelib.losses.hinge : No such loss.

    References
    ----------
    .. [1] Nobody, "On halves", 1900.

    Examples
    --------
    >>> half(2)
    1.0
    """
    return z / 2


def half_grad(z):
    """Derivative of `half` by z.

    Examples
    --------
    >>> half_grad(2)
    0.5
    """
    return 0.5


def half_grad_of_two(z, y):
    """Derivative of `half` by y, which it does not have.

    Examples
    --------
    >>> half_grad_of_two(2, 3)
    0
    """
    return 0


def test_what_a_docstring_lacks_is_found():
    assert {"PR01", "RT01", "EX01"} <= set(faults(f"{__name__}.bare"))
    assert not names_a_chapter(bare, losses)


def test_a_parameter_that_does_not_exist_is_found():
    assert {"PR01", "PR02"} <= set(faults(f"{__name__}.half"))


def test_only_the_same_arguments_can_be_left_to_another_function():
    assert faults(f"{__name__}.half_grad") == {}
    assert {"PR01", "RT01"} <= set(faults(f"{__name__}.half_grad_of_two"))


def test_an_unknown_source_is_found():
    assert unknown_sources(inspect.getdoc(half)) == ["nobody1900", ".. [1]"]
    assert unknown_sources(":cite:p:`cox1958,nobody1900`") == ["nobody1900"]
    assert unknown_sources(":cite:t:`cox1958`") == []


def test_words_that_are_said_again_are_found():
    again = ["TypeError If it does not hold real numbers."]
    assert said_again([FunctionDoc(half)] * 3) == again
    assert said_again([FunctionDoc(half)] * 2) == []


def test_a_dead_reference_is_found():
    here = sys.modules[__name__]
    alive = ["half", "bcelib.losses.margin", "numpy.random.Generator.binomial"]
    assert unresolved([*alive, "double", "bcelib.losses.hinge"], here) == [
        "double",
        "bcelib.losses.hinge",
    ]
