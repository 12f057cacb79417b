"""Requests on a socket that the server must refuse or accept."""

from __future__ import annotations

from typing import Iterator, List

import pytest
from host_apps import v1, write_app
from host_process import Process

CODE = """
def main(req):
    files = [(name, file.filename, file.read()) for name, file in req.files.items(multi=True)]
    return func.HttpResponse(repr([*req.form.items(), *files]))
"""
BOUNDARY = b"Content-Type: multipart/form-data; boundary=line\r\n"
FORM = b"--line\r\nContent-Disposition: form-data; name=title\r\n\r\ntwo words\r\n"
FILE = b'--line\r\nContent-Disposition: form-data; name=file; filename="%b"\r\n\r\n%b\r\n'
END = b"--line--\r\n"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    process = Process(write_app(tmp_path_factory.mktemp("app"), v1("Upload", CODE)))
    yield process
    process.kill()


def post(host: Process, headers: bytes, body: bytes = b"") -> bytes:
    """Return the status line and the body of the answer."""
    length = b"Content-Length: %d\r\n" % len(body)
    head = b"POST /api/Upload HTTP/1.1\r\nHost: x\r\n" + headers + length
    answer = host.ask(head + b"Connection: close\r\n\r\n" + body)
    return answer.partition(b"\r\n")[0] + b"\n" + answer.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        (FORM + END, [("title", "two words")]),
        (FILE % (b"a.txt", b"a\r\nb") + END, [("file", "a.txt", b"a\r\nb")]),
        (
            FORM + FILE % (b"a.bin", bytes(range(256))) + FILE % (b"b", b"") + END,
            [("title", "two words"), ("file", "a.bin", bytes(range(256))), ("file", "b", b"")],
        ),
        (END, []),
        (b"not of this type", []),
    ],
    ids=["a form", "a file", "several files", "nothing", "another body"],
)
def test_upload_arrives(host: Process, body: bytes, seen: List[object]) -> None:
    assert post(host, BOUNDARY, body) == b"HTTP/1.1 200 OK\n" + repr(seen).encode()


@pytest.mark.parametrize(
    "content_type",
    [
        b"multipart/mixed",
        b"multipart/related; boundary=line",
        b"message/rfc822",
        b"multipart/form-data; boundary=line\r\nContent-Transfer-Encoding: base64",
    ],
)
def test_content_type_is_no_defect(host: Process, content_type: bytes) -> None:
    assert post(host, b"Content-Type: " + content_type + b"\r\n").startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "line",
    [b" first: line", b"no colon", b": no name", b"From me", b"a b: c\r\nno colon", b"a: b\rc"],
)
@pytest.mark.parametrize("before", [b"", BOUNDARY], ids=["alone", "in an upload"])
def test_malformed_header_line_is_refused(host: Process, before: bytes, line: bytes) -> None:
    answer = host.ask(
        b"POST /api/Upload HTTP/1.1\r\n" + line + b"\r\n" + before + b"Host: x\r\n\r\n"
    )

    assert answer.startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    "line",
    [
        "GET /api/Upload",
        "GET  HTTP/1.1",
        "G(T /api/Upload HTTP/1.1",
        "GET / HTTP/x",
        "POST /",
        "G\0T / HTTP/0.9",
        "GET",
        "GET /api/Upload?name=Zoë HTTP/1.1",
        "GET /Zoë HTTP/1.1",
    ],
)
def test_malformed_request_line_is_refused(host: Process, line: str) -> None:
    answer = host.ask(f"{line}\r\nHost: x\r\n\r\n".encode())

    assert answer.startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    "head",
    [
        b"GET /api/Upload HTTP/1.1\r\nHost: a/b",
        b"GET http://[ HTTP/1.1\r\nHost: x",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nTransfer-Encoding: chunked",
    ],
    ids=["host", "target", "two lengths"],
)
def test_head_that_kestrel_refuses_is_refused(host: Process, head: bytes) -> None:
    answer = host.ask(head + b"\r\nConnection: close\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 400 ")


def test_old_version_of_http_needs_no_host(host: Process) -> None:
    assert host.ask(b"GET /api/Upload HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("version", ["0.9", "2.0"])
def test_other_version_of_http_is_refused(host: Process, version: str) -> None:
    line = f"GET /api/Upload HTTP/{version}\r\n"

    answer = host.ask(f"{line}Host: x\r\nConnection: close\r\n\r\n".encode())

    assert answer.startswith(b"HTTP/1.1 505 ")


@pytest.mark.parametrize(
    ("target", "value", "status"),
    [(8_177, 1, b"200"), (8_178, 1, b"414"), (100, 32_735, b"200"), (100, 32_736, b"431")],
    ids=["longest line", "longer line", "longest headers", "longer headers"],
)
def test_long_head_is_refused(host: Process, target: int, value: int, status: bytes) -> None:
    line = b"GET /api/Upload?".ljust(target + 4, b"x") + b" HTTP/1.1\r\n"
    headers = b"Host: x\r\nConnection: close\r\nX: " + b"x" * value + b"\r\n"

    assert host.ask(line + headers + b"\r\n").startswith(b"HTTP/1.1 " + status)
