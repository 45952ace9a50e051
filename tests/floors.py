"""The floors of a package: each of its modules imports only what lies below it."""

import sys
from pathlib import Path
from typing import NamedTuple

from python_source import imports


class House(NamedTuple):
    """A package as it should be.

    `floors` has the floor of each module; under the name ``room.*``, that of a whole
    folder, inside of which all is open. `outside` lists what else may be imported, by
    module or room and in general under ``""``; the standard library always may, and
    without a list all may. `doors` lists who alone may enter a module or room.
    """

    package: Path
    floors: dict[str, int]
    outside: dict[str, set[str]]
    doors: dict[str, set[str]]

    def faults(self, folder=None):
        """Yield a sentence for each module and each import that is out of place."""
        folder = folder or self.package
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            module = ".".join(parts).removesuffix("__init__").rstrip(".")
            place = self._place(module)
            if place is None and path.stem != "__init__":
                yield f"{module} has no floor: give it one in the test of its package"
            for each in imports(path, folder, self.package.name):
                if fault := self._fault(place, each):
                    yield f"{'.'.join(parts)} imports {each}, {fault}"

    def _fault(self, place, imported):
        top, _, module = imported.partition(".")
        if place is None:
            return "and has no floor: one name, one address"
        if top != self.package.name:
            allowed = _rule(self.outside, place)
            known = allowed is None or top in {*allowed, *sys.stdlib_module_names}
            return None if known else "which is not listed for it"
        there = self._place(module)
        if there == place and there.endswith(".*"):
            return None
        guests = _rule(self.doors, module)
        if guests is not None and place.partition(".")[0] not in guests:
            return "which is not open to it"
        is_below = there is not None and self.floors[there] < self.floors[place]
        return None if is_below else "which is not on a floor below"

    def _place(self, module):
        """The name under which the floors know a module: its own, or its room's."""
        names = [module, *(f"{room}.*" for room in _rooms(module))]
        return next((name for name in names if name in self.floors), None)


def _rule(rules, module):
    """What holds for a module: its own rule, else its room's, else the general one."""
    return next((rules[name] for name in _rooms(module) if name in rules), None)


def _rooms(module):
    """The module, its room, the room around that, and at last the package."""
    parts = module.removesuffix(".*").split(".")
    return [".".join(parts[:i]) for i in range(len(parts), -1, -1)]
