"""A workflow file as the rehearsal and its tests read it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from release.steps import plan

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = ROOT / ".github" / "workflows"
ACTIONS = ROOT / ".github" / "actions"
STANDINS = Path(__file__).parent / "standins"
_USES = re.compile(r"uses: (?P<action>[^@\s]+)@(?P<commit>\S+)(?: # (?P<version>\S+))?$", re.M)
_FROM_PLAN = re.compile(r"\$\{\{ fromJSON\(needs\.build\.outputs\.([\w-]+)\) \}\}")


@dataclass(frozen=True)
class Use:
    """One `uses:` line."""

    action: str
    commit: str
    version: str


@dataclass(frozen=True)
class Workflow:
    """A workflow file: its text, and what YAML makes of it."""

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
    def uses(self) -> list[Use]:
        """Every action from elsewhere in use, with the version that its comment claims."""
        text = "\n".join([self.text, *_own_actions().values()])
        found = _USES.finditer(text)
        return [Use(use["action"], use["commit"], use["version"] or "") for use in found]

    @property
    def labels(self) -> set[str]:
        """The runner labels that the jobs ask for."""
        return {job["runs-on"] for job in self.jobs.values()}

    def steps(self) -> list[tuple[str, dict[str, Any]]]:
        """Every step, with the id of its job."""
        return [(name, step) for name, job in self.jobs.items() for step in job["steps"]]


def _own_actions() -> dict[str, str]:
    """Return folder → text of the repository's own actions."""
    files = sorted(ACTIONS.glob("*/action.yml"))
    return {
        f"./{file.parent.relative_to(ROOT)}": file.read_text(encoding="utf-8") for file in files
    }


def legs(job: dict[str, Any]) -> list[str]:
    """Return the Python version of each leg of a job; one empty name for a job without a matrix."""
    matrix = job.get("strategy", {}).get("matrix", {})
    if output := _FROM_PLAN.fullmatch(str(matrix.get("python", ""))):
        return list(plan.outputs()[output[1]])
    return [""]


def misused_inputs(workflow: Workflow) -> list[str]:
    """Return every input that an action, or the stand-in for it, does not have, as sentences."""
    places = workflow.steps()
    for folder, text in _own_actions().items():
        places += [(folder, step) for step in yaml.safe_load(text)["runs"]["steps"]]
    problems = []
    for place, step in places:
        if action := step.get("uses", "").partition("@")[0]:
            unknown = sorted(set(step.get("with", {})) - _inputs(action))
            problems += [f"{place}: {action} has no input {name} here" for name in unknown]
    return problems


def _inputs(action: str) -> set[str]:
    """Return the inputs of an action of ours, or of the stand-in for another."""
    definition = ROOT / action if action.startswith("./") else STANDINS / action
    file = definition / "action.yml"
    if not file.is_file():
        raise LookupError(f"{action} has no stand-in. Add {file}.")
    return set(yaml.safe_load(file.read_text(encoding="utf-8"))["inputs"])
