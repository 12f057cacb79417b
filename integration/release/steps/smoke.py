"""
Install a wheel as a user would, next to nothing of ours, and run the demo with it.

    python -m integration.release.steps.smoke FOLDER --python 3.12

Dependencies come from uv's default index, PyPI, and from no other.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from integration.release.steps.contents import PACKAGE, the_two
from integration.release.steps.failure import ReleaseError, exit_code

_WHERE = f"import {PACKAGE}; print({PACKAGE}.__file__)"


def smoke(wheel: Path, python: str, environment: Path) -> None:
    """
    Run integration/demo.py with an installed wheel.

    Args:
        wheel: the file to install.
        python: the version of the interpreter, such as `3.12`.
        environment: a folder, created here, for the virtual environment.
    """
    if Path(PACKAGE).exists():
        raise ReleaseError(
            f"./{PACKAGE} would be tested instead of the wheel. Run this without it."
        )
    _run("uv", "venv", "--quiet", "--python", python, str(environment))
    interpreter = str(environment / "bin" / "python")
    _run("uv", "pip", "install", "--quiet", "--python", interpreter, str(wheel), "werkzeug")
    _run(interpreter, "-c", _WHERE)
    _run(interpreter, "integration/demo.py")


def _run(*command: str) -> None:
    sys.stdout.flush()
    if subprocess.run(command, check=False).returncode:
        raise ReleaseError(f"{' '.join(command)} failed; its output is above.")


def main() -> None:
    """Smoke-test the wheel of the folder given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--python", required=True)
    arguments = parser.parse_args()
    _, wheel = the_two(arguments.folder)
    with tempfile.TemporaryDirectory() as scratch:
        smoke(wheel, arguments.python, Path(scratch, "smoke"))


if __name__ == "__main__":
    sys.exit(exit_code(main))
