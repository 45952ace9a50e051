"""files: written whole or not at all."""

import os

import pytest

from autograder import files


def test_save_is_all_or_nothing(tmp_path, monkeypatch):
    path = tmp_path / "new" / "a.csv"
    files.save(path, "one")
    monkeypatch.setattr(os, "replace", lambda *paths: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        files.save(path, "two")
    assert path.read_text() == "one"
    assert [*path.parent.iterdir()] == [path]
