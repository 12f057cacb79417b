"""
What a run of the tests has started, and what runs that were killed have left.

Every container and image has a label that names this machine, a folder and a file in it, which the
run keeps locked. The lock ends with the process, however that ends. So a label whose file nobody
has locked belongs to nobody. Another folder may have the same path, where a run has a `/tmp` of
its own; its inode tells. What another machine or folder has a label of is none of our business for
a day, which no run takes: those may be gone, and nobody else would ever remove it.

Containers inherit the labels of their image. So theirs is another one, which no image has, and a
container that a person starts from an image of ours is not ours.
"""

from __future__ import annotations

import fcntl
import os
import socket
import tempfile
import time
import uuid
from pathlib import Path
from types import TracebackType
from typing import IO, ContextManager, Dict, Iterator, List, NamedTuple, Optional, Type

from integration.hosts.container.engine import ContainerError, Engine
from integration.hosts.container.exclusive import exclusive

CONTAINER = "python-worker-extension-timer.test-run"
IMAGE = "python-worker-extension-timer.test-image"
_DAY = 24 * 60 * 60


class LeftBehindError(ContainerError):
    """Raised when a run cannot remove what it has started; the text says what and why."""


class Owned:
    """
    The containers and images of this run: the next one removes what this one could not.

    Attributes:
        container_label: What the containers of this run are found by, and `image_label` its images.

        container_options: What marks a container as of this run, when it is created.
    """

    def __init__(self, engine: Engine, folder: Optional[Path] = None) -> None:
        self.engine = engine
        self._folder = folder or default_folder()
        for needed in (self._folder, default_folder()):
            needed.mkdir(mode=0o700, exist_ok=True)
        self._remove_what_nobody_owns()
        self._file = self._folder / uuid.uuid4().hex
        self._lock = self._file.open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self._shares_network: Optional[bool] = None
        self.id = self._file.name[:8]
        owner, started = self._owner(self._file), int(time.time())
        self.container_label, self.image_label = f"{CONTAINER}={owner}", f"{IMAGE}={owner}"
        self.container_options = _options(CONTAINER, owner, started)
        self._image_options = _options(IMAGE, owner, started)

    def __enter__(self) -> Owned:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        try:
            with _one_run_at_a_time():
                ours = [found for found in self._found() if found.owner == self._owner(self._file)]
                problems = self._remove(ours)
        finally:
            self._file.unlink()
            self._lock.close()
        if problems:
            raise LeftBehindError(
                "whatever the tests said, not all that they started could be removed. The next run "
                "tries again. " + "\n".join(problems)
            )

    def build(self, context: Path, tag: str, arguments: Dict[str, str]) -> None:
        """
        Build an image of this run; only one run builds, or removes images, at a time.

        Raises:
            BuildError: It can't be built.
        """
        with _one_run_at_a_time():
            self.engine.build(context, tag, self._image_options, arguments)

    def remove_container(self, container: str, patience: int = 3) -> None:
        """
        Stop a container of this run, by force if that takes longer than so many seconds.
        """
        _unless_gone(self.engine, "stop", "-t", str(patience), container)
        _unless_gone(self.engine, "rm", "--force", container)

    def shares_network(self, image: str) -> bool:
        """
        Tell whether containers are set up to share this machine's network, as podman's can be.

        Then port 80 is not theirs to take, and there is nothing to publish.
        """
        if self._shares_network is None:
            run = self.engine.run
            container = run("create", "--pull=never", *self.container_options, image)
            mode = run("inspect", "--format", "{{.HostConfig.NetworkMode}}", container)
            run("rm", "--force", container)
            self._shares_network = mode == "host"
        return self._shares_network

    def _remove_what_nobody_owns(self) -> None:
        with _one_run_at_a_time():
            everything = list(self._found())
            nobodys = {
                owner for owner in {found.owner for found in everything} if self._ended(owner)
            }
            # What cannot be removed is in nobody's way, and tried again.
            self._remove([it for it in everything if it.owner in nobodys or it.is_old()])

    def _ended(self, owner: str) -> bool:
        file = self._folder / owner.rpartition("/")[2]
        if owner != self._owner(file):
            return False
        lock = _locked(file)
        if lock is None:
            return not file.exists()
        file.unlink()
        lock.close()
        return True

    def _owner(self, file: Path) -> str:
        status = self._folder.stat()
        return f"{socket.gethostname()}:{status.st_dev}-{status.st_ino}:{file}"

    def _found(self) -> Iterator[_Found]:
        for kind, label, list_all in _KINDS:
            show = f'{{{{index .Config.Labels "{label}.started"}}}} '
            show += f'{{{{index .Config.Labels "{label}"}}}}'
            for name in self.engine.lines(*list_all, "--filter", f"label={label}"):
                for line in _unless_gone(self.engine, kind, "inspect", "--format", show, name):
                    started, _, owner = line.partition(" ")
                    yield _Found(kind, name, owner, started)

    def _remove(self, everything: List[_Found]) -> List[str]:
        problems = []
        for kind, remove in ((_CONTAINER, self._remove_container), (_IMAGE, self._remove_image)):
            for name in [found.name for found in everything if found.kind == kind]:
                try:
                    remove(name)
                except ContainerError as error:
                    problems.append(str(error))
        return problems

    def _remove_container(self, container: str) -> None:
        _unless_gone(self.engine, "kill", container)
        _unless_gone(self.engine, "rm", "--force", container)

    def _remove_image(self, image: str) -> None:
        # Never by force, which removes containers that use it, whoever started them.
        show = ("image", "inspect", "--format", "{{range .RepoTags}}{{println .}}{{end}}")
        tags = [tag for tag in _unless_gone(self.engine, *show, image) if tag]
        for name in tags or [image]:
            try:
                _unless_gone(self.engine, "rmi", name)
            except ContainerError as error:
                if not any(words in str(error).lower() for words in _IN_USE):
                    raise


class _Found(NamedTuple):
    kind: str
    name: str
    owner: str
    started: str

    def is_old(self) -> bool:
        return self.started.isdigit() and time.time() - int(self.started) > _DAY


_CONTAINER, _IMAGE = "container", "image"
# What there is to own, by which label, and how it is listed: images after those built on them.
_KINDS = (
    (_CONTAINER, CONTAINER, ("ps", "--all", "--quiet", "--no-trunc")),
    (_IMAGE, IMAGE, ("images", "--quiet", "--no-trunc")),
)
# One may have ended by itself, or a person removed it.
_GONE = ("no such", "not running", "state improper", "image not known")
# A person runs a container of it, or has built on it: podman's words, then docker's.
_IN_USE = ("in use", "dependent child", "is using its referenced image", "is being used by")


def default_folder() -> Path:
    """
    Return the folder of the locks of this user's runs.
    """
    return Path(tempfile.gettempdir()) / f"python-worker-extension-timer-{os.getuid()}"


def _one_run_at_a_time() -> ContextManager[None]:
    return exclusive(default_folder() / "images.lock")


def _options(label: str, owner: str, started: int) -> List[str]:
    return ["--label", f"{label}={owner}", "--label", f"{label}.started={started}"]


def _unless_gone(engine: Engine, *command: str) -> List[str]:
    try:
        return engine.run(*command).splitlines()
    except ContainerError as error:
        if not any(words in str(error).lower() for words in _GONE):
            raise
        return []


def _locked(file: Path) -> Optional[IO[str]]:
    try:
        lock = file.open("r+")
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock
