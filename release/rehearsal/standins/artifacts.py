"""Stand-ins for actions/upload-artifact and actions/download-artifact."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from release.rehearsal.state import Tampering
from release.steps.step import ReleaseError

if TYPE_CHECKING:
    from pathlib import Path

    from release.rehearsal.standins.job import Job


def upload(job: Job) -> dict[str, str]:
    """
    Store the files of a folder.

    Kept: failure without files (`if-no-files-found: error`), one use of a name for each attempt,
    hidden files left out, the output `artifact-id`. Left out: globs and several paths, retention,
    compression, the digest.
    """
    folder = job.workspace / job.inputs["path"]
    if not any(folder.glob("[!.]*")):
        raise ReleaseError(f"No files were found with the provided path: {folder}")
    artifact = f"{job.state.attempt}-{job.inputs['name']}"
    shutil.copytree(folder, job.state.artifacts / artifact, ignore=shutil.ignore_patterns(".*"))
    return {"artifact-id": artifact}


def download(job: Job) -> None:
    """
    Unpack an artifact.

    Kept: one artifact by its id, also of an earlier attempt, unpacked to `path`; failure if it is
    missing. Stricter than the real action: `path` must be new, so that nothing else is published.
    Left out: names, patterns, several artifacts, other runs, the digest.

    A rehearsal can tamper with the unpacked files, as a broken disk or an intruder would.
    """
    if not (artifact := job.inputs.get("artifact-ids")):
        raise ReleaseError("artifact-ids is empty: the job that uploads it did not run")
    folder = job.workspace / job.inputs["path"]
    shutil.copytree(job.state.artifacts / artifact, folder)
    _tamper(job.state.tampering.get(job.id), folder)


def _tamper(tampering: Tampering | None, folder: Path) -> None:
    for wheel in folder.glob("*.whl"):
        if tampering is Tampering.CHANGED_BYTE:
            wheel.write_bytes(wheel.read_bytes()[:-1] + b"\xff")
        if tampering is Tampering.ATTESTATION:
            wheel.with_name(f"{wheel.name}.publish.attestation").write_text("{}", encoding="utf-8")
