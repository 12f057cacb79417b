from __future__ import annotations

import re
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, ClassVar

import pytest

import release.steps.state as module
from release.steps.failure import ReleaseError
from release.steps.index import Pin
from release.steps.state import listing, state

if TYPE_CHECKING:
    from collections.abc import Iterator

PIN = Pin("python_worker_extension_timer-1.0.0-py3-none-any.whl", "0" * 64)
PAGE = f"""<!DOCTYPE html><html><body>
<a href="../../packages/ab/{PIN.filename}#sha256={PIN.sha256}" data-requires-python="&gt;=3.7">x</a>
</body></html>"""


class Page(BaseHTTPRequestHandler):
    """The project's page on one index, and on the others what an index answers without it."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        known = self.path.endswith("simple/python-worker-extension-timer/")
        busy = self.path.startswith("/busy") and self.asked.count(self.path) <= 3
        down = busy or self.path.startswith("/down")
        self.send_response(503 if down else 200 if known else 404)
        self.end_headers()
        self.wfile.write(PAGE.encode() if known else b"")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AGAIN", module._AGAIN.new(backoff_factor=0))


@pytest.fixture(scope="module")
def index() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_page_gives_names_and_hashes(index: str) -> None:
    assert listing(f"{index}/simple/") == {PIN.filename: PIN.sha256}


def test_index_that_never_heard_of_the_project_has_nothing(index: str) -> None:
    assert listing(f"{index}/empty/") == {}


def test_index_that_is_busy_is_asked_again(index: str) -> None:
    assert listing(f"{index}/busy/simple/") == {PIN.filename: PIN.sha256}


@pytest.mark.parametrize("why", ["503", "refused"])
def test_index_that_is_down_is_not_taken_for_an_empty_one(
    why: str, index: str, capsys: pytest.CaptureFixture[str]
) -> None:
    simple = f"{index}/down/simple" if why == "503" else "http://127.0.0.1:1/simple"

    state("testpypi", simple, [PIN])

    said = capsys.readouterr().out
    assert said.startswith("::warning::testpypi cannot be asked now, so nothing is known: ")
    assert re.search(why, said)


@pytest.mark.parametrize(("folder", "found"), [("simple", "the same file"), ("empty", "nothing")])
def test_what_an_index_has_is_said(
    folder: str, found: str, index: str, capsys: pytest.CaptureFixture[str]
) -> None:
    state("pypi", f"{index}/{folder}/", [PIN])

    assert capsys.readouterr().out == f"pypi has {found} under the name {PIN.filename}\n"


def test_other_bytes_on_an_index_are_refused(index: str) -> None:
    with pytest.raises(ReleaseError, match="pypi has other bytes than ours"):
        state("pypi", f"{index}/simple/", [Pin(PIN.filename, "1" * 64)])


def test_index_that_never_comes_to_an_end_is_not_waited_for(
    slow_index: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module, "_PATIENCE", 0.3)
    before = set(threading.enumerate())
    started = time.monotonic()

    state("testpypi", slow_index, [PIN])

    assert time.monotonic() - started < 2
    # Python would wait for another thread before it ends.
    assert [one for one in set(threading.enumerate()) - before if not one.daemon] == []
    assert "::warning::testpypi cannot be asked now" in (said := capsys.readouterr().out)
    assert "/python-worker-extension-timer/ did not come within 0.3 s" in said
