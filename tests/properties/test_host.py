"""The embedded host answers any request, and sends any cookie, with a valid HTTP response."""

from __future__ import annotations

import json
import re
from http.cookies import SimpleCookie
from typing import Iterator, List, NamedTuple, Tuple
from urllib.parse import quote, unquote

import pytest
from host_apps import HTTP, HTTP_OUT, v1, write_app
from host_process import Process
from hypothesis import event, given
from hypothesis import strategies as st

SEEN = """
import json

def main(req):
    seen = [req.method, dict(req.headers), dict(req.params), len(req.get_body()), req.url]
    return func.HttpResponse(json.dumps(seen), mimetype="application/json")
"""
COOKIES = """
import json

def main(req):
    response = func.HttpResponse("x")
    for cookie in json.loads(req.get_body()):
        response.headers.add("Set-Cookie", cookie)
    return response
"""

# See RFC 9112, sections 4 and 5. A response has a Content-Length or ends with its connection.
TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
STATUS = re.compile(rb"HTTP/1\.1 ([1-5]\d\d) [\t -~\x80-\xff]*")
HEADER = re.compile(rb"(%b):[ \t]*([\t -~\x80-\xff]*)" % TOKEN)
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
DATE = r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT"
COOKIE = re.compile(
    rf"({TOKEN.decode()})=((?:[\w.~-]|%[0-9A-F]{{2}})*)(?:; expires={DATE})?(?:; max-age=\d+)?"
    r"; domain=[ -~\xa1-\xff]*; path=[ -~\xa1-\xff]*(?:; secure)?"
    r"(?:; samesite=(?:lax|strict|none))?(?:; httponly)?",
    re.ASCII,
)
# Only a tab and a newline may reach the terminal.
CONTROL = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
REQUEST = re.compile(r"\d\d:\d\d:\d\d  .* [1-5]\d\d  .* ms")


class Answer(NamedTuple):
    """A response that follows the grammar of HTTP."""

    status: int
    headers: List[Tuple[str, str]]
    body: bytes


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    # The made-up targets are shorter than this route.
    files = {
        **v1("Cookies", COOKIES, {**HTTP, "route": "cookies-of-the-second-test"}, HTTP_OUT),
        **v1("Seen", SEEN, {**HTTP, "route": "{*rest}"}, HTTP_OUT),
    }
    process = Process(write_app(tmp_path_factory.mktemp("app"), files))
    yield process
    code, out, err = process.stop()
    assert code == 0
    assert CONTROL.search(out + err) is None
    assert [line for line in out.splitlines() if not REQUEST.fullmatch(line)] == []


def ask(host: Process, request: bytes) -> Answer:
    answer = host.ask(request)
    while answer.startswith(CONTINUE):
        answer = answer[len(CONTINUE) :]
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    status, headers = STATUS.fullmatch(first), [HEADER.fullmatch(line) for line in lines]
    assert status, answer
    assert all(headers), answer
    fields = [header.groups() for header in headers if header]
    pairs = [(name.decode().lower(), value.decode("latin-1")) for name, value in fields]
    lengths = [int(value) for name, value in pairs if name == "content-length"]
    if not lengths:
        assert ("connection", "close") in pairs
    elif not request.startswith(b"HEAD "):
        assert lengths == [len(body)]
    return Answer(int(status.group(1)), pairs, body)


def mostly(*usual: bytes) -> st.SearchStrategy[bytes]:
    """Return a strategy of the usual values, and of any others on one line."""
    lines = st.binary(max_size=12).filter(lambda line: b"\n" not in line and b"\r" not in line)
    return st.integers(0, 19).flatmap(lambda one: st.sampled_from(usual) if one else lines)


targets = st.text(max_size=12).map(lambda text: f"/api/{quote(text)}".encode()) | mostly(
    b"/api/x?a=1&a=&b=%20", b"*", b"http://x/api/x", b"//", b"/%", b"/admin/functions/Nope"
)
versions = mostly(
    *[b"HTTP/1.1"] * 9, b"HTTP/1.0", b"HTTP/0.9", b"HTTP/2.0", b"http/1.1", b"HTTP/1."
)
methods = mostly(b"GET", b"POST", b"PUT", b"HEAD", b"OPTIONS", b"get", b"M-SEARCH")
# A server may ignore an empty line before the request line.
request_lines = st.tuples(methods, targets, versions).map(b" ".join).filter(bytes.strip)
parts_of_header = st.tuples(
    mostly(b"Content-Type", b"Expect", b"Cookie", b"X-A", b"X-B", b"Accept"),
    mostly(b": ", b":"),
    mostly(b"x", b"multipart/form-data; boundary=a", b"100-continue", b"text/plain; charset=\xff"),
)
# An empty line would end the head.
headers = parts_of_header.map(b"".join).filter(bool)
# Do not send less than the stated length: the server would wait for the rest.
bodies = st.binary(max_size=20).map(lambda body: (b"Content-Length: %d" % len(body), body)) | (
    st.sampled_from([b"Content-Length: -1", b"Content-Length: a", b"Transfer-Encoding: chunked"])
).map(lambda header: (header, b"1\r\nx\r\n0\r\n\r\n"))


@given(line=request_lines, lines=st.lists(headers, max_size=3), sent=bodies)
def test_any_request_gets_a_valid_response(
    host: Process, line: bytes, lines: List[bytes], sent: Tuple[bytes, bytes]
) -> None:
    length, body = sent
    head = [line, b"Host: x", *lines, length, b"Connection: close"]

    answer = ask(host, b"\r\n".join([*head, b"", body]))

    event(f"status {answer.status}")
    assert answer.status != 500
    if answer.status == 200 and ("content-type", "application/json") in answer.headers:
        assert answer.body == b"" or json.loads(answer.body)[0] == line.split()[0].decode().upper()


texts = st.text(st.characters(max_codepoint=255), max_size=8) | st.text(max_size=4)
attributes = st.tuples(
    st.sampled_from(["Expires", "Max-Age", "Path", "Domain", "SameSite", "Secure", "httponly"]),
    st.sampled_from(["", "=Wed, 21 Oct 2026 07:28:00 GMT", "=60", "=-1", "=1e400", "=/", "=lax"])
    | texts.map("={}".format),
).map("".join)
cookies = texts | st.tuples(
    st.sampled_from(["a", "b"]) | texts,
    texts | st.sampled_from(['"a b"', r'"\012\073"', "[1]", "b=c"]),
    st.lists(attributes, max_size=3),
).map(lambda parts: "; ".join([f"{parts[0]}={parts[1]}", *parts[2]]))


@given(sent=st.lists(cookies, max_size=3))
def test_any_cookie_is_sent_or_refused(host: Process, sent: List[str]) -> None:
    body = json.dumps(sent).encode()
    head = (
        b"POST /api/cookies-of-the-second-test HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        b"Content-Length: %d\r\n\r\n"
    )

    answer = ask(host, head % len(body) + body)

    event(f"status {answer.status}")
    if answer.status == 500:
        assert answer.body == b""
        return
    received = [COOKIE.fullmatch(value) for name, value in answer.headers if name == "set-cookie"]
    assert all(received)
    assert [(one.group(1), unquote(one.group(2))) for one in received if one] == [
        (name, morsel.value) for text in sent for name, morsel in SimpleCookie(text).items()
    ]
