"""What `python -m functions_host` refuses, each in a sentence and with an exit code."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path
from typing import Dict, Iterator, List

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


def run(*arguments: object) -> Run:
    """Return how the host ends that cannot start: exit code, standard output, standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "functions_host", *map(str, arguments)],
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
