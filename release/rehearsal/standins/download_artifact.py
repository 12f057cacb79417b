"""
Stand-in for actions/download-artifact.

Kept: one artifact by its id, unpacked to `path`, failure if it is missing or changed. Stricter than
the real action: `path` must be new or empty, so that nothing else is published. Left out: names,
patterns, several artifacts, other runs.

A rehearsal can tamper with the unpacked files, as a broken disk or an intruder would.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from release.rehearsal.standins.artifacts import Store
from release.rehearsal.standins.job import Job, run
from release.rehearsal.state import Tampering
from release.steps.failure import ReleaseError

if TYPE_CHECKING:
    from pathlib import Path


def download(job: Job) -> None:
    """Unpack the artifact."""
    if not (artifact_id := job.inputs.get("artifact-ids")):
        raise ReleaseError("artifact-ids is empty: the job that uploads it did not run")
    folder = job.workspace / job.inputs["path"]
    if folder.exists() and any(folder.iterdir()):
        raise ReleaseError(f"{folder} is not empty")
    shutil.copytree(Store(job.state.artifacts).find(artifact_id), folder, dirs_exist_ok=True)
    _tamper(job.state.tampering.get(job.id), folder)


def _tamper(tampering: Tampering | None, folder: Path) -> None:
    for wheel in folder.glob("*.whl"):
        if tampering is Tampering.CHANGED_BYTE:
            wheel.write_bytes(wheel.read_bytes()[:-1] + b"\xff")
        if tampering is Tampering.ATTESTATION:
            wheel.with_name(f"{wheel.name}.publish.attestation").write_text("{}", encoding="utf-8")


if __name__ == "__main__":
    run(download)
