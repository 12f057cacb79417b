"""An app without a socket, for tests in one process."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, List

from azure.functions import ExtensionMeta
from werkzeug.test import Client

from .app import App, Served, load

# A worker is a process with one app; Microsoft's runtimes keep theirs in module globals.
_OF_WORKER = ("__app__", "azure_functions_runtime", "azure_functions_worker")
_REGISTRY = ("_app_exts", "_func_exts", "_info")


class LoadedApp:
    """
    An app in this process, and what became of it.

    Attributes:
        client: werkzeug's test client, for `client.get("/api/hello")`.

        problems: One message for each function that could not be loaded.

        served: Every request so far.
    """

    def __init__(self, app: App, problems: List[str], served: List[Served]) -> None:
        self.app, self.problems, self.served = app, problems, served
        self.client = Client(app)


@contextmanager
def loaded(root: Path) -> Iterator[LoadedApp]:
    """
    Load an app into this process, and take it out again.

    Environment, working directory, import path, modules and registered extensions are as before
    when it ends. Two apps at a time in one process are one too many: the SDK has one registry.

    Raises:
        HostError: As `functions_host.app.load()`.
    """
    root = Path(os.path.realpath(root))
    served: List[Served] = []
    with _restored_process(root), _running_loop() as loop:
        loading = asyncio.run_coroutine_threadsafe(load(root, 7071, served.append), loop)
        app, problems = loading.result()
        try:
            yield LoadedApp(app, problems, served)
        finally:
            app.worker.close()


@contextmanager
def _running_loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="worker")
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@contextmanager
def _restored_process(root: Path) -> Iterator[None]:
    environment, folder, path = dict(os.environ), Path.cwd(), list(sys.path)
    modules = set(sys.modules)
    registry = {name: getattr(ExtensionMeta, name) for name in _REGISTRY}
    ExtensionMeta._app_exts, ExtensionMeta._func_exts, ExtensionMeta._info = None, {}, {}
    try:
        yield
    finally:
        for name, value in registry.items():
            setattr(ExtensionMeta, name, value)
        for name in set(sys.modules) - modules:
            if _belongs_to(root, name):
                del sys.modules[name]
        sys.path[:] = path
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)


def _belongs_to(root: Path, name: str) -> bool:
    file = getattr(sys.modules[name], "__file__", None)
    return name.startswith(_OF_WORKER) or (file is not None and root in Path(file).parents)
