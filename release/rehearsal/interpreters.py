"""Locate the local Python interpreters."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess


@functools.cache
def find_interpreters(versions: tuple[str, ...]) -> dict[str, str]:
    """Return version → interpreter on PATH; a LookupError names the missing versions."""
    found = {version: _find_interpreter(f"python{version}") for version in versions}
    if missing := [version for version, path in found.items() if not path]:
        raise LookupError(
            f"The rehearsal needs every Python of integration/matrix.json on PATH; "
            f"missing: {', '.join(missing)}"
        )
    return found


def _find_interpreter(name: str) -> str:
    # A pyenv shim may not work, so this tries each candidate on PATH.
    program = "import sys; print(getattr(sys, '_base_executable', sys.executable))"
    for folder in os.get_exec_path():
        if candidate := shutil.which(name, path=folder):
            done = subprocess.run([candidate, "-c", program], capture_output=True, text=True)
            if done.returncode == 0:
                return done.stdout.strip()
    return ""
