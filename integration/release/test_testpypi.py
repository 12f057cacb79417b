"""Faults of TestPyPI: PyPI must never hold what TestPyPI did not give back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from integration.release.outcome import GREEN, failed_in, legs, uploads
from integration.release.rerun import keep

if TYPE_CHECKING:
    from integration.release.record import Record
    from integration.release.rehearsal import Rehearsal
    from integration.release.workflow import Workflow


@pytest.fixture
def from_testpypi(stage: Rehearsal, recorded: Record) -> Workflow:
    """The release after its build was tested and attested."""
    return keep(stage.workflow(), recorded.kept(["build", "test", "attest"]))


def test_testpypi_down_then_failed_jobs_again(
    stage: Rehearsal, recorded: Record, from_testpypi: Workflow
) -> None:
    stage.testpypi.faults.down = True
    run = stage.run(from_testpypi)

    assert run.results == failed_in("testpypi")
    assert stage.testpypi.files() == stage.pypi.files() == {}

    stage.testpypi.faults.down = False
    again = stage.rerun_failed(run)

    assert again.results == GREEN
    assert stage.testpypi.files() == stage.pypi.files() == recorded.built


def test_testpypi_down_from_the_start_stops_no_build(stage: Rehearsal, recorded: Record) -> None:
    stage.testpypi.faults.down = True
    run = stage.run(keep(stage.workflow(), recorded.kept(["test", "attest"])))

    assert run.results == failed_in("testpypi")
    assert "testpypi cannot be asked now" in run.said("build")
    assert stage.testpypi.files() == stage.pypi.files() == {}


def test_testpypi_busy_twice_is_asked_again(
    stage: Rehearsal, recorded: Record, from_testpypi: Workflow
) -> None:
    stage.testpypi.faults.busy_uploads = 2

    run = stage.run(from_testpypi)

    assert run.results == GREEN
    assert uploads(stage.testpypi) == 4
    assert stage.testpypi.files() == stage.pypi.files() == recorded.built


def test_testpypi_refuses_the_second_file_then_failed_jobs_again(
    stage: Rehearsal, recorded: Record, from_testpypi: Workflow
) -> None:
    stage.testpypi.faults.refuse_upload = 2
    run = stage.run(from_testpypi)

    assert run.results == failed_in("testpypi")
    assert stage.testpypi.files() == recorded.wheel
    assert stage.pypi.files() == {}

    again = stage.rerun_failed(run)

    assert again.results == GREEN
    assert stage.testpypi.files() == stage.pypi.files() == recorded.built


def test_name_that_was_deleted_on_testpypi_is_taken_for_ever(
    stage: Rehearsal, recorded: Record, from_testpypi: Workflow
) -> None:
    stage.testpypi.deleted.update(recorded.wheel)

    run = stage.run(from_testpypi)

    assert run.results == failed_in("testpypi")
    assert "This filename was previously used" in run.said("testpypi")
    assert stage.testpypi.files() == stage.pypi.files() == {}


def test_tag_that_was_moved_meanwhile_stops_the_old_run(
    stage: Rehearsal, recorded: Record, from_testpypi: Workflow
) -> None:
    tag = f"v{stage.project.version}"
    stage.when["fetched"] = lambda: stage.project.move_tag(tag)

    run = stage.run(from_testpypi)

    assert run.results == failed_in("fetched")
    assert f"{tag} was moved from" in run.said("fetched")
    assert stage.pypi.files() == {}


def test_testpypi_says_forbidden_and_is_asked_once(
    stage: Rehearsal, from_testpypi: Workflow
) -> None:
    stage.testpypi.faults.forbidden = True

    run = stage.run(from_testpypi)

    assert run.results == failed_in("testpypi")
    assert "403 Forbidden" in run.said("testpypi")
    assert uploads(stage.testpypi) == 1
    assert stage.testpypi.files() == stage.pypi.files() == {}


def test_testpypi_knows_no_such_publisher(stage: Rehearsal, from_testpypi: Workflow) -> None:
    stage.testpypi.door.forget_publisher()

    run = stage.run(from_testpypi)

    assert run.results == failed_in("testpypi")
    assert "422" in run.said("testpypi")
    assert "invalid-publisher" in run.said("testpypi")
    assert uploads(stage.testpypi) == 0


def test_testpypi_has_the_same_bytes_already(
    stage: Rehearsal, recorded: Record, from_testpypi: Workflow
) -> None:
    for name in recorded.built:
        stage.testpypi.hold(name, (recorded.dist / name).read_bytes())

    run = stage.run(from_testpypi)

    assert run.results == GREEN
    assert stage.testpypi.files() == stage.pypi.files() == recorded.built


def test_other_bytes_that_came_after_the_build_looked_are_not_published(
    stage: Rehearsal, recorded: Record, from_testpypi: Workflow
) -> None:
    (wheel,) = recorded.wheel
    stage.testpypi.hold(wheel, (recorded.dist / wheel).read_bytes() + b"other")

    run = stage.run(from_testpypi)

    assert run.results == failed_in("fetched")
    assert f"testpypi has other bytes than ours under {wheel}" in run.said("fetched")
    assert stage.pypi.files() == {}


def test_testpypi_shows_new_files_late(
    stage: Rehearsal, recorded: Record, from_testpypi: Workflow
) -> None:
    stage.testpypi.faults.stale_views = 5

    run = stage.run(from_testpypi)

    assert run.results == GREEN
    assert page_views(stage) == 5 + 2 * 2
    assert stage.testpypi.files() == stage.pypi.files() == recorded.built


def test_testpypi_shows_new_files_too_late_then_failed_jobs_again(
    stage: Rehearsal, recorded: Record, from_testpypi: Workflow
) -> None:
    stage.testpypi.faults.stale_views = 1_000_000
    stage.runner.variables["RELEASE_DEADLINE"] = "2"
    run = stage.run(from_testpypi)

    assert run.results == failed_in("fetched")
    assert "did not give" in run.said("fetched")
    assert "within 2 s" in run.said("fetched")
    assert stage.pypi.files() == {}

    stage.testpypi.faults.stale_views = 0
    del stage.runner.variables["RELEASE_DEADLINE"]
    again = stage.rerun_failed(run)

    assert again.results == GREEN
    assert stage.pypi.files() == recorded.built


def test_testpypi_shows_files_before_they_can_be_downloaded(
    stage: Rehearsal, recorded: Record, from_testpypi: Workflow
) -> None:
    stage.testpypi.faults.busy_downloads = 3

    run = stage.run(from_testpypi)

    assert run.results == GREEN
    assert stage.testpypi.files() == stage.pypi.files() == recorded.built


def test_wheel_that_installs_and_does_not_work_stays_on_testpypi(
    stage: Rehearsal, recorded: Record
) -> None:
    timing = "python_worker_extension_timer/_measure.py"
    stage.project.edit(timing, "Time taken to execute", "Time spent on")
    stage.project.commit("Break the package in a way that no test here sees")
    stage.project.tag(f"v{stage.project.version}")

    run = stage.run(keep(stage.workflow(), recorded.kept(["test", "attest"])))

    assert run.results == failed_in("fetched")
    assert "Time spent on HttpTrigger" in run.said("fetched")
    assert "The response and the log do not tell the same" in run.said("fetched")
    assert len(stage.testpypi.files()) == 2
    assert stage.pypi.files() == {}


def test_testpypi_serves_other_bytes_and_is_asked_once_per_python(
    stage: Rehearsal, recorded: Record, from_testpypi: Workflow
) -> None:
    stage.testpypi.faults.corrupt = True
    (wheel,) = recorded.wheel

    run = stage.run(from_testpypi)

    assert run.results == failed_in("fetched")
    assert legs(run, "fetched") == {"3.7": "failure", "3.12": "failure"}
    assert stage.testpypi.requests.count(f"GET /packages/{wheel}") == 2
    assert stage.pypi.files() == {}


def test_hostile_dependency_on_testpypi_is_never_asked_for(
    stage: Rehearsal, recorded: Record, from_testpypi: Workflow
) -> None:
    for name in ("azure_functions", "setuptools", "werkzeug", "python_worker_extension_timer"):
        stage.testpypi.hold(f"{name}-99.0-py3-none-any.whl", b"hostile")

    run = stage.run(from_testpypi)

    assert run.results == GREEN
    pages = {request for request in stage.testpypi.requests if " /simple/" in request}
    assert pages == {"GET /simple/python-worker-extension-timer/"}
    assert not [request for request in stage.testpypi.requests if "-99.0-" in request]
    assert stage.pypi.files() == recorded.built


def page_views(stage: Rehearsal) -> int:
    """Return how often TestPyPI was asked for our page."""
    return stage.testpypi.requests.count("GET /simple/python-worker-extension-timer/")
