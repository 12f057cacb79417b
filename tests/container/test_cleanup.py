"""A run removes what killed runs of this machine and user have left, and nothing else."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from container_images import PYTHON_IMAGE

from integration.catalog import ROOT
from integration.hosts.container.cleanup import (
    CONTAINER,
    IMAGE,
    LeftBehindError,
    SuiteRun,
    find_default_folder,
)
from integration.hosts.container.engine import ContainerError, Engine
from integration.hosts.container.lock import hold_lock

PROGRAM = """
import sys, time
from pathlib import Path
from integration.hosts.container.cleanup import SuiteRun
from integration.hosts.container.engine import Engine

folder, context, image = sys.argv[1:]
run = SuiteRun(Engine(), Path(folder))
run.build(Path(context), image)
print(run.image_label, flush=True)
print(run.create_container("run", "--detach", image, "sleep", "600"), flush=True)
time.sleep(600)
"""


class OtherRun:
    """A run in a process of its own, which can be killed."""

    def __init__(self, folder: Path, context: Path) -> None:
        context.mkdir()
        (context / "Dockerfile").write_text(f"FROM {PYTHON_IMAGE}\n")
        self.image = f"localhost/left-behind:{uuid.uuid4().hex[:8]}"
        command = [sys.executable, "-c", PROGRAM, str(folder), str(context), self.image]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        self.image_label, self.container = (
            self._process.stdout.readline().strip() for _ in range(2)
        )

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        assert self._process.stdout
        self._process.stdout.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "runs"


@pytest.fixture
def other(engine: Engine, folder: Path, tmp_path: Path) -> Iterator[OtherRun]:
    other = OtherRun(folder, tmp_path / "context")
    yield other
    other.kill()
    with SuiteRun(engine, folder):
        pass


def exists(engine: Engine, container: str) -> bool:
    return container in engine.list_lines("ps", "--all", "--quiet", "--no-trunc")


def list_images(engine: Engine, label: str) -> list[str]:
    return engine.list_lines("images", "--quiet", "--filter", f"label={label}")


def test_next_run_removes_leftovers(other: OtherRun, engine: Engine, folder: Path) -> None:
    assert exists(engine, other.container)
    assert len(list_images(engine, other.image_label)) == 1
    other.kill()

    with SuiteRun(engine, folder):
        assert not exists(engine, other.container)
        assert list_images(engine, other.image_label) == []
        assert len(list(folder.iterdir())) == 1


def test_other_run_keeps_its_items(other: OtherRun, engine: Engine, folder: Path) -> None:
    with SuiteRun(engine, folder):
        assert exists(engine, other.container)

    assert exists(engine, other.container)
    assert len(list_images(engine, other.image_label)) == 1


def test_unrelated_containers_are_left_alone(engine: Engine, folder: Path) -> None:
    now = int(time.time())
    labels = {
        "another machine": f"{CONTAINER}={now}:another-machine:1-1:{folder}/0",
        "another folder": f"{CONTAINER}={now}:{socket.gethostname()}:1-1:/another/folder/0",
        "another inode": f"{CONTAINER}={now}:{socket.gethostname()}:1-1:{folder}/0",
        "no owner": f"{CONTAINER}=",
        "a label of images": f"{IMAGE}={now}:{socket.gethostname()}:1-1:{folder}/0",
        "another label": "another=label",
    }
    others = {
        name: engine.run("create", "--label", label, PYTHON_IMAGE) for name, label in labels.items()
    }

    with SuiteRun(engine, folder):
        pass

    try:
        assert [name for name, other in others.items() if not exists(engine, other)] == []
    finally:
        for other in others.values():
            engine.run("rm", other)


def test_container_of_a_person_is_left_alone(other: OtherRun, engine: Engine, folder: Path) -> None:
    theirs = engine.run("run", "--detach", other.image, "sleep", "600")
    other.kill()

    try:
        with SuiteRun(engine, folder):
            assert not exists(engine, other.container)
            assert theirs in engine.list_lines("ps", "--quiet", "--no-trunc")
    finally:
        engine.run("kill", theirs)
        engine.run("rm", theirs)

    with SuiteRun(engine, folder):
        assert list_images(engine, other.image_label) == []


def test_image_with_several_tags_is_removed(other: OtherRun, engine: Engine, folder: Path) -> None:
    engine.run("tag", other.image, f"{other.image}-again")
    other.kill()

    with SuiteRun(engine, folder):
        assert list_images(engine, other.image_label) == []


def test_items_older_than_a_day_are_removed(engine: Engine, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM {PYTHON_IMAGE}\n")
    containers, tags = {}, {}
    for hours in (1, 25):
        value = f"{int(time.time()) - hours * 3600}:a-machine-that-is-gone:1-1:/gone/0"
        label = f"{CONTAINER}={value}"
        containers[hours] = engine.run("create", "--label", label, PYTHON_IMAGE)
        tags[hours] = f"localhost/gone-{hours}:{uuid.uuid4().hex[:8]}"
        engine.build(tmp_path, tags[hours], ["--label", f"{IMAGE}={value}"], {})

    with SuiteRun(engine, folder):
        pass

    try:
        assert [hours for hours, it in containers.items() if exists(engine, it)] == [1]
        known = engine.list_lines("images", "--format", "{{.Repository}}:{{.Tag}}")
        assert [hours for hours, tag in tags.items() if tag in known] == [1]
    finally:
        engine.run("rm", containers[1])
        engine.run("rmi", tags[1])


def test_next_run_finds_containers_of_these_tests(run: SuiteRun) -> None:
    assert f":{find_default_folder()}/" in run.container_label


def build(run: SuiteRun, context: Path) -> None:
    (context / "Dockerfile").write_text(f"FROM {PYTHON_IMAGE}\n")
    run.build(context, f"localhost/one-at-a-time:{run.id}")


def clean_up(run: SuiteRun, context: Path) -> None:
    with SuiteRun(run.engine, context / "runs"):
        pass


@pytest.mark.parametrize("work", [build, clean_up])
def test_one_run_at_a_time_changes_images(
    run: SuiteRun, tmp_path: Path, work: Callable[[SuiteRun, Path], None]
) -> None:
    working = threading.Thread(target=work, args=(run, tmp_path))

    with hold_lock(find_default_folder() / "images.lock"):
        working.start()
        working.join(2)
        assert working.is_alive()

    working.join(60)
    assert not working.is_alive()


class EngineThatKeepsImages(Engine):
    """An engine that does not remove images."""

    def run(self, *arguments: str, seconds: float = 60) -> str:
        if arguments[0] == "rmi":
            raise ContainerError("podman rmi failed (exit 125):\nError: layer not known")
        return super().run(*arguments, seconds=seconds)


def test_image_that_stays_is_reported_and_retried(
    engine: Engine, folder: Path, tmp_path: Path
) -> None:
    run = SuiteRun(EngineThatKeepsImages(), folder)
    build(run, tmp_path)

    message = r"(?s)could not remove everything that the tests started .*layer not known"
    with pytest.raises(LeftBehindError, match=message), run:
        pass

    with SuiteRun(engine, folder):
        assert list_images(engine, run.image_label) == []
