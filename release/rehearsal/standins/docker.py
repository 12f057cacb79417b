"""
Stand-in for the commands `docker create`, `docker cp` and `docker rm`, for the official images of
Python only.

Kept: /usr/local of `python:3.X-slim-bookworm` has `bin/python3.X`. It is the interpreter on the
caller's PATH. Left out: every other image, path and command; they fail.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from release.rehearsal.standins.job import link_python, read_job
from release.steps.failure import ReleaseError, exit_code

_IMAGE = re.compile(r"docker\.io/library/python:(3\.\d+)-slim-bookworm")


def main() -> None:
    """Run one command; the id of a container is its version of Python."""
    match sys.argv[1:]:
        case ["create", image] if version := _IMAGE.fullmatch(image):
            sys.stdout.write(f"{version[1]}\n")
        case ["cp", source, target] if source.endswith(":/usr/local"):
            version = source.partition(":")[0]
            interpreter = read_job({}).state.interpreters[version]
            link_python(interpreter, version, Path(target, "bin"))
        case ["rm", _]:
            pass
        case other:
            raise ReleaseError(f"the stand-in for docker does not know {' '.join(other)}")


if __name__ == "__main__":
    sys.exit(exit_code(main))
