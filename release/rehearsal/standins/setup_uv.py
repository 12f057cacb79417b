"""
Stand-in for astral-sh/setup-uv.

Kept: exactly the requested version is on the PATH afterwards. It is the rehearsal's own uv, so any
other version fails. Left out: caching (`enable-cache` must be false, as a release needs) and the
other inputs.
"""

from __future__ import annotations

from pathlib import Path

from release.rehearsal.standins.job import Job, add_to_path, run
from release.steps import commands
from release.steps.failure import ReleaseError


def setup_uv(job: Job) -> None:
    """Put uv on the PATH."""
    if job.is_on("enable-cache", "true"):
        raise ReleaseError("enable-cache must be false")
    version = commands.run("setup-uv", job.state.uv, "--version").split()[1]
    if version != job.inputs["version"]:
        raise ReleaseError(f"uv {job.inputs['version']} is not installed, only {version}")
    folder = job.temp / "uv"
    folder.mkdir(parents=True)
    (folder / "uv").symlink_to(Path(job.state.uv))
    add_to_path(folder)


if __name__ == "__main__":
    run(setup_uv)
