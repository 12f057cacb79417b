"""Arguments and apps that the command line refuses, with an error and an exit code."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path
from typing import Iterator, List

import pytest
from functions_host.__main__ import parse_arguments
from functions_host.errors import HostError, UsageError
from functions_host.listener import open_listener
from host_apps import HTTP, HTTP_OUT, needs_v2, v1, v2, write_app
from host_fixtures import LoadFiles, Refuse
from host_process import ROOT, Run

HELLO = "def main(req):\n    return func.HttpResponse('hello')\n"
TAKEN = "error: port {} is taken. Stop what uses it, or pass --port 0 for a free one.\n"


def run(*arguments: object) -> Run:
    """Return exit code, standard output and standard error of a host that cannot start."""
    done = subprocess.run(
        [sys.executable, "-m", "functions_host", *map(str, arguments)],
        cwd=str(ROOT),
        capture_output=True,
        timeout=60,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port: int = listener.getsockname()[1]
        yield port


def test_port_option_wins_over_local_settings(tmp_path: Path, taken: int) -> None:
    write_app(tmp_path, v1("Hello", HELLO))
    settings = tmp_path / "local.settings.json"
    settings.write_text(f'{{"IsEncrypted": false, "Host": {{"LocalHttpPort": {taken}}}}}')

    assert run(tmp_path) == (2, "", TAKEN.format(taken))
    open_listener(tmp_path, None, port=0).close()


@pytest.mark.parametrize(
    ("host", "start", "end"),
    [
        ("192.0.2.1", "cannot listen on '192.0.2.1': ", "an address of this machine."),
        ("x" * 70, f"'{'x' * 70}'", "is not a host name. Pass --host 127.0.0.1."),
    ],
)
def test_wrong_address_is_a_usage_error(tmp_path: Path, host: str, start: str, end: str) -> None:
    root = write_app(tmp_path, v1("Hello", HELLO))

    code, _, err = run(root, "--port", "0", "--host", host)

    assert (code, err.count("\n")) == (2, 1)
    assert err.startswith(f"error: {start}")
    assert err.endswith(f"{end}\n")


def test_missing_argument_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match=r"^the following arguments are required: FOLDER\. Run "):
        parse_arguments([])


@pytest.mark.parametrize("port", ["-1", "65536", "x", "", "٣"])
def test_port_out_of_range_is_refused(tmp_path: Path, port: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse_arguments([str(tmp_path), f"--port={port}"])

    assert str(raised.value) == (
        f"argument --port: {port!r} is not a port number (0 to 65535). Run with --help for usage."
    )


def test_missing_folder_is_refused(tmp_path: Path) -> None:
    missing = tmp_path / "missing"

    with pytest.raises(UsageError) as raised:
        parse_arguments([str(missing)])

    assert str(raised.value) == (
        f"{missing} is not a folder. Pass the folder that contains host.json."
    )


def test_help_lists_the_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_arguments(["--help"])

    out, _ = capsys.readouterr()
    assert all(name in out for name in ("FOLDER", "--port", "--host"))


def test_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_arguments(["--version"])

    own = "unknown"
    if sys.version_info >= (3, 8):
        from importlib.metadata import version

        own = version("azure-functions-embedded-host")
    out, _ = capsys.readouterr()
    assert not ended.value.code
    assert out.startswith(f"functions-host {own} (not Microsoft's), azure-functions ")


def test_app_with_invalid_functions_is_not_served(tmp_path: Path) -> None:
    files = {
        **v1("Works", HELLO),
        **v1("NoTrigger", HELLO, HTTP_OUT),
        **v1("Sideways", HELLO, {**HTTP, "direction": "sideways"}),
        **v1("NotJson", HELLO),
        "NotJson/function.json": "{",
    }

    code, out, err = run(write_app(tmp_path, files), "--port", "0")

    first, second, third = err.splitlines()
    assert (code, out) == (1, "")
    assert first.startswith(
        f"error: {tmp_path / 'NotJson' / 'function.json'}:1 is not valid JSON: "
    )
    for line, folder, problem in (
        (second, "NoTrigger", "has no trigger. "),
        (third, "Sideways", "has a binding 'req' with direction "),
    ):
        file = tmp_path / folder / "function.json"
        assert line.startswith(f"error: {file}: Function {folder} {problem}")


@pytest.mark.parametrize("raised", ["SystemExit(0)", "SystemExit(3)", "KeyboardInterrupt"])
def test_app_cannot_end_the_host(refuse: Refuse, tmp_path: Path, raised: str) -> None:
    (problem,) = refuse(v1("Hello", f"raise {raised}\n"))

    assert problem.splitlines()[:3] == [
        f"{tmp_path / 'Hello' / '__init__.py'} raises when it is imported. Correct the line below.",
        "  Hello/__init__.py:2 in <module>",
        f"    raise {raised}",
    ]


def test_recursion_shows_its_last_frames(refuse: Refuse) -> None:
    (problem,) = refuse(v1("Hello", "def again():\n    again()\n\nagain()\n"))

    assert problem.count("\n") == 2 * 20 + 1


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
def test_failed_import_shows_the_apps_frames(
    refuse: Refuse, tmp_path: Path, code: str, frames: List[str]
) -> None:
    (problem,) = refuse(v2(code))

    assert problem.splitlines() == [
        f"{tmp_path / 'function_app.py'} raises when it is imported. Correct the line below.",
        *frames,
    ]


@pytest.mark.parametrize("module", ["functions_host.py", "functions_host/__init__.py"])
def test_module_with_the_hosts_name_is_refused(
    load_files: LoadFiles, tmp_path: Path, module: str
) -> None:
    with pytest.raises(HostError) as raised:
        load_files({**v1("Hello", HELLO), module: ""})

    assert str(raised.value) == (
        f"{tmp_path / module} has the name of this host's own package. Rename it."
    )
