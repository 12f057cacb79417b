"""Processes that an app starts, and the process that started the host."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Dict, Iterator
from urllib.request import urlopen

import pytest
from host_apps import v1, write_app
from host_fixtures import ServeFiles
from host_process import Process

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")

# A child keeps the FIFO open while it lives, for at most a minute. It does not keep the host's
# output open. Python may miss a signal that comes just before an endless wait.
WORK = """
import os
import threading

def wait(running):
    for descriptor in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)
    os.open({fifo!r}, os.O_WRONLY)
    running.set()
    for _ in range(600):
        threading.Event().wait(0.1)
"""

CODE = """
import multiprocessing, os, signal
import work

def start(method="fork"):
    context = multiprocessing.get_context(method)
    running = context.Event()
    child = context.Process(target=work.wait, args=(running,))
    child.start()
    running.wait()
    return child

{at_import}

{kind} main(req):
    if "signal" not in req.params:
        start()
        pids = [str(child.pid) for child in multiprocessing.active_children()]
        return func.HttpResponse(" ".join(pids))
    child = start(req.params["method"])
    os.kill(child.pid, int(req.params["signal"]))
    child.join(30)
    return func.HttpResponse(str(child.exitcode))
"""


class Children:
    """The child processes of an app, and the files of the app."""

    def __init__(self, fifo: Path) -> None:
        os.mkfifo(str(fifo))
        self._fifo, self._reader = fifo, os.open(str(fifo), os.O_RDONLY | os.O_NONBLOCK)

    def write(self, at_import: str = "") -> Dict[str, str]:
        return {
            **v1("Sync", CODE.format(kind="def", at_import=at_import)),
            **v1("Async", CODE.format(kind="async def", at_import="")),
            "work.py": WORK.format(fifo=str(self._fifo)),
        }

    def have_ended(self, timeout: float) -> bool:
        return bool(select.select([self._reader], [], [], timeout)[0])

    def close(self) -> None:
        os.close(self._reader)


@pytest.fixture
def children(tmp_path: Path) -> Iterator[Children]:
    children = Children(tmp_path / "fifo")
    yield children
    children.close()


def get(host: Process, path: str) -> str:
    with urlopen(host.address + path, timeout=30) as response:
        text: str = response.read().decode()
        return text


def send(host: Process, function: str, method: str, number: int) -> str:
    """Let a function start a child and send it a signal, and return the child's exit code."""
    return get(host, f"/api/{function}?method={method}&signal={int(number)}")


def test_signal_to_a_child_ends_only_it(serve_files: ServeFiles, children: Children) -> None:
    # A shell may start the tests in the background, where SIGINT is ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    host = serve_files(children.write())

    assert send(host, "Sync", "fork", signal.SIGTERM) == "-15"
    assert send(host, "Sync", "forkserver", signal.SIGTERM) == "-15"
    assert send(host, "Sync", "spawn", signal.SIGTERM) == "-15"
    assert send(host, "Async", "fork", signal.SIGTERM) == "-15"
    # If a thread forks, Python 3.13.0 may lose signals with handlers in the new process.
    assert send(host, "Async", "fork", signal.SIGINT) == "1"
    assert host.stop()[0] == 0


def test_child_keeps_the_handlers_of_the_app(serve_files: ServeFiles, children: Children) -> None:
    code = """
def handle(number, frame):
    # The host's own process ends in spite of this handler.
    if multiprocessing.current_process().name != "MainProcess":
        os._exit(7)

signal.signal(signal.SIGTERM, handle)
"""
    host = serve_files(children.write(at_import=code))

    assert send(host, "Async", "fork", signal.SIGTERM) == "7"
    assert host.stop()[0] == 0


def test_child_does_not_keep_the_port(serve_files: ServeFiles, children: Children) -> None:
    host = serve_files(children.write(at_import="start()"))
    pids = get(host, "/api/Sync").split()
    assert len(pids) == 2
    assert host.stop()[0] == 0
    address = ("127.0.0.1", int(host.address.rpartition(":")[2]))

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address)

    assert not children.have_ended(timeout=0)
    for pid in pids:
        os.kill(int(pid), signal.SIGTERM)
    assert children.have_ended(timeout=30)


STARTER = """
import sys
from pathlib import Path

sys.path.append({tests!r})
from host_process import Process

print(Process(Path({app!r})).address, flush=True)
sys.stdin.read()
"""


def test_host_ends_with_its_killed_starter(tmp_path: Path) -> None:
    waits = "import threading\n\ndef main(req):\n    threading.Event().wait()\n"
    write_app(tmp_path, v1("Hello", waits))
    code = STARTER.format(tests=str(Path(__file__).parent), app=str(tmp_path))
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe) as starter:
        assert starter.stdout
        port = int(starter.stdout.readline().decode().rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.sendall(b"GET /api/Hello HTTP/1.1\r\nHost: x\r\n\r\n")
            starter.kill()

            # When the host ends, it closes the connection. By then its output is closed.
            while connection.recv(4096):
                pass

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_app_does_not_read_the_starters_pipe(serve_files: ServeFiles) -> None:
    code = """
        import subprocess, sys

        def main(req):
            child = [sys.executable, "-c", "import sys; print(repr(sys.stdin.read()))"]
            answer = subprocess.check_output(child).decode().strip()
            return func.HttpResponse(f"{answer} {sys.stdin.read()!r}")
    """
    host = serve_files(v1("Hello", code))

    assert get(host, "/api/Hello") == "'' ''"
