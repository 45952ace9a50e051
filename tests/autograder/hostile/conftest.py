"""Attacks are read and handed in, never imported."""

collect_ignore_glob = ["*.py"]
