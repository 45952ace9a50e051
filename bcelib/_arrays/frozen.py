"""Frozen: what a dataclass has checked stays as it is, in its copies too."""

import dataclasses

import numpy as np


class Frozen:
    """Base of a frozen dataclass whose arrays are read-only.

    Copying an array, and pickling it, would make it writeable again. So a copy is made
    as the original was, from the fields.
    """

    def _keep(self, **values):
        for name, value in values.items():
            if isinstance(value, np.ndarray):
                value.flags.writeable = False
            object.__setattr__(self, name, value)

    def __reduce__(self):
        values = (getattr(self, field.name) for field in dataclasses.fields(self))
        return type(self), tuple(values)
