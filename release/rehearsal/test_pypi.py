"""Faults of PyPI, of the files on their way there, and of the release on GitHub."""

from collections.abc import Callable
from pathlib import Path

import pytest

from release.rehearsal.faults import Faults
from release.rehearsal.record import Record
from release.rehearsal.rehearsal import Rehearsal
from release.rehearsal.run import GREEN, failed_in
from release.rehearsal.state import Release


def test_one_file_on_pypi_then_all_jobs_again(rehearsal: Rehearsal, recorded: Record) -> None:
    """The jobs build and publish again, here without the tests."""
    rehearsal.upload_to_testpypi(recorded)
    rehearsal.pypi.faults.refused[recorded.last] = "400 Refused"
    rehearsal.run(recorded.before("pypi"))

    assert rehearsal.pypi.files().keys() == recorded.built.keys() - {recorded.last}

    rehearsal.pypi.faults = Faults()
    again = rehearsal.run(recorded.run.finished("test"))

    assert again.results == GREEN
    assert again.outputs("build")["checksums"] == recorded.run.outputs("build")["checksums"]
    assert rehearsal.files() == (recorded.built, recorded.built)


def change_byte(wheel: Path) -> None:
    wheel.write_bytes(wheel.read_bytes()[:-1] + b"\xff")


def add_attestation(wheel: Path) -> None:
    wheel.with_name(f"{wheel.name}.publish.attestation").write_text("{}", encoding="utf-8")


@pytest.mark.parametrize("tamper", [change_byte, add_attestation])
def test_changed_artifact_is_not_published(
    tamper: Callable[[Path], None], rehearsal: Rehearsal, recorded: Record
) -> None:
    (artifact,) = rehearsal.state.artifacts.glob("*-dist")
    tamper(artifact / recorded.first)

    run = rehearsal.run(recorded.before("pypi"))

    assert run.results == failed_in("pypi")
    assert (".whl: FAILED" in run.log("pypi")) is (tamper is change_byte)
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


def publish_by_hand(rehearsal: Rehearsal, *files: str, draft: bool) -> None:
    release = Release(dict.fromkeys(files, ""), notes="By hand", draft=draft)
    rehearsal.state.save_release(rehearsal.project.tag_name, release)


@pytest.mark.parametrize(
    ("files", "draft", "reason"),
    [
        ([], False, "it was made outside of this workflow"),
        (["stranger.whl"], True, "files that this run did not build: stranger.whl"),
    ],
    ids=["published without ours", "draft with another"],
)
def test_release_with_other_files_is_refused(
    files: list[str], draft: bool, reason: str, rehearsal: Rehearsal, recorded: Record
) -> None:
    publish_by_hand(rehearsal, *files, draft=draft)
    before = rehearsal.state.release(rehearsal.project.tag_name)

    run = rehearsal.run(recorded.before("github-release"))

    assert run.results == failed_in("github-release")
    assert reason in run.log("github-release")
    assert rehearsal.state.release(rehearsal.project.tag_name) == before


def test_draft_gets_our_notes_and_files(rehearsal: Rehearsal, recorded: Record) -> None:
    tag = rehearsal.project.tag_name
    publish_by_hand(rehearsal, draft=True)

    run = rehearsal.run(recorded.before("github-release"))

    assert run.results == GREEN
    assert rehearsal.state.release(tag) == recorded.state.release(tag)
