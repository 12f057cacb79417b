"""An in-process client, for tests of an app without a socket."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import string
import sys
import threading
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from typing import Any, Callable, ContextManager, Dict, Iterator, List, Optional, Set
from unittest.mock import patch
from urllib.parse import quote

from azure.functions import ExtensionMeta
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.test import Client
from werkzeug.wrappers import Request as WsgiRequest

from .app import App, load
from .errors import HostError
from .host_json import LogLevels
from .isolation import fresh_modules
from .log_handler import configure_log_handler
from .log_state import restored_loggers
from .main_thread import restored_signals, run_with_signals
from .settings import apply_settings
from .worker import RequestRecord

# For each loaded app, the working directory before it was loaded.
_folders: List[Path] = []


# Seconds for the tasks of an app to end after they are cancelled.
_CANCEL_TIMEOUT = 1.0

# The requests of one `trigger()`. Other threads do not see them.
_own_requests: ContextVar[List[RequestRecord]] = ContextVar("own_requests")


class LoadedApp:
    """
    An app in this process.

    It has the methods of its client: `get()`, `post()`, `put()`, `patch()`, `delete()`, `head()`
    and `options()`.

    Attributes:
        client: werkzeug's test client, for `client.get("/api/hello")`.

        problems: One message for each function that could not be loaded, if others could.

        requests: Every request so far.

        logs: The lines that the app logged, as the host shows them.

        loop: The event loop that runs the app's async functions, in a thread of its own.
    """

    def __init__(
        self,
        app: App,
        requests: List[RequestRecord],
        logs: List[str],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self.app, self.requests, self.logs = app, requests, logs
        self.problems = [str(problem) for problem in app.problems]
        self.loop, self.client = loop, Client(partial(_answer, app, loop))
        self.get, self.post, self.put = self.client.get, self.client.post, self.client.put
        self.patch, self.delete = self.client.patch, self.client.delete
        self.head, self.options = self.client.head, self.client.options

    def trigger(self, name: str, body: object = "") -> Dict[str, Any]:
        """
        Run a function without an HTTP trigger, and return its outputs by binding.

        Args:
            name: The name of the function.

            body: The input text for the trigger, as in the host's readme, or a value to send as
                JSON.

        Raises:
            ValueError: The function does not exist, or it cannot take the body. An exception of the
                function is raised unchanged.
        """
        names = [function.name for function in self.app.functions]
        if name.lower() not in map(str.lower, names):
            raise ValueError(f"No function {name!r} (found: {', '.join(names) or 'none'}).")
        text = body if isinstance(body, str) else json.dumps(body)
        own: List[RequestRecord] = []
        token = _own_requests.set(own)
        try:
            response = self.post(f"/admin/functions/{quote(name)}", json={"input": text})
        finally:
            _own_requests.reset(token)
        outcome = own[0].outcome
        if outcome is None:
            raise ValueError(response.get_data(as_text=True).strip())
        if outcome.error is not None:
            raise outcome.error
        return {output: datum.value for output, datum in outcome.outputs.items()}


def _answer(
    app: App, loop: asyncio.AbstractEventLoop, environ: Dict[str, Any], start_response: Any
) -> List[bytes]:
    """Answer a request of werkzeug's test client as a WSGI application."""
    if loop.is_closed():
        raise RuntimeError("The app is gone. Use its client inside the block of load_app().")
    asking = asyncio.run_coroutine_threadsafe(_ask(app, WsgiRequest(environ)), loop)
    start, *parts = asking.result()
    if parts[-1].get("more_body"):
        raise ConnectionError("The response broke off: the stream of its body raised an exception.")
    status = f"{start['status']} {HTTP_STATUS_CODES.get(start['status'], 'UNKNOWN')}"
    headers = [
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]
    ]
    start_response(status, headers)
    return [part["body"] for part in parts]


async def _ask(app: App, request: WsgiRequest) -> List[Dict[str, Any]]:
    raw_path = str(request.environ["REQUEST_URI"]).partition("?")[0]
    scope = {
        "method": request.method,
        "scheme": request.scheme,
        "http_version": "1.1",
        "server": request.server,
        "path": request.path,
        "raw_path": _quote(raw_path.encode("latin-1")),
        "query_string": _quote(request.query_string),
        "headers": [(n.encode("latin-1"), v.encode("latin-1")) for n, v in request.headers],
    }
    bodies: List[bytes] = [request.get_data()]
    messages: List[Dict[str, Any]] = []

    async def receive() -> Dict[str, Any]:
        if not bodies:
            # werkzeug's client never hangs up.
            await asyncio.Event().wait()
        return {"type": "http.request", "body": bodies.pop()}

    async def send(message: Dict[str, Any]) -> None:
        messages.append(message)

    await app(scope, receive, send)
    return messages


