"""Whose containers are removed: those of killed runs of this machine and user, no others."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from container_images import PYTHON_IMAGE

from integration.container.engine import Engine
from integration.container.owned import LABEL, Owned

ROOT = Path(__file__).parents[2]
RUN = """
import sys, time
from pathlib import Path
from integration.container.engine import Engine
from integration.container.owned import Owned

owned = Owned(Engine(), Path(sys.argv[1]))
context = Path(sys.argv[2])
owned.engine.build(context, "localhost/left-behind:" + context.name.lower(), owned.label, {})
print(owned.label, flush=True)
sleep = ("sleep", "600")
print(owned.engine.run("run", "--detach", "--label", owned.label, sys.argv[3], *sleep), flush=True)
time.sleep(600)
"""


class Run:
    """A run of the tests in a process of its own, that can be killed."""

    def __init__(self, folder: Path, context: Path) -> None:
        context.mkdir()
        (context / "Dockerfile").write_text(f"FROM {PYTHON_IMAGE}\n")
        command = [sys.executable, "-c", RUN, str(folder), str(context), PYTHON_IMAGE]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        self.label, self.container = (self._process.stdout.readline().strip() for _ in range(2))

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        assert self._process.stdout
        self._process.stdout.close()


@pytest.fixture
def run(engine: Engine, tmp_path: Path) -> Iterator[Run]:
    run = Run(tmp_path / "owned", tmp_path / "context")
    yield run
    run.kill()
    with Owned(engine, tmp_path / "owned"):
        pass


def is_there(engine: Engine, container: str) -> bool:
    return container in engine.lines("ps", "--all", "--quiet", "--no-trunc")


def images(engine: Engine, label: str) -> list[str]:
    return engine.lines("images", "--quiet", "--filter", f"label={label}")


def test_next_run_removes_what_a_killed_one_has_left(
    run: Run, engine: Engine, tmp_path: Path
) -> None:
    assert is_there(engine, run.container)
    assert len(images(engine, run.label)) == 1
    run.kill()

    with Owned(engine, tmp_path / "owned"):
        assert not is_there(engine, run.container)
        assert images(engine, run.label) == []


def test_what_another_run_uses_is_left_alone(run: Run, engine: Engine, tmp_path: Path) -> None:
    with Owned(engine, tmp_path / "owned"):
        assert is_there(engine, run.container)

    assert is_there(engine, run.container)
    assert len(images(engine, run.label)) == 1


def test_what_others_have_started_is_left_alone(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "owned"
    labels = {
        "another machine": f"{LABEL}=another-machine:1-1:{folder}/0",
        "another user or folder": f"{LABEL}={socket.gethostname()}:1-1:/another/folder/0",
        "a folder of that path elsewhere": f"{LABEL}={socket.gethostname()}:1-1:{folder}/0",
        "no owner": f"{LABEL}=",
        "another label": "another=label",
    }
    others = {
        name: engine.run("create", "--label", label, PYTHON_IMAGE) for name, label in labels.items()
    }

    with Owned(engine, folder):
        pass

    try:
        assert [name for name, other in others.items() if not is_there(engine, other)] == []
    finally:
        for other in others.values():
            engine.run("rm", other)
