"""A run removes its own containers and images and those of old killed runs, and nothing else."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from container.images import PYTHON_IMAGE

from integration.hosts.container.cleanup import CONTAINER, IMAGE, SuiteRun, lock_images
from integration.hosts.container.engine import ContainerError, Engine

HOUR = 60 * 60


def list_images(engine: Engine) -> list[str]:
    return engine.list_lines("images", "--format", "{{.Repository}}:{{.Tag}}")


class Items:
    """A container and an image with the labels of a run that began some time ago."""

    def __init__(self, engine: Engine, context: Path, hours: int) -> None:
        (context / "Dockerfile").write_text(f"FROM {PYTHON_IMAGE}\n")
        self._engine = engine
        value = f"{int(time.time()) - hours * HOUR}:{uuid.uuid4().hex[:8]}"
        self.image = f"localhost/{hours}-hours-old:{uuid.uuid4().hex[:8]}"
        options = ("--quiet", "--tag", self.image, "--label", f"{IMAGE}={value}")
        engine.run("build", *options, str(context))
        command = ("--label", f"{CONTAINER}={value}", self.image, "sleep", "600")
        self.container = engine.run("run", "--detach", *command)

    @property
    def left(self) -> list[str]:
        containers = self._engine.list_lines("ps", "--all", "--quiet", "--no-trunc")
        known = containers + list_images(self._engine)
        return [name for name in (self.container, self.image) if name in known]

    def remove(self) -> None:
        self._engine.run("rm", "--force", self.container)
        self._engine.run("rmi", self.image)


@pytest.fixture
def make_items(engine: Engine, tmp_path: Path) -> Iterator[Callable[[int], Items]]:
    made: list[Items] = []

    def make_items(hours: int) -> Items:
        made.append(Items(engine, tmp_path, hours))
        return made[-1]

    yield make_items
    for items in made:
        if items.left:
            items.remove()


def test_only_items_older_than_a_day_are_removed(
    make_items: Callable[[int], Items], engine: Engine
) -> None:
    old, recent = make_items(25), make_items(1)

    with SuiteRun(engine):
        assert old.left == []

    assert recent.left == [recent.container, recent.image]


def test_unrelated_containers_are_left_alone(engine: Engine) -> None:
    old = f"{int(time.time()) - 25 * HOUR}:1"
    labels = [f"{CONTAINER}=", f"{CONTAINER}=x", f"{IMAGE}={old}", f"another={old}"]
    others = [engine.run("create", "--label", label, PYTHON_IMAGE) for label in labels]

    with SuiteRun(engine):
        pass

    left = engine.list_lines("ps", "--all", "--quiet", "--no-trunc")
    for other in others:
        engine.run("rm", other)
    assert [label for label, other in zip(labels, others) if other not in left] == []


def test_container_started_by_hand_is_left_alone(
    make_items: Callable[[int], Items], engine: Engine
) -> None:
    items = make_items(25)
    theirs = engine.run("run", "--detach", items.image, "sleep", "600")

    with SuiteRun(engine):
        assert items.left == [items.image]
        assert theirs in engine.list_lines("ps", "--quiet", "--no-trunc")

    engine.run("kill", theirs)
    engine.run("rm", theirs)
    with SuiteRun(engine):
        assert items.left == []


def test_image_with_several_tags_is_removed(
    make_items: Callable[[int], Items], engine: Engine
) -> None:
    items = make_items(25)
    engine.run("tag", items.image, f"{items.image}-again")

    with SuiteRun(engine):
        assert items.left == []
        assert f"{items.image}-again" not in list_images(engine)


def build(run: SuiteRun, context: Path) -> None:
    (context / "Dockerfile").write_text(f"FROM {PYTHON_IMAGE}\n")
    run.build(context, f"localhost/one-at-a-time:{run.id}")


def clean_up(run: SuiteRun, context: Path) -> None:
    with SuiteRun(run.engine):
        pass


@pytest.mark.parametrize("work", [build, clean_up])
def test_one_run_at_a_time_changes_images(
    run: SuiteRun, tmp_path: Path, work: Callable[[SuiteRun, Path], None]
) -> None:
    working = threading.Thread(target=work, args=(run, tmp_path))

    with lock_images():
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


def test_image_that_stays_is_reported(engine: Engine, tmp_path: Path) -> None:
    run = SuiteRun(EngineThatKeepsImages())
    build(run, tmp_path)

    with pytest.raises(ContainerError, match=r"rmi failed .*\n.*layer not known"), run:
        pass

    engine.run("rmi", f"localhost/one-at-a-time:{run.id}")
