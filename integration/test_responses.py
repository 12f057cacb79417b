"""Responses that the timer changes, and responses that it leaves alone."""

import gzip
import re

import pytest

from integration.hosts.protocol import Feature
from integration.running_app import RunningApp, on_app
from integration.suffix import SUFFIX

pytestmark = on_app("every_kind")

# The first response of a process also shows the cold start.
SERVER_TIMING = r'app;dur=(\d+\.\d{3})(?:, init;dur=\d+\.\d{3};desc="cold")?'


@pytest.mark.parametrize("function", ["text", "text_async", "from_blueprint", "content_length"])
def test_text_has_suffix(app: RunningApp, function: str) -> None:
    response = app.get(f"/api/{function}")

    assert re.fullmatch("text" + SUFFIX, response.data.decode())


def test_html_keeps_its_markup(app: RunningApp) -> None:
    response = app.get("/api/html")

    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert re.fullmatch("<p>Grüße</p>" + SUFFIX, response.data.decode())


@pytest.mark.parametrize("charset", ["latin-1", "utf-16"])
def test_suffix_is_in_charset_of_text(app: RunningApp, charset: str) -> None:
    response = app.get(f"/api/{charset.replace('-', '_')}")

    assert response.headers["Content-Type"] == f"text/plain; charset={charset}"
    assert re.fullmatch("Grüße" + SUFFIX, response.data.decode(charset))


def test_content_length_is_corrected(app: RunningApp) -> None:
    response = app.get("/api/content_length")

    assert response.headers["Content-Length"] == str(len(response.data))


@pytest.mark.parametrize(
    ("function", "status", "body"),
    [
        ("json", 200, b'{"a": 1}'),
        ("binary", 200, bytes(range(256))),
        ("no_content", 204, b""),
        ("not_modified", 304, b""),
        ("with_etag", 200, b"text"),
        ("returns_str", 200, b"text"),
    ],
)
def test_body_that_cannot_take_text_is_unchanged(
    app: RunningApp, function: str, status: int, body: bytes
) -> None:
    response = app.get(f"/api/{function}")

    assert (response.status, response.data) == (status, body)


def test_encoded_body_is_unchanged(app: RunningApp) -> None:
    response = app.get("/api/gzipped")

    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.data) == b"text"


def test_server_timing_agrees_with_suffix(app: RunningApp) -> None:
    response = app.get("/api/text")

    header = response.headers.get("Server-Timing", "")
    shown = re.fullmatch("text" + SUFFIX, response.data.decode())
    assert shown is not None
    assert re.sub(SERVER_TIMING, r"\1", header) == "".join(
        f"{float(seconds) * 1000:.3f}" for seconds in shown.groups()
    )


@pytest.mark.parametrize("function", ["json", "binary", "gzipped", "with_etag", "no_content"])
def test_server_timing_is_on_every_response(app: RunningApp, function: str) -> None:
    response = app.get(f"/api/{function}")

    values = response.headers.getlist("Server-Timing")
    assert len(values) == 1
    assert all(re.fullmatch(SERVER_TIMING, value) for value in values)


def test_own_server_timing_is_kept_in_same_header(app: RunningApp) -> None:
    response = app.get("/api/own_server_timing")

    own = 'db;dur=53;desc="a, b", cache'
    expected = f"{re.escape(own)}, {SERVER_TIMING}"
    (value,) = response.headers.getlist("Server-Timing")
    assert re.fullmatch(expected, value)


def test_failure_has_empty_body(app: RunningApp) -> None:
    response = app.get("/api/raises")

    assert (response.status, response.data) == (500, b"")


def test_slow_invocation_is_logged(app: RunningApp) -> None:
    app.get("/api/slow")

    assert len(app.logged(r"Time taken to execute slow is 0\.[3-9]\d{5} sec")) == 1


def test_slow_invocation_is_a_warning(app: RunningApp) -> None:
    app.needs(Feature.LOG_LEVELS)
    app.get("/api/slow")
    app.get("/api/text")

    levels = [record.level for record in app.records("Time taken to execute")]
    assert levels == ["warning", "info"]
