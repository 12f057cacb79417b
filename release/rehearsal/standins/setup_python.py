"""
Stand-in for actions/setup-python.

Kept: several versions, one a line, of which the last is `python`; failure if a version is not to be
had. The interpreters are those on the PATH of whoever started the rehearsal; PIP_REQUIRE_VIRTUALENV
keeps the jobs from installing anything into them. Left out: caching, other inputs.

Also fails if pip would be configured by anything but the rehearsal: the machine's own pip.conf must
not decide where a released file comes from.
"""

from __future__ import annotations

import os

from release.rehearsal.standins.job import Job, StepError, add_to_path, run


def setup_python(job: Job) -> None:
    """Put the interpreters on the PATH."""
    refuse_leaks()
    for version in dict.fromkeys(job.inputs["python-version"].split()):
        interpreter = job.state["interpreters"].get(version)
        if interpreter is None:
            raise StepError(f"Version {version} was not found in the local cache")
        folder = job.temp / f"python-{version}"
        folder.mkdir(parents=True)
        for name in ("python", "python3", f"python{version}"):
            (folder / name).symlink_to(interpreter)
        add_to_path(folder)


def refuse_leaks() -> None:
    """Fail if pip has settings that the rehearsal did not give it."""
    expected = {"PIP_CONFIG_FILE", "PIP_INDEX_URL", "PIP_REQUIRE_VIRTUALENV"}
    if leaked := sorted({name for name in os.environ if name.startswith("PIP_")} - expected):
        raise StepError(f"the caller's pip configuration leaks into the job: {', '.join(leaked)}")
    if os.environ["PIP_CONFIG_FILE"] != os.devnull:
        raise StepError("pip would read the caller's configuration files")


if __name__ == "__main__":
    run(setup_python)
