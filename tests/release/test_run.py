from typing import Any

import pytest

from release.rehearsal.run import Run
from release.rehearsal.workflow import WORKFLOWS, Workflow


@pytest.fixture
def run() -> Run:
    return Run(Workflow((WORKFLOWS / "release.yml").read_text(encoding="utf-8")))


def line(job: str, python: str = "", **rest: Any) -> dict[str, Any]:
    return {"jobID": job, "matrix": {"python": python} if python else {}, "msg": "", **rest}


@pytest.mark.parametrize(
    ("reported", "result"),
    [([], "skipped"), ([{}], "unfinished"), ([{"jobResult": "success"}], "success")],
    ids=["no line", "no result", "success"],
)
def test_job_has_the_reported_result(reported: list[dict[str, str]], result: str, run: Run) -> None:
    for report in reported:
        run.feed(line("build", **report))

    assert run.results["build"] == result


def test_leg_succeeds_beside_a_failed_leg(run: Run) -> None:
    run.feed(line("test", "3.7", step="Test the wheel", stepResult="failure"))
    run.feed(line("test", "3.7", jobResult="failure"))
    run.feed(line("test", "3.8", jobResult="failure"))

    assert run.legs["test", "3.7"].result == "failure"
    assert run.legs["test", "3.8"].result == "success"
    assert run.results["test"] == "failure"


def test_job_with_a_failed_leg_stays_failed(run: Run) -> None:
    run.feed(line("test", "3.7", jobResult="failure"))
    run.feed(line("test", "3.8", jobResult="success"))

    assert run.results["test"] == "failure"


def test_outputs_are_set_by_the_steps(run: Run) -> None:
    output = {"stepID": ["dist"], "name": "artifact-id", "arg": "1001"}

    run.feed({**line("build"), "command": "set-output", **output})

    outputs = {name: value for name, value in run.outputs("build").items() if value}
    assert outputs == {"dist": "1001"}
