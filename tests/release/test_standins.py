"""Stand-ins refuse what the real actions refuse, in cases that the rehearsal does not have."""

from pathlib import Path

import pytest

from release.rehearsal.standins import actions, pypi_publish
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


@pytest.fixture
def build(workspace: Path, state: State) -> Job:
    return Job("build", workspace, workspace / "temp", state)


UPLOAD = {"name": "dist", "path": "dist", "if_no_files_found": "error", "retention_days": "30"}


def test_artifact_needs_a_new_name_and_folder(build: Job, state: State) -> None:
    first = actions.upload_artifact(build, **UPLOAD)

    with pytest.raises(FileExistsError):
        actions.upload_artifact(build, **UPLOAD)
    with pytest.raises(FileExistsError):
        actions.download_artifact(build, artifact_ids=first["artifact-id"], path="dist")

    state.attempt = 2
    assert actions.upload_artifact(build, **UPLOAD) != first


def test_artifact_without_files_is_refused(workspace: Path, build: Job) -> None:
    (workspace / "dist" / "a-1.whl").rename(workspace / "dist" / ".hidden")

    with pytest.raises(ReleaseError, match="No files were found"):
        actions.upload_artifact(build, **UPLOAD)


def test_attestation_needs_permissions(build: Job) -> None:
    with pytest.raises(ReleaseError, match="job build lacks the permission id-token: write"):
        actions.attest(build, subject_path="dist/*", create_storage_record="false")


def test_signed_file_is_not_published(workspace: Path, state: State) -> None:
    (workspace / "dist" / "a-1.whl.publish.attestation").touch()

    with pytest.raises(ReleaseError, match="nothing is signed twice"):
        pypi_publish.publish(Job("pypi", workspace, workspace / "temp", state))
