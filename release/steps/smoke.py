"""
Install the wheels in a new environment, as a user would, and run the demo with them.

    python -m release.steps smoke FOLDER --python 3.12

Dependencies come only from uv's default index, PyPI.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from release.steps.commands import run
from release.steps.metadata import read_projects
from release.steps.step import ReleaseError

_SOURCES = {"UV_CONSTRAINT", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_INDEX", "UV_OVERRIDE"}

# The demo's requirements, which may be among the wheels.
_DEMO = ("azure-functions-embedded-host", "--requirement", "samples/v2/requirements.txt")


def smoke(wheels: dict[str, Path], python: str, scratch: Path) -> None:
    """
    Run integration/demo.py with installed wheels, which are named by their import packages.

    The demo runs in an empty folder, where Python finds no other package to import instead.
    """
    environment = {name: value for name, value in os.environ.items() if name not in _SOURCES}
    environment["UV_NO_CONFIG"] = "1"
    options = {"cwd": scratch, "env": environment}
    for folder in ("integration", "samples"):
        shutil.copytree(folder, scratch / folder)
    prefix = scratch / "environment"
    interpreter = str(prefix / "bin" / "python")
    run(f"Python {python}", "uv", "venv", "--quiet", "--python", python, str(prefix), **options)
    install = ["uv", "pip", "install", "--quiet", "--python", interpreter, *_DEMO]
    run("Installing the wheels", *install, *map(str, wheels.values()), **options)
    for package in wheels:
        program = f"import {package}; print({package}.__file__)"
        imported = run("Importing a wheel", interpreter, "-c", program, **options).strip()
        if prefix not in Path(imported).parents:
            raise ReleaseError(f"Python imported {imported}, not the wheel. Unset PYTHONPATH.")
        sys.stdout.write(f"{imported}\n")
    sys.stdout.write(run("The demo", interpreter, "integration/demo.py", **options))


def main(folder: Path, *, python: str) -> None:
    """Smoke-test the wheels of the given folder."""
    wheels = {one.package: (folder / one.wheel).resolve() for one in read_projects()}
    with tempfile.TemporaryDirectory() as scratch:
        smoke(wheels, python, Path(scratch).resolve())
