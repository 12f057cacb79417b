"""Whose containers are removed: those of killed runs of this machine and user, no others."""

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

from integration.hosts.container.engine import ContainerError, Engine
from integration.hosts.container.exclusive import exclusive
from integration.hosts.container.owned import (
    CONTAINER,
    IMAGE,
    LeftBehindError,
    Owned,
    default_folder,
)

ROOT = Path(__file__).parents[2]
RUN = """
import sys, time
from pathlib import Path
from integration.hosts.container.engine import Engine
from integration.hosts.container.owned import Owned

owned = Owned(Engine(), Path(sys.argv[1]))
context = Path(sys.argv[2])
owned.build(context, sys.argv[3], {})
print(owned.image_label, flush=True)
command = (*owned.container_options, sys.argv[3], "sleep", "600")
print(owned.engine.run("run", "--detach", *command), flush=True)
time.sleep(600)
"""


class Run:
    """A run of the tests in a process of its own, that can be killed."""

    def __init__(self, folder: Path, context: Path) -> None:
        context.mkdir()
        (context / "Dockerfile").write_text(f"FROM {PYTHON_IMAGE}\n")
        self.image = f"localhost/left-behind:{uuid.uuid4().hex[:8]}"
        command = [sys.executable, "-c", RUN, str(folder), str(context), self.image]
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
    assert len(images(engine, run.image_label)) == 1
    run.kill()

    with Owned(engine, tmp_path / "owned"):
        assert not is_there(engine, run.container)
        assert images(engine, run.image_label) == []


def test_what_another_run_uses_is_left_alone(run: Run, engine: Engine, tmp_path: Path) -> None:
    with Owned(engine, tmp_path / "owned"):
        assert is_there(engine, run.container)

    assert is_there(engine, run.container)
    assert len(images(engine, run.image_label)) == 1


def test_what_others_have_started_is_left_alone(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "owned"
    labels = {
        "another machine": f"{CONTAINER}=another-machine:1-1:{folder}/0",
        "another user or folder": f"{CONTAINER}={socket.gethostname()}:1-1:/another/folder/0",
        "a folder of that path elsewhere": f"{CONTAINER}={socket.gethostname()}:1-1:{folder}/0",
        "no owner": f"{CONTAINER}=",
        "the label that images of ours have": f"{IMAGE}={socket.gethostname()}:1-1:{folder}/0",
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


def test_container_that_a_person_starts_from_an_image_of_ours_is_not_ours(
    run: Run, engine: Engine, tmp_path: Path
) -> None:
    theirs = engine.run("run", "--detach", run.image, "sleep", "600")
    run.kill()

    try:
        with Owned(engine, tmp_path / "owned"):
            assert not is_there(engine, run.container)
            assert theirs in engine.lines("ps", "--quiet", "--no-trunc")
    finally:
        engine.run("kill", theirs)
        engine.run("rm", theirs)

    with Owned(engine, tmp_path / "owned"):
        assert images(engine, run.image_label) == []


def test_image_with_several_tags_is_removed(run: Run, engine: Engine, tmp_path: Path) -> None:
    engine.run("tag", run.image, f"{run.image}-again")
    run.kill()

    with Owned(engine, tmp_path / "owned"):
        assert images(engine, run.image_label) == []


def test_what_is_older_than_a_day_is_removed_whoever_owns_it(
    engine: Engine, tmp_path: Path
) -> None:
    owner = "a-machine-that-is-gone:1-1:/gone/0"
    hours = {1: int(time.time()) - 3600, 25: int(time.time()) - 25 * 3600}
    context = tmp_path / "context"
    context.mkdir()
    (context / "Dockerfile").write_text(f"FROM {PYTHON_IMAGE}\n")
    containers, tags = {}, {}
    for age, started in hours.items():
        label, at = f"{CONTAINER}={owner}", f"{CONTAINER}.started={started}"
        containers[age] = engine.run("create", "--label", label, "--label", at, PYTHON_IMAGE)
        tags[age] = f"localhost/gone-{age}:{uuid.uuid4().hex[:8]}"
        labels = ["--label", f"{IMAGE}={owner}", "--label", f"{IMAGE}.started={started}"]
        engine.build(context, tags[age], labels, {})

    with Owned(engine, tmp_path / "owned"):
        pass

    try:
        assert [age for age in hours if is_there(engine, containers[age])] == [1]
        known = engine.lines("images", "--format", "{{.Repository}}:{{.Tag}}")
        assert [age for age in hours if tags[age] in known] == [1]
    finally:
        engine.run("rm", containers[1])
        engine.run("rmi", tags[1])


def test_containers_of_these_tests_are_owned_where_the_next_run_looks(owned: Owned) -> None:
    assert f":{default_folder()}/" in owned.container_label


def build(owned: Owned, context: Path) -> None:
    (context / "Dockerfile").write_text(f"FROM {PYTHON_IMAGE}\n")
    owned.build(context, f"localhost/one-at-a-time:{owned.id}", {})


def clean_up(owned: Owned, context: Path) -> None:
    with Owned(owned.engine, context / "owned"):
        pass


@pytest.mark.parametrize("work", [build, clean_up])
def test_one_run_at_a_time_builds_or_cleans_up(
    owned: Owned, tmp_path: Path, work: Callable[[Owned, Path], None]
) -> None:
    working = threading.Thread(target=work, args=(owned, tmp_path))

    with exclusive(default_folder() / "images.lock"):
        working.start()
        working.join(2)
        assert working.is_alive()

    working.join(60)
    assert not working.is_alive()


class Stubborn(Engine):
    """An engine that does not remove images."""

    def run(self, *arguments: str, seconds: float = 60) -> str:
        if arguments[0] == "rmi":
            raise ContainerError("podman rmi failed (exit 125):\nError: layer not known")
        return super().run(*arguments, seconds=seconds)


def test_run_that_cannot_remove_an_image_says_so_and_the_next_one_does(
    engine: Engine, tmp_path: Path
) -> None:
    owned = Owned(Stubborn(), tmp_path / "owned")
    build(owned, tmp_path)

    with pytest.raises(
        LeftBehindError, match=r"whatever the tests said, .*\s.*layer not known"
    ), owned:
        pass

    with Owned(engine, tmp_path / "owned"):
        assert images(engine, owned.image_label) == []
