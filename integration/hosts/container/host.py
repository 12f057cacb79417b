"""An app in a container: built, run on a free port of this machine, and removed again."""

from __future__ import annotations

import json
import secrets
import shutil
import time
from pathlib import Path
from typing import Any, Dict, Optional, Tuple

from integration.hosts.container.engine import ContainerError
from integration.hosts.container.owned import Owned
from integration.hosts.ports import free_port
from integration.hosts.ready import PROBES, NotReadyError, wait_until_ready

_DOCKERFILE = Path(__file__).with_name("Dockerfile")
# How long an engine may take to hand on what a container has printed.
_QUIET = 0.1


class ContainerExitedError(ContainerError):
    """Raised when a container ends before it serves; the text has its log."""


class ContainerNotReadyError(ContainerError):
    """Raised when a container serves nothing in time; the text has its log."""


class ContainerHost:
    """
    The official image, or one with its contract, with an app and the wheel under test.

    Args:
        app: The folder of the app.

        folder: Where the context of the build is laid out.

        image: What the app and the wheel are put on.

        python: The Python version in that image.

        ready_within: How many seconds the container has until it serves.

        has_served: For each image that was tried, whether it has served an app so far. Hosts that
            share it do not wait for an image again that was in vain the first time.
    """

    name = "container"
    # The channel to the Python worker has no console there (host-contract 4.4).
    shows_system_logs = False
    has_storage = False

    def __init__(
        self,
        owned: Owned,
        app: Path,
        folder: Path,
        image: str,
        wheel: Path,
        python: Tuple[int, int],
        ready_within: float,
        has_served: Optional[Dict[str, bool]] = None,
    ) -> None:
        self.python = python
        self._owned, self._engine = owned, owned.engine
        self._app, self._folder, self._image, self._wheel = app, folder, image, wheel
        self._ready_within = ready_within
        self._has_served = {} if has_served is None else has_served
        self._container: Optional[str] = None
        self._key = secrets.token_hex(16)
        self.admin_headers = {"x-functions-key": self._key}

    def start(self) -> str:
        """
        Return the address that the app is served at.

        Raises:
            ContainerError: It is not; the text says why.
        """
        if not self._has_served.get(self._image, True):
            raise ContainerNotReadyError(
                f"{self._image} was not ready in time with another app, and is not waited for "
                "again. The first failure has its log."
            )
        self._engine.need(self._image)
        tag = f"localhost/python-worker-extension-timer-test:{self._folder.name}-{self._key[:8]}"
        context = self._lay_out()
        self._owned.build(context, tag.lower(), {"IMAGE": self._image})
        address = self._run(tag.lower())
        probe = address + PROBES[self._app.name]
        try:
            wait_until_ready(probe, self._ready_within, self._check_alive)
        except NotReadyError as last:
            self._has_served.setdefault(self._image, False)
            log = self._end()
            raise ContainerNotReadyError(
                f"the container did not serve its app in {self._ready_within:g} s: {last}. "
                f"Give it longer with --ready-within, or look at its log:\n{log}"
            ) from None
        self._has_served[self._image] = True
        return address

    def stop(self) -> None:
        self._remove(patience=3)

    def output(self) -> str:
        """
        Return all that the container has printed, once no more of it is on its way.
        """
        assert self._container is not None
        before, now = None, self._engine.output(self._container)
        while now != before:
            time.sleep(_QUIET)
            before, now = now, self._engine.output(self._container)
        return now

    def _lay_out(self) -> Path:
        context = self._folder / "context"
        install, files = context / "install", context / "files"
        keys = files / "azure-functions-host" / "Secrets"
        for folder in (install, keys):
            folder.mkdir(parents=True)
        shutil.copy(str(_DOCKERFILE), str(context))
        shutil.copy(str(self._wheel), str(install))
        shutil.copy(str(self._app / "requirements.txt"), str(install))
        # The container takes settings from its environment, never from this file.
        without = shutil.ignore_patterns("local.settings.json", "__pycache__", ".python_packages")
        shutil.copytree(str(self._app), str(files / "home" / "site" / "wwwroot"), ignore=without)
        (keys / "host.json").write_text(json.dumps(_keys(self._key)), encoding="utf-8")
        return context

    def _run(self, tag: str) -> str:
        settings = json.loads((self._app / "local.settings.json").read_text(encoding="utf-8"))
        values = [f"{name}={value}" for name, value in settings["Values"].items()]
        options = [text for value in values for text in ("--env", value)]
        options += [*self._owned.container_options, "--pull=never"]
        if self._owned.shares_network(tag):
            port = free_port()
            options += ["--env", f"ASPNETCORE_URLS=http://127.0.0.1:{port}"]
            self._container = self._engine.run("run", "--detach", *options, tag)
            return f"http://127.0.0.1:{port}"
        options += ["--publish", "127.0.0.1::80"]
        self._container = self._engine.run("run", "--detach", *options, tag)
        return f"http://{self._published()}"

    def _published(self) -> str:
        assert self._container is not None
        try:
            return self._engine.lines("port", self._container, "80/tcp")[0]
        except (ContainerError, IndexError):
            # Nothing is published of a container that has ended.
            self._check_alive()
            raise

    def _check_alive(self) -> None:
        assert self._container is not None
        show = ("inspect", "--format", "{{.State.Running}} {{.State.ExitCode}}")
        running, code = self._engine.run(*show, self._container).split()
        if running != "true":
            log = self._end()
            raise ContainerExitedError(
                f"the container ended with exit code {code} before it served. Its log:\n{log}"
            )

    def _end(self) -> str:
        log = self.output()
        self._remove(patience=0)
        return log or "(it printed nothing)"

    def _remove(self, patience: int) -> None:
        if self._container is not None:
            self._owned.remove_container(self._container, patience)
            self._container = None


def _keys(master: str) -> Dict[str, Any]:
    key = {"name": "master", "value": master, "encrypted": False}
    return {"masterKey": key, "functionKeys": [], "systemKeys": []}
