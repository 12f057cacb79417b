"""Connections that are kept alive, slow or broken off, and responses of any status."""

from __future__ import annotations

import asyncio
import socket
from typing import Any, Dict, List

import pytest
from functions_host.asgi import Request
from functions_host.http_server import HttpServer
from host_apps import v1
from host_fixtures import ServeFiles
from werkzeug.exceptions import HTTPException

HEAD = b"POST /api/Hello HTTP/1.1\r\nHost: x\r\n"
LAST = HEAD + b"Connection: close\r\n"
ECHO = v1(
    "Hello",
    """
    def main(req):
        status = int(req.params.get("status", 200))
        return func.HttpResponse(req.get_body(), status_code=status)
    """,
)


def test_connection_is_kept_alive(serve_files: ServeFiles) -> None:
    with serve_files(ECHO).connect() as connection:
        answers = []
        for body in (b"one", b"two"):
            connection.sendall(HEAD + b"Content-Length: 3\r\n\r\n" + body)
            answer = b""
            while not answer.endswith(body):
                answer += connection.recv(4096)
            answers.append(answer.split(b"\r\n")[0])

    assert answers == [b"HTTP/1.1 200 OK"] * 2


def test_client_can_wait_for_100_continue(serve_files: ServeFiles) -> None:
    with serve_files(ECHO).connect() as connection:
        connection.sendall(LAST + b"Content-Length: 3\r\nExpect: 100-continue\r\n\r\n")
        consent = connection.recv(4096)
        connection.sendall(b"abc")
        answer = b"".join(iter(lambda: connection.recv(4096), b""))

    assert consent.startswith(b"HTTP/1.1 100 ")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b"\r\n\r\nabc")


def test_large_body_is_refused_before_it_is_sent(serve_files: ServeFiles) -> None:
    length = b"Content-Length: 104857601\r\nExpect: 100-continue\r\n\r\n"

    assert serve_files(ECHO).ask(LAST + length).startswith(b"HTTP/1.1 413 ")


def test_status_without_a_name_is_sent(serve_files: ServeFiles) -> None:
    request = LAST.replace(b"/Hello", b"/Hello?status=999") + b"\r\n"

    assert serve_files(ECHO).ask(request).startswith(b"HTTP/1.1 999 ")


@pytest.mark.parametrize("status", [204, 304])
def test_status_without_a_body_has_no_length(serve_files: ServeFiles, status: int) -> None:
    head = LAST.replace(b"/Hello", b"/Hello?status=%d" % status)

    answer = serve_files(ECHO).ask(head + b"Content-Length: 3\r\n\r\nabc")

    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert answer.endswith(b"\r\n\r\n")
    assert b"content-length" not in answer.lower()


def test_client_that_leaves_in_its_body_harms_nothing(serve_files: ServeFiles) -> None:
    host = serve_files(ECHO)
    with host.connect() as connection:
        connection.sendall(HEAD + b"Content-Length: 9\r\n\r\nhalf")
    assert host.ask(LAST + b"\r\n").startswith(b"HTTP/1.1 200 ")

    assert "Traceback" not in host.stop()[2]


def test_broken_chunk_after_the_response_harms_nothing(serve_files: ServeFiles) -> None:
    host = serve_files(ECHO)
    with host.connect() as connection:
        connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")
        connection.sendall(b"not a chunk\r\n")
        assert connection.recv(4096) == b""

    assert "Traceback" not in host.stop()[2]


async def answer(scope: Dict[str, Any], receive: Any, send: Any) -> None:
    try:
        await Request(scope, receive).read()
        status = 200
    except HTTPException as error:
        status = error.code or 0
    await send(
        {"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]}
    )
    await send({"type": "http.response.body", "body": b""})


async def ask_slowly(*sent: bytes) -> bytes:
    """Return the answers to a client that waits for each answer before its next request."""
    app: Any = answer
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        await HttpServer(app).start(listener)
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        for request in sent[:-1]:
            writer.write(request)
            assert await reader.readuntil(b"\r\n\r\n")
        writer.write(sent[-1])
        received = await reader.read()
        writer.close()
        return received


@pytest.mark.parametrize("sent", [[b""], [b"GET / HTTP/1.1\r\nHos"], [HEAD + b"\r\n", b"G"]])
def test_slow_head_is_cut_off(monkeypatch: pytest.MonkeyPatch, sent: List[bytes]) -> None:
    monkeypatch.setattr("functions_host.http_server._HEAD_TIMEOUT", 0.1)

    assert asyncio.run(ask_slowly(*sent)) == b""


@pytest.mark.parametrize(
    ("framing", "part"),
    [
        (b"Content-Length: 9\r\n\r\n", b"half"),
        (b"Transfer-Encoding: chunked\r\n\r\n", b"9\r\nhalf"),
    ],
)
def test_slow_body_is_a_timeout(
    monkeypatch: pytest.MonkeyPatch, framing: bytes, part: bytes
) -> None:
    monkeypatch.setattr("functions_host.asgi._BODY_TIMEOUT", 0.01)

    assert asyncio.run(ask_slowly(LAST + framing + part)).startswith(b"HTTP/1.1 408 ")


def test_long_chunked_body_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions_host.asgi._MAX_BODY", 4)
    chunks = b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"

    assert asyncio.run(ask_slowly(LAST + chunks)).startswith(b"HTTP/1.1 413 ")
