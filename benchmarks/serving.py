"""
The embedded host beside Google's functions-framework, each serving the same answer.

Every request has a connection of its own: the embedded host keeps none, and Google's would.

    python -m benchmarks.serving 5 2000        # rounds, requests; prints JSON
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from time import perf_counter
from typing import Any, Callable, Dict, Iterator, List, Tuple

from benchmarks.imports import compiling
from integration.hosts.ports import free_port

ROOT = Path(__file__).resolve().parents[1]
_APP = """\
import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route("hello")
def hello(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("Hello")
"""
_EQUAL = """\
import functions_framework


@functions_framework.http
def hello(request):
    return "Hello"
"""
_PATH = "/api/hello"
_PATIENCE = 30


def embedded(folder: Path, port: int) -> List[str]:
    (folder / "function_app.py").write_text(_APP)
    (folder / "host.json").write_text('{"version": "2.0"}')
    options = ["--port", str(port), "--stop-at-eof"]
    return [sys.executable, "-m", "functions_host", str(folder), *options]


def google(folder: Path, port: int) -> List[str]:
    (folder / "main.py").write_text(_EQUAL)
    source = f"--source={folder / 'main.py'}"
    command = Path(sys.executable).with_name("functions-framework")
    return [str(command), "--target=hello", source, "--host=127.0.0.1", f"--port={port}"]


HOSTS: Dict[str, Callable[[Path, int], List[str]]] = {
    "embedded host": embedded,
    "functions-framework (Google)": google,
}


@contextmanager
def served(command_of: Callable[[Path, int], List[str]]) -> Iterator[Tuple[int, float]]:
    """Start a host, and give its port and the seconds until its first answer."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = command_of(Path(folder), port)
        started = perf_counter()
        with subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=_NOWHERE,
            stderr=_NOWHERE,
            env=compiling(),
        ) as process:
            try:
                _wait_for_answer(port, process)
                yield port, perf_counter() - started
            finally:
                process.terminate()


_NOWHERE = subprocess.DEVNULL


def _wait_for_answer(port: int, process: Any) -> None:
    deadline = perf_counter() + _PATIENCE
    while process.poll() is None and perf_counter() < deadline:
        try:
            _ask(port)
        except OSError:
            continue
        return
    raise RuntimeError("a host did not start")


def _ask(port: int) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    connection.request("GET", _PATH, headers={"Connection": "close"})
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (200, b"Hello")
    connection.close()


def per_second(port: int, clients: int, requests: int) -> float:
    """Return answers per second, to so many clients at once."""
    started = perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(lambda _: _ask(port), range(requests)))
    return requests / (perf_counter() - started)


def in_process(requests: int) -> float:
    """Return calls per second of the app on the embedded host without a socket."""
    from functions_host.client import load_app

    with tempfile.TemporaryDirectory() as folder:
        embedded(Path(folder), 0)
        with load_app(Path(folder)) as app:
            started = perf_counter()
            for _ in range(requests):
                assert app.client.get(_PATH).data == b"Hello"
            return requests / (perf_counter() - started)


def measure(rounds: int, requests: int) -> Dict[str, Dict[str, List[float]]]:
    """Return for each host, a value for each round: s to the first answer, requests per second."""
    figures: Dict[str, Dict[str, List[float]]] = {
        name: {"start": [], "1 client": [], "16 clients": []} for name in HOSTS
    }
    figures["in-process"] = {"1 client": []}
    for command_of in HOSTS.values():
        # Leaves compiled files.
        with served(command_of):
            pass
    for _ in range(rounds):
        for name, command_of in HOSTS.items():
            with served(command_of) as (port, start):
                figures[name]["start"].append(start)
                figures[name]["1 client"].append(per_second(port, 1, requests))
                figures[name]["16 clients"].append(per_second(port, 16, requests))
        figures["in-process"]["1 client"].append(in_process(requests))
    return figures


if __name__ == "__main__":
    os.environ["PYTHON_ENABLE_WORKER_EXTENSIONS"] = "1"
    print(json.dumps(measure(int(sys.argv[1]), int(sys.argv[2]))))
