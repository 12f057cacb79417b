"""
Requests to the web server that the worker of an HTTP streaming app has.

Microsoft's host forwards a request to it, with the id of the invocation, and streams the answer
back (DefaultHttpProxyService.cs, host 4.1037). Here both arrive in one piece.
"""

from __future__ import annotations

import time
from http.client import HTTPConnection
from typing import Any, Mapping
from urllib.parse import urlsplit

from azure.functions.meta import Datum
from werkzeug.datastructures import Headers
from werkzeug.wrappers import Response

from .http_messages import FORWARDED

# Headers of a connection, or of its framing (RFC 9110, section 7.6.1), which is another one here.
_CONNECTION_HEADERS = {
    "connection", "content-length", "expect", "keep-alive", "proxy-connection", "trailer",
    "transfer-encoding", "upgrade",
}  # fmt: skip
_SERVER_HEADERS = {"date", "server"}
# Seconds until the server listens, and until a function answers; the second is Azure's limit.
_CONNECT_TIMEOUT = 10.0
_ANSWER_TIMEOUT = 230.0


def forward(server: str, request: Mapping[str, Any], invocation_id: str) -> Datum:
    """Send a request, as in the datum of its trigger, and return the response."""
    url = urlsplit(request["url"].value)
    headers = {
        name: header.value
        for name, header in request["headers"].items()
        if name not in _CONNECTION_HEADERS
    }
    headers["x-ms-invocation-id"] = invocation_id
    connection = _connect(server)
    try:
        target = f"{url.path}?{url.query}" if url.query else url.path
        connection.request(request["method"].value, target, request["body"].value, headers)
        answer = connection.getresponse()
        response = Response(answer.read(), status=answer.status)
        response.headers = Headers(
            (name, value)
            for name, value in answer.getheaders()
            if name.lower() not in _CONNECTION_HEADERS | _SERVER_HEADERS
        )
        return Datum(response, FORWARDED)
    finally:
        connection.close()


def _connect(server: str) -> HTTPConnection:
    # The server may not listen yet.
    connection = HTTPConnection(urlsplit(server).netloc, timeout=_ANSWER_TIMEOUT)
    deadline = time.monotonic() + _CONNECT_TIMEOUT
    while True:
        try:
            connection.connect()
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return connection
