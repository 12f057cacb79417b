"""What the timer does to responses, and what it leaves alone."""

import gzip
import re

import pytest

from integration.served import SUFFIX, ServedApp, on_app

pytestmark = on_app("every_kind")

SERVER_TIMING = r"app;dur=(\d+\.\d{3})"


@pytest.mark.parametrize("function", ["text", "text_async", "from_blueprint", "content_length"])
def test_text_ends_in_the_elapsed_time(served: ServedApp, function: str) -> None:
    response = served.get(f"/api/{function}")

    assert re.fullmatch("text" + SUFFIX, response.data.decode())


def test_html_keeps_its_markup(served: ServedApp) -> None:
    response = served.get("/api/html")

    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert re.fullmatch("<p>Grüße</p>" + SUFFIX, response.data.decode())


@pytest.mark.parametrize("charset", ["latin-1", "utf-16"])
def test_time_is_in_the_charset_of_the_text(served: ServedApp, charset: str) -> None:
    response = served.get(f"/api/{charset.replace('-', '_')}")

    assert response.headers["Content-Type"] == f"text/plain; charset={charset}"
    assert re.fullmatch("Grüße" + SUFFIX, response.data.decode(charset))


def test_content_length_of_the_function_is_corrected(served: ServedApp) -> None:
    response = served.get("/api/content_length")

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
def test_what_text_would_break_stays_as_it_is(
    served: ServedApp, function: str, status: int, body: bytes
) -> None:
    response = served.get(f"/api/{function}")

    assert (response.status, response.data) == (status, body)


def test_encoded_body_stays_as_it_is(served: ServedApp) -> None:
    response = served.get("/api/gzipped")

    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.data) == b"text"


def test_server_timing_agrees_with_the_text(served: ServedApp) -> None:
    response = served.get("/api/text")

    header = response.headers.get("Server-Timing", "")
    shown = re.fullmatch("text" + SUFFIX, response.data.decode())
    assert shown is not None
    assert re.sub(SERVER_TIMING, r"\1", header) == "".join(
        f"{float(seconds) * 1000:.3f}" for seconds in shown.groups()
    )


@pytest.mark.parametrize("function", ["json", "binary", "gzipped", "with_etag", "no_content"])
def test_server_timing_is_on_every_kind_of_response(served: ServedApp, function: str) -> None:
    response = served.get(f"/api/{function}")

    values = response.headers.getlist("Server-Timing")
    assert len(values) == 1
    assert all(re.fullmatch(SERVER_TIMING, value) for value in values)


def test_server_timing_of_the_function_is_kept_in_one_header(served: ServedApp) -> None:
    response = served.get("/api/own_server_timing")

    own = 'db;dur=53;desc="a, b", cache'
    expected = f"{re.escape(own)}, {SERVER_TIMING}"
    (value,) = response.headers.getlist("Server-Timing")
    assert re.fullmatch(expected, value)


def test_failure_shows_nothing_to_the_client(served: ServedApp) -> None:
    response = served.get("/api/raises")

    assert (response.status, response.data) == (500, b"")


def test_slow_invocation_is_logged_as_a_warning(served: ServedApp) -> None:
    served.get("/api/slow")
    served.get("/api/text")

    warnings = served.logged(r"(?i)warn\w*\W.*Time taken to execute \w+ is 0\.[3-9]\d{5} sec")
    assert len(warnings) == 1
