"""The embedded host compared with Google's functions-framework, with the same sync function."""

from __future__ import annotations

import os
import selectors
import socket
import subprocess
import sys
import tempfile
from collections import defaultdict
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import perf_counter, sleep
from typing import Any, Dict, Iterator, List, Tuple

from integration.hosts.ports import find_free_port

_FILES = {
    "host.json": '{"version": "2.0"}',
    "function_app.py": """\
import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route("hello")
def hello(req):
    return func.HttpResponse("Hello")
""",
    "main.py": """\
import functions_framework


@functions_framework.http
def hello(request):
    return "Hello"
""",
}
# The arguments of `python -m`, run in the folder with the files above.
HOSTS = {
    "embedded host": "functions_host . --port {}",
    "functions-framework": "functions_framework --target=hello --host=127.0.0.1 --port={}",
}
_REQUEST = b"GET /api/hello HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: benchmark\r\n\r\n"
_WARM_UP = 500
_PATIENCE = 30


def measure(rounds: int, requests: int) -> Dict[str, Dict[str, List[float]]]:
    """
    Return, for each host, the seconds to the first answer and the answers per second of each round.
    """
    figures: Dict[str, Dict[str, List[float]]] = defaultdict(lambda: defaultdict(list))
    with tempfile.TemporaryDirectory() as name:
        for file, text in _FILES.items():
            (Path(name) / file).write_text(text)
        # The first round writes compiled files, as an installer does.
        for number in range(rounds + 1):
            for host, command in HOSTS.items():
                with _run_host(command, name) as (port, seconds):
                    figures["start to first answer, s"][host].append(seconds)
                    for clients in (1, 16):
                        rate = _measure_rate(port, clients, requests if number else 1)
                        figures[f"answers/s, clients: {clients}"][host].append(rate)
    return {what: _compare(values) for what, values in figures.items()}


def _compare(values: Dict[str, List[float]]) -> Dict[str, List[float]]:
    measured = {host: values[host][1:] for host in HOSTS}
    ours, theirs = measured.values()
    return {**measured, "ratio": [own / other for own, other in zip(ours, theirs)]}


@contextmanager
def _run_host(command: str, folder: str) -> Iterator[Tuple[int, float]]:
    """Run a host. Yield its port and the seconds until its first answer."""
    port, nowhere = find_free_port(), subprocess.DEVNULL
    line = [sys.executable, "-m", *command.format(port).split()]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    started = perf_counter()
    with subprocess.Popen(
        line, cwd=folder, stdin=nowhere, stdout=nowhere, stderr=nowhere, env=environment
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
            return _ask(port, 1, 1)
        except ConnectionRefusedError:
            # Leave the cores to the host.
            sleep(0.001)
    raise RuntimeError("a host did not start")


def _measure_rate(port: int, clients: int, requests: int) -> float:
    """Return the answers per second to this many clients at once."""
    _ask(port, clients, min(_WARM_UP, requests))
    started = perf_counter()
    _ask(port, clients, requests)
    return requests / (perf_counter() - started)


def _ask(port: int, clients: int, requests: int) -> None:
    """Send requests on a connection that is kept alive. Each waits for the previous answer."""
    with ExitStack() as stack, selectors.DefaultSelector() as selector:
        for _ in range(min(clients, requests)):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", port), _PATIENCE))
            selector.register(client, selectors.EVENT_READ, client)
            client.sendall(_REQUEST)
        unsent, unanswered = requests - min(clients, requests), requests
        while unanswered:
            ready = selector.select(_PATIENCE)
            assert ready, "a host does not answer"
            for key, _ in ready:
                _read_answer(key.data)
                unanswered -= 1
                if unsent:
                    unsent -= 1
                    key.data.sendall(_REQUEST)


def _read_answer(client: Any) -> None:
    answer = b""
    while not answer.endswith(b"Hello"):
        part = client.recv(4096)
        assert part, answer
        answer += part
    assert answer.startswith(b"HTTP/1.1 200 "), answer
