"""Docstrings: every public name has the sections of the template, and they are true.

That the examples give what they say is tested by ``--doctest-modules``.
"""

import importlib
import inspect
import pkgutil
import re
import sys
from pathlib import Path

import pytest
from numpydoc.docscrape import ClassDoc, FunctionDoc, NumpyDocString
from numpydoc.validate import validate

import bcelib

# numpydoc's rules, but for those of taste: a summary is a noun phrase (SS05) and may
# begin with a Greek letter (SS02), the next lines are optional (ES01), and a formula
# may begin a description (RT04, SA03).
TASTE = {"ES01", "RT04", "SA03", "SS02", "SS05"}
ALWAYS = ["See Also", "Notes", "References", "Examples"]
# A picture shows what the functions of its See Also compute; they have the sources.
PICTURES = ("bcelib.interactive", "bcelib.plotting")


def public_objects():
    """All public functions and classes of all public modules, with a name for each."""
    for info in pkgutil.iter_modules(bcelib.__path__):
        if info.name.startswith("_"):
            continue
        module = importlib.import_module(f"bcelib.{info.name}")
        for name, thing in vars(module).items():
            ours = getattr(thing, "__module__", None) == module.__name__
            ours = ours or name in getattr(module, "__all__", ())
            if ours and not name.startswith("_") and callable(thing):
                yield f"{module.__name__}.{name}", thing


def parameters(function):
    names = inspect.signature(function).parameters
    return [name for name in names if name not in ("self", "cls")]


def can_raise(function):
    """Whether nonsense in the place of every argument is refused."""
    signature = inspect.signature(function).parameters.values()
    named = [each.name for each in signature if each.kind is each.KEYWORD_ONLY]
    others = [object() for each in signature if each.kind is not each.KEYWORD_ONLY]
    try:
        function(*others, **dict.fromkeys(named, object()))
    except (TypeError, ValueError):
        return True
    except AttributeError:  # a stumble, which the template does not ask for
        return False
    return False


def said_once(function):
    """The sections of the docstring of its module, which hold for each function."""
    return NumpyDocString(inspect.getdoc(sys.modules[function.__module__]) or "")


def missing_sections(function):
    """The sections of the template that the docstring of a function leaves out.

    What stands in the docstring of the module need not be repeated.
    """
    document = FunctionDoc(function)
    wanted = list(ALWAYS)
    if function.__module__.startswith(PICTURES):
        wanted.remove("References")
    if parameters(function):
        wanted.append("Parameters")
        if can_raise(function):
            wanted.append("Raises")
    if re.search(r"\breturn \S", inspect.getsource(function)):
        wanted.append("Returns")
    module = said_once(function)
    return [each for each in wanted if not (document[each] or module[each])]


def unresolved(names, module):
    """The names of a See Also section that lead nowhere."""
    return [name for name in names if not resolves(name, module)]


def resolves(name, module):
    if hasattr(module, name):
        return True
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


CHAPTERS = (Path(__file__).parents[2] / "book").glob("[0-9][0-9]_*.ipynb")
SPOKEN = "\n".join(path.read_text(encoding="utf-8") for path in CHAPTERS)


def faults(name):
    return {code: text for code, text in validate(name)["errors"] if code not in TASTE}


def test_the_search_finds_the_public_names():
    assert {"bcelib.numerics.sigmoid", "bcelib.losses.margin"} <= set(FUNCTIONS)
    assert not any("._" in name for name in OBJECTS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_has_every_section(name):
    assert missing_sections(FUNCTIONS[name]) == []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_follows_numpydoc(name):
    assert faults(name) == {}


@pytest.mark.parametrize("name", CLASSES)
def test_class_has_a_docstring_that_names_its_fields(name):
    wanted = {"SA01", "EX01", "PR01"}  # these three are told by its function
    assert {c: text for c, text in faults(name).items() if c not in wanted} == {}
    document = ClassDoc(CLASSES[name])
    told = {field.name for field in document["Parameters"] + document["Attributes"]}
    assert set(getattr(CLASSES[name], "__annotations__", {})) <= told


@pytest.mark.parametrize("name", METHODS)
def test_method_says_in_a_line_what_it_does_with_its_arguments(name):
    document = inspect.getdoc(METHODS[name])
    assert document.partition("\n")[0].endswith(".")
    assert all(f"`{argument}`" in document for argument in parameters(METHODS[name]))


@pytest.mark.parametrize("name", OBJECTS)
def test_see_also_leads_somewhere(name):
    document = FunctionDoc(OBJECTS[name])
    names = [each for entry, _ in document["See Also"] for each, _ in entry]
    assert unresolved(names, sys.modules[OBJECTS[name].__module__]) == []


@pytest.mark.parametrize(
    "name", [name for name in FUNCTIONS if not name.startswith(PICTURES)]
)
def test_notes_name_the_chapter(name):
    _, module, function = name.split(".")
    notes = FunctionDoc(FUNCTIONS[name])["Notes"] + said_once(FUNCTIONS[name])["Notes"]
    taught = re.search(rf"\b{module}\.{function}\b", SPOKEN) is not None
    assert bool(re.search(r"\b[Cc]hapters? \d", " ".join(notes))) or not taught


def bare(z):
    """Logistic sigmoid."""
    return 1 / z


def half(z):
    """Half of a number.

    Returns
    -------
    float
        The half.

    See Also
    --------
    double : The inverse.
    bcelib.losses.hinge : No such loss.

    Examples
    --------
    >>> half(2)
    1.0
    """
    return z / 2


def test_a_missing_section_is_found():
    assert missing_sections(bare) == [*ALWAYS, "Parameters", "Raises", "Returns"]
    assert missing_sections(half) == ["Notes", "References", "Parameters", "Raises"]
    assert not can_raise(lambda z: z)
    assert not can_raise(lambda z: z.shape)


def test_a_dead_reference_is_found():
    here = sys.modules[__name__]
    alive = ["half", "bcelib.losses.margin", "numpy.random.Generator.binomial"]
    assert unresolved([*alive, "double", "bcelib.losses.hinge"], here) == [
        "double",
        "bcelib.losses.hinge",
    ]
