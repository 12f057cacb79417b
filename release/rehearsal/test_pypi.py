"""Faults of PyPI, of the files on their way there, and of the release on GitHub."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from release.rehearsal.outcome import GREEN, failed_in
from release.rehearsal.state import Tampering

if TYPE_CHECKING:
    from pathlib import Path

    from release.rehearsal.record import Record
    from release.rehearsal.rehearsal import Rehearsal
    from release.rehearsal.workflow import Finished

VERIFIED = ("build", "test", "attest", "testpypi", "verify-testpypi")


@pytest.fixture
def verified(rehearsal: Rehearsal, recorded: Record) -> dict[str, Finished]:
    """The jobs up to the check of the files on TestPyPI."""
    for name in recorded.built:
        rehearsal.testpypi.add_file(name, recorded.read(name))
    return recorded.finished(*VERIFIED)


def test_pypi_down_then_failed_jobs_again(rehearsal: Rehearsal, recorded: Record) -> None:
    rehearsal.on_start["pypi"] = lambda: setattr(rehearsal.pypi.faults, "down", True)
    run = rehearsal.run(recorded.finished("build", "test", "attest"))

    assert run.results == failed_in("pypi")
    assert rehearsal.files() == (recorded.built, {})

    rehearsal.pypi.faults.down = False
    again = rehearsal.rerun_failed(run)

    assert again.results == GREEN
    assert rehearsal.files() == (recorded.built, recorded.built)


@pytest.mark.parametrize("jobs", ["failed", "all"])
def test_one_file_on_pypi_then_jobs_again(
    jobs: str, rehearsal: Rehearsal, recorded: Record, verified: dict[str, Finished]
) -> None:
    """PyPI refuses the second file. "All" builds and publishes again, without the tests."""
    rehearsal.pypi.faults.refused = recorded.sdist
    run = rehearsal.run(verified)

    assert run.results == failed_in("pypi")
    assert list(rehearsal.pypi.files()) == [recorded.wheel]

    rehearsal.pypi.faults.refused = ""
    if jobs == "failed":
        again = rehearsal.rerun_failed(run)
    else:
        again = rehearsal.run(recorded.finished("test"))

    assert again.results == GREEN
    assert again.outputs("build")["checksums"] == recorded.outputs["build"]["checksums"]
    assert rehearsal.files() == (recorded.built, recorded.built)


def test_forbidden_upload_is_tried_once(
    rehearsal: Rehearsal, verified: dict[str, Finished]
) -> None:
    rehearsal.pypi.faults.forbidden = True

    run = rehearsal.run(verified)

    assert run.results == failed_in("pypi")
    assert rehearsal.pypi.uploads == 1
    assert rehearsal.pypi.files() == {}


@pytest.mark.parametrize("tampering", Tampering)
def test_changed_artifact_is_not_published(
    tampering: Tampering, rehearsal: Rehearsal, verified: dict[str, Finished]
) -> None:
    rehearsal.state.tampering["pypi"] = tampering

    run = rehearsal.run(verified)

    assert run.results == failed_in("pypi")
    assert (".whl: FAILED" in run.log("pypi")) is (tampering is Tampering.CHANGED_BYTE)
    assert rehearsal.pypi.uploads == 0


def test_different_file_on_pypi_stops_the_github_release(
    rehearsal: Rehearsal, verified: dict[str, Finished]
) -> None:
    rehearsal.pypi.faults.corrupt = True

    run = rehearsal.run(verified)

    assert run.results == failed_in("verify-pypi")
    assert "pypi has a different file under the name" in run.log("verify-pypi")
    assert not rehearsal.state.releases.exists()


def test_second_release_of_a_version_changes_nothing(
    rehearsal: Rehearsal, recorded: Record, verified: dict[str, Finished]
) -> None:
    rehearsal.run(verified)
    before = rehearsal.release()

    run = rehearsal.run(verified)

    assert run.results == GREEN
    assert "is published already" in run.log("github-release")
    assert rehearsal.release() == before
    assert rehearsal.pypi.files() == recorded.built


@pytest.fixture
def published(recorded: Record) -> dict[str, Finished]:
    """All jobs but the GitHub release."""
    return recorded.finished(*VERIFIED, "pypi", "verify-pypi")


@pytest.fixture
def manual_release(rehearsal: Rehearsal) -> Path:
    """A release of the version that was published by hand."""
    folder = rehearsal.state.releases / rehearsal.project.tag_name
    (folder / "assets").mkdir(parents=True)
    (folder / "notes.md").write_text("By hand", encoding="utf-8")
    return folder


def test_published_release_without_our_files_is_refused(
    rehearsal: Rehearsal, published: dict[str, Finished], manual_release: Path
) -> None:
    run = rehearsal.run(published)

    assert run.results == failed_in("github-release")
    assert "it was made outside of this workflow" in run.log("github-release")
    assert list((manual_release / "assets").iterdir()) == []


def test_draft_gets_our_notes_and_files(
    rehearsal: Rehearsal, recorded: Record, published: dict[str, Finished], manual_release: Path
) -> None:
    (manual_release / "draft").touch()

    run = rehearsal.run(published)

    assert run.results == GREEN
    assert rehearsal.release() == recorded.release


def test_draft_with_another_file_is_not_published(
    rehearsal: Rehearsal, published: dict[str, Finished], manual_release: Path
) -> None:
    (manual_release / "draft").touch()
    (manual_release / "assets" / "stranger.whl").touch()

    run = rehearsal.run(published)

    assert run.results == failed_in("github-release")
    assert "files that this run did not build: stranger.whl" in run.log("github-release")
    assert (manual_release / "draft").exists()
