"""
Run a workflow with act on this machine, in an environment without the settings of the caller.

act runs the jobs of release.yml and ci.yml as processes, not in virtual machines. It ignores
`permissions` (the stand-ins check those that they need), `concurrency`, the filters below `on`,
environments and their approval, and the time limit of a job; the tests of the workflows check these
without running them. It fails on jobs with a `container` or `services`, and on `devcontainers/ci`,
which needs Docker: ci.yml's jobs `devcontainer` and `container` are not rehearsed, nor is
`rehearsal`, which is this. It ignores `fail-fast`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from release.rehearsal import state
from release.rehearsal.run import Run
from release.rehearsal.workflow import ROOT, STANDINS, Workflow, misused_inputs

if TYPE_CHECKING:
    from collections.abc import Mapping

UV, _ACT = (str(Path(sys.executable).with_name(name)) for name in ("uv", "act"))
_MODULES = "release.rehearsal.standins"
_COMMANDS = ("docker", "gh")
_DEADLINE = 240


@dataclass(frozen=True)
class Event:
    """The event that starts a workflow."""

    ref: str
    name: str = "push"
    fork: bool = False


class Runner:
    """
    A runner for one rehearsed repository.

    Args:
        state: the state of the rehearsal.
        uv_cache: uv's cache, shared between rehearsals to save time.
        package: the import package of the project.
    """

    def __init__(self, state: state.State, uv_cache: Path, package: str) -> None:
        self._state = state
        self._folder = state.folder / "runner"
        self._uv_cache = uv_cache
        self._package = package
        self.variables: dict[str, str] = {}
        self.real_tests: set[str] = set()
        """The Pythons that run the project's own test suites, not the stand-in for them."""
        for name in ("home", "bin", "tmp"):
            (self._folder / name).mkdir(parents=True)
        self._write_commands()
        self._write_actions()

    def environment(self) -> dict[str, str]:
        """Return the whole environment of the jobs."""
        indexes = self._state.indexes
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
            "TOX_OVERRIDE": ";".join(map(self._fake_tests, self._state.interpreters)),
            "TESTPYPI_SIMPLE": f"{indexes['testpypi']}/simple/",
            "REHEARSAL_PYTHON": sys.executable,
            "REHEARSAL_ROOT": str(ROOT),
            state.FILE: str(self._folder / "state"),
            **self.variables,
        }

    def _fake_tests(self, python: str) -> str:
        name = "py" + python.replace(".", "")
        if python in self.real_tests:
            return f"testenv:{name}.description=real tests"
        return f"testenv:{name}.commands=python release/rehearsal/fake_tests.py {self._package}"

    def run(self, workflow: Workflow, event: Event, matrix: Mapping[str, str]) -> Run:
        """Run a workflow to its end."""
        if problems := misused_inputs(workflow):
            raise LookupError("; ".join(problems))
        self._state.attempt += 1
        self._state.save(self._folder / "state")
        command = self._command(workflow, event)
        command += [f"--matrix={key}:{value}" for key, value in matrix.items()]
        return self._follow(command, Run(workflow))

    def _command(self, workflow: Workflow, event: Event) -> list[str]:
        folder = self._folder / str(self._state.attempt)
        folder.mkdir()
        file, payload = folder / self._state.workflow, folder / "event.json"
        file.write_text(workflow.text, encoding="utf-8")
        content = {"ref": event.ref, "repository": {"fork": event.fork}}
        payload.write_text(json.dumps(content), encoding="utf-8")
        command = [_ACT, event.name, "--json", "--rm", "--no-cache-server"]
        command += ["--no-skip-checkout", f"--workflows={file}", f"--eventpath={payload}"]
        command += [f"--action-cache-path={self._folder / 'act'}"]
        command += [f"--platform={label}=-self-hosted" for label in sorted(workflow.labels)]
        for action, commit in workflow.uses:
            folder = self._folder / "actions" / action
            command.append(f"--local-repository={action}@{commit}={folder}")
        return command

    def _follow(self, command: list[str], run: Run) -> Run:
        with subprocess.Popen(
            command,
            cwd=self._state.work,
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
                line = json.loads(text) if text.startswith("{") else {"msg": text}
                run.feed(line, time.monotonic())
            watchdog.cancel()
        return run

    def _write_commands(self) -> None:
        """Give the runner the commands that the jobs use of ubuntu's image."""
        folder = self._folder / "bin"
        (folder / "python3").symlink_to(getattr(sys, "_base_executable", sys.executable))
        for name in _COMMANDS:
            command = f'"$REHEARSAL_PYTHON" -m {_MODULES}.{name} "$@"'
            script = f'#!/bin/sh\nPYTHONPATH="$REHEARSAL_ROOT" exec {command}\n'
            (folder / name).write_text(script, encoding="utf-8")
            (folder / name).chmod(0o755)

    def _write_actions(self) -> None:
        """Write an action.yml for the stand-in of each action; JSON is YAML."""
        for action, known in STANDINS.items():
            folder = self._folder / "actions" / action
            folder.mkdir(parents=True)
            definition = json.dumps(_definition(action, **known))
            (folder / "action.yml").write_text(definition, encoding="utf-8")


def _definition(action: str, inputs: list[str], outputs: list[str]) -> dict[str, Any]:
    step = {
        "id": "run",
        "shell": "bash",
        "env": {"INPUTS": "${{ toJSON(inputs) }}"},
        "run": f'cd "$REHEARSAL_ROOT" && "$REHEARSAL_PYTHON" -m {_MODULES} {action}',
    }
    values = {name: {"value": f"${{{{ steps.run.outputs.{name} }}}}"} for name in outputs}
    return {
        "name": f"Stand-in for {action}",
        "inputs": {name: {"description": name} for name in inputs},
        "outputs": {name: {"description": name, **values[name]} for name in outputs},
        "runs": {"using": "composite", "steps": [step]},
    }
