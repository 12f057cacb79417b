"""With any options, any response is sent unchanged except for the time."""

from __future__ import annotations

import asyncio
import re
import socket
import sys
from http.client import parse_headers
from pathlib import Path
from typing import Any, Iterator, List, NamedTuple, Tuple

import pytest
from functions_host.client import LoadedApp, load_app
from functions_host.http_server import HttpServer
from hypothesis import event, given
from hypothesis import strategies as st
from python_worker_extension_timer import Invocation
from strategies import (
    TEXTS,
    UNTOUCHABLE,
    WITHOUT_TEXT,
    MadeUp,
    made_up_responses,
    made_up_texts,
)

APP = Path(__file__).parent / "app"
SUFFIX = re.compile(r" \(TimeElapsed: (\d+\.\d{6}) sec\)\Z")
# Do not make up responses with this status: the host uses it for responses that it cannot send.
REFUSED = 500
FRAMING = {"connection", "content-length", "date", "server", "server-timing"}

# W3C Server Timing, section 2: server-timing-metric = metric-name *( OWS ";" OWS param ), a list.
TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
PARAM = rf'{TOKEN}[ \t]*=[ \t]*(?:{TOKEN}|"[^"\\]*")'
METRIC = rf"{TOKEN}(?:[ \t]*;[ \t]*{PARAM})*"
SERVER_TIMING = re.compile(rf"{METRIC}(?:[ \t]*,[ \t]*{METRIC})*")


class Answer(NamedTuple):
    """A response as a client reads it."""

    status: int
    headers: List[Tuple[str, str]]
    body: bytes

    def values(self, name: str) -> List[str]:
        return [value for key, value in self.headers if key.lower() == name]

    def unframed(self) -> List[Tuple[str, str]]:
        return [pair for pair in self.headers if pair[0].lower() not in FRAMING]


class Served:
    """The app on a socket. Each request has a new connection, which is read to its end."""

    def __init__(self, app: Any, port: int) -> None:
        self._app, self._port = app, port
        self.reported: List[Invocation] = []

    def ask(self, method: str, made_up: MadeUp, **options: bool) -> Answer:
        module = sys.modules["function_app"]
        module.made_up[:] = [made_up.response()]
        module.Timer.configure(report_to=[self.reported.append], **options)
        return self.ask_again(method)

    def ask_again(self, method: str) -> Answer:
        """Let the app return the same response object again, with the same options."""
        with socket.create_connection(("127.0.0.1", self._port), timeout=30) as connection:
            head = f"{method} /api/MadeUp HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            connection.sendall(head.encode())
            stream = connection.makefile("rb")
            status = int(stream.readline().split()[1])
            headers = parse_headers(stream)
            return Answer(status, headers.items(), stream.read())


@pytest.fixture
def served() -> Iterator[Served]:
    with load_app(APP) as app, socket.socket() as listener:
        assert app.problems == []
        listener.bind(("127.0.0.1", 0))
        server = asyncio.run_coroutine_threadsafe(start(app, listener), app.loop).result()
        try:
            yield Served(app, listener.getsockname()[1])
        finally:
            server.stop()


async def start(app: LoadedApp, listener: socket.socket) -> HttpServer:
    server = HttpServer(app.app)
    await server.start(listener)
    return server


@given(
    method=st.sampled_from(["GET", "POST", "HEAD"]),
    made_up=made_up_responses,
    append=st.booleans(),
    server_timing=st.booleans(),
)
def test_response_changes_only_by_the_time(
    served: Served, method: str, made_up: MadeUp, append: bool, server_timing: bool
) -> None:
    plain = served.ask(method, made_up)

    timed = served.ask(method, made_up, append_to_http_response=append, server_timing=server_timing)

    elapsed = served.reported[-1].elapsed
    assert timed.status == plain.status
    assert timed.unframed() == plain.unframed()
    if plain.status == REFUSED:
        event("the host refuses it")
        return
    check_body(method, made_up, plain, timed, append, elapsed)
    check_server_timing(made_up, plain, timed, server_timing, elapsed)


@given(made_up=made_up_texts)
def test_text_ends_in_the_reported_time(served: Served, made_up: MadeUp) -> None:
    plain = served.ask("GET", made_up)
    if plain.status == REFUSED:
        event("the host refuses it")
        return

    timed = served.ask("GET", made_up, append_to_http_response=True)
    again = served.ask_again("GET")

    for answer, invocation in ((timed, served.reported[-2]), (again, served.reported[-1])):
        text = answer.body.decode(made_up.charset)
        before, reported = SUFFIX.split(text)[:2]
        assert answer.body.startswith(plain.body)
        assert before == plain.body.decode(made_up.charset)
        assert float(reported) == round(invocation.elapsed, 6)


def check_body(
    method: str, made_up: MadeUp, plain: Answer, timed: Answer, append: bool, elapsed: float
) -> None:
    if method != "HEAD":
        for length in timed.values("content-length"):
            assert int(length) == len(timed.body)
    charset = charset_of(made_up)
    longer = with_suffix(plain.body, charset, elapsed)
    if append and method != "HEAD" and is_text(made_up) and longer is not None:
        event("text")
        assert timed.body == longer
        assert SUFFIX.search(timed.body.decode(charset))
    else:
        event("not text")
        assert timed.body == plain.body


def check_server_timing(
    made_up: MadeUp, plain: Answer, timed: Answer, server_timing: bool, elapsed: float
) -> None:
    if not server_timing:
        assert timed.values("server-timing") == plain.values("server-timing")
        return
    (value,) = timed.values("server-timing")
    # All lines that the app set. Without the timer, the host keeps only the last line. The first
    # response of this process also shows the cold start.
    warm = re.sub(r', init;dur=\d+\.\d{3};desc="cold"$', "", value)
    assert warm == ", ".join([*made_up.timings, f"app;dur={elapsed * 1000:.3f}"])
    assert SERVER_TIMING.fullmatch(value)


def is_text(made_up: MadeUp) -> bool:
    content_type = made_up.headers.get("Content-Type", made_up.mimetype)
    kind = content_type.partition(";")[0].strip().lower()
    names = {name.lower() for name in made_up.headers}
    status = made_up.status_code
    return (
        kind in {text.lower() for text in TEXTS}
        and not names & {name.lower() for name in UNTOUCHABLE}
        and not (isinstance(status, int) and (status < 200 or status in WITHOUT_TEXT))
    )


def charset_of(made_up: MadeUp) -> str:
    content_type = made_up.headers.get("Content-Type", made_up.mimetype)
    named = re.search(r";\s*charset\s*=([^;]*)", content_type, re.IGNORECASE)
    return named.group(1).strip().strip('"') if named else made_up.charset


def with_suffix(body: bytes, charset: str, elapsed: float) -> Any:
    try:
        longer = f"{body.decode(charset)} (TimeElapsed: {elapsed:.6f} sec)".encode(charset)
    # The codec unicode_escape warns of unknown escapes, and pytest makes this an error.
    except (LookupError, ValueError, DeprecationWarning):
        return None
    return longer if longer.startswith(body) else None
