"""Edits of response objects. `integration/test_responses.py` tests the responses of a host."""

from __future__ import annotations

import sys
import threading
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http import HTTPStatus
from types import MappingProxyType, SimpleNamespace
from typing import Any, Callable, Dict, List, Tuple

import azure.functions as func
import pytest
from azure.functions.http import HttpResponseConverter
from python_worker_extension_timer import _response
from python_worker_extension_timer._response import add_server_timing, append_elapsed

SUFFIX = " (TimeElapsed: 0.500000 sec)"


def append(response: func.HttpResponse, elapsed: float = 0.5, method: str = "GET") -> bytes:
    request = func.HttpRequest(method, "http://localhost/api/hello", body=b"")
    append_elapsed(response, elapsed, {"more": 1, "req": request})
    return response.get_body()


def add_timing(response: func.HttpResponse, elapsed: float = 0.5) -> str:
    add_server_timing(response, elapsed, {})
    timing: str = response.headers["Server-Timing"]
    return timing


def each(name: str, *values: Any) -> List[Dict[str, Any]]:
    return [{name: value} for value in values]


def each_header(name: str, *values: str) -> List[Dict[str, Any]]:
    return each("headers", *({name: value} for value in values))


TEXTS = [
    {},
    *each("mimetype", "text/html", "TEXT/HTML", "text/csv", " text/plain ;charset=utf-8"),
    *each("mimetype", "text/x-event"),
    *each("status_code", 301, 404, HTTPStatus.CREATED, "418", "abc", (), float("inf"), 204.9),
    *each_header(
        "Content-Type", "text/plain; CHARSET = ascii ", 'text/plain; a=b; charset="ascii"'
    ),
    {"headers": {"Content-Type": "text/html; charset=utf-8"}, "mimetype": "image/png"},
    *each_header("Set-Cookie", "a=b"),
]
OTHERS = [
    *each("mimetype", "application/json", "application/octet-stream", "image/svg+xml"),
    *each("mimetype", "text/json", "text/xml", "text/vcard+json", "text/javascript"),
    *each("mimetype", "text/ecmascript", "text/x-json", "text/event-stream"),
    *each("mimetype", " text/xml ; charset=utf-8", "text", "text/", "textual", ""),
    *each("status_code", 100, 204, HTTPStatus.NO_CONTENT, "204", 205, 206, 304),
    *each_header("Content-Type", "application/json", "", "text/plain; charset=no-such-charset"),
    *each_header("Content-Type", "text/plain; charset=utf-16", "text/plain; charset="),
    *each_header("Content-Type", "text/plain; charset=hex"),
    *each_header("content-type", "application/json"),
    *each_header("Content-Range", "bytes 0-2/9"),
    *each_header("Transfer-Encoding", "chunked"),
    *each_header("Content-Encoding", "gzip"),
    *each_header("ETag", '"1"'),
    *each_header("Digest", "sha-256=abc"),
    *each_header("Content-Digest", "sha-256=:abc:"),
    *each_header("Repr-Digest", "sha-256=:abc:"),
    *each_header("Content-MD5", "abc"),
]


@pytest.mark.parametrize("options", TEXTS, ids=str)
def test_text_gets_the_suffix(options: Dict[str, Any]) -> None:
    assert append(func.HttpResponse("text", **options)) == b"text" + SUFFIX.encode()


@pytest.mark.parametrize("options", OTHERS, ids=str)
def test_response_that_text_would_break_is_left_alone(options: Dict[str, Any]) -> None:
    # Three bytes: not a whole number of UTF-16 units.
    assert append(func.HttpResponse(b"abc", **options)) == b"abc"


@pytest.mark.parametrize(
    ("charset", "body"),
    [
        pytest.param("utf-16", "Grüße".encode("utf-16-be"), id="utf-16 without its mark"),
        pytest.param("utf-16", b"\xfe\xff" + "Grüße".encode("utf-16-be"), id="the other utf-16"),
        pytest.param("utf-8-sig", "Grüße".encode(), id="utf-8-sig without its mark"),
        pytest.param("punycode", "Grüße".encode("punycode"), id="punycode"),
        pytest.param("utf-8", "Grüße".encode("latin-1"), id="latin-1 as utf-8"),
        pytest.param("utf-8\0", b"text", id="a charset with NUL"),
    ],
)
def test_undecodable_body_is_left_alone(charset: str, body: bytes) -> None:
    response = func.HttpResponse(body, charset=charset, headers={"Content-Length": "999"})

    assert append(response) == body
    assert response.headers["Content-Length"] == "999"


