"""
Remove the containers and images of this run, and those that killed runs left.

Each has a label with the time at which its run began and the id of the run. A run removes
everything with its own label, and everything older than a day. No run takes a day.

Containers inherit the labels of their image. So containers have a different label: if a person
starts a container from our image, no run removes it.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
import uuid
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Sequence, Set

from integration.hosts.container.engine import ContainerError, Engine

CONTAINER = "azure-functions-suite.container"
IMAGE = "azure-functions-suite.image"
_DAY = 24 * 60 * 60

# Messages of docker and podman about a container that ended or was removed by a person.
_GONE = ("no such", "not running", "state improper", "image not known")
# Their messages about an image that a person's container or image needs.
_IN_USE = ("in use", "dependent child", "is using its referenced image", "is being used by")


class SuiteRun:
    """
    The containers and images of this run.

    Attributes:
        container_label: The label of this run's containers. `image_label` is the label of its
            images.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine, self.id = engine, uuid.uuid4().hex[:8]
        self._value = f"{int(time.time())}:{self.id}"
        self.container_label = f"{CONTAINER}={self._value}"
        self.image_label = f"{IMAGE}={self._value}"
        with lock_images():
            for value in filter(_is_old, self._find_values()):
                # If something cannot be removed, the next run tries again.
                with suppress(ContainerError):
                    self._remove(value)

    def __enter__(self) -> SuiteRun:
        return self

    def __exit__(self, *error: object) -> None:
        with lock_images():
            self._remove(self._value)

    def build(
        self,
        context: Path,
        tag: str,
        arguments: Optional[Dict[str, str]] = None,
        platform: Sequence[str] = (),
    ) -> None:
        """
        Build an image from a folder with a Dockerfile, and pull missing images for it.

        Meanwhile, no other run builds or removes images.

        Args:
            platform: Options of the engine for the image.
        """
        options = ["--label", self.image_label, *platform]
        for name, value in (arguments or {}).items():
            options += ["--build-arg", f"{name}={value}"]
        command = ("build", "--quiet", "--pull=false", "--tag", tag, *options, str(context))
        with lock_images():
            self.engine.run(*command, seconds=900)

    def create_container(self, command: str, *arguments: str) -> str:
        """
        Create or run a container of this run, and return its id.

        Args:
            command: `create` or `run`.

            arguments: Options, the image and the command in it.
        """
        label = ("--label", self.container_label)
        return self.engine.run(command, "--pull=never", *label, *arguments)

    def remove_container(self, container: str) -> None:
        """Kill a container, if it still runs, and remove it."""
        self._run_unless(_GONE, "kill", container)
        self._run_unless(_GONE, "rm", "--force", container)

    def _find_values(self) -> Set[str]:
        values: Set[str] = set()
        for kind, label, listing in (
            ("container", CONTAINER, ("ps", "--all")),
            ("image", IMAGE, ("images",)),
        ):
            show = ("inspect", "--format", f'{{{{index .Config.Labels "{label}"}}}}')
            for name in self.engine.list_lines(*listing, "--quiet", "--filter", f"label={label}"):
                values.update(self._run_unless(_GONE, kind, *show, name))
        return values

    def _remove(self, value: str) -> None:
        label = f"label={CONTAINER}={value}"
        for container in self.engine.list_lines("ps", "--all", "--quiet", "--filter", label):
            self.remove_container(container)
        label = f"label={IMAGE}={value}"
        # The list has each image before its base images. `rmi` also removes layers without a label;
        # `image prune` would leave them.
        for image in self.engine.list_lines("images", "--quiet", "--filter", label):
            show = ("image", "inspect", "--format", "{{range .RepoTags}}{{println .}}{{end}}")
            tags = [tag for tag in self._run_unless(_GONE, *show, image) if tag]
            for name in tags or [image]:
                self._run_unless(_GONE + _IN_USE, "rmi", name)

    def _run_unless(self, problems: Sequence[str], *command: str) -> List[str]:
        try:
            return self.engine.run(*command).splitlines()
        except ContainerError as error:
            if not any(problem in str(error).lower() for problem in problems):
                raise
            return []


def _is_old(value: str) -> bool:
    started = value.partition(":")[0]
    return started.isdigit() and time.time() - int(started) > _DAY


@contextmanager
def lock_images() -> Iterator[None]:
    """
    Wait until no other run of this user builds or removes images, and keep others waiting.

    Runs share the layers of their images. An engine may fail if a layer disappears.
    """
    # The file stays: if it were removed, two runs could lock two files of the same name.
    file = Path(tempfile.gettempdir()) / f"azure-functions-suite-{os.getuid()}.lock"
    with file.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
