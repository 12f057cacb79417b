"""The expected results of the jobs of release.yml."""

from __future__ import annotations

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
    Return the results of a run in which one job failed: later jobs are skipped.

    `attest` runs beside `test`.
    """
    place = ORDER.index(job)
    results = dict.fromkeys(ORDER[:place], "success") | {job: "failure"}
    results |= dict.fromkeys(ORDER[place + 1 :], "skipped")
    return results | ({"attest": "success"} if job == "test" else {})


def ran_only(*jobs: str) -> dict[str, str]:
    """Return the results of a run in which only these jobs ran, and succeeded."""
    assert set(jobs) <= set(ORDER)
    return dict.fromkeys(ORDER, "skipped") | dict.fromkeys(jobs, "success")
