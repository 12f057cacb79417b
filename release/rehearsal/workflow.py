"""A workflow file, read for the rehearsal and its tests."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = ROOT / ".github" / "workflows"
_OWN_ACTIONS = ".github/actions/*/action.yml"

Result = Literal["success", "failure", "skipped"]


@dataclass(frozen=True)
class Finished:
    """The recorded result and outputs of a job that does not run again."""

    outputs: dict[str, str]
    result: Result = "success"


@dataclass(frozen=True)
class Workflow:
    """A workflow file: its text, and the YAML in it."""

    text: str

    @property
    def parsed(self) -> dict[Any, Any]:
        """The whole file. The key `on` is True: YAML 1.1 reads it as a boolean."""
        parsed: dict[Any, Any] = yaml.safe_load(self.text)
        return parsed

    @property
    def jobs(self) -> dict[str, dict[str, Any]]:
        """The jobs, by id, in the order of the file."""
        jobs: dict[str, dict[str, Any]] = self.parsed["jobs"]
        return jobs

    @property
    def actions(self) -> dict[tuple[str, str], set[str]]:
        """The inputs that the jobs use of each external action, by its name and commit."""
        actions: dict[tuple[str, str], set[str]] = {}
        own = [yaml.safe_load(file.read_text("utf-8")) for file in ROOT.glob(_OWN_ACTIONS)]
        jobs = [*self.jobs.values(), *(action["runs"] for action in own)]
        for step in (step for job in jobs for step in job["steps"]):
            name, _, commit = step.get("uses", "").partition("@")
            if commit:
                actions.setdefault((name, commit), set()).update(step.get("with", {}))
        return actions

    def finish(self, finished: dict[str, Finished]) -> "Workflow":
        """
        Return the workflow with jobs that only report a recorded result.

        GitHub's "Re-run failed jobs" keeps the results and outputs of successful jobs. act does not
        have such a command. The other jobs, and everything outside `jobs`, stay as they are.
        """
        content = self.parsed
        for job in finished:
            content["jobs"][job] = _report(content["jobs"][job], finished[job])
        # PyYAML reads the key `on` as True, and would write True.
        content = {"on": content.pop(True), **content}
        return Workflow(yaml.safe_dump(content, sort_keys=False, width=1000))


def _report(definition: dict[str, Any], finished: Finished) -> dict[str, Any]:
    kept = ("name", "needs", "runs-on")
    report = {key: value for key, value in definition.items() if key in kept}
    if finished.result == "skipped":
        report["if"] = False
    command = "false" if finished.result == "failure" else "true"
    return {**report, "outputs": finished.outputs, "steps": [{"run": command}]}
