from __future__ import annotations

from typing import Any

import pytest

from release.rehearsal.outcome import failed_in
from release.rehearsal.timeline import Run
from release.rehearsal.workflow import WORKFLOWS, Workflow


@pytest.fixture
def run() -> Run:
    return Run(Workflow((WORKFLOWS / "release.yml").read_text(encoding="utf-8")))


def line(job: str, python: str = "", **rest: Any) -> dict[str, Any]:
    return {"jobID": job, "matrix": {"python": python} if python else {}, "msg": "", **rest}


def test_job_that_never_spoke_was_skipped(run: Run) -> None:
    assert set(run.results.values()) == {"skipped"}


def test_leg_that_went_well_is_green_beside_one_that_failed(run: Run) -> None:
    run.hear(line("test", "3.7", step="Test the wheel", stepResult="failure"), 1)
    run.hear(line("test", "3.7", jobResult="failure"), 2)
    run.hear(line("test", "3.8", jobResult="failure"), 3)

    assert run.legs["test", "3.7"].result == "failure"
    assert run.legs["test", "3.8"].result == "success"
    assert run.results["test"] == "failure"


def test_job_stays_failed_after_a_leg_that_went_well(run: Run) -> None:
    run.hear(line("test", "3.7", jobResult="failure"), 1)
    run.hear(line("test", "3.8", jobResult="success"), 2)

    assert run.results["test"] == "failure"


def test_table_has_a_line_for_every_leg_in_the_order_they_started(run: Run) -> None:
    run.hear(line("attest"), 12)
    run.hear(line("build"), 10)
    run.hear(line("build", jobResult="success"), 14.25)
    run.hear(line("attest", step="actions/attest", stepResult="failure"), 15)
    run.hear(line("attest", jobResult="failure"), 15)

    rows = run.table().splitlines()

    assert rows[:2] == [
        "  0.0 s  build                 success    4.2 s",
        "  2.0 s  attest                failure    3.0 s  actions/attest",
    ]
    assert rows[2] == "         test 3.7              skipped"
    assert len(rows) == len(run.legs)


def test_outputs_are_those_that_the_steps_set(run: Run) -> None:
    said: dict[str, Any] = {
        "command": "set-output",
        "stepID": ["dist"],
        "name": "artifact-id",
        "arg": "1001",
    }

    run.hear(line("build", **said), 1)

    others = dict.fromkeys(run.workflow.jobs["build"]["outputs"], "")
    assert run.outputs("build") == {**others, "dist": "1001"}


def test_what_breaks_in_one_job_leaves_the_later_ones_skipped() -> None:
    assert failed_in("verify-testpypi") == {
        "build": "success",
        "test": "success",
        "attest": "success",
        "testpypi": "success",
        "verify-testpypi": "failure",
        "pypi": "skipped",
        "verify-pypi": "skipped",
        "github-release": "skipped",
    }
