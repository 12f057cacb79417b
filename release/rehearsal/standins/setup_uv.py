"""
Stand-in for astral-sh/setup-uv.

Kept: the very version asked for is on the PATH afterwards. It is the rehearsal's own uv, so a
version that the rehearsal was not installed with fails. Left out: caching (`enable-cache` must be
false, as a release demands) and the other inputs.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from release.rehearsal.standins.job import Job, StepError, add_to_path, run


def setup_uv(job: Job) -> None:
    """Put uv on the PATH."""
    if job.is_on("enable-cache", "true"):
        raise StepError("enable-cache must be false")
    done = subprocess.run(
        [job.state["uv"], "--version"], check=True, capture_output=True, text=True
    )
    version = done.stdout.split()[1]
    if version != job.inputs["version"]:
        raise StepError(f"uv {job.inputs['version']} is not here, only {version}")
    folder = job.temp / "uv"
    folder.mkdir(parents=True)
    (folder / "uv").symlink_to(Path(job.state["uv"]))
    add_to_path(folder)


if __name__ == "__main__":
    run(setup_uv)
