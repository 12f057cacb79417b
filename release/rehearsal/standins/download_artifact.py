"""
Stand-in for actions/download-artifact.

Kept: one artifact by its id, unpacked to `path`; failure if it is not there or not what was
uploaded. Stricter than the real one: `path` must be new or empty, so that nothing is published that
was lying there. Left out: names, patterns, several artifacts, other runs.

The rehearsal can have it spoil what it unpacked, as a broken disk or an intruder would.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from release.rehearsal.standins.artifacts import Store
from release.rehearsal.standins.job import Job, StepError, run


def download(job: Job) -> None:
    """Unpack the artifact."""
    if not (artifact_id := job.inputs.get("artifact-ids")):
        raise StepError("artifact-ids is empty: the job that it comes from did not run")
    folder = job.workspace / job.inputs["path"]
    if folder.exists() and any(folder.iterdir()):
        raise StepError(f"{folder} is not empty")
    shutil.copytree(
        Store(Path(job.state["artifacts"])).get(artifact_id), folder, dirs_exist_ok=True
    )
    _spoil(job.state["spoil"].get(job.id), folder)


def _spoil(how: str | None, folder: Path) -> None:
    for wheel in folder.glob("*.whl"):
        if how == "change a byte":
            wheel.write_bytes(wheel.read_bytes()[:-1] + b"\xff")
        if how == "leave an attestation":
            wheel.with_name(f"{wheel.name}.publish.attestation").write_text("{}", encoding="utf-8")


if __name__ == "__main__":
    run(download)