def test_answer_to_head_is_left_alone() -> None:
    # The SDK has the method in upper case.
    response = func.HttpResponse("text", headers={"Content-Length": "1234"})

    assert append(response, method="head") == b"text"
    assert response.headers["Content-Length"] == "1234"


def test_argument_of_another_class_has_no_method() -> None:
    response = func.HttpResponse("text")

    append_elapsed(response, 0.5, {"robot": SimpleNamespace(method="HEAD")})

    assert response.get_body() == b"text" + SUFFIX.encode()


def test_response_returned_again_has_the_last_time() -> None:
    response = func.HttpResponse(
        "text", headers={"Server-Timing": "db;dur=1", "Content-Length": "4"}
    )

    assert append(response, 0.5) == b"text (TimeElapsed: 0.500000 sec)"
    assert append(response, 0.25) == b"text (TimeElapsed: 0.250000 sec)"
    assert response.headers["Content-Length"] == "32"
    assert add_timing(response, 0.5) == "db;dur=1, app;dur=500.000"
    assert add_timing(response, 0.25) == "db;dur=1, app;dur=250.000"


def test_response_changed_by_the_function_starts_anew() -> None:
    response = func.HttpResponse("text")
    append(response)
    add_timing(response)

    func.HttpResponse.__init__(response, "other", headers={"Server-Timing": "db;dur=1"})

    assert append(response, 0.25) == b"other (TimeElapsed: 0.250000 sec)"
    assert add_timing(response, 0.25) == "db;dur=1, app;dur=250.000"


@pytest.mark.parametrize(
    ("name", "kept"),
    [("Set-Cookie", ["a=1", "b=2"]), ("Server-Timing", ["a=1, b=2, app;dur=1.000"])],
)
def test_repeated_headers_are_kept(name: str, kept: List[str]) -> None:
    response = func.HttpResponse("text")
    if not hasattr(response.headers, "add"):
        pytest.skip(f"azure-functions {func.__version__} has one value a header")
    response.headers.add(name, "a=1")
    response.headers.add(name, "b=2")

    append(response)
    add_timing(response, 0.001)

    assert response.headers.get_all(name) == kept


def test_subclass_with_another_constructor_gets_the_suffix() -> None:
    class Greeting(func.HttpResponse):
        def __init__(self, name: str) -> None:
            super().__init__(f"Hello, {name}.")

    response = Greeting("Ada")

    assert append(response) == b"Hello, Ada." + SUFFIX.encode()
    assert isinstance(response, Greeting)


def test_subclass_that_makes_its_body_is_left_alone() -> None:
    class Framed(func.HttpResponse):
        def get_body(self) -> bytes:
            return b"<" + super().get_body() + b">"

    assert append(Framed("text")) == b"<text>"


TIMINGS = {"Server-Timing": "db;dur=53"}


def test_streaming_response_gets_server_timing() -> None:
    # As starlette's response has it. `integration/third_party` has the real class.
    response: Any = SimpleNamespace(raw_headers=[], headers=TIMINGS.copy())

    # A function may return the same object again.
    assert [add_timing(response) for _ in range(2)] == ["db;dur=53, app;dur=500.000"] * 2


# The headers of an HTTP client's response cannot be set.
RECEIVED = SimpleNamespace(raw_headers=(), headers=MappingProxyType(TIMINGS))


@pytest.mark.parametrize("result", [None, "text", {"headers": {}}, object(), RECEIVED])
def test_other_result_is_left_alone(result: Any) -> None:
    append_elapsed(result, 0.5, {})
    add_server_timing(result, 0.5, {})


def make_shared_response() -> func.HttpResponse:
    """Return a response after an invocation edited it: a function may return it again."""
    headers = {"Set-Cookie": "a=b", "X-One": "1", "Content-Length": "4", "X-Two": "2"}
    response = func.HttpResponse("text", headers=headers)
    add_edit(response, [])
    return response


def encode(response: func.HttpResponse) -> Tuple[Dict[str, str], bytes]:
    """Encode a response as a worker does. Return its headers, except cookies, and its body."""
    value = HttpResponseConverter.encode(response, expected_type=None).value
    headers = {name.lower(): datum.value for name, datum in value["headers"].items()}
    headers.pop("set-cookie", None)
    return headers, value["body"].value


