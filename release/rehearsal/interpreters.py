"""The programs of this machine that a rehearsal runs with."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path


@functools.cache
def find_interpreters(versions: tuple[str, ...]) -> dict[str, str]:
    """Return version → interpreter, as found on PATH; LookupError names the missing ones."""
    found = {version: _interpreter(f"python{version}") for version in versions}
    if missing := [version for version, path in found.items() if not path]:
        raise LookupError(
            f"The rehearsal needs every Python of release.yml on PATH; "
            f"missing: {', '.join(missing)}"
        )
    return found


def _interpreter(name: str) -> str:
    # A pyenv shim may be there and yet not run, so each one found is asked, also behind the first.
    for folder in os.get_exec_path():
        candidate = shutil.which(name, path=folder)
        if candidate:
            command = [
                candidate,
                "-c",
                "import sys; print(getattr(sys, '_base_executable', sys.executable))",
            ]
            done = subprocess.run(command, check=False, capture_output=True, text=True)
            if done.returncode == 0:
                return done.stdout.strip()
    return ""


def uv() -> str:
    """Return the uv that was installed next to this Python."""
    found = shutil.which("uv", path=str(Path(sys.executable).parent))
    if found is None:
        raise LookupError(f"uv is not installed next to {sys.executable}")
    return found
