from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from integration.release.steps.failure import ReleaseError
from integration.release.steps.index import Pin
from integration.release.steps.state import listing, state

if TYPE_CHECKING:
    from collections.abc import Iterator

PIN = Pin("python_worker_extension_timer-1.0.0-py3-none-any.whl", "0" * 64)
PAGE = f"""<!DOCTYPE html><html><body>
<a href="../../packages/ab/{PIN.filename}#sha256={PIN.sha256}" data-requires-python="&gt;=3.7">x</a>
</body></html>"""


class Page(BaseHTTPRequestHandler):
    """The project's page on one index, and on the others what an index answers without it."""

    def do_GET(self) -> None:
        known = self.path == "/simple/python-worker-extension-timer/"
        self.send_response(200 if known else 503 if self.path.startswith("/down") else 404)
        self.end_headers()
        self.wfile.write(PAGE.encode() if known else b"")

    def log_message(self, *_: object) -> None:
        pass


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


def test_index_that_is_down_is_not_taken_for_an_empty_one(index: str) -> None:
    with pytest.raises(OSError, match="503"):
        listing(f"{index}/down/")


def test_what_each_index_has_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    state([PIN], {"testpypi": {PIN.filename: PIN.sha256}, "pypi": {}})

    assert capsys.readouterr().out == (
        f"testpypi has the same file under the name {PIN.filename}\n"
        f"pypi has nothing under the name {PIN.filename}\n"
    )


def test_other_bytes_on_one_index_are_refused() -> None:
    with pytest.raises(ReleaseError, match="pypi has other bytes than ours"):
        state([PIN], {"testpypi": {}, "pypi": {PIN.filename: "1" * 64}})
