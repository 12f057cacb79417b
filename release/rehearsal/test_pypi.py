"""Faults on the last stretch: PyPI's, and those of the files on their way to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from release.rehearsal.outcome import GREEN, failed_in, uploads
from release.rehearsal.rerun import keep

if TYPE_CHECKING:
    from pathlib import Path

    from release.rehearsal.record import Record
    from release.rehearsal.rehearsal import Rehearsal
    from release.rehearsal.workflow import Workflow

FETCHED = ["build", "test", "attest", "testpypi", "verify-testpypi"]


@pytest.fixture
def from_pypi(stage: Rehearsal, recorded: Record) -> Workflow:
    """The release after TestPyPI took the files, gave them back, and they were tested."""
    for name in recorded.built:
        stage.testpypi.hold(name, (recorded.dist / name).read_bytes())
    return keep(stage.workflow(), recorded.kept(FETCHED))


def test_pypi_down_after_the_files_were_fetched_back_then_failed_jobs_again(
    stage: Rehearsal, recorded: Record
) -> None:
    stage.when["pypi"] = lambda: setattr(stage.pypi.faults, "down", True)
    run = stage.run(keep(stage.workflow(), recorded.kept(["build", "test", "attest"])))

    assert run.results == failed_in("pypi")
    assert stage.testpypi.files() == recorded.built
    assert stage.pypi.files() == {}

    stage.pypi.faults.down = False
    again = stage.rerun_failed(run)

    assert again.results == GREEN
    assert stage.testpypi.files() == stage.pypi.files() == recorded.built


def test_pypi_takes_one_of_two_files_then_failed_jobs_again(
    stage: Rehearsal, recorded: Record, from_pypi: Workflow
) -> None:
    stage.pypi.faults.refuse_upload = 2
    run = stage.run(from_pypi)

    assert run.results == failed_in("pypi")
    assert stage.pypi.files() == recorded.wheel

    again = stage.rerun_failed(run)

    assert again.results == GREEN
    assert stage.testpypi.files() == stage.pypi.files() == recorded.built


def test_pypi_takes_one_of_two_files_then_all_jobs_again(
    stage: Rehearsal, recorded: Record, from_pypi: Workflow
) -> None:
    stage.pypi.faults.refuse_upload = 2
    run = stage.run(from_pypi)

    assert run.results == failed_in("pypi")

    # Everything is built and published anew, but for the tests, which know no index.
    again = stage.run(keep(stage.workflow(), recorded.kept(["test"])))

    assert again.results == GREEN
    assert again.outputs("build")["checksums"] == recorded.outputs["build"]["checksums"]
    assert stage.testpypi.files() == stage.pypi.files() == recorded.built


def test_pypi_says_forbidden_and_is_asked_once(stage: Rehearsal, from_pypi: Workflow) -> None:
    stage.pypi.faults.forbidden = True

    run = stage.run(from_pypi)

    assert run.results == failed_in("pypi")
    assert uploads(stage.pypi) == 1
    assert stage.pypi.files() == {}


def test_distribution_changed_after_it_was_fetched_back_is_not_published(
    stage: Rehearsal, from_pypi: Workflow
) -> None:
    stage.runner.state["spoil"] = {"pypi": "change a byte"}

    run = stage.run(from_pypi)

    assert run.results == failed_in("pypi")
    assert ".whl: FAILED" in run.said("pypi")
    assert uploads(stage.pypi) == 0
    assert stage.pypi.files() == {}


def test_left_over_attestation_is_not_published(stage: Rehearsal, from_pypi: Workflow) -> None:
    stage.runner.state["spoil"] = {"pypi": "leave an attestation"}

    run = stage.run(from_pypi)

    assert run.results == failed_in("pypi")
    assert uploads(stage.pypi) == 0
    assert stage.pypi.files() == {}


def test_pypi_serves_other_bytes_and_no_github_release_is_made(
    stage: Rehearsal, from_pypi: Workflow
) -> None:
    stage.pypi.faults.corrupt = True

    run = stage.run(from_pypi)

    assert run.results == failed_in("verify-pypi")
    assert "pypi has other bytes than ours" in run.said("verify-pypi")
    assert not (stage.folder / "releases").exists()


def test_released_version_released_again_changes_nothing(
    stage: Rehearsal, recorded: Record, from_pypi: Workflow
) -> None:
    stage.run(from_pypi)
    before = stage.release()

    run = stage.run(from_pypi)

    assert run.results == GREEN
    assert "is published already" in run.said("github-release")
    assert stage.release() == before
    assert stage.pypi.files() == recorded.built


@pytest.fixture
def from_github(stage: Rehearsal, recorded: Record) -> Workflow:
    """The release when only its page on GitHub is missing."""
    return keep(stage.workflow(), recorded.kept([*FETCHED, "pypi", "verify-pypi"]))


@pytest.fixture
def releases(stage: Rehearsal) -> Path:
    """A release of the version that somebody has published by hand."""
    folder = stage.folder / "releases" / f"v{stage.project.version}"
    (folder / "assets").mkdir(parents=True)
    (folder / "notes.md").write_text("By hand", encoding="utf-8")
    return folder


def test_release_that_somebody_published_is_not_taken_for_ours(
    stage: Rehearsal, from_github: Workflow, releases: Path
) -> None:
    run = stage.run(from_github)

    assert run.results == failed_in("github-release")
    assert "has a published release without our" in run.said("github-release")
    assert list((releases / "assets").iterdir()) == []


def test_draft_that_somebody_left_gets_our_notes_and_files(
    stage: Rehearsal, recorded: Record, from_github: Workflow, releases: Path
) -> None:
    (releases / "draft").touch()

    run = stage.run(from_github)

    assert run.results == GREEN
    assert stage.release() == recorded.release


def test_draft_with_a_file_that_is_not_ours_is_not_published(
    stage: Rehearsal, from_github: Workflow, releases: Path
) -> None:
    (releases / "draft").touch()
    (releases / "assets" / "stranger.whl").touch()

    run = stage.run(from_github)

    assert run.results == failed_in("github-release")
    assert "with stranger.whl, which is not ours to publish" in run.said("github-release")
    assert (releases / "draft").exists()
