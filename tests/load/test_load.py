"""The embedded host and the timer under load, over sockets, with a fixed number of requests."""

from __future__ import annotations

import collections
import hashlib
import os
import re
import signal
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter
from typing import Callable, Iterator, List, NamedTuple
from urllib.parse import quote

import pytest
from host_apps import needs_v2, v1, v2, write_app
from host_fixtures import ServeFiles
from host_process import Process
from urllib3 import HTTPConnectionPool

CLIENTS = 64
REFUSED_BY_THE_KERNEL = b"refused"
NUMBERS = range(10 * CLIENTS)

TIMER = """
from python_worker_extension_timer import TimerExtension

TimerExtension.configure(append_to_http_response=True, server_timing=True)
"""
# Each function returns its own measurement. The timer's time must include it.
WORK = """
import asyncio
import threading
import time

def main(req):
    started = time.perf_counter()
    threading.Event().wait(int(req.params["ms"]) / 1000)
    took = time.perf_counter() - started
    return func.HttpResponse(req.params["id"] + " " + format(took, ".6f"))
"""
ASYNC_WORK = WORK.replace("def main", "async def main").replace(
    'threading.Event().wait(int(req.params["ms"]) / 1000)',
    'await asyncio.sleep(int(req.params["ms"]) / 1000)',
)
RAISES = """
def main(req):
    raise ValueError(req.params["id"])
"""
COUNTS = """
import asyncio
import os

async def main(req):
    tasks = sum("run_asgi" in repr(task) for task in asyncio.all_tasks())
    return func.HttpResponse(f"{tasks} {len(os.listdir('/dev/fd'))}")
"""
ANSWER = re.compile(r"(?P<id>\d+) (?P<took>[\d.]+) \(TimeElapsed: (?P<elapsed>[\d.]+) sec\)")


ECHO = """
import hashlib

def main(req):
    body = req.get_body()
    return func.HttpResponse(body, headers={"X-Digest": hashlib.sha256(body).hexdigest()},
                             mimetype="application/octet-stream")
"""
FILES = {
    **v1("Sync", TIMER + WORK),
    **v1("Async", ASYNC_WORK),
    **v1("Raising", RAISES),
    **v1("Counts", COUNTS),
    **v1("Echo", ECHO),
}


@pytest.fixture
def host(serve_files: ServeFiles) -> Process:
    return serve_files(FILES)


