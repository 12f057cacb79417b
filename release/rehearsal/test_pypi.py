"""Faults of PyPI, of the files on their way there, and of the release on GitHub."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from release.rehearsal.faults import Faults
from release.rehearsal.run import GREEN, failed_in
from release.rehearsal.state import Tampering

if TYPE_CHECKING:
    from pathlib import Path

    from release.rehearsal.record import Record
    from release.rehearsal.rehearsal import Rehearsal


def test_one_file_on_pypi_then_all_jobs_again(rehearsal: Rehearsal, recorded: Record) -> None:
    """They build and publish again, here without the tests."""
    rehearsal.upload_to_testpypi(recorded)
    rehearsal.pypi.faults.refused = recorded.sdist
    rehearsal.run(recorded.before("pypi"))

    assert list(rehearsal.pypi.files()) == [recorded.wheel]

    rehearsal.pypi.faults = Faults()
    again = rehearsal.run(recorded.finished("test"))

    assert again.results == GREEN
    assert again.outputs("build")["checksums"] == recorded.outputs["build"]["checksums"]
    assert rehearsal.files() == (recorded.built, recorded.built)


@pytest.mark.parametrize("tampering", Tampering)
def test_changed_artifact_is_not_published(
    tampering: Tampering, rehearsal: Rehearsal, recorded: Record
) -> None:
    rehearsal.state.tampering["pypi"] = tampering

    run = rehearsal.run(recorded.before("pypi"))

    assert run.results == failed_in("pypi")
    assert (".whl: FAILED" in run.log("pypi")) is (tampering is Tampering.CHANGED_BYTE)
    assert rehearsal.pypi.uploads == 0


def test_second_release_of_a_version_changes_nothing(
    rehearsal: Rehearsal, recorded: Record
) -> None:
    tag = rehearsal.project.tag_name
    rehearsal.run(recorded.before("pypi"))
    before = rehearsal.state.release(tag)

    run = rehearsal.run(recorded.before("pypi"))

    assert run.results == GREEN
    assert "is published already" in run.log("github-release")
    assert rehearsal.state.release(tag) == before
    assert rehearsal.pypi.files() == recorded.built


@pytest.fixture
def manual_release(rehearsal: Rehearsal) -> Path:
    """A release of the version that was published by hand."""
    folder = rehearsal.state.releases / rehearsal.project.tag_name
    (folder / "assets").mkdir(parents=True)
    (folder / "notes.md").write_text("By hand", encoding="utf-8")
    return folder


def test_published_release_without_our_files_is_refused(
    rehearsal: Rehearsal, recorded: Record, manual_release: Path
) -> None:
    run = rehearsal.run(recorded.before("github-release"))

    assert run.results == failed_in("github-release")
    assert "it was made outside of this workflow" in run.log("github-release")
    assert list((manual_release / "assets").iterdir()) == []


def test_draft_gets_our_notes_and_files(
    rehearsal: Rehearsal, recorded: Record, manual_release: Path
) -> None:
    tag = rehearsal.project.tag_name
    (manual_release / "draft").touch()

    run = rehearsal.run(recorded.before("github-release"))

    assert run.results == GREEN
    assert rehearsal.state.release(tag) == recorded.state.release(tag)


def test_draft_with_another_file_is_not_published(
    rehearsal: Rehearsal, recorded: Record, manual_release: Path
) -> None:
    (manual_release / "draft").touch()
    (manual_release / "assets" / "stranger.whl").touch()

    run = rehearsal.run(recorded.before("github-release"))

    assert run.results == failed_in("github-release")
    assert "files that this run did not build: stranger.whl" in run.log("github-release")
    assert (manual_release / "draft").exists()
