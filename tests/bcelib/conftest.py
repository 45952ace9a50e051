"""Here so that the tests of each room find `catalogue`; and what several share."""

import importlib.util

import dask.array as da
import pytest


@pytest.fixture
def in_this_thread():
    """Without a cluster: errors come out as they are, and nothing runs side by side."""
    with da.core.config.set(scheduler="synchronous"):
        yield


@pytest.fixture(scope="module")
def double_precision():
    """JAX makes everything float32 unless it is told otherwise."""
    if importlib.util.find_spec("jax") is None:
        yield
        return
    import jax

    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", before)
