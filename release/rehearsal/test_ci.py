"""ci.yml: a green run with one job of each matrix, and `gate` after other results."""

import pytest

from release.rehearsal.rehearsal import Rehearsal
from release.rehearsal.runner import Event
from release.rehearsal.workflow import Finished, Result

PUSH = Event("refs/heads/main")
# `rehearsal` would run these tests. The other jobs need Docker.
NOT_REHEARSED = ("rehearsal", "devcontainer", "container")


def test_change_is_built_tested_and_checked(rehearsal: Rehearsal) -> None:
    jobs = rehearsal.workflow("ci.yml").jobs
    finished = {job: Finished({}) for job in NOT_REHEARSED if job in jobs}
    one_of_each = {"python": "3.12", "environment": "lint"}

    run = rehearsal.run(finished, event=PUSH, file="ci.yml", matrix=one_of_each)

    assert set(run.results.values()) == {"success"}
    assert {"test": "3.12", "check": "lint"}.items() <= {
        leg.job: leg.name.split()[0] for leg in run.legs.values() if leg.name
    }.items()


@pytest.mark.parametrize("result", ["failure", "skipped"])
@pytest.mark.parametrize("job", ["test", "check"])
def test_gate_fails_unless_all_jobs_succeed(job: str, result: Result, rehearsal: Rehearsal) -> None:
    needs = rehearsal.workflow("ci.yml").jobs["gate"]["needs"]
    finished = {name: Finished({}) for name in needs} | {job: Finished({}, result)}

    run = rehearsal.run(finished, event=PUSH, file="ci.yml")

    assert run.results["gate"] == "failure"
    assert f"({job}: {result})" in run.log("gate")
