"""The rules of the real actions that no run of the rehearsal breaks."""

from __future__ import annotations

from pathlib import Path

import pytest

from release.rehearsal.standins import actions, artifacts, pypi_publish
from release.rehearsal.standins.job import Job
from release.rehearsal.state import State
from release.rehearsal.workflow import ROOT
from release.steps.step import ReleaseError


@pytest.fixture
def state(tmp_path: Path) -> State:
    """The state of a first attempt; the rehearsed commit is this repository."""
    (tmp_path / "work").symlink_to(ROOT)
    return State(tmp_path, {"pypi": "http://127.0.0.1:1"}, {}, attempt=1)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    dist = tmp_path / "workspace" / "dist"
    dist.mkdir(parents=True)
    (dist / "a-1.whl").write_bytes(b"wheel")
    return dist.parent


def job(job_id: str, workspace: Path, state: State, **inputs: str) -> Job:
    named = {key.replace("_", "-"): value for key, value in inputs.items()}
    return Job(job_id, named, workspace, workspace / "temp", state)


def test_artifact_name_works_once_per_attempt(workspace: Path, state: State) -> None:
    build = job("build", workspace, state, name="dist", path="dist")
    first = artifacts.upload(build)

    with pytest.raises(FileExistsError):
        artifacts.upload(build)

    state.attempt = 2
    assert artifacts.upload(build) != first


def test_artifact_without_files_is_refused(workspace: Path, state: State) -> None:
    (workspace / "dist" / "a-1.whl").rename(workspace / "dist" / ".hidden")

    with pytest.raises(ReleaseError, match="No files were found"):
        artifacts.upload(job("build", workspace, state, name="dist", path="dist"))


def test_artifact_needs_a_new_folder(workspace: Path, state: State) -> None:
    artifacts.upload(job("build", workspace, state, name="dist", path="dist"))

    with pytest.raises(FileExistsError):
        artifacts.download(job("test", workspace, state, artifact_ids="1-dist", path="dist"))


def test_attestation_needs_permissions(workspace: Path, state: State) -> None:
    inputs = {"subject_path": "dist/*", "create_storage_record": "false"}

    with pytest.raises(ReleaseError, match="job build lacks the permission id-token: write"):
        actions.attest(job("build", workspace, state, **inputs))


def test_signed_file_is_not_published(workspace: Path, state: State) -> None:
    (workspace / "dist" / "a-1.whl.publish.attestation").touch()

    with pytest.raises(ReleaseError, match="nothing is signed twice"):
        pypi_publish.publish(job("pypi", workspace, state))
