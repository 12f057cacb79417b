"""The command line as a process: its output and its exit."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Optional
from urllib.request import Request, urlopen

import azure.functions as func
import pytest
from functions_host.client import LoadedApp
from functions_host.report import make_report, to_lines
from host_apps import HTTP, HTTP_OUT, v1, write_app
from host_fixtures import LoadFiles, ServeFiles
from host_process import ROOT, Serve

HELLO = """
import logging

def main(req):
    logging.info("a line of the app")
    print("printed by the app")
    if "boom" in req.params:
        raise ValueError("boom")
    return func.HttpResponse("hello")
"""
TIMER = {"type": "timerTrigger", "direction": "in", "name": "timer", "schedule": "0 0 0 1 1 *"}
SENT = {"type": "queue", "direction": "out", "name": "$return", "queueName": "q"}


def test_banner_lists_versions_and_functions(serve_files: ServeFiles) -> None:
    files = {
        **v1("Hello", HELLO),
        **v1("Tick", "def main(timer):\n    pass\n", TIMER),
        **v1("Post", HELLO, {**HTTP, "methods": ["post", "put"], "route": "items/{id}"}, HTTP_OUT),
    }
    host = serve_files(files)

    versions = [f"azure-functions {func.__version__}"]
    if sys.version_info >= (3, 13):
        # importlib.metadata is new in Python 3.8.
        from importlib.metadata import version

        path = " (native path)" if sys.version_info >= (3, 15) else ""
        package = "azure-functions-runtime-v1"
        versions.append(f"{package} {version(package)}{path}")
    versions.append("Python " + ".".join(map(str, sys.version_info[:3])))
    assert host.banner == [
        f"Functions host (not Microsoft's): {', '.join(versions)}, extensions: none",
        "",
        f"  Hello  any method  {host.address}/api/Hello",
        f"  Post   POST,PUT    {host.address}/api/items/{{id}}",
        f"  Tick   timer       POST {host.address}/admin/functions/Tick",
        "",
        f"Ready on {host.address}. Press CTRL+C to stop.",
    ]


def test_requests_are_printed_apart_from_notes(serve_files: ServeFiles) -> None:
    sends = v1("Sends", "def main(timer) -> str:\n    return 'a message'\n", TIMER, SENT)
    host = serve_files({**v1("Hello", HELLO), **sends})

    host.get("/api/Hello?name=Ada")
    host.get("/api/Hello?boom=1")
    host.get("/api/Nope")
    headers = {"Content-Type": "application/json"}
    urlopen(Request(host.address + "/admin/functions/Sends", b"{}", headers)).close()
    _, out, err = host.stop()

    assert re.sub(r"(?m)^\d\d:\d\d:\d\d|\d+\.\d ms$", "…", out).splitlines() == [
        "…  GET   /api/Hello?name=Ada      200  Hello        …",
        "…  GET   /api/Hello?boom=1        500  Hello        …",
        "…  GET   /api/Nope                404  -            …",
        "…  POST  /admin/functions/Sends   202  Sends        …",
    ]
    # On Python 3.7 the SDK warns about cookies at every response.
    assert [line for line in err.splitlines() if "Set-Cookie" not in line] == [
        "root: INFO: a line of the app",
        "printed by the app",
        "root: INFO: a line of the app",
        "printed by the app",
        "  Hello/__init__.py:9 in main",
        '    raise ValueError("boom")',
        "  ValueError: boom",
        "  output $return (queue), not sent: a message",
    ]


def name_extensions(app: LoadedApp) -> str:
    """Return the end of the banner's first line."""
    return to_lines(make_report(app.app), "")[0].rpartition(", extensions: ")[2]


FLAG = "PYTHON_ENABLE_WORKER_EXTENSIONS"


@pytest.mark.parametrize(
    ("setting", "silence"),
    [("1", ""), ("0", " (the worker calls none: PYTHON_ENABLE_WORKER_EXTENSIONS is 0)")],
)
def test_banner_lists_public_extensions(load_files: LoadFiles, setting: str, silence: str) -> None:
    code = """
class _Probe(func.AppExtensionBase):
    pass

class Mine(func.AppExtensionBase):
    pass
"""
    app = load_files(v1("Hello", HELLO + code), values={FLAG: setting})

    if sys.version_info >= (3, 13):
        silence = " (the worker calls none: Python 3.13 or newer)"
    assert name_extensions(app) == f"Mine{silence}"


