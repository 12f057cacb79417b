"""Faults that stop a release before any index has heard of it, and runs that are no release."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from release.rehearsal.outcome import GREEN, failed_in, held_back, legs
from release.rehearsal.rerun import keep

if TYPE_CHECKING:
    from release.rehearsal.record import Record
    from release.rehearsal.rehearsal import Rehearsal


def test_a_green_run_ends_with_the_built_files_on_both_indexes(
    recorded: Record, stage: Rehearsal
) -> None:
    assert recorded.results == GREEN
    assert recorded.testpypi == recorded.pypi == recorded.built
    assert sorted(name.rpartition(".")[2] for name in recorded.built) == ["gz", "whl"]
    assert recorded.attested == {"testpypi": [], "pypi": sorted(recorded.built)}
    assert recorded.provenance == recorded.built
    assert recorded.release["assets"] == ["SHA256SUMS", *sorted(recorded.built)]
    assert recorded.release["notes"].startswith("### Added")
    assert not recorded.release["draft"]
    assert recorded.release["kind"] == "prerelease=false\n"
    assert stage.project.has_the_real_workflow


def test_tag_that_is_not_the_version_stops_the_build(stage: Rehearsal) -> None:
    run = stage.push_tag("v9.9.9")

    assert run.results == failed_in("build") | {"attest": "skipped"}
    assert "The tag is v9.9.9, but setup.py says" in run.said("build")
    assert stage.testpypi.files() == stage.pypi.files() == {}


def test_version_without_changelog_entry_stops_the_build(stage: Rehearsal) -> None:
    version = stage.project.version
    stage.project.edit("setup.py", f'version="{version}"', 'version="9.9.9"')
    stage.project.commit("Raise the version and forget the changelog")

    run = stage.push_tag()

    assert run.results == failed_in("build") | {"attest": "skipped"}
    assert f"CHANGELOG.md has no section on 9.9.9 (found: {version}" in run.said("build")
    assert stage.testpypi.files() == stage.pypi.files() == {}


def test_readme_missing_from_the_sdist_stops_the_build(stage: Rehearsal) -> None:
    stage.project.edit("MANIFEST.in", "include readme.md", "include")
    stage.project.commit("Forget the readme")

    run = stage.push_tag()

    assert run.results == failed_in("build") | {"attest": "skipped"}
    assert "lacks readme.md" in run.said("build")
    assert stage.testpypi.files() == stage.pypi.files() == {}


def test_files_of_another_version_than_the_tag_stop_the_build(stage: Rehearsal) -> None:
    (stage.project.work / "setup.cfg").write_text("[egg_info]\ntag_build = .dev7\n")
    stage.project.commit("Change the version in a way that setup.py does not tell")

    run = stage.push_tag()

    assert run.results == failed_in("build") | {"attest": "skipped"}
    assert "is version 1.0.0.dev7, but setup.py says 1.0.0." in run.said("build")
    assert stage.testpypi.files() == stage.pypi.files() == {}


def test_tag_beside_main_stops_the_build(stage: Rehearsal) -> None:
    stage.project.commit("Not reviewed", push_to="elsewhere")
    # A tag that looks like the branch must not be taken for it.
    stage.project.tag("origin/main")

    run = stage.push_tag()

    assert run.results == failed_in("build") | {"attest": "skipped"}
    assert "The tagged commit is not on main." in run.said("build")
    assert stage.testpypi.files() == stage.pypi.files() == {}


@pytest.mark.parametrize("name", ["testpypi", "pypi"])
def test_other_bytes_on_an_index_stop_the_build(
    name: str, stage: Rehearsal, recorded: Record
) -> None:
    (wheel,) = recorded.wheel
    index = {"testpypi": stage.testpypi, "pypi": stage.pypi}[name]
    index.hold(wheel, (recorded.dist / wheel).read_bytes() + b"other")
    before = index.files()

    run = stage.run(stage.workflow())

    assert run.results == failed_in("build") | {"attest": "skipped"}
    assert f"{name} has other bytes than ours under {wheel}" in run.said("build")
    assert {**stage.testpypi.files(), **stage.pypi.files()} == before == index.files()


def test_callers_pip_configuration_stops_the_rehearsal(stage: Rehearsal) -> None:
    stage.runner.variables["PIP_FIND_LINKS"] = "/somewhere"

    run = stage.run(stage.workflow())

    assert run.results == failed_in("build") | {"attest": "skipped"}
    assert "leaks into the job: PIP_FIND_LINKS" in run.said("build")


def test_one_failing_python_stops_the_release_and_lets_the_others_finish(
    stage: Rehearsal, recorded: Record
) -> None:
    breaks = "import os\nimport sys\n\nassert sys.version_info[:2] != (3, 9)\n"
    stage.project.edit("release/rehearsal/leg.py", "import os\nimport sys\n", breaks)
    stage.project.commit("Break Python 3.9")

    run = stage.run(keep(stage.workflow(), recorded.kept(["build"])))

    assert run.results == failed_in("test")
    assert legs(run, "test") == {
        "3.7": "success",
        "3.8": "success",
        "3.9": "failure",
        "3.10": "success",
        "3.11": "success",
        "3.12": "success",
        "3.13": "success",
    }
    assert stage.testpypi.files() == stage.pypi.files() == {}


def test_manual_run_builds_and_checks_and_publishes_nothing(
    stage: Rehearsal, recorded: Record
) -> None:
    workflow = keep(stage.workflow(), recorded.kept(["test"]))

    run = stage.run(workflow, "workflow_dispatch", "refs/heads/main")

    assert run.results == held_back("build", "test")
    assert run.outputs("build")["checksums"] == recorded.outputs["build"]["checksums"]
    assert stage.testpypi.files() == stage.pypi.files() == {}


@pytest.mark.parametrize(
    ("event", "ref", "fork"),
    [
        pytest.param("push", "refs/heads/main", False, id="branch"),
        pytest.param("push", "refs/tags/v1.0.0", True, id="fork"),
        pytest.param("workflow_dispatch", "refs/tags/v1.0.0", False, id="by hand, on a tag"),
    ],
)
def test_what_is_no_pushed_tag_of_ours_publishes_nothing(
    event: str, ref: str, fork: bool, stage: Rehearsal, recorded: Record
) -> None:
    workflow = keep(stage.workflow(), recorded.kept(["build", "test"]))

    run = stage.run(workflow, event, ref, fork=fork)

    assert run.results == held_back("build", "test")
    assert stage.testpypi.files() == stage.pypi.files() == {}


def test_job_that_no_runner_takes_is_not_taken_for_a_success(
    stage: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("release.rehearsal.workflow.Workflow.labels", frozenset())

    run = stage.run(stage.workflow())

    assert run.results == held_back()