@pytest.fixture(scope="module")
def lasting_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A host for all tests that leave it running."""
    process = Process(write_app(tmp_path_factory.mktemp("app"), FILES))
    yield process
    code, _, log = process.stop()
    assert code == 0
    assert "Traceback" not in log


def open_pool(host: Process) -> HTTPConnectionPool:
    port = int(host.address.rpartition(":")[2])
    return HTTPConnectionPool("127.0.0.1", port, maxsize=CLIENTS, block=True, retries=False)


def read_status(host: Process, path: str) -> bytes:
    """Return the first line of the answer to a request on a connection of its own."""
    try:
        connection = host.connect()
    except ConnectionError:
        return REFUSED_BY_THE_KERNEL
    with connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        return connection.makefile("rb").readline()


def test_64_clients_get_their_own_answers(host: Process) -> None:
    with open_pool(host) as pool:

        def ask(number: int) -> None:
            function = ("Sync", "Async", "Raising")[number % 3]
            ms = 60 if number % 7 == 0 else number % 5
            started = perf_counter()
            answer = pool.request("GET", f"/api/{function}?id={number}&ms={ms}")
            waited = perf_counter() - started
            if function == "Raising":
                assert (answer.status, answer.data) == (500, b"")
                return
            found = ANSWER.fullmatch(answer.data.decode())
            assert found
            assert int(found["id"]) == number
            assert ms / 1000 <= float(found["took"]) <= float(found["elapsed"]) + 1e-6
            assert float(found["elapsed"]) <= waited

        with ThreadPoolExecutor(CLIENTS) as clients:
            list(clients.map(ask, NUMBERS))

    _, requests, log = host.stop()
    logged = collections.Counter(re.findall(r"Time taken to execute (\w+) is", log))
    assert [logged["Sync"], logged["Async"]] == [len(NUMBERS[0::3]), len(NUMBERS[1::3])]
    assert len(re.findall(r"  ValueError: \d+", log)) == len(NUMBERS[2::3])
    assert len(requests.splitlines()) == len(NUMBERS)


class Counts(NamedTuple):
    """The number of requests in progress (including this one), and of open files and sockets."""

    requests: int
    files: int


def read_counts(host: Process) -> Counts:
    request = b"GET /api/Counts HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    body = host.ask(request).rpartition(b"\r\n\r\n")[2]
    return Counts(*map(int, body.split()[:2]))


def wait_for(host: Process, is_reached: Callable[[Counts], bool]) -> None:
    for _ in range(500):
        counts = read_counts(host)
        if is_reached(counts):
            return
    raise AssertionError(counts)


HALVES = [
    pytest.param(b"", id="before the first byte"),
    pytest.param(b"GET /api/Sy", id="in the request line"),
    pytest.param(b"GET /api/Sync?id=1&ms=0 HTTP/1.1\r\nHos", id="in a header"),
    pytest.param(b"POST /api/Sync HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf", id="in the body"),
    pytest.param(b"GET /api/Sync?id=1&ms=5 HTTP/1.1\r\nHost: x\r\n\r\n", id="before the answer"),
]


@pytest.mark.parametrize("sent", HALVES)
def test_clients_that_hang_up_leave_nothing(lasting_host: Process, sent: bytes) -> None:
    before = read_counts(lasting_host)
    for _ in range(CLIENTS):
        with lasting_host.connect() as connection:
            connection.sendall(sent)
            # A reset, as from a client that was killed.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    wait_for(lasting_host, before.__eq__)


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 64 << 20])
def test_body_of_any_size_arrives_and_comes_back(lasting_host: Process, size: int) -> None:
    body = bytes(range(256)) * (size // 256) + bytes(size % 256)

    with open_pool(lasting_host) as pool:
        answer = pool.request("POST", "/api/Echo", body=body)

    assert answer.status == 200
    assert answer.headers["X-Digest"] == hashlib.sha256(body).hexdigest()
    assert answer.data == body


WELL_FORMED = b"GET /api/Sync?id=1&ms=0 HTTP/1.1\r\nHost: x\r\n"
MALFORMED = [
    b"\r\n\r\n",
    b"nonsense\r\n\r\n",
    b"GET\r\n\r\n",
    b"GET /api/Sync HTTP/9.9\r\n\r\n",
    WELL_FORMED + b"no colon\r\n\r\n",
    WELL_FORMED + b"Content-Length: -1\r\n\r\n",
    WELL_FORMED + b"Content-Length: 1e3\r\n\r\n",
    WELL_FORMED + b"Content-Length: 99999999999999999999\r\n\r\n",
    WELL_FORMED + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n",
    WELL_FORMED + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
    WELL_FORMED + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
    WELL_FORMED + b"Host: y\r\n\r\n",
    WELL_FORMED + b"X: a\0b\r\n\r\n",
    b"GET /api/Sync?id=1&ms=0 HTTP/1.1\r\n\r\n",
    b"GET /api/Sync?id=1&ms=0 HTTP/1.1\r\nHost: a b<>\r\n\r\n",
    b"G\xc9T /api/Sync?id=1&ms=0 HTTP/1.1\r\nHost: x\r\n\r\n",
    b" GET /api/Sync?id=1&ms=0 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET //[ HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n",
    WELL_FORMED + b"Content-Length : 3\r\n\r\nabc",
    b"GET /api/%ff%00 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    bytes(range(256)),
]


REFUSED = re.compile(rb"HTTP/1\.1 (4\d\d|505) ")


def test_malformed_request_gets_an_error_and_hurts_nobody(lasting_host: Process) -> None:
    for request in MALFORMED:
        with lasting_host.connect() as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: connection.recv(4096), b""))

        assert answer == b"" or REFUSED.match(answer), request
        assert lasting_host.get("/api/Sync?id=1&ms=0") == 200, request


# Opening a named pipe waits until another process opens its other end.
WAITS = """
def main(req):
    # This waits until the test opens the pipe for writing.
    with open(req.params["pipe"]):
        return func.HttpResponse()
"""


def test_sigterm_under_load_answers_what_is_in_flight(
    tmp_path: Path, serve_files: ServeFiles
) -> None:
    host = serve_files({**v1("Waits", TIMER + WAITS), **v1("Counts", COUNTS)})
    opened, never_opened = tmp_path / "opened", tmp_path / "never opened"
    for pipe in (opened, never_opened):
        os.mkfifo(pipe)
    paths = [f"/api/Waits?pipe={quote(str(pipe))}" for pipe in (opened, never_opened)]

    with ThreadPoolExecutor(CLIENTS) as clients:
        asked = [clients.submit(read_status, host, paths[n % 2]) for n in range(CLIENTS)]
        wait_for(host, lambda counts: counts.requests == CLIENTS + 1)
        host.signal(signal.SIGTERM)
        # A thread may reach the pipe only now.
        with opened.open("w"):
            answers = collections.Counter(one.result() for one in asked)
        ended, _, log = host.wait()

    assert ended == 0
    assert answers == {
        b"HTTP/1.1 200 OK\r\n": CLIENTS // 2,
        b"HTTP/1.1 503 Service Unavailable\r\n": CLIENTS // 2,
    }
    assert log.count("Time taken to execute Waits") == CLIENTS // 2


def test_sigterm_answers_busy_clients_first(host: Process) -> None:
    answered = threading.Semaphore(0)

    def ask_again_and_again(number: int) -> List[bytes]:
        path = f"/api/Async?id={number}&ms=5"
        answers = [read_status(host, path)]
        answered.release()
        while answers[-1] != REFUSED_BY_THE_KERNEL:
            answers.append(read_status(host, path))
        return answers

    with ThreadPoolExecutor(CLIENTS) as clients:
        asking = [clients.submit(ask_again_and_again, number) for number in range(CLIENTS)]
        for _ in range(CLIENTS):
            answered.acquire()
        host.signal(signal.SIGTERM)
        answers = {answer for one in asking for answer in one.result()}
        ended, _, log = host.wait()

    assert ended == 0
    assert "Traceback" not in log
    assert REFUSED_BY_THE_KERNEL in answers
    assert answers <= {
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 503 Service Unavailable\r\n",
        REFUSED_BY_THE_KERNEL,
    }


def test_second_signal_ends_it_at_once(tmp_path: Path, serve_files: ServeFiles) -> None:
    host = serve_files({**v1("Waits", WAITS), **v1("Counts", COUNTS)})
    pipe = tmp_path / "never opened"
    os.mkfifo(pipe)
    with host.connect() as connection:
        path = f"/api/Waits?pipe={quote(str(pipe))}"
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        wait_for(host, lambda counts: counts.requests == 2)

        host.signal(signal.SIGTERM)
        started = perf_counter()
        host.signal(signal.SIGINT)
        ended, _, _ = host.wait()

        assert ended == 0
        assert connection.recv(100) == b""
        assert perf_counter() - started < 0.9


HOOKS = """
import threading

