"""
The embedded host beside Google's functions-framework, each serving the same answer.

    python -m benchmarks.serving 5 2000        # rounds, requests; prints JSON
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from time import perf_counter
from typing import Any, Callable, Dict, Iterator, List, Tuple

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


def embedded(folder: Path, port: int) -> List[str]:
    (folder / "function_app.py").write_text(_APP)
    (folder / "host.json").write_text('{"version": "2.0"}')
    return [sys.executable, "-m", "integration.host", str(folder), "--port", str(port)]


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
    port = _free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = command_of(Path(folder), port)
        started = perf_counter()
        with subprocess.Popen(command, cwd=ROOT, stdout=_NOWHERE, stderr=_NOWHERE) as process:
            try:
                _wait_for_answer(port, process)
                yield port, perf_counter() - started
            finally:
                process.terminate()


_NOWHERE = subprocess.DEVNULL


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait_for_answer(port: int, process: Any) -> None:
    while process.poll() is None:
        try:
            _ask(HTTPConnection("127.0.0.1", port), 1)
        except OSError:
            continue
        return
    raise RuntimeError("a host did not start")


def _ask(connection: HTTPConnection, count: int) -> None:
    for _ in range(count):
        connection.request("GET", _PATH)
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (200, b"Hello")
    connection.close()


def per_second(port: int, clients: int, requests: int) -> float:
    """Return requests per second, over one connection of each client."""
    each = requests // clients
    connections = [HTTPConnection("127.0.0.1", port) for _ in range(clients)]
    started = perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(lambda connection: _ask(connection, each), connections))
    return each * clients / (perf_counter() - started)


def in_process(requests: int) -> float:
    """Return calls per second of the app on the embedded host without a socket."""
    from integration.host.client import loaded

    with tempfile.TemporaryDirectory() as folder:
        embedded(Path(folder), 0)
        with loaded(Path(folder)) as app:
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
