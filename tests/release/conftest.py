"""An index that sends a byte now and then and never finishes."""

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest

_PAUSE = 0.05
_HEADERS = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Slow: "
_BODY = _HEADERS + b"yes\r\n\r\n<!DOCTYPE html>"


@pytest.fixture(params=[_HEADERS, _BODY], ids=["headers", "body"])
def slow_index(request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the address of an index that is slow from its headers on, or from its page on."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_serve, args=(server, request.param, over))
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/simple/"
        over.set()
        thread.join()


def _serve(server: socket.socket, beginning: bytes, over: threading.Event) -> None:
    server.settimeout(_PAUSE)
    clients: list[socket.socket] = []
    while not over.is_set():
        with contextlib.suppress(TimeoutError):
            clients.append(server.accept()[0])
            clients[-1].sendall(beginning)
        for client in clients:
            with contextlib.suppress(OSError):
                client.sendall(b"x")
    for client in clients:
        client.close()
