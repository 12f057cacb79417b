"""
Run a workflow with act on this machine, without the caller's environment variables.

act runs the jobs of release.yml and ci.yml as processes, not in virtual machines. It ignores
`permissions`, `concurrency`, the filters below `on`, environments and their approval, and the time
limit of a job. The stand-ins check the permissions that they need. tests/release/test_workflows.py
checks the rest without running it. act also ignores `fail-fast`.

act fails on jobs with a `container` or `services`, and on `devcontainers/ci`, which needs Docker.
So ci.yml's jobs `devcontainer` and `container` are not rehearsed. Neither is its job `rehearsal`,
which would be this rehearsal again.
"""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from release.rehearsal import state
from release.rehearsal.run import Run
from release.rehearsal.workflow import ROOT, Workflow

UV, _ACT = (str(Path(sys.executable).with_name(name)) for name in ("uv", "act"))
_STANDINS = "release.rehearsal.standins"
_COMMANDS = ("docker", "gh")
_DEADLINE = 240


@dataclass(frozen=True)
class Event:
    """The event that starts a workflow."""

    ref: str
    name: str = "push"
    fork: bool = False


class Runner:
    """A runner for one rehearsed repository; `uv_cache` is shared to save time."""

    def __init__(self, state: state.State, uv_cache: Path, packages: list[str]) -> None:
        self._state = state
        self._folder = state.folder / "runner"
        self._uv_cache = uv_cache
        fake_tests = f"commands=python release/rehearsal/fake_tests.py {' '.join(packages)}"
        names = ["py" + python.replace(".", "") for python in state.interpreters]
        overrides = ";".join(f"testenv:{name}.{fake_tests}" for name in names)
        self.variables = {"TOX_OVERRIDE": overrides}
        """More environment variables. Without TOX_OVERRIDE, the jobs run the real test suites."""
        for name in ("home", "bin", "tmp"):
            (self._folder / name).mkdir(parents=True)
        self._write_commands()

    def environment(self) -> dict[str, str]:
        """Return the whole environment of the jobs."""
        simple = {name: f"{address}/simple/" for name, address in self._state.indexes.items()}
        return {
            "HOME": str(self._folder / "home"),
            "LANG": "C.UTF-8",
            "PATH": f"{self._folder / 'bin'}:/usr/bin:/bin",
            "TMPDIR": str(self._folder / "tmp"),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": simple["pypi"],
            "PIP_REQUIRE_VIRTUALENV": "1",
            "UV_CACHE_DIR": str(self._uv_cache),
            "UV_DEFAULT_INDEX": simple["pypi"],
            "UV_NO_CONFIG": "1",
            "UV_PYTHON_DOWNLOADS": "never",
            "PYPI_SIMPLE": simple["pypi"],
            "TESTPYPI_SIMPLE": simple["testpypi"],
            "REHEARSAL_PYTHON": sys.executable,
            "REHEARSAL_ROOT": str(ROOT),
            state.FILE: str(self._folder / "state"),
            **self.variables,
        }

    def run(self, workflow: Workflow, event: Event, matrix: Mapping[str, str]) -> Run:
        """Run a workflow to its end."""
        self._state.attempt += 1
        self._state.save(self._folder / "state")
        folder = self._folder / str(self._state.attempt)
        folder.mkdir()
        file, payload = folder / self._state.workflow, folder / "event.json"
        file.write_text(workflow.text, encoding="utf-8")
        content = {"ref": event.ref, "repository": {"fork": event.fork}}
        payload.write_text(json.dumps(content), encoding="utf-8")
        command = [_ACT, event.name, "--json", "--rm", "--no-cache-server"]
        command += ["--no-skip-checkout", f"--workflows={file}", f"--eventpath={payload}"]
        command += [f"--action-cache-path={self._folder / 'act'}"]
        labels = {job["runs-on"] for job in workflow.jobs.values()}
        command += [f"--platform={label}=-self-hosted" for label in labels]
        for (action, commit), inputs in workflow.actions.items():
            standin = folder / action
            _write_action(standin, action, inputs)
            command.append(f"--local-repository={action}@{commit}={standin}")
        command += [f"--matrix={key}:{value}" for key, value in matrix.items()]
        self._call(command, folder / "log")
        run = Run(workflow)
        with (folder / "log").open(encoding="utf-8") as log:
            for line in log:
                run.feed(json.loads(line) if line.startswith("{") else {"msg": line})
        return run

    def _call(self, command: list[str], log: Path) -> None:
        # A step that hangs must not hang the rehearsal.
        with log.open("wb") as output, contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(
                command,
                check=False,
                cwd=self._state.work,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=_DEADLINE,
            )

    def _write_commands(self) -> None:
        """Give the runner those commands of ubuntu's image that the jobs use."""
        folder = self._folder / "bin"
        (folder / "python3").symlink_to(getattr(sys, "_base_executable", sys.executable))
        for name in _COMMANDS:
            command = f'"$REHEARSAL_PYTHON" -m {_STANDINS} {name} "$@"'
            script = f'#!/bin/sh\nPYTHONPATH="$REHEARSAL_ROOT" exec {command}\n'
            (folder / name).write_text(script, encoding="utf-8")
            (folder / name).chmod(0o755)


def _write_action(folder: Path, action: str, inputs: set[str]) -> None:
    """Write the action.yml of a stand-in, with the inputs that the workflows use. JSON is YAML."""
    step = {
        "id": "run",
        "shell": "bash",
        "env": {"INPUTS": "${{ toJSON(inputs) }}"},
        "run": f'cd "$REHEARSAL_ROOT" && "$REHEARSAL_PYTHON" -m {_STANDINS} {action}',
    }
    definition = {
        "name": f"Stand-in for {action}",
        "inputs": {name: {"description": name} for name in sorted(inputs)},
        # The workflows do not use any other output of an action.
        "outputs": {"artifact-id": {"value": "${{ steps.run.outputs.artifact-id }}"}},
        "runs": {"using": "composite", "steps": [step]},
    }
    folder.mkdir(parents=True)
    (folder / "action.yml").write_text(json.dumps(definition), encoding="utf-8")
