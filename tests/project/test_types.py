"""Type hints: every public function of bcelib has them, and both packages ship them.

Whether they are true of each other and of the bodies, mypy says in `make lint`.
"""

import inspect
import pkgutil

import pytest

import bcelib

MODULES = [m.name for m in pkgutil.iter_modules(bcelib.__path__) if m.name[0] != "_"]


def public_functions(module):
    """The functions that a module lends, and the methods of its classes."""
    ours = [
        thing
        for name, thing in vars(module).items()
        if name in getattr(module, "__all__", [name])
        and not name.startswith("_")
        and getattr(thing, "__module__", "").startswith(module.__name__)
    ]
    methods = [
        each for thing in ours if inspect.isclass(thing) for each in members(thing)
    ]
    return [thing for thing in ours if inspect.isfunction(thing)] + methods


def members(cls):
    for name, thing in vars(cls).items():
        thing = thing.fget if isinstance(thing, property) else thing
        if not name.startswith("_") and inspect.isfunction(thing):
            yield thing


def without_hint(function):
    """The parameters that have no hint, and "return" if what is returned has none."""
    names = [*inspect.signature(function).parameters, "return"]
    return [n for n in names if n != "self" and n not in function.__annotations__]


@pytest.mark.parametrize("name", MODULES)
def test_every_public_function_has_hints(name):
    module = pkgutil.resolve_name(f"bcelib.{name}")
    functions = public_functions(module)
    assert functions
    assert {f.__qualname__: without_hint(f) for f in functions if without_hint(f)} == {}


def test_a_missing_hint_is_found():
    def half(z, y: float):
        return z / 2

    assert without_hint(half) == ["z", "return"]


@pytest.mark.parametrize("package", ["bcelib", "autograder"])
def test_the_hints_are_marked_as_shipped(checkout, package):
    assert (checkout / package / "py.typed").is_file()
