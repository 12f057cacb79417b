"""An in-process client, for tests of an app without a socket."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import ContextManager, Iterator, List, Optional
from unittest.mock import patch

from azure.functions import ExtensionMeta
from werkzeug.test import Client

from .app import App, load
from .errors import HostError
from .isolation import fresh_modules
from .log_state import restored_loggers
from .main_thread import restored_signals, run_with_signals
from .settings import apply_settings
from .worker import RequestRecord

# The working directories before each of the apps that are loaded.
_folders: List[Path] = []


class LoadedApp:
    """
    An app in this process.

    Attributes:
        client: werkzeug's test client, for `client.get("/api/hello")`.

        problems: One message for each function that could not be loaded, if others could.

        requests: Every request so far.
    """

    def __init__(self, app: App, requests: List[RequestRecord]) -> None:
        self.app, self.requests = app, requests
        self.problems = [str(problem) for problem in app.problems]
        self.client = Client(app)


@contextmanager
def load_app(root: Path, inputs: Optional[Path] = None) -> Iterator[LoadedApp]:
    """
    Load an app into this process as into a fresh worker, and remove it at the end.

    The end restores environment, working directory, import path, modules, registered extensions,
    signal handlers and loggers. Load one app at a time: the SDK has one registry per process.

    Args:
        inputs: The folder with the values of input bindings, as `FUNCTION/BINDING.json` or `.txt`.

    Raises:
        HostError: There is no app, none of its functions can be loaded, one of its settings files
            is invalid, or Microsoft's runtime is not installed.
    """
    root = _find_folder(root)
    requests: List[RequestRecord] = []
    with _restored_process(root), empty_registry(), _running_loop() as loop:
        settings = apply_settings(root, 7071)
        folder = None if inputs is None else _find_folder(inputs)
        loading = load(root, settings, requests.append, folder)
        app = run_with_signals(lambda: asyncio.run_coroutine_threadsafe(loading, loop))
        try:
            if app.problems and not app.functions:
                raise HostError(*app.problems)
            yield LoadedApp(app, requests)
        finally:
            app.worker.close()


def _find_folder(path: Path) -> Path:
    # An app that is loaded has changed into its own folder.
    return Path(os.path.realpath(_folders[0] / path if _folders else path))


def empty_registry() -> ContextManager[object]:
    """Empty the SDK's registry of extensions, and restore it at the end."""
    return patch.multiple(ExtensionMeta, _app_exts=None, _func_exts={}, _info={})


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
    folder = Path.cwd()
    _folders.append(folder)
    with patch.dict(os.environ), patch.object(sys, "path", list(sys.path)):
        try:
            with restored_signals(), restored_loggers(), fresh_modules(root):
                yield
        finally:
            os.chdir(folder)
            _folders.pop()
