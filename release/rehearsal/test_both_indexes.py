"""Faults that each of the two indexes can have, and re-runs after them."""

from collections.abc import Callable

import pytest

from release.rehearsal.faults import Faults
from release.rehearsal.index_server import Index
from release.rehearsal.record import Record
from release.rehearsal.rehearsal import Rehearsal
from release.rehearsal.run import GREEN, failed_in


@pytest.fixture(params=["testpypi", "pypi"])
def index(request: pytest.FixtureRequest, rehearsal: Rehearsal, recorded: Record) -> Index:
    """An index, before the job with its name. TestPyPI gets the files before PyPI."""
    if request.param == "testpypi":
        return rehearsal.testpypi
    rehearsal.upload_to_testpypi(recorded)
    return rehearsal.pypi


def test_index_down_then_failed_jobs_again(
    index: Index, rehearsal: Rehearsal, recorded: Record
) -> None:
    index.faults.down = True
    run = rehearsal.run(recorded.before(index.name))

    assert run.results == failed_in(index.name)
    assert index.files() == rehearsal.pypi.files() == {}

    index.faults.down = False
    again = rehearsal.rerun_failed(run)

    assert again.results == GREEN
    assert rehearsal.files() == (recorded.built, recorded.built)


@pytest.mark.parametrize("count", [1, 2], ids=["one file", "one project"])
def test_refused_files_then_failed_jobs_again(
    count: int, index: Index, rehearsal: Rehearsal, recorded: Record
) -> None:
    refused = sorted(recorded.built)[-count:]
    index.faults.refused = dict.fromkeys(refused, "400 Refused")
    run = rehearsal.run(recorded.before(index.name))

    assert run.results == failed_in(index.name)
    assert index.files().keys() == recorded.built.keys() - set(refused)

    index.faults = Faults()
    again = rehearsal.rerun_failed(run)

    assert again.results == GREEN
    assert rehearsal.files() == (recorded.built, recorded.built)


def change_publisher(index: Index, _: str) -> None:
    index.publisher = "another"


def use_up_name(index: Index, name: str) -> None:
    index.faults.refused[name] = "400 This filename was previously used by a deleted file"


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (change_publisher, "403 invalid-publisher"),
        (use_up_name, "This filename was previously used"),
    ],
)
def test_refusal_stops_the_release(
    fault: Callable[[Index, str], None],
    reason: str,
    index: Index,
    rehearsal: Rehearsal,
    recorded: Record,
) -> None:
    """The upload is tried once, and TestPyPI's `skip-existing` does not hide the refusal."""
    fault(index, recorded.first)

    run = rehearsal.run(recorded.before(index.name))

    assert run.results == failed_in(index.name)
    assert reason in run.log(index.name)
    assert index.uploads == 1
    assert index.files() == rehearsal.pypi.files() == {}


def test_changed_download_stops_the_release(
    index: Index, rehearsal: Rehearsal, recorded: Record
) -> None:
    """The download is not tried again: each Python of the job downloads the wheel once."""
    index.faults.corrupt = True
    verify = f"verify-{index.name}"

    run = rehearsal.run(recorded.before(index.name))

    pythons = run.results_by_python(verify)
    assert run.results == failed_in(verify)
    assert set(pythons.values()) == {"failure"}
    assert f"{index.name} has a different file under the name" in run.log(verify)
    assert index.requests.count(f"GET /packages/{recorded.first}") == len(pythons)
    assert rehearsal.state.release(rehearsal.project.tag_name) is None
