"""The rules that the stand-ins keep of the real actions."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from release.rehearsal.index_rules import judge_upload
from release.rehearsal.standins import actions, artifacts, pypi_publish
from release.rehearsal.standins.__main__ import STANDINS as RUN
from release.rehearsal.standins.job import Job
from release.rehearsal.state import State
from release.rehearsal.workflow import ROOT, STANDINS
from release.steps.step import ReleaseError


def test_every_action_with_inputs_has_a_standin() -> None:
    assert RUN.keys() == STANDINS.keys()


@pytest.fixture
def state(tmp_path: Path) -> State:
    """The state of a first attempt; the rehearsed commit is this repository."""
    (tmp_path / "work").symlink_to(ROOT)
    return State(tmp_path, "o/r", {}, {"3.12": "/somewhere/python3.12"}, "uv", attempt=1)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    dist = tmp_path / "workspace" / "dist"
    dist.mkdir(parents=True)
    (dist / "a-1.whl").write_bytes(b"wheel")
    return dist.parent


def job(job_id: str, workspace: Path, state: State, **inputs: str) -> Job:
    named = {key.replace("_", "-"): value for key, value in inputs.items()}
    return Job(job_id, named, workspace, workspace / "temp", state)


def upload(workspace: Path, state: State) -> dict[str, str]:
    inputs = {"name": "dist", "path": "dist", "if_no_files_found": "error"}
    return artifacts.upload(job("build", workspace, state, **inputs))


def test_artifact_comes_back_by_its_id(workspace: Path, state: State) -> None:
    artifact = upload(workspace, state)["artifact-id"]

    artifacts.download(job("test", workspace, state, artifact_ids=artifact, path="back"))

    assert (workspace / "back" / "a-1.whl").read_bytes() == b"wheel"


def test_artifact_name_works_once_per_attempt(workspace: Path, state: State) -> None:
    first = upload(workspace, state)

    with pytest.raises(ReleaseError, match="an artifact with this name already exists: dist"):
        upload(workspace, state)

    state.attempt = 2
    assert upload(workspace, state)["artifact-id"] != first["artifact-id"]


def test_artifact_without_files_is_refused(workspace: Path, state: State) -> None:
    (workspace / "dist" / "a-1.whl").unlink()

    with pytest.raises(ReleaseError, match="No files were found"):
        upload(workspace, state)


def test_changed_artifact_is_refused(workspace: Path, state: State) -> None:
    artifact = upload(workspace, state)["artifact-id"]
    (stored,) = state.artifacts.rglob("*.whl")
    stored.write_bytes(b"other")

    with pytest.raises(ReleaseError, match="digest mismatch"):
        artifacts.download(job("test", workspace, state, artifact_ids=artifact, path="b"))


def test_artifact_needs_an_empty_folder(workspace: Path, state: State) -> None:
    artifact = upload(workspace, state)["artifact-id"]

    with pytest.raises(ReleaseError, match="is not empty"):
        artifacts.download(job("test", workspace, state, artifact_ids=artifact, path="dist"))


def test_attestation_needs_permissions(workspace: Path, state: State) -> None:
    inputs = {"subject_path": "dist/*", "create_storage_record": "false"}
    actions.attest(job("attest", workspace, state, **inputs))

    assert json.loads((state.attestations / "a-1.whl.json").read_text()) == {
        "name": "a-1.whl",
        "sha256": hashlib.sha256(b"wheel").hexdigest(),
    }
    with pytest.raises(ReleaseError, match="job build lacks the permission id-token: write"):
        actions.attest(job("build", workspace, state, **inputs))


def test_attestation_of_nothing_is_refused(workspace: Path, state: State) -> None:
    inputs = {"subject_path": "nowhere/*", "create_storage_record": "false"}

    with pytest.raises(ReleaseError, match="Could not find subject at path nowhere"):
        actions.attest(job("attest", workspace, state, **inputs))


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("a-1.whl.publish.attestation", "nothing is signed twice"),
        ("SHA256SUMS", "not a distribution: SHA256SUMS"),
    ],
)
def test_other_files_are_not_published(
    name: str, complaint: str, workspace: Path, state: State
) -> None:
    (workspace / "dist" / name).touch()
    state.indexes |= {"pypi": "http://127.0.0.1:1"}

    with pytest.raises(ReleaseError, match=complaint):
        pypi_publish.publish(job("pypi", workspace, state))


def test_other_addresses_are_refused(workspace: Path, state: State) -> None:
    with pytest.raises(ReleaseError, match=r"does not have an index at https://example\.org/"):
        pypi_publish.publish(job("pypi", workspace, state, repository_url="https://example.org/"))


def test_missing_python_is_refused(
    workspace: Path, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "refuse_settings", lambda: None)

    with pytest.raises(ReleaseError, match=r"Version 3\.6 was not found"):
        actions.setup_python(job("test", workspace, state, python_version="3.6"))


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        pytest.param("a-1.whl", b"old", "200 ", id="same file"),
        pytest.param("a-1.whl", b"new", "400 File already exists", id="other bytes"),
        pytest.param("gone-1.whl", b"new", "400 This filename was previously used", id="deleted"),
        pytest.param("A.b-1.tar.gz", b"new", "400 The filename of an sdist", id="sdist's name"),
        pytest.param("a-1.tar.gz", b"new", "201 ", id="new file"),
    ],
)
def test_index_answers_like_pypi(name: str, content: bytes, status: str, tmp_path: Path) -> None:
    (tmp_path / "a-1.whl").write_bytes(b"old")
    digest = hashlib.sha256(content).hexdigest()

    answer = judge_upload(name, content, digest, tmp_path, {"gone-1.whl"})

    assert answer.startswith(status)


def test_index_refuses_a_wrong_digest(tmp_path: Path) -> None:
    answer = judge_upload("a-1.whl", b"new", "0" * 64, tmp_path, set())

    assert answer.startswith("400 The digest supplied")


@pytest.mark.parametrize(
    ("results", "succeeds"),
    [
        (["success", "success"], True),
        (["success", "failure"], False),
        (["success", "skipped"], False),
        (["cancelled", "success"], False),
        ([], False),
    ],
)
def test_alls_green_needs_only_successes(
    results: list[str], succeeds: bool, workspace: Path, state: State
) -> None:
    needs = {str(number): {"result": result} for number, result in enumerate(results)}
    gate = job("gate", workspace, state, jobs=json.dumps(needs))

    if succeeds:
        actions.alls_green(gate)
    else:
        with pytest.raises(ReleaseError, match="not all needed jobs succeeded"):
            actions.alls_green(gate)
