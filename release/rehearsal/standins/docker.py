"""
Stand-in for the commands `docker create`, `docker cp` and `docker rm`, for the official images of
Python only.

Imitates: /usr/local of the image has the commands of its Python, and failure for a version that
this machine lacks. They start the interpreter on the caller's PATH. Omits: everything else
in the image. Any other command or argument fails.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from release.rehearsal.standins.job import link_python, read_job
from release.steps.step import ReleaseError, run_step

_IMAGE = re.compile(r"docker\.io/library/python:(3\.\d+)-slim-bookworm")


def docker(arguments: list[str], interpreters: dict[str, str]) -> str:
    """Run a command and return its output; a container's id is its version of Python."""
    command, *rest = arguments
    if len(rest) != (2 if command == "cp" else 1):
        command = ""
    image = _IMAGE.fullmatch(rest[0]) if command == "create" else None
    if image and image[1] in interpreters:
        return image[1]
    if command == "cp" and rest[0].endswith(":/usr/local"):
        version = rest[0].removesuffix(":/usr/local")
        link_python(interpreters[version], version, Path(rest[1], "bin"))
        return ""
    if command == "rm" and rest[0] in interpreters:
        return rest[0]
    raise ReleaseError(f"the stand-in for docker cannot run: docker {' '.join(arguments)}")


def main() -> None:
    """Run the command line."""
    sys.stdout.write(docker(sys.argv[1:], read_job({}).state.interpreters) + "\n")


if __name__ == "__main__":
    sys.exit(run_step(main, []))