from python_worker_extension_timer import TimerExtension

class Bad(func.AppExtensionBase):
    @classmethod
    def pre_invocation_app_level(cls, logger, context, func_args, *args, **kwargs):
        func_args["req"].params  # It is there, and then it is another one.
        if "block" in func_args["req"].params:
            threading.Event().wait(0.2)
        func_args["req"] = func.HttpRequest("GET", "/", params={"id": "replaced"}, body=b"")
        raise RuntimeError("a hook that raises")

def make_report(error):
    def report(invocation):
        raise error("a reporter that raises")
    return report

reports = [make_report(error) for error in (ValueError, KeyboardInterrupt, SystemExit)]
TimerExtension.configure(append_to_http_response=True, report_to=reports)

def main(req):
    return func.HttpResponse(req.params["id"])
"""


def test_bad_hooks_and_reporters_lose_no_answer(serve_files: ServeFiles) -> None:
    host = serve_files(v1("Hooked", HOOKS))

    with open_pool(host) as pool:

        def ask(number: int) -> str:
            answer = pool.request("GET", "/api/Hooked?id=1" + "&block=1" * (number % 8 == 0))
            return f"{answer.status} {answer.data.decode()}"

        with ThreadPoolExecutor(CLIENTS) as clients:
            answers: List[str] = list(clients.map(ask, range(4 * CLIENTS)))

    assert [
        a for a in answers if not re.fullmatch(r"200 replaced \(TimeElapsed: .* sec\)", a)
    ] == []
    log = host.stop()[2]
    assert log.count("Time taken to execute Hooked") == len(answers)
    for error in ("ValueError", "KeyboardInterrupt", "SystemExit"):
        assert log.count(f"{error}: a reporter that raises") == 1


def test_500_idle_connections_are_still_served(lasting_host: Process) -> None:
    def ask(connection: socket.socket) -> None:
        connection.sendall(b"GET /api/Async?id=1&ms=0 HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(17) == b"HTTP/1.1 200 OK\r\n"
        while not connection.recv(4096).endswith(b" sec)"):
            pass

    with ExitStack() as stack:
        connections: List[socket.socket] = []
        for _ in range(500):
            connections.append(stack.enter_context(lasting_host.connect()))
            ask(connections[-1])
        for connection in connections[::10]:
            ask(connection)


MANY = 2_000


@needs_v2
def test_many_functions_are_served(serve_files: ServeFiles) -> None:
    functions = (
        f"@app.route('group{n % 100}/item{n}/{{id?}}')\n"
        f"def f{n}(req):\n    return '{n} ' + req.route_params.get('id', '')\n"
        for n in range(MANY)
    )

    with open_pool(serve_files(v2("\n".join(functions)))) as pool:
        answers = [pool.request("GET", f"/api/group{n % 100}/item{n}/x") for n in (0, MANY - 1)]
        page = pool.request("GET", "/")
        missing = pool.request("GET", "/api/group7/item700")

    assert [answer.data for answer in answers] == [b"0 x", b"1999 x"]
    assert b"/api/group99/item1999" in page.data
    assert missing.status == 404


LOGS = """
import logging

def main(req):
    for number in range(10_000):
        logging.info("line %s", number)
    return "done"
"""


def test_10000_log_lines_are_kept_in_order(serve_files: ServeFiles) -> None:
    host = serve_files(v1("Logs", LOGS))

    assert host.get("/api/Logs") == 200

    log = host.stop()[2]
    assert re.findall(r"root: INFO: line (\d+)\n", log) == [str(n) for n in range(10_000)]
