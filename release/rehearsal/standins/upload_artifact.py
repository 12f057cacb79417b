"""
Stand-in for actions/upload-artifact.

Kept: `if-no-files-found`, one use of a name for each attempt, names relative to the given folder,
the outputs `artifact-id` and `artifact-digest`. Left out: globs and several paths, retention,
compression, hidden files (not uploaded, as by default).
"""

from __future__ import annotations

from release.rehearsal.standins.artifacts import Store
from release.rehearsal.standins.job import Job, run
from release.steps.failure import ReleaseError


def upload(job: Job) -> dict[str, str]:
    """Store the files of a folder."""
    folder = job.workspace / job.inputs["path"]
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    visible = [path for path in files if not path.name.startswith(".")]
    if visible:
        store = Store(job.state.artifacts)
        artifact_id, digest = store.add(job.state.attempt, job.inputs["name"], visible, folder)
        return {"artifact-id": artifact_id, "artifact-digest": digest}
    if (job.inputs.get("if-no-files-found") or "warn") == "error":
        raise ReleaseError(f"No files were found with the provided path: {folder}")
    return {}


if __name__ == "__main__":
    run(upload)
