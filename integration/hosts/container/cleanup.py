"""
Removal of the containers and images of a run, and of those that killed runs have left.

Each has a label: the time, this machine, a folder with its inode, and a file in that folder. The
run keeps the file locked, and the lock ends with the process. So anything whose file is not locked
is left over. The inode tells folders apart that have the same path, such as the private `/tmp` of a
service. Anything labelled by another machine or folder is removed only after 24 hours, longer than
any run takes.

Containers inherit the labels of their image. So containers have a label of their own, and a
container that a person starts from an image of ours is left alone.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import tempfile
import time
import uuid
from pathlib import Path
from typing import ContextManager, Dict, List, Optional, Sequence, Set

from integration.hosts.container.engine import ContainerError, Engine
from integration.hosts.container.lock import hold_lock, is_locked

CONTAINER = "azure-functions-suite.container"
IMAGE = "azure-functions-suite.image"
_DAY = 24 * 60 * 60

# The words of docker and podman for a container that ended by itself, or that a person removed.
_GONE = ("no such", "not running", "state improper", "image not known")
# Their words for an image that a person's container or image needs.
_IN_USE = ("in use", "dependent child", "is using its referenced image", "is being used by")


class LeftBehindError(ContainerError):
    """Raised when a run cannot remove what it has started; the message has the reasons."""


class SuiteRun:
    """
    The containers and images of this run. The next run removes what this run could not.

    Attributes:
        container_label: The label of this run's containers; `image_label` is that of its images.
    """

    def __init__(self, engine: Engine, folder: Optional[Path] = None) -> None:
        self.engine = engine
        self._folder = folder or find_default_folder()
        for needed in (self._folder, find_default_folder()):
            needed.mkdir(mode=0o700, exist_ok=True)
        self.id = uuid.uuid4().hex[:8]
        self._file = self._folder / f"{self.id}.run"
        with _lock_images():
            self._remove_leftovers()
            self._lock = self._file.open("w")
            fcntl.flock(self._lock, fcntl.LOCK_EX)
        self._value = f"{int(time.time())}:{self._owner}:{self._file}"
        self.container_label = f"{CONTAINER}={self._value}"
        self.image_label = f"{IMAGE}={self._value}"

    def __enter__(self) -> SuiteRun:
        return self

    def __exit__(self, *error: object) -> None:
        try:
            with _lock_images():
                self._remove(self._value)
        except ContainerError as problem:
            raise LeftBehindError(
                "could not remove everything that the tests started (the next run will retry): "
                f"{problem}"
            ) from None
        finally:
            self._file.unlink()
            self._lock.close()

    def build(
        self,
        context: Path,
        tag: str,
        arguments: Optional[Dict[str, str]] = None,
        platform: Sequence[str] = (),
    ) -> None:
        """
        Build an image of this run, while no other run builds or removes images.

        Raises:
            BuildError: The build failed.
        """
        options = ["--label", self.image_label, *platform]
        with _lock_images():
            self.engine.build(context, tag, options, arguments or {})

    def create_container(self, command: str, *arguments: str) -> str:
        """
        Create or run a container of this run, and return its id.

        Args:
            command: `create` or `run`.

            arguments: Options, the image and the command in it.
        """
        label = ("--label", self.container_label)
        return self.engine.run(command, "--pull=never", *label, *arguments)

    def remove_container(self, container: str, patience: int = 3) -> None:
        """
        Stop a container of this run, by force after that many seconds, and remove it.
        """
        self._run_unless(_GONE, "stop", "-t", str(patience), container)
        self._run_unless(_GONE, "rm", "--force", container)

    @property
    def _owner(self) -> str:
        status = self._folder.stat()
        return f"{socket.gethostname()}:{status.st_dev}-{status.st_ino}"

    def _remove_leftovers(self) -> None:
        for value in filter(self._is_leftover, self._find_values()):
            # If something cannot be removed, the next run tries again.
            with contextlib.suppress(ContainerError):
                self._remove(value)
        for file in self._folder.glob("*.run"):
            if not is_locked(file):
                file.unlink()

    def _is_leftover(self, value: str) -> bool:
        started, _, owner = value.partition(":")
        if started.isdigit() and time.time() - int(started) > _DAY:
            return True
        file = self._folder / owner.rpartition("/")[2]
        return owner == f"{self._owner}:{file}" and not is_locked(file)

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
            self._run_unless(_GONE, "kill", container)
            self._run_unless(_GONE, "rm", "--force", container)
        label = f"label={IMAGE}={value}"
        # The list has an image before those it is built on. `rmi` also removes layers without a
        # label, which `image prune` would leave.
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


def find_default_folder() -> Path:
    """
    Return the folder of the lock files of this user's runs.
    """
    return Path(tempfile.gettempdir()) / f"azure-functions-suite-{os.getuid()}"


def _lock_images() -> ContextManager[None]:
    return hold_lock(find_default_folder() / "images.lock")
