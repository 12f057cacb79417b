"""What setup.py states, read without running it."""

from __future__ import annotations

import ast

from integration.release.steps.failure import ReleaseError


def setup_version(setup_py: str) -> str:
    """Return the `version` that a setup.py states, without running it."""
    for node in ast.walk(ast.parse(setup_py)):
        if isinstance(node, ast.keyword) and node.arg == "version":
            value = ast.literal_eval(node.value)
            if isinstance(value, str):
                return value
    raise ReleaseError("setup.py states no version. Add version='X.Y.Z' to setup().")
