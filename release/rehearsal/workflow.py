"""A workflow file as the rehearsal and its tests read it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = ROOT / ".github" / "workflows"
STANDINS = Path(__file__).parent / "standins"
_USES = re.compile(r"uses: (?P<action>[^@\s]+)@(?P<commit>\S+)(?: # (?P<version>\S+))?$", re.M)


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
        """Every action in use, with the version that its comment claims."""
        found = _USES.finditer(self.text)
        return [Use(use["action"], use["commit"], use["version"] or "") for use in found]

    @property
    def labels(self) -> set[str]:
        """The runner labels that the jobs ask for."""
        return {label for job in self.jobs.values() for label in _labels(job)}

    def steps(self) -> list[tuple[str, dict[str, Any]]]:
        """Every step, with the id of its job."""
        return [(name, step) for name, job in self.jobs.items() for step in job["steps"]]


def _labels(job: dict[str, Any]) -> set[str]:
    if job["runs-on"] != "${{ matrix.os }}":
        return {job["runs-on"]}
    return {leg["os"] for leg in job["strategy"]["matrix"]["include"]}


def legs(job: dict[str, Any]) -> list[str]:
    """Return what tells the legs of a job apart, the Python version; one empty name if nothing."""
    include = job.get("strategy", {}).get("matrix", {}).get("include", [{}])
    return [leg.get("python", "") for leg in include]


def misused_inputs(workflow: Workflow) -> list[str]:
    """Return every input that the stand-in for its action does not know, as sentences."""
    problems = []
    for job, step in workflow.steps():
        action = step.get("uses", "").partition("@")[0]
        if not action:
            continue
        known = _inputs(action)
        unknown = sorted(set(step.get("with", {})) - known)
        problems += [f"{job}: the stand-in for {action} knows no input {name}" for name in unknown]
    return problems


def _inputs(action: str) -> set[str]:
    definition = STANDINS / action / "action.yml"
    if not definition.is_file():
        raise LookupError(f"{action} has no stand-in. Add {definition}.")
    return set(yaml.safe_load(definition.read_text(encoding="utf-8"))["inputs"])
