"""Serve an index on loopback for as long as a rehearsal takes."""

from __future__ import annotations

import contextlib
import threading
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release.rehearsal.index_server import Index


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Keep the access log out of the timeline; `Index.requests` has it."""


def _server(index: Index, port: int) -> WSGIServer:
    try:
        return make_server("127.0.0.1", port, index, _Server, _Quiet)
    except OSError:
        return make_server("127.0.0.1", 0, index, _Server, _Quiet)


@contextlib.contextmanager
def serve(index: Index, port: int) -> Iterator[str]:
    """
    Serve an index on loopback and give its address.

    Args:
        index: the application.
        port: the port to take if it is free, and else any: uv caches by address.
    """
    with _server(index, port) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
