"""The rules that the stand-ins keep of the real actions."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from release.rehearsal import index_rules
from release.rehearsal.standins import (
    attest,
    download_artifact,
    pypi_publish,
    setup_python,
    upload_artifact,
)
from release.rehearsal.standins.job import Job, StepError
from release.rehearsal.workflow import WORKFLOWS


@pytest.fixture
def state(tmp_path: Path) -> dict[str, Any]:
    return {
        "artifacts": str(tmp_path / "artifacts"),
        "attempt": 1,
        "attestations": str(tmp_path / "attestations"),
        "interpreters": {"3.12": "/somewhere/python3.12"},
        "spoil": {},
        "workflow": str(WORKFLOWS / "release.yml"),
    }


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    dist = tmp_path / "workspace" / "dist"
    dist.mkdir(parents=True)
    (dist / "a-1.whl").write_bytes(b"wheel")
    return dist.parent


def job(job_id: str, workspace: Path, state: dict[str, Any], **inputs: str) -> Job:
    named = {key.replace("_", "-"): value for key, value in inputs.items()}
    return Job(job_id, named, workspace, workspace / "temp", state)


def upload(workspace: Path, state: dict[str, Any]) -> dict[str, str]:
    inputs = {"name": "dist", "path": "dist", "if_no_files_found": "error"}
    return upload_artifact.upload(job("build", workspace, state, **inputs))


def test_artifact_comes_back_by_its_id(workspace: Path, state: dict[str, Any]) -> None:
    artifact = upload(workspace, state)["artifact-id"]

    download_artifact.download(job("test", workspace, state, artifact_ids=artifact, path="back"))

    assert (workspace / "back" / "a-1.whl").read_bytes() == b"wheel"


def test_artifact_name_serves_once_per_attempt(workspace: Path, state: dict[str, Any]) -> None:
    first = upload(workspace, state)

    with pytest.raises(StepError, match="an artifact with this name already exists: dist"):
        upload(workspace, state)

    assert upload(workspace, {**state, "attempt": 2})["artifact-id"] != first["artifact-id"]


def test_artifact_without_files_is_refused(workspace: Path, state: dict[str, Any]) -> None:
    (workspace / "dist" / "a-1.whl").unlink()

    with pytest.raises(StepError, match="No files were found"):
        upload(workspace, state)


def test_artifact_that_changed_in_the_store_is_refused(
    workspace: Path, state: dict[str, Any]
) -> None:
    artifact = upload(workspace, state)["artifact-id"]
    (stored,) = Path(state["artifacts"]).rglob("*.whl")
    stored.write_bytes(b"other")

    with pytest.raises(StepError, match="digest mismatch"):
        download_artifact.download(job("test", workspace, state, artifact_ids=artifact, path="b"))


def test_artifact_is_not_unpacked_over_other_files(workspace: Path, state: dict[str, Any]) -> None:
    artifact = upload(workspace, state)["artifact-id"]

    with pytest.raises(StepError, match="is not empty"):
        download_artifact.download(
            job("test", workspace, state, artifact_ids=artifact, path="dist")
        )


def test_attestation_needs_the_permissions_of_its_job(
    workspace: Path, state: dict[str, Any]
) -> None:
    inputs = {"subject_path": "dist/*", "create_storage_record": "false"}
    attest.attest(job("attest", workspace, state, **inputs))

    assert json.loads((Path(state["attestations"]) / "a-1.whl.json").read_text()) == {
        "name": "a-1.whl",
        "sha256": hashlib.sha256(b"wheel").hexdigest(),
    }
    with pytest.raises(StepError, match="job build lacks the permission id-token: write"):
        attest.attest(job("build", workspace, state, **inputs))


def test_attestation_of_nothing_is_refused(workspace: Path, state: dict[str, Any]) -> None:
    inputs = {"subject_path": "nowhere/*", "create_storage_record": "false"}

    with pytest.raises(StepError, match="Could not find subject at path nowhere"):
        attest.attest(job("attest", workspace, state, **inputs))


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("a-1.whl.publish.attestation", "it is not signed twice"),
        ("SHA256SUMS", "not a distribution: SHA256SUMS"),
    ],
)
def test_folder_with_more_than_distributions_is_not_published(
    name: str, complaint: str, workspace: Path, state: dict[str, Any]
) -> None:
    (workspace / "dist" / name).touch()
    state["indexes"] = {"pypi": "http://127.0.0.1:1"}

    with pytest.raises(StepError, match=complaint):
        pypi_publish.publish(job("pypi", workspace, state))


def test_only_the_two_known_addresses_are_published_to(
    workspace: Path, state: dict[str, Any]
) -> None:
    with pytest.raises(StepError, match=r"knows no index at https://example\.org/"):
        pypi_publish.publish(job("pypi", workspace, state, repository_url="https://example.org/"))


def test_python_that_is_not_there_is_not_replaced(
    workspace: Path, state: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup_python, "refuse_leaks", lambda: None)

    with pytest.raises(StepError, match=r"Version 3\.6 was not found"):
        setup_python.setup_python(job("test", workspace, state, python_version="3.6"))


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
def test_index_answers_an_upload_as_pypi_does(
    name: str, content: bytes, status: str, tmp_path: Path
) -> None:
    (tmp_path / "a-1.whl").write_bytes(b"old")
    digest = hashlib.sha256(content).hexdigest()
    offered = index_rules.Upload(name, content, digest, attestations=False)

    assert index_rules.judge(offered, tmp_path, {"gone-1.whl"}).startswith(status)


def test_index_refuses_a_digest_that_is_not_the_files(tmp_path: Path) -> None:
    offered = index_rules.Upload("a-1.whl", b"new", "0" * 64, attestations=False)

    assert index_rules.judge(offered, tmp_path, set()).startswith("400 The digest supplied")
