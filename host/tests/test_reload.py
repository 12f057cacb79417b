"""`functions-host --reload`."""

from __future__ import annotations

import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import List, Tuple
from urllib.request import urlopen

import pytest
from host_apps import v1, write_app
from host_process import Process, Serve

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows passes on no sockets")

ANSWERS = """
import os

def main(req):
    return func.HttpResponse(f"TEXT {os.getpid()}")
"""
SECOND = ANSWERS.replace("TEXT", "second")


def write(root: Path, code: str) -> None:
    (root / "Hello" / "__init__.py").write_text(f"import azure.functions as func\n{code}")


def ask(host: Process) -> Tuple[str, int]:
    """Return the text and the process id in an answer."""
    with urlopen(f"{host.address}/api/Hello") as response:
        text, process = response.read().decode().split()
        return text, int(process)


def ask_until(host: Process, text: str) -> List[str]:
    """Send requests until the answer is a text, and return all answers."""
    answers = [""]
    while answers[-1] != text:
        answers.append(ask(host)[0])
    return answers[1:]


def read_until(host: Process, beginning: str) -> List[str]:
    lines = [""]
    while not lines[-1].startswith(beginning):
        lines.append(host.next_line().rstrip("\n"))
    return lines[1:]


def connect_for_ever(host: Process) -> None:
    while True:
        host.connect().close()


@pytest.fixture
def host(tmp_path: Path, serve: Serve) -> Process:
    return serve(write_app(tmp_path, v1("Hello", ANSWERS.replace("TEXT", "first"))), "--reload")


def test_change_is_served_without_refusing_clients(tmp_path: Path, host: Process) -> None:
    first, old = ask(host)
    with ThreadPoolExecutor(8) as pool:
        asking = [pool.submit(ask_until, host, "second") for _ in range(8)]
        write(tmp_path, SECOND)
        answers = [answer for one in asking for answer in one.result()]

    assert (first, {*answers}) == ("first", {"first", "second"})
    assert read_until(host, "note: ")[-1] == "note: Hello/__init__.py changed. Starting again."
    assert read_until(host, "Ready on ")[-1] == host.banner[-1]
    _, new = ask(host)
    assert host.stop(signal.SIGINT)[0] == 0
    for process in (old, new):
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_client_waits_until_a_broken_app_is_correct(tmp_path: Path, host: Process) -> None:
    for code, error in (
        ("x = (", "__init__.py raises when it is imported. Correct the line below."),
        ("import os; os._exit(3)", "note: The app ended its process, with code 3."),
    ):
        write(tmp_path, code)
        shown = read_until(host, "note: Waiting for a change of the app's files, to start again.")
        assert [line for line in shown if line.endswith(error)]

    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(ask, host)
        write(tmp_path, SECOND)

        assert asking.result()[0] == "second"


def test_app_ends_with_a_killed_parent(host: Process) -> None:
    host.stop(signal.SIGKILL)

    with pytest.raises(ConnectionRefusedError):
        connect_for_ever(host)


def test_signal_ends_while_the_app_is_broken(tmp_path: Path, host: Process) -> None:
    write(tmp_path, "1 / 0")
    read_until(host, "note: Waiting")

    assert host.stop(signal.SIGTERM)[0] == 0
