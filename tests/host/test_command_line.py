"""`python -m integration.host`, as a process: what it prints, and how it ends."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Dict, Iterator, List
from urllib.request import urlopen

import azure.functions as func
import pytest
from host_apps import HTTP, HTTP_OUT, needs_v2, v1, v2, write_app
from host_process import ROOT, Run, Serve

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


def run(*arguments: object) -> Run:
    """Return how the host ends that cannot start: exit code, standard output, standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "integration.host", *map(str, arguments)],
        cwd=str(ROOT),
        capture_output=True,
        timeout=60,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def fails(root: Path, files: Dict[str, str]) -> List[str]:
    """Return the lines that say why an app cannot be served."""
    code, out, err = run(write_app(root, files), "--port", "0")
    assert (code, out) == (1, "")
    return err.splitlines()


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port: int = listener.getsockname()[1]
        yield port


def test_what_it_is_and_serves_and_how_to_stop_it(tmp_path: Path, serve: Serve) -> None:
    files = {
        **v1("Hello", HELLO),
        **v1("Tick", "def main(timer):\n    pass\n", TIMER),
        **v1("Post", HELLO, {**HTTP, "methods": ["post", "put"], "route": "items/{id}"}, HTTP_OUT),
    }
    host = serve(write_app(tmp_path, files))
    host.stop()

    python = ".".join(map(str, sys.version_info[:3]))
    assert host.banner == [
        f"Functions host (not Microsoft's): azure-functions {func.__version__}, Python {python}, "
        "extensions: none",
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
    on, off = "", " (not called: set PYTHON_ENABLE_WORKER_EXTENSIONS=1)"
    if sys.version_info >= (3, 13):
        on = off = " (not called: Microsoft's worker calls no hooks on Python 3.13 and newer)"

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

        assert host.stop() == (0, "", "")


def test_signal_stops_it_while_the_app_is_imported(tmp_path: Path) -> None:
    code = "import threading\nprint('is imported', flush=True)\nthreading.Event().wait()\n"
    command = [sys.executable, "-m", "integration.host", str(write_app(tmp_path, v1("Slow", code)))]
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


def test_port_of_local_settings_is_used_and_the_option_wins(
    tmp_path: Path, serve: Serve, taken: int
) -> None:
    write_app(tmp_path, v1("Hello", HELLO))
    settings = tmp_path / "local.settings.json"
    settings.write_text(f'{{"IsEncrypted": false, "Host": {{"LocalHttpPort": {taken}}}}}')

    code, _, err = run(tmp_path)
    serve(tmp_path)

    assert (code, err) == (2, TAKEN.format(taken))


TAKEN = "error: port {} is taken. Stop what uses it, or pass --port 0 for a free one.\n"


def test_taken_port_is_a_usage_error(tmp_path: Path, taken: int) -> None:
    root = write_app(tmp_path, v1("Hello", HELLO))

    assert run(root, "--port", taken) == (2, "", TAKEN.format(taken))


@pytest.mark.parametrize("port", ["-1", "65536", "x", "", "٣"])
def test_port_out_of_range_is_a_usage_error(tmp_path: Path, port: str) -> None:
    code, _, err = run(tmp_path, f"--port={port}")

    assert code == 2
    assert err == (
        f"error: argument --port: {port!r} is no port from 0 to 65535. "
        "Run with --help for what there is.\n"
    )


def test_missing_folder_is_a_usage_error(tmp_path: Path) -> None:
    missing = tmp_path / "missing"

    assert run(missing) == (
        2,
        "",
        f"error: {missing} is not a folder. Pass the folder that holds host.json.\n",
    )


def test_address_that_is_not_of_this_machine_is_a_usage_error(tmp_path: Path) -> None:
    root = write_app(tmp_path, v1("Hello", HELLO))

    code, _, err = run(root, "--port", "0", "--host", "192.0.2.1")

    assert code == 2
    assert err.startswith("error: cannot listen on '192.0.2.1': ")
    assert err.count("\n") == 1


def test_no_arguments_are_a_usage_error() -> None:
    code, _, err = run()

    assert (code, err.count("\n")) == (2, 1)
    assert err.startswith("error: the following arguments are required: app.")


def test_name_that_is_none_of_a_host_is_a_usage_error(tmp_path: Path) -> None:
    root = write_app(tmp_path, v1("Hello", HELLO))

    code, _, err = run(root, "--port", "0", "--host", "x" * 70)

    assert code == 2
    assert err.endswith("is no name of a host. Pass --host 127.0.0.1.\n")


@needs_v2
def test_app_without_functions_is_served(tmp_path: Path, serve: Serve) -> None:
    host = serve(write_app(tmp_path, v2("")))

    assert host.get("/") == 200


@pytest.mark.parametrize("raised", ["SystemExit(0)", "SystemExit(3)", "KeyboardInterrupt"])
def test_app_that_ends_its_process_is_named(tmp_path: Path, raised: str) -> None:
    lines = fails(tmp_path, v1("Hello", f"raise {raised}\n"))

    script = tmp_path / "Hello" / "__init__.py"
    assert lines[0] == f"error: {script} raises when it is imported. Correct the line below."
    assert lines[1:3] == ["  Hello/__init__.py:2 in <module>", f"    raise {raised}"]


def test_recursion_shows_the_last_frames_only(tmp_path: Path) -> None:
    lines = fails(tmp_path, v1("Hello", "def again():\n    again()\n\nagain()\n"))

    assert len(lines) == 1 + 2 * 20 + 1


def test_folder_without_an_app_is_named(tmp_path: Path) -> None:
    assert fails(tmp_path, {}) == [
        f"error: {tmp_path} has neither function_app.py (v2) nor */function.json (v1). "
        "Pass the folder that holds host.json."
    ]


def test_app_with_a_function_in_error_is_not_served(tmp_path: Path) -> None:
    files = {
        **v1("Works", HELLO),
        **v1("NoTrigger", HELLO, HTTP_OUT),
        **v1("Sideways", HELLO, {**HTTP, "direction": "sideways"}),
        **v1("NotJson", HELLO),
        "NotJson/function.json": "{",
    }
    lines = fails(tmp_path, files)

    assert len(lines) == 3
    assert lines[0].startswith(f"error: {tmp_path / 'NotJson' / 'function.json'} is not JSON: ")
    assert lines[1].startswith("error: Function NoTrigger has no trigger. ")
    assert lines[2].startswith("error: Function Sideways has a binding with direction 'sideways'. ")


def test_same_route_twice_is_named(tmp_path: Path) -> None:
    files = {
        **v1("First", HELLO, {**HTTP, "route": "same"}, HTTP_OUT),
        **v1("Second", HELLO, {**HTTP, "route": "same"}, HTTP_OUT),
    }
    assert fails(tmp_path, files) == [
        "error: Function Second has the same route as function First: api/same. "
        "Change one, or its methods."
    ]


@needs_v2
def test_same_name_twice_is_named(tmp_path: Path) -> None:
    hello = "@app.route()\ndef hello(req):\n    pass\n"
    (line,) = fails(tmp_path, v2(hello + hello))

    assert line.startswith(f"error: {tmp_path / 'function_app.py'} cannot be indexed: ValueError: ")
    assert "hello" in line


@needs_v2
@pytest.mark.parametrize(
    ("code", "frames"),
    [
        (
            "import json\njson.loads('')\n",
            [
                "  function_app.py:6 in <module>",
                "    json.loads('')",
                "  json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
            ],
        ),
        (
            "def hello(:\n",
            ["  function_app.py:5", "    def hello(:", "  SyntaxError: invalid syntax"],
        ),
    ],
    ids=["an exception in a library", "a syntax error"],
)
def test_script_that_raises_shows_the_frames_of_the_app_only(
    tmp_path: Path, code: str, frames: List[str]
) -> None:
    lines = fails(tmp_path, v2(code))

    script = tmp_path / "function_app.py"
    assert lines == [
        f"error: {script} raises when it is imported. Correct the line below.",
        *frames,
    ]


def test_help_names_the_arguments() -> None:
    code, out, _ = run("--help")

    assert code == 0
    assert all(name in out for name in ("app", "--port", "--host"))
