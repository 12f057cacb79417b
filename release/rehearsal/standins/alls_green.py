"""
Stand-in for re-actors/alls-green.

Kept: it fails unless every job in `jobs` succeeded. Left out: the inputs that allow failed and
skipped jobs, and the outputs.
"""

from __future__ import annotations

import json

from release.rehearsal.standins.job import Job, run
from release.steps.failure import ReleaseError


def check_results(job: Job) -> None:
    """Fail if a job failed, was cancelled or was skipped."""
    results = {name: needed["result"] for name, needed in json.loads(job.inputs["jobs"]).items()}
    others = [f"{name}: {result}" for name, result in results.items() if result != "success"]
    if others or not results:
        raise ReleaseError(f"not all needed jobs succeeded ({', '.join(others)})")


if __name__ == "__main__":
    run(check_results)
