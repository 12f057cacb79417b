"""`python -m functions_host`, as a process: what it prints, and how it ends."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import azure.functions as func
import pytest
from host_apps import HTTP, HTTP_OUT, v1, write_app
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


def test_what_it_is_and_serves_and_how_to_stop_it(tmp_path: Path, serve: Serve) -> None:
    files = {
        **v1("Hello", HELLO),
        **v1("Tick", "def main(timer):\n    pass\n", TIMER),
        **v1("Post", HELLO, {**HTTP, "methods": ["post", "put"], "route": "items/{id}"}, HTTP_OUT),
    }
    host = serve(write_app(tmp_path, files))
    host.stop()

    versions = [f"azure-functions {func.__version__}"]
    if sys.version_info >= (3, 13):
        # Not there on Python 3.7.
        from importlib.metadata import version

        versions.append(f"azure-functions-runtime-v1 {version('azure-functions-runtime-v1')}")
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


def test_one_line_a_request_on_standard_output_and_the_rest_on_standard_error(
    tmp_path: Path,
    serve: Serve,
) -> None:
    sends = v1("Sends", "def main(timer) -> str:\n    return 'a message'\n", TIMER, SENT)
    host = serve(write_app(tmp_path, {**v1("Hello", HELLO), **sends}))

    host.get("/api/Hello?name=Ada")
    host.get("/api/Hello?boom=1")
    host.get("/api/Nope")
    urlopen(host.address + "/admin/functions/Sends", data=b"{}").close()
    _, out, err = host.stop()

    assert re.sub(r"(?m)^\d\d:\d\d:\d\d|\d+\.\d ms$", "…", out).splitlines() == [
        "…  GET   /api/Hello?name=Ada      200  Hello        …",
        "…  GET   /api/Hello?boom=1        500  Hello        …",
        "…  GET   /api/Nope                404  -            …",
        "…  POST  /admin/functions/Sends   202  Sends        …",
    ]
    # The SDK warns of cookies at every response on Python 3.7.
    assert [line for line in err.splitlines() if "Set-Cookie" not in line] == [
        "root: INFO: a line of the app",
        "printed by the app",
        "root: INFO: a line of the app",
        "printed by the app",
        "  Hello/__init__.py:9 in main",
        '    raise ValueError("boom")',
        "  ValueError: boom",
        "  sent to $return (queue), which is not there: a message",
    ]


def test_extensions_are_named_with_what_keeps_them_from_being_called(
    tmp_path: Path, serve: Serve
) -> None:
    code = HELLO + "\nclass Mine(func.AppExtensionBase):\n    pass\n"
    on, off = "", " (the worker calls none itself: set PYTHON_ENABLE_WORKER_EXTENSIONS=1)"
    if sys.version_info >= (3, 13):
        on = off = " (the worker calls none itself: Python 3.13 or newer)"

    for setting, state in (("1", on), ("0", off)):
        values = {"PYTHON_ENABLE_WORKER_EXTENSIONS": setting}
        host = serve(write_app(tmp_path, v1("Hello", code), values))
        assert host.banner[0].endswith(f", extensions: Mine{state}")


def test_system_log_is_shown_from_warning_on(tmp_path: Path, serve: Serve) -> None:
    code = """
import logging

def main(req):
    logger = logging.getLogger("azure_functions_worker.extension.Mine")
    for level in (10, 20, 30, 40, 50):
        logger.log(level, "system %d", level)
        logging.log(level, "user %d", level)
    return func.HttpResponse()
"""
    host = serve(write_app(tmp_path, v1("Hello", code)))
    host.get("/api/Hello")
    _, _, err = host.stop()

    assert re.findall(r"(?:system|user) \d+", err) == [
        "user 20", "system 30", "user 30", "system 40", "user 40", "user 50",
    ]  # fmt: skip


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_stops_it_at_once_with_zero(tmp_path: Path, serve: Serve, number: int) -> None:
    host = serve(write_app(tmp_path, v1("Hello", HELLO)))

    assert host.stop(number) == (0, "", "")


def test_signal_stops_it_while_a_function_runs(tmp_path: Path, serve: Serve) -> None:
    code = """
import threading

def main(req):
    print("is in the function", flush=True)
    threading.Event().wait()
"""
    host = serve(write_app(tmp_path, v1("Hello", code)))
    with host.connect() as connection:
        connection.sendall(b"GET /api/Hello HTTP/1.1\r\nHost: x\r\n\r\n")
        assert host.next_line() == "is in the function\n"

        ended, _, _ = host.stop()

    assert ended == 0


BLOCKS_THE_LOOP = """
import threading

async def main(req):
    print("is in the function", flush=True)
    threading.Event().wait()
"""


def test_signal_stops_it_while_an_async_function_blocks_the_loop(
    tmp_path: Path, serve: Serve
) -> None:
    host = serve(write_app(tmp_path, v1("Hello", BLOCKS_THE_LOOP)))
    with host.connect() as connection:
        connection.sendall(b"GET /api/Hello HTTP/1.1\r\nHost: x\r\n\r\n")
        assert host.next_line() == "is in the function\n"

        ended, _, err = host.stop()

        assert connection.recv(100).startswith(b"HTTP/1.1 503 ")

    assert (ended, err) == (0, "")


def test_signal_stops_it_while_the_app_is_imported(tmp_path: Path) -> None:
    code = "import threading\nprint('is imported', flush=True)\nthreading.Event().wait()\n"
    command = [sys.executable, "-m", "functions_host", str(write_app(tmp_path, v1("Slow", code)))]
    with subprocess.Popen([*command, "--port=0"], cwd=str(ROOT), stderr=subprocess.PIPE) as process:
        assert process.stderr
        assert process.stderr.readline() == b"is imported\n"
        process.send_signal(signal.SIGINT)

        assert process.wait(10) == 0


def test_signals_after_requests_all_stop_it(tmp_path: Path, serve: Serve) -> None:
    root = write_app(tmp_path, v1("Hello", HELLO))
    for _ in range(5):
        host = serve(root)
        for _ in range(3):
            host.get("/api/Hello")

        assert host.stop()[0] == 0


def test_app_is_not_given_this_checkout_to_import(tmp_path: Path, serve: Serve) -> None:
    code = f"""
import sys

def main(req):
    return func.HttpResponse(str({str(ROOT)!r} in sys.path))
"""
    host = serve(write_app(tmp_path, v1("Hello", code)))

    with urlopen(host.address + "/api/Hello") as response:
        assert response.read() == b"False"


def test_chunked_request_arrives_without_its_body(tmp_path: Path, serve: Serve) -> None:
    code = "def main(req):\n    return func.HttpResponse(str(len(req.get_body())))\n"
    host = serve(write_app(tmp_path, v1("Hello", code)))
    head = b"POST /api/Hello HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"

    answer = host.ask(head + b"3\r\nabc\r\n0\r\n\r\n")

    assert answer.endswith(b"\r\n\r\n0")


def test_repeated_request_headers_are_joined(tmp_path: Path, serve: Serve) -> None:
    code = "def main(req):\n    return func.HttpResponse(req.headers['X-A'])\n"
    host = serve(write_app(tmp_path, v1("Hello", code)))

    answer = host.ask(b"GET /api/Hello HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nX-A: 2\r\n\r\n")

    assert answer.endswith(b"\r\n\r\n1,2")