@pytest.mark.parametrize(("setting", "is_called"), [(None, True), ("1", True), ("no", False)])
def test_enabled_app_calls_hooks_itself(
    load_files: LoadFiles, setting: Optional[str], is_called: bool
) -> None:
    """A stand-in for `enable_extensions` of python_worker_extension_timer."""
    code = """
class Mine(func.AppExtensionBase):
    pass

def main(req):
    pass

main._python_worker_extension_timer_enabled = True
"""
    app = load_files(v1("Hello", code), values={} if setting is None else {FLAG: setting})

    silence = "" if is_called else f" (the worker calls none: {FLAG} is no)"
    assert name_extensions(app) == f"Mine{silence}"


@pytest.mark.parametrize(("number", "requests"), [(signal.SIGINT, 0), (signal.SIGTERM, 3)])
def test_signal_stops_the_host(serve_files: ServeFiles, number: int, requests: int) -> None:
    host = serve_files(v1("Hello", "def main(req):\n    return func.HttpResponse('hello')\n"))
    statuses = [host.get("/api/Nope") for _ in range(requests)]

    code, _, err = host.stop(number)

    assert (code, err, statuses) == (0, "", [404] * requests)


@pytest.mark.parametrize(
    "code",
    [
        "import asyncio\nasyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, print)\n",
        "signal.set_wakeup_fd(-1)\n",
    ],
    ids=["loop", "app"],
)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_stops_an_app_with_own_handlers(
    serve_files: ServeFiles, code: str, number: int
) -> None:
    host = serve_files(v1("Hello", f"import signal\n{code}\ndef main(req):\n    pass\n"))

    assert host.stop(number)[0] == 0


