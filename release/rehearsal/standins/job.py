"""The job of the running step."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from release.rehearsal.state import State, load_state
from release.steps.step import ReleaseError


@dataclass(frozen=True)
class Job:
    """One job, its workspace, and the state of the rehearsal."""

    id: str
    workspace: Path
    temp: Path
    state: State

    @property
    def definition(self) -> dict[str, Any]:
        """The job in the workflow file of the rehearsed commit."""
        # Import this late: a job starts many stand-ins, and most of them do not need it.
        from release.rehearsal.workflow import Workflow

        file = self.state.work / ".github" / "workflows" / self.state.workflow
        return Workflow(file.read_text(encoding="utf-8")).jobs[self.id]

    def require_permission(self, *permissions: str) -> None:
        """Fail unless the job has all of these permissions. act itself ignores them."""
        given = self.definition.get("permissions", {})
        for permission in permissions:
            if given.get(permission) != "write":
                raise ReleaseError(f"job {self.id} lacks the permission {permission}: write")


def read_job() -> Job:
    """Return the job of the running step."""
    return Job(
        id=os.environ["GITHUB_JOB"],
        workspace=Path(os.environ["GITHUB_WORKSPACE"]),
        temp=Path(os.environ["RUNNER_TEMP"]),
        state=load_state(),
    )


def add_to_path(folder: Path) -> None:
    """Put a folder on the PATH of the following steps."""
    with Path(os.environ["GITHUB_PATH"]).open("a", encoding="utf-8") as file:
        file.write(f"{folder}\n")


def link_python(interpreter: str, version: str, folder: Path) -> None:
    """Fill a folder with the commands of one Python."""
    folder.mkdir(parents=True)
    for name in ("python", "python3", f"python{version}"):
        # Not a link: a Python may look for its library beside the started file.
        (folder / name).write_text(f'#!/bin/sh\nexec "{interpreter}" "$@"\n', encoding="utf-8")
        (folder / name).chmod(0o755)