def _quote(text: bytes) -> bytes:
    """Encode spaces and non-ASCII letters, as other clients do."""
    return quote(text, safe=string.punctuation).encode()


@contextmanager
def load_app(root: Path, inputs: Optional[Path] = None) -> Iterator[LoadedApp]:
    """
    Load an app into this process as into a fresh worker, and remove it at the end.

    At the end, it restores the environment, the working directory, the import path, modules,
    registered extensions, signal handlers and loggers. Load one app at a time: the SDK has one
    registry per process.

    Args:
        inputs: The folder with the values of input bindings, as `FUNCTION/BINDING.json` or `.txt`.

    Raises:
        HostError: There is no app, none of its functions can be loaded, one of its settings files
            is invalid, or Microsoft's runtime is not installed.
    """
    root = _find_folder(root)
    requests: List[RequestRecord] = []
    with _restored_process(root) as note_levels, empty_registry(), _running_loop() as loop:
        settings = apply_settings(root, 7071)
        folder = None if inputs is None else _find_folder(inputs)
        with _recorded_logs(settings.host.levels) as logs:
            loading = load(root, settings, partial(_record, requests), folder)
            try:
                app = run_with_signals(lambda: asyncio.run_coroutine_threadsafe(loading, loop))
            finally:
                note_levels()
            try:
                if app.problems and not app.functions:
                    raise HostError(*app.problems)
                yield LoadedApp(app, requests, logs, loop)
            finally:
                app.worker.close()


def _find_folder(path: Path) -> Path:
    # A loaded app has changed the working directory to its own folder.
    return Path(os.path.realpath(_folders[0] / path if _folders else path))


async def _record(requests: List[RequestRecord], record: RequestRecord) -> None:
    requests.append(record)
    _own_requests.get([]).append(record)
    error = record.outcome.error if record.outcome else None
    # The response does not contain the exception.
    if record.status == 500 and error is not None:
        lines = [f"{record.method} {record.path} failed:", *record.lines]
        sys.stderr.write("\n  ".join(lines) + "\n")


class _LogLines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: List[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@contextmanager
def _recorded_logs(levels: LogLevels) -> Iterator[List[str]]:
    """Record the app's log lines at these levels."""
    root, handler = logging.getLogger(), _LogLines()
    before, level = root.level, configure_log_handler(handler, levels)
    root.addHandler(handler)
    # A test may need a lower level.
    root.setLevel(min(before, level))
    try:
        yield handler.lines
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


def empty_registry() -> ContextManager[object]:
    """Empty the SDK's registry of extensions, and restore it at the end."""
    return patch.multiple(ExtensionMeta, _app_exts=None, _func_exts={}, _info={})


@contextmanager
def _running_loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=_run_loop, args=(loop,), name="worker")
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def _run_loop(loop: Any) -> None:
    servers: List[asyncio.AbstractServer] = []
    create_server = loop.create_server

    async def create(*args: Any, **kwargs: Any) -> asyncio.AbstractServer:
        servers.append(await create_server(*args, **kwargs))
        return servers[-1]

    loop.create_server = create
    loop.run_forever()
    for server in servers:
        server.close()
    tasks = asyncio.all_tasks(loop)
    if tasks:
        _cancel(loop, tasks)


def _cancel(loop: asyncio.AbstractEventLoop, tasks: Set[asyncio.Task[Any]]) -> None:
    # The end of a worker's process would not log anything. The server of an HTTP streaming app
    # logs that it was cancelled.
    disabled = logging.root.manager.disable
    logging.disable()
    for task in tasks:
        task.cancel()
    loop.run_until_complete(asyncio.wait(tasks, timeout=_CANCEL_TIMEOUT))
    logging.disable(disabled)


@contextmanager
def _restored_process(root: Path) -> Iterator[Callable[[], None]]:
    folder = Path.cwd()
    _folders.append(folder)
    with patch.dict(os.environ), patch.object(sys, "path", list(sys.path)):
        try:
            with restored_signals(), restored_loggers() as note_levels, fresh_modules(root):
                yield note_levels
        finally:
            os.chdir(folder)
            _folders.pop()