def add_edit(response: func.HttpResponse, encoded: List[Any]) -> None:
    append_elapsed(response, 0.25, {})
    add_server_timing(response, 0.25, {})


def add_encoding(response: func.HttpResponse, encoded: List[Any]) -> None:
    encoded.append(encode(response))


def interrupt(line: int, run: Callable[[], object], step: Callable[[], object]) -> bool:
    """
    Call `run`, and before its n-th executed line call `step` in another thread.

    Return False if it executes fewer lines.
    """
    left = iter(range(line))

    def trace(frame: Any, event: str, arg: object) -> Any:
        if event == "line" and next(left, None) is None:
            sys.settrace(None)
            frame.f_trace = None
            seen.append(True)
            thread = threading.Thread(target=step)
            thread.start()
            thread.join()
        return None if seen else trace

    seen: List[bool] = []
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        run()
    finally:
        sys.settrace(before)
    return bool(seen)


COMPLETE = (
    {
        "content-length": "32",
        "content-type": "text/plain; charset=utf-8",
        "server-timing": "app;dur=250.000",
        "x-one": "1",
        "x-two": "2",
    },
    b"text (TimeElapsed: 0.250000 sec)",
)


@pytest.mark.parametrize(
    ("outer", "inner"), [(add_encoding, add_edit), (add_edit, add_encoding)], ids=["edit", "encode"]
)
def test_interruption_at_any_line_loses_nothing(outer: Any, inner: Any) -> None:
    is_longer, line = True, 0
    while is_longer:
        response = make_shared_response()
        encoded: List[Any] = []
        both = partial(outer, response, encoded), partial(inner, response, encoded)
        is_longer = interrupt(line, *both)
        add_encoding(response, encoded)
        assert encoded == [COMPLETE] * len(encoded), line
        assert len(encoded) >= 1 + is_longer
        line += 1
    assert line > 20


def test_concurrent_edits_and_encoding_lose_nothing() -> None:
    response = make_shared_response()
    encoded: List[Any] = []

    def repeat(step: Callable[[func.HttpResponse, List[Any]], None]) -> None:
        for _ in range(300):
            step(response, encoded)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(repeat, [add_edit, add_edit, add_encoding]))
    finally:
        sys.setswitchinterval(interval)

    assert [one for one in encoded if one != COMPLETE] == []
    assert len(encoded) == 300


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_response, "_CHUNK", 64)


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("utf-8", "a"),
        ("utf-8", "a" * 100 + "\U0001f600"),
        ("utf-8-sig", "ä"),
        ("utf-16", "ä"),
        ("utf-32-be", "ä"),
        ("gb18030", "a\U0001f600"),
        ("shift_jis", "aあ"),
        ("iso2022_jp", "aああ"),
    ],
)
@pytest.mark.parametrize("more", [-1, 0, 1])
def test_suffix_follows_many_chunks(charset: str, text: str, more: int) -> None:
    text = (text * 320)[: 320 + more]
    response = func.HttpResponse(text, charset=charset)

    for elapsed in (0.25, 0.5):
        body = append(response, elapsed).decode(charset)
        assert body == f"{text} (TimeElapsed: {elapsed:.6f} sec)"


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize(
    ("charset", "body"),
    [
        pytest.param("utf-8-sig", b"a" * 320, id="without its mark"),
        pytest.param("utf-8", b"\xff" + b"a" * 320, id="bad first byte"),
        pytest.param("utf-8", b"a" * 100 + b"\xff" + b"a" * 220, id="bad byte within"),
        pytest.param("utf-8", b"a" * 319 + b"\xff" + b"a", id="bad last chunk"),
    ],
)
def test_undecodable_chunk_leaves_body_alone(charset: str, body: bytes) -> None:
    assert append(func.HttpResponse(body, charset=charset)) == body


def test_large_body_is_copied_once() -> None:
    size = 1 << 22
    response = func.HttpResponse("a" * (size - 4) + "\U0001f600")

    tracemalloc.start()
    try:
        append(response)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert len(response.get_body()) == size + len(SUFFIX)
    assert size < peak < 1.5 * size


def test_no_lock_is_held_for_the_body(monkeypatch: pytest.MonkeyPatch) -> None:
    held = []

    def encode_after(*arguments: Any) -> None:
        held.append(_response._editing.locked())

    monkeypatch.setattr(_response, "_encode_after", encode_after)

    append(func.HttpResponse("text"))

    assert held == [False]
