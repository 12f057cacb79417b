from __future__ import annotations

from typing import Any

import pytest

from release.rehearsal.run import Run
from release.rehearsal.workflow import WORKFLOWS, Workflow


@pytest.fixture
def run() -> Run:
    return Run(Workflow((WORKFLOWS / "release.yml").read_text(encoding="utf-8")))


def line(job: str, python: str = "", **rest: Any) -> dict[str, Any]:
    return {"jobID": job, "matrix": {"python": python} if python else {}, "msg": "", **rest}


def test_job_without_lines_was_skipped(run: Run) -> None:
    assert set(run.results.values()) == {"skipped"}


def test_unfinished_job_is_not_a_success(run: Run) -> None:
    run.feed(line("build"), 1)

    assert run.results["build"] == "unfinished"


def test_leg_succeeds_beside_a_failed_leg(run: Run) -> None:
    run.feed(line("test", "3.7", step="Test the wheel", stepResult="failure"), 1)
    run.feed(line("test", "3.7", jobResult="failure"), 2)
    run.feed(line("test", "3.8", jobResult="failure"), 3)

    assert run.legs["test", "3.7"].result == "failure"
    assert run.legs["test", "3.8"].result == "success"
    assert run.results["test"] == "failure"


def test_job_with_a_failed_leg_stays_failed(run: Run) -> None:
    run.feed(line("test", "3.7", jobResult="failure"), 1)
    run.feed(line("test", "3.8", jobResult="success"), 2)

    assert run.results["test"] == "failure"


def test_table_lists_legs_by_their_start(run: Run) -> None:
    run.feed(line("build"), 10)
    run.feed(line("attest"), 12)
    run.feed(line("build", jobResult="success"), 14.25)
    run.feed(line("attest", step="actions/attest", stepResult="failure"), 15)
    run.feed(line("attest", jobResult="failure"), 15)

    assert run.table().splitlines()[:3] == [
        "  0.0 s  build                 success    4.2 s",
        "  2.0 s  attest                failure    3.0 s  actions/attest",
        "         test                  skipped",
    ]


def test_outputs_are_set_by_the_steps(run: Run) -> None:
    output = {"stepID": ["dist"], "name": "artifact-id", "arg": "1001"}

    run.feed({**line("build"), "command": "set-output", **output}, 1)

    outputs = {name: value for name, value in run.outputs("build").items() if value}
    assert outputs == {"dist": "1001"}
