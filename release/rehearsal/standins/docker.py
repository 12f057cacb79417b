"""
Stand-in for `docker create`, `docker cp` and `docker rm`, for the official images of Python only.

Imitates: the commands of the image's Python in /usr/local, and the failure for a missing version.
The commands start the interpreter on the caller's PATH. Any other command or argument fails.
"""

import re
from pathlib import Path

from release.rehearsal.standins.job import Job, link_python
from release.steps.step import ReleaseError

_IMAGE = re.compile(r"docker\.io/library/python:(3\.\d+)-slim-bookworm")


def docker(job: Job, *arguments: str) -> str:
    """Run a command and return its output. The id of a container is its Python version."""
    interpreters = job.state.interpreters
    match arguments:
        case ["create", image] if (of := _IMAGE.fullmatch(image)) and of[1] in interpreters:
            return of[1]
        case ["cp", source, folder] if source.endswith(":/usr/local"):
            version = source.removesuffix(":/usr/local")
            link_python(interpreters[version], version, Path(folder, "bin"))
            return ""
        case ["rm", version] if version in interpreters:
            return version
    raise ReleaseError(f"the stand-in for docker cannot run: docker {' '.join(arguments)}")
