"""What setup.py states, read without running it."""

from __future__ import annotations

import ast

from release.steps.failure import ReleaseError


def setup_version(setup_py: str) -> str:
    """Return the `version` that a setup.py states, without running it."""
    try:
        parsed = ast.parse(setup_py)
    except (SyntaxError, ValueError) as error:
        raise ReleaseError(f"setup.py is not Python: {error}.") from None
    for node in ast.walk(parsed):
        if isinstance(node, ast.keyword) and node.arg == "version":
            stated = getattr(node.value, "value", None)
            if isinstance(stated, str):
                return stated
    raise ReleaseError("setup.py states no version. Add version='X.Y.Z' to setup().")
