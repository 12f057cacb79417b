"""How a run is judged: by the result of every job, and by what both indexes hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from release.rehearsal.index_server import Index
    from release.rehearsal.timeline import Run

ORDER = (
    "build",
    "test",
    "attest",
    "testpypi",
    "verify-testpypi",
    "pypi",
    "verify-pypi",
    "github-release",
)
GREEN = dict.fromkeys(ORDER, "success")


def failed_in(job: str) -> dict[str, str]:
    """
    Return the results of a run that broke in one job.

    What comes before it succeeded, what comes after it did not start. `attest` runs beside `test`.
    """
    place = ORDER.index(job)
    results = dict.fromkeys(ORDER[:place], "success") | {job: "failure"}
    results |= dict.fromkeys(ORDER[place + 1 :], "skipped")
    return results | ({"attest": "success"} if job == "test" else {})


def held_back(*jobs: str) -> dict[str, str]:
    """Return the results of a run in which only these jobs ran, and went well."""
    return dict.fromkeys(ORDER, "skipped") | dict.fromkeys(jobs, "success")


def uploads(index: Index) -> int:
    """Return how many uploads an index was asked to take."""
    return index.requests.count("POST /legacy/")


def legs(run: Run, job: str) -> dict[str, str]:
    """Return Python version → result of a job's legs."""
    return {leg.python: leg.result for leg in run.legs.values() if leg.job == job}
