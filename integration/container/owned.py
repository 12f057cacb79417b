"""
What a run of the tests has started, and what runs that were killed have left.

Every container and image has a label that names this machine, a folder and a file in it, which the
run keeps locked. The lock ends with the process, however that ends. So a label whose file nobody
has locked belongs to nobody, and one of another machine or folder is none of our business. Another
folder may have the same path, where a run has a `/tmp` of its own; its inode tells.
"""

from __future__ import annotations

import fcntl
import os
import socket
import tempfile
import uuid
from pathlib import Path
from types import TracebackType
from typing import IO, List, Optional, Type

from integration.container.engine import ContainerError, Engine

LABEL = "python-worker-extension-timer.test-run"


class Owned:
    """
    The containers and images of this run: the next one removes what this one could not.
    """

    def __init__(self, engine: Engine, folder: Optional[Path] = None) -> None:
        self.engine = engine
        self._folder = folder or _folder()
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._remove_what_nobody_owns()
        self._file = self._folder / uuid.uuid4().hex
        self._lock = self._file.open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self._shares_network: Optional[bool] = None
        self.id = self._file.name[:8]
        self.label = f"{LABEL}={self._owner(self._file)}"

    def __enter__(self) -> Owned:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self._remove(self.label)
        self._file.unlink()
        self._lock.close()

    def remove_container(self, container: str, patience: int = 3) -> None:
        """
        Stop a container of this run, by force if that takes longer than so many seconds.
        """
        self.engine.run("stop", "-t", str(patience), container)
        self.engine.run("rm", "--force", container)

    def shares_network(self, image: str) -> bool:
        """
        Tell whether containers are set up to share this machine's network, as podman's can be.

        Then port 80 is not theirs to take, and there is nothing to publish.
        """
        if self._shares_network is None:
            run, label = self.engine.run, ("--label", self.label)
            container = run("create", "--pull=never", *label, image)
            mode = run("inspect", "--format", "{{.HostConfig.NetworkMode}}", container)
            run("rm", "--force", container)
            self._shares_network = mode == "host"
        return self._shares_network

    def _remove_what_nobody_owns(self) -> None:
        for owner in self._owners():
            file = self._folder / owner.rpartition("/")[2]
            if owner != self._owner(file):
                continue
            lock = _locked(file)
            if lock is not None or not file.exists():
                self._remove(f"{LABEL}={owner}")
            if lock is not None:
                file.unlink()
                lock.close()

    def _owner(self, file: Path) -> str:
        status = self._folder.stat()
        return f"{socket.gethostname()}:{status.st_dev}-{status.st_ino}:{file}"

    def _owners(self) -> List[str]:
        show = ("inspect", "--format", f'{{{{index .Config.Labels "{LABEL}"}}}}')
        owners = []
        for kind, list_all in _KINDS:
            for found in self.engine.lines(*list_all, "--filter", f"label={LABEL}"):
                owners += _unless_gone(self.engine, kind, *show, found)
        return sorted(set(owners))

    def _remove(self, label: str) -> None:
        (containers, images), mine = _KINDS, ("--filter", f"label={label}")
        for container in self.engine.lines(*containers[1], *mine):
            _unless_gone(self.engine, "kill", container)
            _unless_gone(self.engine, "rm", "--force", container)
        for image in self.engine.lines(*images[1], *mine):
            _unless_gone(self.engine, "rmi", "--force", image)


# What there is to own, and how it is listed.
_KINDS = (("container", ("ps", "--all", "--quiet")), ("image", ("images", "--quiet")))
# Two runs that begin at the same time find the same leftovers; and one may have ended by itself.
_GONE = ("no such", "not running", "state improper", "image not known")


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


def _folder() -> Path:
    return Path(tempfile.gettempdir()) / f"python-worker-extension-timer-{os.getuid()}"
