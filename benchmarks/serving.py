"""
The embedded host beside Google's functions-framework, each serving the same answer.

Every request has a connection of its own, because the embedded host keeps none.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from time import perf_counter
from typing import Any, Dict, Iterator, List, Tuple

from benchmarks.imports import compiling_environment
from integration.hosts.ports import find_free_port

_FILES = {
    "host.json": '{"version": "2.0"}',
    "function_app.py": """\
import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route("hello")
def hello(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("Hello")
""",
    "main.py": """\
import functions_framework


@functions_framework.http
def hello(request):
    return "Hello"
""",
}
_PATH = "/api/hello"
_PATIENCE = 30

# What `python -m` runs in the folder of the files above.
HOSTS = {
    "embedded host": "functions_host . --port {} --stop-at-eof",
    "functions-framework (Google)": "functions_framework --target=hello --host=127.0.0.1 --port={}",
}


def measure(rounds: int, requests: int) -> Dict[str, Dict[str, List[float]]]:
    """Return for each host, one value per round: s to the first answer, answers per second."""
    os.environ["PYTHON_ENABLE_WORKER_EXTENSIONS"] = "1"
    figures: Dict[str, Dict[str, List[float]]] = defaultdict(lambda: defaultdict(list))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, text in _FILES.items():
            (folder / file).write_text(text)
        for command in HOSTS.values():
            # The first run writes compiled files.
            with _run_host(command, folder):
                pass
        for _ in range(rounds):
            for host, command in HOSTS.items():
                with _run_host(command, folder) as (port, start):
                    figures[host]["start"].append(start)
                    figures[host]["1 client"].append(_measure_rate(port, 1, requests))
                    figures[host]["16 clients"].append(_measure_rate(port, 16, requests))
            figures["in-process"]["1 client"].append(_measure_in_process(folder, requests))
    return figures


@contextmanager
def _run_host(command: str, folder: Path) -> Iterator[Tuple[int, float]]:
    """Run a host; yield its port and the seconds until its first answer."""
    port, nowhere = find_free_port(), subprocess.DEVNULL
    line = [sys.executable, "-m", *command.format(port).split()]
    started = perf_counter()
    with subprocess.Popen(
        line,
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=nowhere,
        stderr=nowhere,
        env=compiling_environment(),
    ) as process:
        try:
            _wait_for_answer(port, process)
            yield port, perf_counter() - started
        finally:
            process.terminate()


def _wait_for_answer(port: int, process: Any) -> None:
    deadline = perf_counter() + _PATIENCE
    while process.poll() is None and perf_counter() < deadline:
        try:
            _get(port)
        except OSError:
            continue
        return
    raise RuntimeError("a host did not start")


def _get(port: int) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    connection.request("GET", _PATH, headers={"Connection": "close"})
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (200, b"Hello")
    connection.close()


def _measure_rate(port: int, clients: int, requests: int) -> float:
    """Return answers per second, to this many clients at once."""
    started = perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(lambda _: _get(port), range(requests)))
    return requests / (perf_counter() - started)


def _measure_in_process(folder: Path, requests: int) -> float:
    """Return calls per second of the app on the embedded host without a socket."""
    from functions_host.client import load_app

    with load_app(folder) as app:
        started = perf_counter()
        for _ in range(requests):
            assert app.client.get(_PATH).data == b"Hello"
        return requests / (perf_counter() - started)
