"""HTTP streaming in an enabled app, on the Pythons of Microsoft's runtimes."""

import re
import sys

import pytest
from urllib3.exceptions import ProtocolError

from integration.running_app import RunningApp, on_app

pytestmark = [
    on_app("streaming"),
    pytest.mark.skipif(
        sys.version_info < (3, 13), reason="the emulated worker has no HTTP streaming"
    ),
]

# The first response of a process also shows the cold start.
TIMING = r'app;dur=\d+\.\d{3}(?:, init;dur=\d+\.\d{3};desc="cold")?'


def test_streamed_response_has_time_until_first_part(app: RunningApp) -> None:
    response = app.get("/api/stream")

    assert (response.status, response.data) == (200, b"0 1 2 ")
    assert re.fullmatch(f"miss, {TIMING}", response.headers["Server-Timing"])
    assert len(app.logged("Time taken to execute stream is")) == 1


def test_part_arrives_before_the_next_is_made(app: RunningApp) -> None:
    response = app.request("GET", "/api/slow_stream", preload_content=False)

    first = response.read(6)
    app.get("/api/release")

    assert (first, response.read()) == (b"first ", b"last")


def test_response_that_breaks_off_has_no_end(app: RunningApp) -> None:
    response = app.request("GET", "/api/broken_stream", preload_content=False)

    with pytest.raises(ProtocolError):
        response.read()

    assert "functions_host" not in app.output()


def test_stream_ends_with_its_client(app: RunningApp) -> None:
    response = app.request("GET", "/api/endless_stream", preload_content=False)
    assert response.read(6) == b"first "

    response.close()

    assert app.get("/api/wait_for_end").data == b"ended"


def test_headers_about_the_connection_stay_there(app: RunningApp) -> None:
    names = ["Keep-Alive", "Proxy-Connection", "Trailer", "Upgrade", "X-Mine"]

    response = app.request("GET", "/api/header_names", headers=dict.fromkeys(names, "x"))

    assert {name.lower() for name in names}.intersection(response.json()) == {"x-mine"}
    assert len(response.headers.getlist("Date")) == 1
    assert "Server" not in response.headers


def test_other_response_is_timed(app: RunningApp) -> None:
    response = app.get("/api/items/7?more=1")

    assert response.json() == {"id": "7", "more": "1"}
    assert re.fullmatch(TIMING, response.headers["Server-Timing"])


def test_chunked_body_arrives(app: RunningApp) -> None:
    parts = [b"x" * 100_000] * 3

    response = app.request("POST", "/api/count", body=iter(parts), chunked=True)

    assert (response.status, response.data) == (200, b"300000 bytes")


def test_body_with_a_length_arrives(app: RunningApp) -> None:
    response = app.request("POST", "/api/count", body=b"x" * 100_000)

    assert (response.status, response.data) == (200, b"100000 bytes")


def test_body_that_is_too_long_is_refused(app: RunningApp) -> None:
    headers = {"Content-Length": "104857601", "Connection": "close"}

    response = app.request("POST", "/api/count", headers=headers)

    assert response.status == 413


def test_repeated_headers_come_back(app: RunningApp) -> None:
    headers = app.get("/api/repeated_headers").headers

    assert headers.getlist("Set-Cookie") == ["c1=1", "c2=2"]
    assert headers.getlist("X-Repeated") == ["1", "2"]


def test_failure_is_timed(app: RunningApp) -> None:
    assert app.get("/api/raises").status == 500

    assert len(app.logged(r"Time taken to execute raises is .* \(failed: ValueError\)")) == 1
