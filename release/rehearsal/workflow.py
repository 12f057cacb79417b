"""A workflow file as the rehearsal and its tests read it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = ROOT / ".github" / "workflows"
ACTIONS = ROOT / ".github" / "actions"
STANDINS: dict[str, dict[str, list[str]]] = yaml.safe_load(
    (Path(__file__).parent / "standins" / "actions.yml").read_text(encoding="utf-8")
)
_USES = re.compile(r"uses: ([^@\s]+)@(\S+)")

Result = Literal["success", "failure", "skipped"]


@dataclass(frozen=True)
class Finished:
    """A job that does not run again: its recorded result and outputs."""

    outputs: dict[str, str]
    result: Result = "success"


@dataclass(frozen=True)
class Workflow:
    """A workflow file: its text, and the YAML in it."""

    text: str

    @property
    def jobs(self) -> dict[str, dict[str, Any]]:
        """The jobs, by id, in the order of the file."""
        jobs: dict[str, dict[str, Any]] = self.parsed["jobs"]
        return jobs

    @property
    def parsed(self) -> dict[Any, Any]:
        """The whole file. The key `on` is True: YAML 1.1 reads it as a boolean."""
        parsed: dict[Any, Any] = yaml.safe_load(self.text)
        return parsed

    @property
    def uses(self) -> set[tuple[str, str]]:
        """Every action from elsewhere in use, and its commit."""
        return set(_USES.findall("\n".join([self.text, *_own_actions().values()])))

    @property
    def labels(self) -> set[str]:
        """The runner labels of the jobs."""
        return {job["runs-on"] for job in self.jobs.values()}

    def finish(self, finished: dict[str, Finished]) -> Workflow:
        """
        Return the workflow with jobs that only report a recorded result.

        GitHub's "Re-run failed jobs" keeps the results and outputs of the jobs that succeeded, and
        act has no such command. The other jobs, and everything outside `jobs`, stay as they are.
        """
        jobs = {
            job: _report(definition, finished[job]) if job in finished else definition
            for job, definition in self.jobs.items()
        }
        # PyYAML reads the key `on` as True and would write it so.
        rest = {name: value for name, value in self.parsed.items() if name not in (True, "jobs")}
        content = {"on": self.parsed[True], **rest, "jobs": jobs}
        return Workflow(yaml.safe_dump(content, sort_keys=False, width=1000))


def _report(definition: dict[str, Any], finished: Finished) -> dict[str, Any]:
    needs = {"needs": definition["needs"]} if "needs" in definition else {}
    condition = {"if": False} if finished.result == "skipped" else {}
    return {
        "name": definition["name"],
        **needs,
        **condition,
        "runs-on": "ubuntu-24.04",
        "outputs": finished.outputs,
        "steps": [{"run": "false" if finished.result == "failure" else "true"}],
    }


def _own_actions() -> dict[str, str]:
    """Return folder → text of the repository's own actions."""
    files = sorted(ACTIONS.glob("*/action.yml"))
    return {
        f"./{file.parent.relative_to(ROOT)}": file.read_text(encoding="utf-8") for file in files
    }


def misused_inputs(workflow: Workflow) -> list[str]:
    """Return every input that an action, or the stand-in for it, does not have, as sentences."""
    own = {folder: yaml.safe_load(text) for folder, text in _own_actions().items()}
    known = {action: set(standin["inputs"]) for action, standin in STANDINS.items()}
    known |= {folder: set(action["inputs"]) for folder, action in own.items()}
    steps = [(name, step) for name, job in workflow.jobs.items() for step in job["steps"]]
    steps += [(folder, step) for folder, action in own.items() for step in action["runs"]["steps"]]
    problems = []
    for place, step in steps:
        if action := step.get("uses", "").partition("@")[0]:
            if action not in known:
                raise LookupError(f"{action} has no stand-in. Add it to standins/actions.yml.")
            unknown = sorted(set(step.get("with", {})) - known[action])
            problems += [f"{place}: {action} has no input {name} here" for name in unknown]
    return problems
