"""The terminal cannot harm a request, and shows no control characters."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Callable, Iterator, List, Tuple
from urllib.request import urlopen

import pytest
from functions_host.output import Output, escape, escape_line
from host_apps import HTTP, HTTP_OUT, v1, write_app
from host_fixtures import ServeFiles
from host_process import ROOT, Serve

CODE = """
import logging
import sys

def main(req, out: func.Out[str]):
    text = req.route_params.get("text", "")
    logging.info("logged %s", text)
    print("printed", text)
    out.set("sent " + text)
    if "boom" in req.params:
        raise ValueError("raised " + text)
    return func.HttpResponse("hello")
"""
QUEUE = {"type": "queue", "direction": "out", "name": "out", "queueName": "q"}
APP = v1("Say", CODE, {**HTTP, "route": "say/{text?}"}, HTTP_OUT, QUEUE)
CYRILLIC = "/api/say/%D0%9F%D1%80%D0%B8"
# Escape, newline, a C1 control and a character that reverses text.
CONTROLS = "/a%1B[2Jb%0Aroot:%20ERROR:%20c%C2%9B%E2%80%AEd%09e%0Df"
ESCAPED = r"a\x1b[2Jb{}root: ERROR: c\x9b\u202ed{}e\rf"


def read_requests(text: str) -> List[str]:
    return re.findall(r"(?m)^\d\d:\d\d:\d\d  GET   (.*?) +[\d.]+ ms$", text)


def open_closed_pipe() -> int:
    reader, writer = os.pipe()
    os.close(reader)
    return writer


def open_full_disk() -> int:
    return os.open("/dev/full", os.O_WRONLY)


@pytest.mark.parametrize(
    ("open_output", "reason"),
    [(open_closed_pipe, "Broken pipe"), (open_full_disk, "No space left on device")],
    ids=["a closed pipe", "a full disk"],
)
def test_broken_standard_output_is_noted_once(
    tmp_path: Path, serve: Serve, open_output: Callable[[], int], reason: str
) -> None:
    stdout = open_output()
    host = serve(write_app(tmp_path, APP), stdout=stdout)
    os.close(stdout)

    assert [host.get("/api/Say") for _ in range(3)] == [200] * 3

    code, _, err = host.stop()
    (note,) = [line for line in err.splitlines() if line.startswith("error")]
    assert code == 0
    assert note.startswith("error: cannot write to standard output: ")
    assert note.endswith(f"{reason}. The host serves requests, but does not show them.")


@contextmanager
def run_unread(root: Path) -> Iterator[Tuple[subprocess.Popen[bytes], str]]:
    """Start a host whose output is read up to its ready line; yield it with its address."""
    command = [sys.executable, "-m", "functions_host", str(root), "--port", "0"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=str(ROOT), stdout=pipe, stderr=pipe) as process:
        assert process.stderr
        ready = next(line for line in process.stderr if line.startswith(b"Ready on "))
        try:
            yield process, ready.decode().split()[2].rstrip(".")
        finally:
            process.kill()


def get(address: str) -> bytes:
    with urlopen(address, timeout=60) as response:
        return bytes(response.read())


def test_broken_standard_error_leaves_requests_answered(tmp_path: Path) -> None:
    with run_unread(write_app(tmp_path, APP)) as (process, address):
        assert process.stderr
        process.stderr.close()
        assert process.stdout
        process.stdout.close()

        answers = [get(address + "/api/Say") for _ in range(3)]
        process.send_signal(signal.SIGTERM)

        assert (answers, process.wait(30)) == ([b"hello"] * 3, 0)


MANY = """
import logging

async def main(req):
    for number in range(5_000):
        logging.info("line %d of the app", number)
    return func.HttpResponse("hello")
