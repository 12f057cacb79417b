"""Stand-ins for actions/upload-artifact and actions/download-artifact."""

from __future__ import annotations

import hashlib
import json
import shutil
from typing import TYPE_CHECKING

from release.rehearsal.state import Tampering
from release.steps.checksums import sha256
from release.steps.step import ReleaseError

if TYPE_CHECKING:
    from pathlib import Path

    from release.rehearsal.standins.job import Job


def upload(job: Job) -> dict[str, str]:
    """
    Store the files of a folder.

    Kept: `if-no-files-found`, one use of a name for each attempt, names relative to the given
    folder, the outputs `artifact-id` and `artifact-digest`. Left out: globs and several paths,
    retention, compression, hidden files (not uploaded, as by default).
    """
    folder, name = job.workspace / job.inputs["path"], job.inputs["name"]
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    visible = [path for path in files if not path.name.startswith(".")]
    if not visible and job.inputs.get("if-no-files-found") == "error":
        raise ReleaseError(f"No files were found with the provided path: {folder}")
    if not visible:
        return {}
    target = job.state.artifacts / str(job.state.attempt) / name
    if target.exists():
        raise ReleaseError(f"Conflict: an artifact with this name already exists: {name}")
    for file in visible:
        copy = target / "files" / file.relative_to(folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    number = len(list(target.parent.iterdir()))
    about = {"id": f"{1000 * job.state.attempt + number}", "digest": _digest(target / "files")}
    (target / "about.json").write_text(json.dumps(about), encoding="utf-8")
    return {f"artifact-{key}": value for key, value in about.items()}


def download(job: Job) -> None:
    """
    Unpack an artifact.

    Kept: one artifact by its id, also of an earlier attempt, unpacked to `path`; failure if it is
    missing or changed. Stricter than the real action: `path` must be new or empty, so that nothing
    else is published. Left out: names, patterns, several artifacts, other runs.

    A rehearsal can tamper with the unpacked files, as a broken disk or an intruder would.
    """
    if not (artifact_id := job.inputs.get("artifact-ids")):
        raise ReleaseError("artifact-ids is empty: the job that uploads it did not run")
    folder = job.workspace / job.inputs["path"]
    if folder.exists() and any(folder.iterdir()):
        raise ReleaseError(f"{folder} is not empty")
    shutil.copytree(_find(job.state.artifacts, artifact_id), folder, dirs_exist_ok=True)
    _tamper(job.state.tampering.get(job.id), folder)


def _find(artifacts: Path, artifact_id: str) -> Path:
    for about in artifacts.glob("*/*/about.json"):
        stored = json.loads(about.read_text(encoding="utf-8"))
        if stored["id"] == artifact_id:
            if _digest(about.parent / "files") != stored["digest"]:
                raise ReleaseError(f"digest mismatch of artifact {artifact_id}")
            return about.parent / "files"
    raise ReleaseError(f"Artifact not found: {artifact_id!r}")


def _digest(folder: Path) -> str:
    """Return one SHA-256 over the names and bytes of all files below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{file.relative_to(folder)}\0{sha256(file)}\n" for file in files]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _tamper(tampering: Tampering | None, folder: Path) -> None:
    for wheel in folder.glob("*.whl"):
        if tampering is Tampering.CHANGED_BYTE:
            wheel.write_bytes(wheel.read_bytes()[:-1] + b"\xff")
        if tampering is Tampering.ATTESTATION:
            wheel.with_name(f"{wheel.name}.publish.attestation").write_text("{}", encoding="utf-8")
