"""An app in a container: built, run on a free port of this machine, and removed again."""

from __future__ import annotations

import json
import secrets
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Iterator, Optional, Sequence

import pytest

from integration.catalog import PROBES
from integration.hosts import logs
from integration.hosts.container.cleanup import SuiteRun
from integration.hosts.container.engine import Engine, PlatformError
from integration.hosts.container.fake_image.build import build_fake_image
from integration.hosts.ports import find_free_port
from integration.hosts.protocol import Feature, Host, Options
from integration.hosts.readiness import (
    NotReadyError,
    StartingHost,
    find_url_problem,
    read_until_quiet,
)
from integration.matrix import PYTHONS, official_image

_DOCKERFILE = Path(__file__).with_name("Dockerfile")
# Microsoft publishes its images for this platform only (azure-functions-docker, issue 1092).
OFFICIAL_PLATFORM = ("--platform", "linux/amd64")


class BaseImage:
    """
    The image that apps are put on, shared by the hosts of a run.

    Attributes:
        platform: Options of the engine for this image.

        has_served: Whether an app on this image has been ready in time.

        failure: Why the image is not tried again, or an empty string.
    """

    def __init__(self, run: SuiteRun, name: str, platform: Sequence[str] = ()) -> None:
        self.run, self.name, self.platform = run, name, platform
        self.has_served = False
        self.failure = ""

    @classmethod
    def from_options(
        cls, run: SuiteRun, options: Options, make_folder: Callable[[str], Path]
    ) -> BaseImage:
        """
        Return the chosen image: a stand-in, a given one, or the official one.
        """
        python = "{}.{}".format(*options.python)
        if options.stand_in:
            return cls(run, build_fake_image(run, python, make_folder("stand-in")))
        if options.image:
            return cls(run, options.image)
        return cls(run, official_image(python), OFFICIAL_PLATFORM)


class ContainerHost(StartingHost):
    """
    The official image, or one that behaves like it, with an app and the wheel under test.

    Args:
        base: The image that the app is put on.
    """

    name = "container"
    read_log = staticmethod(logs.read_dotnet)
    # The host's channel to the Python worker has no console there (docs/host-contract.md, 4.4).
    lacks = (Feature.SYSTEM_LOGS, Feature.STORAGE)

    def __init__(self, app: Path, folder: Path, options: Options, base: BaseImage) -> None:
        super().__init__(app, folder, options)
        self._base, self._run = base, base.run
        self._container = ""
        self._key = secrets.token_hex(16)
        self.admin_headers = {"x-functions-key": self._key}

    @classmethod
    def check_options(cls, options: Options) -> None:
        super().check_options(options)
        python = "{}.{}".format(*options.python)
        if python not in PYTHONS:
            raise pytest.UsageError(
                f"--host-python={python}: no such image. Choose from: {', '.join(PYTHONS)}."
            )
        if not (options.wheel and Path(options.wheel).is_file()):
            raise pytest.UsageError(
                f"--functions-host=container needs --wheel, a file (got {options.wheel}). Use tox "
                "-e container, which builds one."
            )
        if options.stand_in and options.image:
            raise pytest.UsageError("--stand-in is an image of its own. Leave out --image.")

    @classmethod
    def describe(cls, options: Options) -> str:
        official = official_image("{}.{}".format(*options.python))
        if options.stand_in:
            return f"container on a STAND-IN for {official}: the embedded host"
        return f"container on {options.image or official}"

    @classmethod
    @contextmanager
    def open(
        cls, options: Options, make_folder: Callable[[str], Path]
    ) -> Iterator[Callable[[Path], Host]]:
        with SuiteRun(Engine()) as run:
            base = BaseImage.from_options(run, options, make_folder)
            yield lambda app: cls(app, make_folder(app.name), options, base)

    def start(self) -> str:
        if self._base.failure:
            raise NotReadyError(self._base.failure)
        tag = f"localhost/azure-functions-suite:{self._folder.name}-{self._key[:8]}".lower()
        try:
            self._run.build(self._lay_out(), tag, {"IMAGE": self._base.name}, self._base.platform)
        except PlatformError as error:
            self._base.failure = str(error)
            raise
        address = self._run_container(tag)
        try:
            self.wait_until_ready(lambda: find_url_problem(address + PROBES[self._app.name]))
        except NotReadyError:
            if not self._base.has_served:
                self._base.failure = (
                    f"{self._base.name} was not ready in time with another app, so it is not tried "
                    "again. The first failure has its log."
                )
            raise
        self._base.has_served = True
        return address

    def stop(self) -> None:
        if self._container:
            self._run.remove_container(self._container)
            self._container = ""

    def find_exit_code(self) -> Optional[int]:
        show = ("inspect", "--format", "{{.State.Running}} {{.State.ExitCode}}")
        running, code = self._run.engine.run(*show, self._container).split()
        return None if running == "true" else int(code)

    def output(self) -> str:
        return read_until_quiet(lambda: self._run.engine.read_log(self._container))

    def _lay_out(self) -> Path:
        context = self._folder / "context"
        install, files = context / "install", context / "files"
        keys = files / "azure-functions-host" / "Secrets"
        for folder in (install, keys):
            folder.mkdir(parents=True)
        shutil.copy(str(_DOCKERFILE), str(context))
        shutil.copy(str(self._options.wheel), str(install))
        shutil.copy(str(self._app / "requirements.txt"), str(install))
        # The container takes settings from its environment, never from this file.
        without = shutil.ignore_patterns("local.settings.json", "__pycache__", ".python_packages")
        shutil.copytree(str(self._app), str(files / "home" / "site" / "wwwroot"), ignore=without)
        key = {"name": "master", "value": self._key, "encrypted": False}
        secrets_file = {"masterKey": key, "functionKeys": [], "systemKeys": []}
        (keys / "host.json").write_text(json.dumps(secrets_file), encoding="utf-8")
        return context

    def _run_container(self, tag: str) -> str:
        settings = json.loads((self._app / "local.settings.json").read_text(encoding="utf-8"))
        # The same port inside and outside: podman may share this machine's network, where the
        # engine publishes nothing and port 80 may be taken.
        port = find_free_port()
        values = {**settings["Values"], "ASPNETCORE_URLS": f"http://0.0.0.0:{port}"}
        options = [*self._base.platform, "--publish", f"127.0.0.1:{port}:{port}"]
        for name, value in values.items():
            options += ["--env", f"{name}={value}"]
        self._container = self._run.create_container("run", "--detach", *options, tag)
        return f"http://127.0.0.1:{port}"
