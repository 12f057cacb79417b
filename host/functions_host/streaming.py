"""
Requests of HTTP streaming apps, which do not travel with the invocation.

Microsoft's host passes such a request on to a web server in the worker (its capability `HttpUri`),
under the id of the invocation, and the answer back. Here the answer is passed back once it is
complete.
"""

from __future__ import annotations

import time
from http.client import HTTPConnection
from typing import Any, Dict, Mapping
from urllib.parse import urlsplit

from azure.functions.meta import Datum

_OF_CONNECTION = ("connection", "content-length", "date", "server", "transfer-encoding")
# Seconds that it may take the server to listen, and a function to answer, as Azure lets it.
_PATIENCE = 10.0
_LONGEST = 230.0


def forward(server: str, request: Mapping[str, Any], invocation_id: str) -> Datum:
    """
    Return the answer of a worker's web server, in the form in which a function returns one.

    Args:
        server: Its address; it may be only about to listen.

        request: The value of an HTTP trigger.
    """
    url = urlsplit(request["url"].value)
    headers = {name: header.value for name, header in request["headers"].items()}
    headers["x-ms-invocation-id"] = invocation_id
    connection = _connected(server)
    try:
        target = f"{url.path}?{url.query}" if url.query else url.path
        connection.request(request["method"].value, target, request["body"].value, headers)
        answer = connection.getresponse()
        return _datum(answer.status, dict(answer.getheaders()), answer.read())
    finally:
        connection.close()


def _connected(server: str) -> HTTPConnection:
    connection = HTTPConnection(urlsplit(server).netloc, timeout=_LONGEST)
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            connection.connect()
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return connection


def _datum(status: int, headers: Dict[str, str], body: bytes) -> Datum:
    kept = {
        name: Datum(value, "string")
        for name, value in headers.items()
        if name.lower() not in _OF_CONNECTION
    }
    value = {"status_code": Datum(status, "string"), "headers": kept, "body": Datum(body, "bytes")}
    return Datum(value, "http")
