from release.rehearsal.run import Run
from release.rehearsal.workflow import WORKFLOWS, Workflow


def test_killed_job_is_not_a_success() -> None:
    run = Run(Workflow((WORKFLOWS / "release.yml").read_text(encoding="utf-8")))

    run.feed({"jobID": "build", "matrix": {}, "msg": ""})

    assert run.results["build"] == "unfinished"
