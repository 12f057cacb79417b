"""
Stand-ins for actions/upload-artifact and actions/download-artifact.

They omit: globs, several paths, names and patterns of downloads, artifacts of other runs,
retention, compression and the digest.
"""

import shutil
from pathlib import Path

from release.rehearsal.standins.job import Job
from release.rehearsal.state import Tampering
from release.steps.step import ReleaseError


def upload(
    job: Job, *, name: str, path: str, if_no_files_found: str, retention_days: str
) -> dict[str, str]:
    """
    Store the files of a folder except hidden files, and return the output `artifact-id`.

    Fails without files (`if-no-files-found: error`), and if an attempt uses a name twice.
    """
    folder = job.workspace / path
    if not any(folder.glob("[!.]*")):
        raise ReleaseError(f"No files were found with the provided path: {folder}")
    artifact = f"{job.state.attempt}-{name}"
    shutil.copytree(folder, job.state.artifacts / artifact, ignore=shutil.ignore_patterns(".*"))
    return {"artifact-id": artifact}


def download(job: Job, *, path: str, artifact_ids: str = "") -> None:
    """
    Unpack one artifact, which may be from an earlier attempt.

    A rehearsal can tamper with the files.

    Stricter than the real action: `path` must be new, so that nothing else is published.
    """
    if not artifact_ids:
        raise ReleaseError("artifact-ids is empty: the job that uploads it did not run")
    folder = job.workspace / path
    shutil.copytree(job.state.artifacts / artifact_ids, folder)
    _tamper(job.state.tampering.get(job.id), folder)


def _tamper(tampering: Tampering | None, folder: Path) -> None:
    for wheel in folder.glob("*.whl"):
        if tampering is Tampering.CHANGED_BYTE:
            wheel.write_bytes(wheel.read_bytes()[:-1] + b"\xff")
        if tampering is Tampering.ATTESTATION:
            wheel.with_name(f"{wheel.name}.publish.attestation").write_text("{}", encoding="utf-8")
