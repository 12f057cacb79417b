"""
Stand-in for actions/upload-artifact.

Kept: no files is a failure if `if-no-files-found` says so, a name serves once per attempt, names
are relative to the folder given, `artifact-id` and `artifact-digest` come out. Left out: globs and
several paths, retention, compression, hidden files (left behind, as by default).
"""

from __future__ import annotations

from pathlib import Path

from release.rehearsal.standins.artifacts import Store
from release.rehearsal.standins.job import Job, StepError, run


def upload(job: Job) -> dict[str, str]:
    """Store the files of a folder."""
    folder = job.workspace / job.inputs["path"]
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    visible = [path for path in files if not path.name.startswith(".")]
    if not visible:
        return _nothing(job.inputs.get("if-no-files-found") or "warn", folder)
    store = Store(Path(job.state["artifacts"]))
    artifact_id, digest = store.add(job.state["attempt"], job.inputs["name"], visible, folder)
    return {"artifact-id": artifact_id, "artifact-digest": digest}


def _nothing(reaction: str, folder: Path) -> dict[str, str]:
    if reaction == "error":
        raise StepError(f"No files were found with the provided path: {folder}")
    return {}


if __name__ == "__main__":
    run(upload)
