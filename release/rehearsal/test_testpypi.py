"""Faults of TestPyPI: PyPI must never have a file that was not verified on TestPyPI."""

from release.rehearsal.faults import Faults
from release.rehearsal.record import Record
from release.rehearsal.rehearsal import Rehearsal
from release.rehearsal.run import GREEN, failed_in


def test_testpypi_down_does_not_stop_the_build(rehearsal: Rehearsal, recorded: Record) -> None:
    rehearsal.testpypi.faults.down = True
    run = rehearsal.run(recorded.run.finished("test", "attest"))

    assert run.results == failed_in("testpypi")
    assert f"::warning::testpypi: no answer on {recorded.first}" in run.log("build")
    assert f"pypi: no file {recorded.first}" in run.log("build")
    assert rehearsal.files() == ({}, {})


def test_slow_testpypi_is_tried_again(rehearsal: Rehearsal, recorded: Record) -> None:
    """TestPyPI refuses two uploads, then hides the files, then lists them before it has them."""
    rehearsal.testpypi.faults = Faults(busy_uploads=2, stale_views=5, busy_downloads=3)

    run = rehearsal.run(recorded.before("testpypi"))

    assert run.results == GREEN
    assert rehearsal.testpypi.faults == Faults()
    assert rehearsal.testpypi.uploads == len(recorded.built) + 2
    assert rehearsal.files() == (recorded.built, recorded.built)


def test_moved_tag_stops_the_old_run(rehearsal: Rehearsal, recorded: Record) -> None:
    rehearsal.project.move_tag()

    run = rehearsal.run(recorded.before("testpypi"))

    assert run.results == failed_in("verify-testpypi")
    assert f"{rehearsal.project.tag_name} was moved from" in run.log("verify-testpypi")
    assert rehearsal.pypi.files() == {}


def test_same_files_on_testpypi_are_kept(rehearsal: Rehearsal, recorded: Record) -> None:
    rehearsal.upload_to_testpypi(recorded)

    run = rehearsal.run(recorded.before("testpypi"))

    assert run.results == GREEN
    assert rehearsal.files() == (recorded.built, recorded.built)


def test_different_file_after_the_build_stops_the_release(
    rehearsal: Rehearsal, recorded: Record
) -> None:
    rehearsal.testpypi.add_file(recorded.first, recorded.read(recorded.first) + b"other")

    run = rehearsal.run(recorded.before("testpypi"))

    reason = f"testpypi has a different file under the name {recorded.first}"
    assert run.results == failed_in("verify-testpypi")
    assert reason in run.log("verify-testpypi")
    assert rehearsal.pypi.files() == {}


def test_missed_deadline_then_failed_jobs_again(rehearsal: Rehearsal, recorded: Record) -> None:
    rehearsal.testpypi.faults.stale_views = 1_000_000
    rehearsal.runner.variables["RELEASE_DEADLINE"] = "2"
    run = rehearsal.run(recorded.before("testpypi"))

    assert run.results == failed_in("verify-testpypi")
    assert "testpypi did not serve" in run.log("verify-testpypi")
    assert "within 2 s" in run.log("verify-testpypi")
    assert rehearsal.pypi.files() == {}

    rehearsal.testpypi.faults.stale_views = 0
    del rehearsal.runner.variables["RELEASE_DEADLINE"]
    again = rehearsal.rerun_failed(run)

    assert again.results == GREEN
    assert rehearsal.pypi.files() == recorded.built


def test_broken_wheel_stays_on_testpypi(rehearsal: Rehearsal, recorded: Record) -> None:
    package = rehearsal.project.work / rehearsal.project.metadata.package
    with (package / "__init__.py").open("a", encoding="utf-8") as module:
        # Only the demo imports the package in a host.
        module.write('import sys\nassert "functions_host" not in sys.modules, "broken"\n')
    rehearsal.project.commit("Break the package in a way that only the demo notices")
    rehearsal.project.tag(rehearsal.project.tag_name)

    run = rehearsal.run(recorded.run.finished("test", "attest"))

    assert run.results == failed_in("verify-testpypi")
    assert "AssertionError: broken" in run.log("verify-testpypi")
    assert "The demo failed" in run.log("verify-testpypi")
    assert rehearsal.testpypi.files().keys() == recorded.built.keys()
    assert rehearsal.pypi.files() == {}


def test_hostile_dependency_is_never_requested(rehearsal: Rehearsal, recorded: Record) -> None:
    ours = {name.split("-")[0] for name in recorded.built}
    for name in ("azure_functions", "setuptools", "werkzeug", *ours):
        rehearsal.testpypi.add_file(f"{name}-99.0-py3-none-any.whl", b"hostile")

    run = rehearsal.run(recorded.before("testpypi"))

    requests = rehearsal.testpypi.requests
    pages = {f"GET /simple/{name.replace('_', '-')}/" for name in ours}
    assert run.results == GREEN
    assert {one for one in requests if " /simple/" in one} == pages
    assert not [one for one in requests if "-99.0-" in one]
    assert rehearsal.pypi.files() == recorded.built
