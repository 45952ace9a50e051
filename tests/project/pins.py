"""Do the pinned files agree with pyproject.toml, with each other and with what runs?

Everything is decided offline: loose requirements come from pyproject.toml and from the
metadata of the installed distributions, pins from the files.
"""

import itertools
import re
import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

parse = cache(Requirement)  # each line is asked about for many environments

FILES = {
    "requirements.txt": "book",
    "requirements-dev.txt": "dev",
    ".binder/requirements.txt": "binder",
}
# What these hold need not be installed; what PyTorch needs depends on the index.
OPTIONAL = {
    "requirements-arrays.txt": "arrays",
    "benchmarks/requirements.txt": "benchmarks",
}
ALL = FILES | OPTIONAL
HERE = default_environment()
ELSEWHERE = [
    HERE
    | {"python_version": python, "python_full_version": f"{python}.9"}
    | {"sys_platform": system, "os_name": "nt" if system == "win32" else "posix"}
    for python in ("3.11", "3.12", "3.13")
    for system in ("linux", "darwin", "win32")
]


def described(environment):
    return f"Python {environment['python_version']} on {environment['sys_platform']}"


def applies(requirement, environment, extras=()):
    marker = requirement.marker
    return not marker or any(
        marker.evaluate(environment | {"extra": extra}) for extra in extras or [""]
    )


def requirement_lines(path):
    """The lines that install something, without comments."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not re.match(r"\s*(#|$)", line)]


def pins(path, environment=HERE):
    """The version of each distribution that a file gives to one environment."""
    found = {}
    for line in requirement_lines(path)[1:]:
        pin = parse(line)
        if applies(pin, environment):
            [exact] = pin.specifier
            found[canonicalize_name(pin.name)] = exact.version
    return found


class Loose:
    """The loose requirements: of bcelib from pyproject.toml, of others as installed."""

    def __init__(self, root):
        self.project = tomllib.loads((root / "pyproject.toml").read_text())["project"]

    def of(self, name, extras):
        if name == "bcelib":
            optional = self.project["optional-dependencies"]
            wanted = [self.project["dependencies"], *(optional[key] for key in extras)]
            yield from map(parse, itertools.chain(*wanted))
            return
        try:
            lines = requires(name) or []
        except PackageNotFoundError:  # pinned for another set, so not installed here
            return
        for requirement in map(parse, lines):
            if applies(requirement, HERE, extras):
                yield requirement

    def closure(self, extra):
        """Everything that one extra needs here: (who needs it, what is needed)."""
        todo, seen = [("bcelib", frozenset({extra}))], set()
        while todo:
            name, extras = todo.pop()
            if (name, extras) in seen:
                continue
            seen.add((name, extras))
            for needed in self.of(name, extras):
                if applies(needed, HERE, extras):
                    target = canonicalize_name(needed.name)
                    todo.append((target, frozenset(needed.extras)))
                    if target != "bcelib":
                        yield name, needed


def unpinned_lines(root):
    """The checkout itself comes first, then exact pins and nothing else."""
    for name in ALL:
        first, *others = requirement_lines(root / name)
        if first != "-e .":
            yield f"{name} begins with '{first}' in place of '-e .'"
        for line in others:
            if not re.match(r"[\w.-]+==[\w.!+]+( ;|$)", line):
                yield f"{name}: '{line}' is not an exact pin"


def unmet_requirements(root):
    """Each loose dependency is pinned to a version that it allows."""
    loose = Loose(root)
    for name, extra in FILES.items():
        pinned = pins(root / name)
        for who, needed in loose.closure(extra):
            found = pinned.get(canonicalize_name(needed.name))
            if found is None:
                yield f"{name} has no pin for {needed}, which {who} needs"
            elif not needed.specifier.contains(found, prereleases=True):
                yield f"{name} pins {needed.name} to {found}; {who} needs {needed}"


def idle_pins(root):
    """Nothing is pinned that nothing needs; told where all the set is installed."""
    loose = Loose(root)
    for name, extra in FILES.items():
        pinned = pins(root / name)
        if installed(pinned).keys() == pinned.keys():
            needed = {canonicalize_name(each.name) for _, each in loose.closure(extra)}
            for idle in sorted(pinned.keys() - needed):
                yield f"{name} pins {idle}, which nothing needs"


def pins_that_differ(root):
    """One version of a distribution for one environment, whichever file is used."""
    for environment in ELSEWHERE:
        versions = {}
        for name in ALL:
            for distribution, pinned in pins(root / name, environment).items():
                versions.setdefault(distribution, {})[name] = pinned
        where = described(environment)
        for distribution, found in versions.items():
            if len(set(found.values())) > 1:
                yield f"{distribution} for {where}: {found}"


def missing_elsewhere(root):
    """What bcelib itself names is pinned for every Python and system."""
    loose = Loose(root)
    for name, extra in ALL.items():
        direct = [each for who, each in loose.closure(extra) if who == "bcelib"]
        for environment in ELSEWHERE:
            pinned = pins(root / name, environment)
            where = described(environment)
            for needed in direct:
                found = pinned.get(canonicalize_name(needed.name), "nothing")
                if found == "nothing" or not needed.specifier.contains(found):
                    yield f"{name} pins {needed} to {found} for {where}"


def other_than_installed(root):
    """The tests run what requirements.txt and requirements-dev.txt install."""
    for name in ("requirements.txt", "requirements-dev.txt"):
        pinned = pins(root / name)
        found = installed(pinned)
        for distribution, wanted in pinned.items():
            runs = found.get(distribution, "none")
            if runs != wanted:
                yield f"{name} pins {distribution} to {wanted}, and {runs} is installed"


def installed(names):
    found = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


CHECKS = [
    unpinned_lines,
    unmet_requirements,
    idle_pins,
    pins_that_differ,
    missing_elsewhere,
    other_than_installed,
]
