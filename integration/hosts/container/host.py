"""An app in a container: build it, run it on a free port of this machine, and remove it."""

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
from integration.hosts.container.engine import Engine
from integration.hosts.container.fake_image.build import build_fake_image
from integration.hosts.ports import find_free_port
from integration.hosts.protocol import Feature, Host, Options
from integration.hosts.readiness import StartingHost, find_url_problem, read_until_quiet
from integration.matrix import PYTHONS, WITH_IMAGE, official_image

_DOCKERFILE = Path(__file__).with_name("Dockerfile")
# Microsoft publishes its images for this platform only (azure-functions-docker, issue 1092).
OFFICIAL_PLATFORM = ("--platform", "linux/amd64")


class ContainerHost(StartingHost):
    """
    The image from the options (official or a stand-in), with an app and the wheel.

    Args:
        platform: Options of the engine for the image.
    """

    name = "container"
    read_log = staticmethod(logs.read_dotnet)
    # In the image, the worker's own logs do not reach the console (docs/host-contract.md#44-logs).
    lacks = (Feature.SYSTEM_LOGS, Feature.STORAGE)

    def __init__(
        self,
        app: Path,
        folder: Path,
        options: Options,
        run: SuiteRun,
        platform: Sequence[str] = (),
    ) -> None:
        super().__init__(app, folder, options)
        self._run, self._platform = run, platform
        self._container = ""
        self._key = secrets.token_hex(16)
        self.admin_headers = {"x-functions-key": self._key}

    @classmethod
    def check_options(cls, options: Options) -> None:
        super().check_options(options)
        known = PYTHONS if options.stand_in or options.image else WITH_IMAGE
        if options.python not in known:
            raise pytest.UsageError(
                f"--host-python={options.python}: no such image. Choose from: {', '.join(known)}."
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
        official = official_image(options.python)
        if options.stand_in:
            return f"container on a STAND-IN for {official}: the embedded host"
        return f"container on {options.image or official}"

    @classmethod
    @contextmanager
    def open(
        cls, options: Options, make_folder: Callable[[str], Path]
    ) -> Iterator[Callable[[Path], Host]]:
        with SuiteRun(Engine()) as run:
            is_official = not (options.stand_in or options.image)
            image = options.image or official_image(options.python)
            if options.stand_in:
                image = build_fake_image(run, options.python, make_folder("stand-in"))
            options = options._replace(image=image)
            platform = OFFICIAL_PLATFORM if is_official else ()
            yield lambda app: cls(app, make_folder(app.name), options, run, platform)

    def start(self) -> str:
        tag = f"localhost/azure-functions-suite:{self._folder.name}-{self._key[:8]}".lower()
        arguments = {"IMAGE": str(self._options.image)}
        self._run.build(self._lay_out(), tag, arguments, self._platform)
        address = self._run_container(tag)
        self.wait_until_ready(lambda: find_url_problem(address + PROBES[self._app.name]))
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
        # The container reads settings from its environment only, never from this file.
        without = shutil.ignore_patterns("local.settings.json", "__pycache__", ".python_packages")
        shutil.copytree(str(self._app), str(files / "home" / "site" / "wwwroot"), ignore=without)
        key = {"name": "master", "value": self._key, "encrypted": False}
        secrets_file = {"masterKey": key, "functionKeys": [], "systemKeys": []}
        (keys / "host.json").write_text(json.dumps(secrets_file), encoding="utf-8")
        return context

    def _run_container(self, tag: str) -> str:
        settings = json.loads((self._app / "local.settings.json").read_text(encoding="utf-8"))
        # Use the same port inside and outside. podman may share this machine's network: then it
        # publishes no ports, and port 80 may be taken.
        port = find_free_port()
        values = {**settings["Values"], "ASPNETCORE_URLS": f"http://0.0.0.0:{port}"}
        options = [*self._platform, "--publish", f"127.0.0.1:{port}:{port}"]
        for name, value in values.items():
            options += ["--env", f"{name}={value}"]
        self._container = self._run.create_container("run", "--detach", *options, tag)
        return f"http://127.0.0.1:{port}"