def test_signal_ends_running_functions(serve_files: ServeFiles) -> None:
    """
    A sync function waits in a thread.

    An async function blocks the loop, where signal handlers run.
    """
    code = """
import threading

{kind} main(req):
    print("is running", flush=True)
    threading.Event().wait()
"""
    files = {
        **v1("Sync", code.format(kind="def")),
        **v1("Async", code.format(kind="async def")),
    }
    host = serve_files(files)
    with host.connect() as sync, host.connect() as blocking:
        for connection, name in ((sync, "Sync"), (blocking, "Async")):
            connection.sendall(f"GET /api/{name} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            assert host.next_line() == "is running\n"

        ended, _, err = host.stop()

        answers = [connection.recv(13) for connection in (sync, blocking)]

    assert (ended, err) == (0, "")
    assert answers == [b"HTTP/1.1 503 "] * 2


def test_cut_off_request_is_shown_with_its_function(serve_files: ServeFiles) -> None:
    code = """
        import threading

        def main(req):
            print("is running", flush=True)
            threading.Event().wait()
    """
    host = serve_files(v1("Slow", code))
    with host.connect() as connection:
        connection.sendall(b"GET /api/Slow HTTP/1.1\r\nHost: x\r\n\r\n")
        assert host.next_line() == "is running\n"

        _, out, err = host.stop()

    assert re.search(r"GET +/api/Slow +503 +Slow ", out)
    assert err == "  note: The host stopped before the function ended.\n"


def test_signal_stops_a_slow_import(tmp_path: Path) -> None:
    code = "import threading\nprint('is imported', flush=True)\nthreading.Event().wait()\n"
    command = [sys.executable, "-m", "functions_host", str(write_app(tmp_path, v1("Slow", code)))]
    with subprocess.Popen([*command, "--port=0"], cwd=str(ROOT), stderr=subprocess.PIPE) as process:
        assert process.stderr
        assert process.stderr.readline() == b"is imported\n"
        process.send_signal(signal.SIGINT)

        assert process.wait(10) == 0


def test_signal_stops_the_import_of_the_host(tmp_path: Path) -> None:
    """In place of asyncio, the host imports a module that waits."""
    (tmp_path / "asyncio.py").write_text(
        "import os, signal, threading\n"
        "os.kill(os.getpid(), signal.SIGINT)\n"
        "threading.Event().wait()\n"
    )
    command = [sys.executable, "-m", "functions_host", str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}

    done = subprocess.run(command, cwd=str(ROOT), env=environment, capture_output=True, timeout=60)

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_app_imports_its_own_integration_module(serve_files: ServeFiles) -> None:
    """The host's working directory has a folder of this name, too."""
    code = f"""
import sys
import integration

def main(req):
    assert {str(ROOT)!r} not in sys.path
    return func.HttpResponse(integration.MINE)
"""
    host = serve_files({**v1("Hello", code), "integration.py": "MINE = 'of the app'\n"})

    with urlopen(host.address + "/api/Hello") as response:
        assert response.read() == b"of the app"


def test_request_arrives_as_in_microsofts_host(serve_files: ServeFiles) -> None:
    code = """
        def main(req):
            return func.HttpResponse(f"{len(req.get_body())} {req.headers['X-A']}")
    """
    host = serve_files(v1("Hello", code))
    request = b"POST /api/Hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    # The body of a chunked request is dropped, with a note.
    request += b"X-A: 1\r\nTransfer-Encoding: chunked\r\nX-A: 2\r\n\r\n3\r\nabc\r\n0\r\n\r\n"

    assert host.ask(request).endswith(b"\r\n\r\n0 1,2")
    assert host.stop()[2].count("  note: The body arrived empty, ") == 1


@pytest.mark.parametrize(("address", "warned"), [("0.0.0.0", True), ("127.0.0.2", False)])
def test_address_others_can_reach_warns_of_admin(
    tmp_path: Path, serve: Serve, address: str, warned: bool
) -> None:
    """The address comes from `local.settings.json`, as in Core Tools."""
    write_app(tmp_path, v1("Hello", HELLO))
    settings = {"IsEncrypted": False, "Host": {"LocalHttpAddress": address}}
    (tmp_path / "local.settings.json").write_text(json.dumps(settings))

    banner = serve(tmp_path).banner

    assert [line for line in banner if line.startswith("note: ")] == [
        f"note: Listening on {address}: anyone who can reach it can run every function, because "
        "/admin needs no key here."
    ] * warned
    assert banner[-1].startswith(f"Ready on http://{address}:")


RAISES_STOP = "{kind} main(req):\n    next(iter(()))\n"
LOGS = """
import logging

{kind} main(req):
    logging.debug("%d", "not formatted at this level")
    logging.info("%d items", "several")
"""
# The code of each function, and the beginnings of the lines of its error.
ERRORS = {
    "Value": (
        "def main(req):\n    return {}\n",
        [
            "outside of the code of function Value, with bindings req (httpTrigger), "
            "$return (http):",
            "TypeError: ",
            "An HTTP response is a func.HttpResponse or a str.",
        ],
    ),
    "Stop": (
        RAISES_STOP.format(kind="def"),
        ["Stop/__init__.py:3 in main", "  next(iter(()))", ""],
    ),
    "AsyncStop": (
        RAISES_STOP.format(kind="async def"),
        ["AsyncStop/__init__.py:3 in main", "  next(iter(()))", "RuntimeError: "],
    ),
    "Log": (
        LOGS.format(kind="def"),
        ["Log/__init__.py:7 in main", '  logging.info("%d items", "several")', "TypeError: "],
    ),
    "AsyncLog": (
        LOGS.format(kind="async def"),
        ["AsyncLog/__init__.py:7 in main", "  logging.info", "TypeError: "],
    ),
}


def test_error_has_frames_or_function(serve_files: ServeFiles) -> None:
    files = [v1(name, code) for name, (code, _) in ERRORS.items()]
    host = serve_files({path: text for file in files for path, text in file.items()})

    statuses = [host.get(f"/api/{name}") for name in ERRORS]

    _, _, err = host.stop()
    shown, expected = err.splitlines(), [line for _, lines in ERRORS.values() for line in lines]
    assert statuses == [500] * len(ERRORS)
    assert len(shown) == len(expected)
    assert [line for line, start in zip(shown, expected) if not line.startswith(f"  {start}")] == []
