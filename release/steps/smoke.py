"""
Install a wheel as a user would, next to nothing of ours, and run the demo with it.

    python -m release.steps.smoke FOLDER --python 3.12

Dependencies come from uv's default index, PyPI, and from no other.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from release.steps.contents import PACKAGE, the_two
from release.steps.failure import ReleaseError, exit_code

_FROM_THE_WHEEL = f"""\
import sys, {PACKAGE}
print({PACKAGE}.__file__)
sys.exit({PACKAGE}.__file__.startswith(sys.prefix) is False)
"""


def smoke(wheel: Path, python: str, scratch: Path) -> None:
    """
    Run integration/demo.py with an installed wheel.

    Args:
        wheel: the file to install.
        python: the version of the interpreter, such as `3.12`.
        scratch: an empty folder, for the virtual environment and a copy of the demo. The copy has
            no package beside it that would run instead of the wheel.
    """
    environment = scratch / "environment"
    interpreter = str(environment / "bin" / "python")
    for folder in ("host", "integration", "samples"):
        shutil.copytree(folder, scratch / folder)
    _run(f"Python {python}", "uv", "venv", "--quiet", "--python", python, str(environment))
    install = ["uv", "pip", "install", "--quiet", "--python", interpreter]
    _run("Installing the wheel", *install, str(wheel), str(scratch / "host"))
    _run("Importing the wheel", interpreter, "-c", _FROM_THE_WHEEL, cwd=scratch)
    _run("The demo", interpreter, "integration/demo.py", cwd=scratch)


def _run(what: str, *command: str, cwd: Path | None = None) -> None:
    sys.stdout.flush()
    try:
        done = subprocess.run(command, check=False, cwd=cwd, env=_environment())
    except FileNotFoundError:
        raise ReleaseError(f"{what} needs {command[0]}, which is not on PATH.") from None
    if done.returncode:
        raise ReleaseError(f"{what} failed; the output is above.")


def _environment() -> dict[str, str]:
    """Return an environment that names uv no other source of files than its default index."""
    sources = {"UV_CONSTRAINT", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_INDEX", "UV_OVERRIDE"}
    kept = {name: value for name, value in os.environ.items() if name not in sources}
    return {**kept, "UV_NO_CONFIG": "1"}


def main() -> None:
    """Smoke-test the wheel of the folder given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--python", required=True)
    arguments = parser.parse_args()
    _, wheel = the_two(arguments.folder)
    with tempfile.TemporaryDirectory() as scratch:
        smoke(wheel.resolve(), arguments.python, Path(scratch).resolve())


if __name__ == "__main__":
    sys.exit(exit_code(main))
