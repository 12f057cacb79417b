"""
Stand-in for actions/setup-python.

Kept: several versions, one on each line, of which the last is `python`; failure for a version that
is missing. The interpreters are those on the caller's PATH; PIP_REQUIRE_VIRTUALENV keeps the jobs
from installing anything into them. Left out: caching, other inputs.

It also fails if pip has settings other than the rehearsal's: the machine's own pip.conf must not
decide where a released file comes from.
"""

from __future__ import annotations

import os

from release.rehearsal.standins.job import Job, add_to_path, link_python, run
from release.steps.failure import ReleaseError


def setup_python(job: Job) -> None:
    """Put the interpreters on the PATH."""
    refuse_settings()
    for version in dict.fromkeys(job.inputs["python-version"].split()):
        if version not in job.state.interpreters:
            raise ReleaseError(f"Version {version} was not found in the local cache")
        folder = job.temp / f"python-{version}"
        link_python(job.state.interpreters[version], version, folder)
        add_to_path(folder)


def refuse_settings() -> None:
    """Fail if pip has settings that are not the rehearsal's."""
    expected = {"PIP_CONFIG_FILE", "PIP_INDEX_URL", "PIP_REQUIRE_VIRTUALENV"}
    if leaked := sorted({name for name in os.environ if name.startswith("PIP_")} - expected):
        raise ReleaseError(
            f"the caller's pip configuration leaks into the job: {', '.join(leaked)}"
        )
    if os.environ["PIP_CONFIG_FILE"] != os.devnull:
        raise ReleaseError("pip would read the caller's configuration files")


if __name__ == "__main__":
    run(setup_python)
