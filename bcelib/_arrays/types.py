"""Types: what the hints of the public functions say about arrays.

What goes in is NumPy's `ArrayLike`: a number, a sequence, an array of any library.
"""

from typing import Any, TypeAlias

# What comes out: an array, or of scalars a scalar, of the library of the arguments, as
# numpy.ndarray, torch.Tensor or jax.Array. No type of Python says "of the library of
# the arguments", so a checker asks nothing of it.
Array: TypeAlias = Any
