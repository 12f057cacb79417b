"""What a stand-in knows about the job that it is a step of."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class StepError(Exception):
    """Raised when the real action would fail; the text is what it would complain about."""


@dataclass(frozen=True)
class Job:
    """One step of one job: its inputs, its workspace, and the rehearsal's state."""

    id: str
    inputs: dict[str, str]
    workspace: Path
    temp: Path
    state: dict[str, Any]

    @property
    def definition(self) -> dict[str, Any]:
        """The job as release.yml defines it."""
        # Most stand-ins never ask, and a job starts many of them.
        import yaml

        workflow = yaml.safe_load(Path(self.state["workflow"]).read_text(encoding="utf-8"))
        definition: dict[str, Any] = workflow["jobs"][self.id]
        return definition

    def needs_permission(self, *permissions: str) -> None:
        """Fail unless the job was given every one of these permissions; act itself checks none."""
        given = self.definition.get("permissions", {})
        for permission in permissions:
            if given.get(permission) != "write":
                raise StepError(f"job {self.id} lacks the permission {permission}: write")

    def is_on(self, option: str, default: str) -> bool:
        """Return whether a yes-or-no input is on."""
        value = self.inputs.get(option) or default
        if value not in ("true", "false"):
            raise StepError(f"input {option} must be true or false, not {value!r}")
        return value == "true"


def run(action: Callable[[Job], dict[str, str] | None]) -> None:
    """Run a stand-in as a step: write its outputs, or print why it failed and exit with 1."""
    job = Job(
        id=os.environ["GITHUB_JOB"],
        inputs={name: str(value) for name, value in json.loads(os.environ["INPUTS"]).items()},
        workspace=Path(os.environ["GITHUB_WORKSPACE"]),
        temp=Path(os.environ["RUNNER_TEMP"]),
        state=json.loads(Path(os.environ["REHEARSAL_STATE"]).read_text(encoding="utf-8")),
    )
    try:
        outputs = action(job) or {}
    except StepError as failed:
        sys.stderr.write(f"::error::{failed}\n")
        sys.exit(1)
    with Path(os.environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in outputs.items())


def add_to_path(folder: Path) -> None:
    """Put a folder on the PATH of the steps that follow."""
    with Path(os.environ["GITHUB_PATH"]).open("a", encoding="utf-8") as file:
        file.write(f"{folder}\n")
