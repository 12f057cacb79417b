"""
Stand-in for the `docker` command: `create` of an official Python image, `cp` of the container's
/usr/local, and `rm`.

Kept: the place of the interpreter in the copied tree, and failure on another image, on a Python
that this machine lacks and on a folder that exists. Left out: everything else in the image, as the
interpreter is a link to the one of this machine. Any other command or argument fails.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

from release.rehearsal.standins.job import StepError

_IMAGE = re.compile(r"docker\.io/library/python:(3\.\d+)-slim-bookworm")


def docker(arguments: list[str], interpreters: dict[str, str]) -> str:
    """Run a command and return what it prints; a container's id is its Python version."""
    match arguments:
        case ["create", image] if found := _IMAGE.fullmatch(image):
            if found[1] not in interpreters:
                raise StepError(f"manifest for {image} not found")
            return found[1]
        case ["cp", source, target] if source.endswith(":/usr/local"):
            python = source.removesuffix(":/usr/local")
            folder = Path(target, "bin")
            folder.mkdir(parents=True)
            (folder / f"python{python}").symlink_to(interpreters[python])
            return ""
        case ["rm", container] if container in interpreters:
            return container
    raise StepError(f"docker stand-in cannot run: docker {' '.join(arguments)}")


def main() -> None:
    """Run the command line."""
    state = json.loads(Path(os.environ["REHEARSAL_STATE"]).read_text(encoding="utf-8"))
    try:
        sys.stdout.write(docker(sys.argv[1:], state["interpreters"]) + "\n")
    except StepError as failed:
        sys.exit(str(failed))


if __name__ == "__main__":
    main()
