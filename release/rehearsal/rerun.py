"""
The workflow of "Re-run failed jobs".

GitHub keeps the results and outputs of jobs that succeeded and runs the others again. act has no
such command, so the succeeded jobs are replaced by jobs of the same id that do nothing and hand on
the recorded outputs. The others, and everything outside `jobs`, stay as release.yml has them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from release.rehearsal.workflow import Workflow

if TYPE_CHECKING:
    from collections.abc import Mapping

Outputs = dict[str, str]


def keep(workflow: Workflow, kept: Mapping[str, Outputs]) -> Workflow:
    """
    Return the workflow with the results of some jobs kept.

    Args:
        workflow: the one that ran.
        kept: the jobs that do not run again, and their outputs when they ran.
    """
    jobs = {
        job: _recorded(definition, kept[job]) if job in kept else definition
        for job, definition in workflow.jobs.items()
    }
    # PyYAML reads the key `on` as True and would write it so.
    rest = {name: value for name, value in workflow.parsed.items() if name not in (True, "jobs")}
    content = {"on": workflow.parsed[True], **rest, "jobs": jobs}
    return Workflow(yaml.safe_dump(content, sort_keys=False, width=1000))


def _recorded(definition: dict[str, Any], outputs: Outputs) -> dict[str, Any]:
    needs = {"needs": definition["needs"]} if "needs" in definition else {}
    return {
        "name": definition["name"],
        **needs,
        "runs-on": "ubuntu-24.04",
        "outputs": outputs,
        "steps": [{"run": "true"}],
    }
