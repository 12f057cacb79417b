"""Run a workflow with act, on this machine and in an environment that has nothing of the caller."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from release.rehearsal.timeline import Run
from release.rehearsal.workflow import ROOT, STANDINS, Workflow, misused_inputs

if TYPE_CHECKING:
    from release.rehearsal.project import Project

_BIN = Path(sys.executable).parent
_DEADLINE = 180


class Runner:
    """
    A runner for one rehearsed repository.

    Args:
        folder: where the runner keeps everything it writes, its home included.
        uv_cache: uv's cache, which outlives a rehearsal: unpacking wheels is not what it is about.
        state: what the stand-ins need to know, see `standins/job.py`.
    """

    def __init__(self, folder: Path, uv_cache: Path, state: dict[str, Any]) -> None:
        self._folder = folder
        self._uv_cache = uv_cache
        self.state = state
        self.variables: dict[str, str] = {}
        for name in ("home", "bin", "tmp"):
            (folder / name).mkdir(parents=True)
        _write_commands(folder / "bin")

    def environment(self) -> dict[str, str]:
        """Return the whole environment of the jobs."""
        indexes = self.state["indexes"]
        return {
            "HOME": str(self._folder / "home"),
            "LANG": "C.UTF-8",
            "PATH": f"{self._folder / 'bin'}:/usr/bin:/bin",
            "TMPDIR": str(self._folder / "tmp"),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": f"{indexes['pypi']}/simple/",
            "PIP_REQUIRE_VIRTUALENV": "1",
            "UV_CACHE_DIR": str(self._uv_cache),
            "UV_DEFAULT_INDEX": f"{indexes['pypi']}/simple/",
            "UV_NO_CONFIG": "1",
            "UV_PYTHON_DOWNLOADS": "never",
            # tox runs this in place of the suites; see leg.py.
            "TOX_OVERRIDE": "testenv.commands=python release/rehearsal/leg.py",
            "TESTPYPI_SIMPLE": f"{indexes['testpypi']}/simple/",
            "REHEARSAL_PYTHON": sys.executable,
            "REHEARSAL_ROOT": str(ROOT),
            "REHEARSAL_STATE": str(self._folder / "state.json"),
            **self.variables,
        }

    def run(
        self,
        project: Project,
        workflow: Workflow,
        event: dict[str, Any],
        on_start: Callable[[str], None],
    ) -> Run:
        """Run a workflow to its end; `on_start` is called with each job's id as it starts."""
        if problems := misused_inputs(workflow):
            raise LookupError("; ".join(problems))
        self.state["attempt"] += 1
        state = json.dumps(self.state)
        (self._folder / "state.json").write_text(state, encoding="utf-8")
        event_file = self._folder / "event.json"
        event_file.write_text(json.dumps(event["payload"]), encoding="utf-8")
        command = self._command(workflow, event["name"], event_file)
        return self._follow(command, project.work, Run(workflow), on_start)

    def _command(self, workflow: Workflow, event: str, payload: Path) -> list[str]:
        file = self._folder / str(self.state["attempt"]) / "release.yml"
        file.parent.mkdir()
        file.write_text(workflow.text, encoding="utf-8")
        command = [str(_BIN / "act"), event, "--json", "--rm", "--no-cache-server"]
        command += ["--no-skip-checkout", f"--workflows={file}", f"--eventpath={payload}"]
        command += [f"--action-cache-path={self._folder / 'act'}"]
        command += [f"--platform={label}=-self-hosted" for label in sorted(workflow.labels)]
        for use in {(use.action, use.commit) for use in workflow.uses}:
            command.append(f"--local-repository={use[0]}@{use[1]}={STANDINS / use[0]}")
        return command

    def _follow(
        self, command: list[str], cwd: Path, run: Run, on_start: Callable[[str], None]
    ) -> Run:
        with subprocess.Popen(
            command,
            cwd=cwd,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as act:
            # A step that hangs must not hang the rehearsal.
            watchdog = threading.Timer(_DEADLINE, act.kill)
            watchdog.start()
            assert act.stdout
            for text in act.stdout:
                self._hear(text, run, on_start)
            watchdog.cancel()
        return run

    def _hear(self, text: str, run: Run, on_start: Callable[[str], None]) -> None:
        with (self._folder / "act.log").open("a", encoding="utf-8") as log:
            log.write(text)
        line = json.loads(text) if text.startswith("{") else {}
        started = {leg.job for leg in run.legs.values() if leg.started}
        leg = run.hear(line, time.monotonic())
        if leg and leg.job not in started:
            on_start(leg.job)


def _write_commands(folder: Path) -> None:
    """Give the runner what ubuntu's image has and the jobs use: a plain python3, docker and gh."""
    (folder / "python3").symlink_to(getattr(sys, "_base_executable", sys.executable))
    for name in ("docker", "gh"):
        module = STANDINS / f"{name}.py"
        script = f'PYTHONPATH="$REHEARSAL_ROOT" exec "$REHEARSAL_PYTHON" {module} "$@"'
        (folder / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