"""


def test_unread_lines_block_neither_answers_nor_shutdown(tmp_path: Path) -> None:
    with run_unread(write_app(tmp_path, v1("Many", MANY))) as (process, address):
        answers = [get(address + "/api/Many") for _ in range(2)]
        process.send_signal(signal.SIGTERM)

        assert (answers, process.wait(30)) == ([b"hello"] * 2, 0)

        # The pipe is full, and may end in the middle of a line.
        assert process.stderr
        shown = [line for line in process.stderr if b"Set-Cookie" not in line][:-1]

    assert shown == [b"root: INFO: line %d of the app\n" % number for number in range(len(shown))]
    assert len(shown) > 100


def test_terminal_without_cyrillic_shows_escapes(tmp_path: Path, serve: Serve) -> None:
    host = serve(write_app(tmp_path, APP), PYTHONIOENCODING="cp1252")

    status = host.get(CYRILLIC)

    _, out, err = host.stop()
    assert status == 200
    assert read_requests(out) == [r"/api/say/\u041f\u0440\u0438             200  Say"]
    assert r"root: INFO: logged \u041f\u0440\u0438" in err.splitlines()
    assert r"printed \u041f\u0440\u0438" in err.splitlines()


def test_control_characters_are_escaped(serve_files: ServeFiles) -> None:
    host = serve_files(APP)

    assert host.get(f"/api/nope{CONTROLS}") == 404
    assert host.get(f"/api/say{CONTROLS}") == 200
    assert host.get(f"/api/say{CONTROLS}?boom=1") == 500

    _, out, err = host.stop()
    line, paragraph = ESCAPED.format(r"\n", r"\t"), ESCAPED.format("\n", "\t")
    assert read_requests(out) == [
        f"/api/nope/{line} 404  -",
        f"/api/say/{line} 200  Say",
        f"/api/say/{line}?boom=1 500  Say",
    ]
    logged = f"root: INFO: logged {paragraph}".replace("\n", "\n    ")
    printed = f"printed {paragraph}"
    assert [text for text in err.split("\n") if "Set-Cookie" not in text] == [
        *logged.split("\n"),
        *printed.split("\n"),
        f"  output out (queue), not sent: sent {line}",
        *logged.split("\n"),
        *printed.split("\n"),
        "  Say/__init__.py:12 in main",
        '    raise ValueError("raised " + text)',
        *f"  ValueError: raised {ESCAPED}".format("\n    ", r"\t").split("\n"),
        "",
    ]


STREAMS = """
import logging, os, sys

def main(req):
    try:
        raise ValueError("a\\nroot: ERROR: b")
    except ValueError:
        logging.exception("failed")
    child = os.fork()
    if not child:
        print("from the child")
        os._exit(0)
    os.waitpid(child, 0)
    sys.stdout.close()
    sys.stderr.close()
    logging.info("still shown")
    return func.HttpResponse()
"""


def test_app_may_log_exceptions_fork_and_close_streams(serve_files: ServeFiles) -> None:
    host = serve_files(v1("Hello", STREAMS))

    assert host.get("/api/Hello") == 200

    _, _, err = host.stop()
    lines = [line for line in err.splitlines() if "Set-Cookie" not in line]
    # A traceback is one record.
    assert lines[0] == "root: ERROR: failed"
    assert lines[-3:] == ["    root: ERROR: b", "from the child", "root: INFO: still shown"]
    assert all(line.startswith("    ") for line in lines[1:-2])


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a\tb\nc\r\nd", "a\tb\nc\nd"),
        ("\0\x07\b\x1b\x7f\x85\x9f", r"\x00\x07\x08\x1b\x7f\x85\x9f"),
        (
            "\u061c\u200e\u200f\u2028\u202a\u2066\u2069",
            r"\u061c\u200e\u200f\u2028\u202a\u2066\u2069",
        ),
        ("Grüße, Привет, 🙂, שלום", "Grüße, Привет, 🙂, שלום"),
    ],
    ids=["lines", "controls", "bidi", "letters"],
)
def test_only_controls_are_escaped(text: str, escaped: str) -> None:
    assert escape(text) == escaped


def test_line_has_no_break_and_no_tab() -> None:
    assert escape_line("a\tb\nc\r\nd") == r"a\tb\nc\nd"


class StuckFile(io.RawIOBase):
    """A file that accepts nothing until `release()`."""

    def __init__(self) -> None:
        self.has_begun, self.released = threading.Event(), threading.Event()
        self.written: List[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.has_begun.set()
        self.released.wait(30)
        self.written.append(bytes(data))
        return len(data)


def test_lines_beyond_the_limit_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions_host.output._MOST_WAITING", 10)
    file = StuckFile()
    output = Output(None, io.TextIOWrapper(io.BufferedWriter(file)))
    output.err.write("first\n")
    file.has_begun.wait(30)
    output.err.write("second\n")
    output.err.write("lost\n" * 3)
    file.released.set()
    output.drain(30)
    output.err.write("next\n")
    output.drain(30)

    assert b"".join(file.written).decode() == (
        "first\nsecond\n(3 lines are missing: the terminal is too slow)\nnext\n"
    )


def test_missing_streams_take_everything() -> None:
    output = Output(None, None)

    assert output.out.write("text\n") == 5
    with pytest.raises(OSError, match="fileno"):
        output.out.fileno()
