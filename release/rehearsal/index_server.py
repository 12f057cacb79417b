"""A package index on loopback, for pip, uv and twine: PyPI's rules for uploads, and faults."""

from __future__ import annotations

import contextlib
import functools
import html
import json
import re
import socket
import threading
from typing import TYPE_CHECKING

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from release.rehearsal.faults import Faults
from release.rehearsal.index_rules import judge_upload
from release.rehearsal.publisher import RefusedError, TrustedPublisher
from release.rehearsal.seed import requires_python
from release.steps.checksums import checksums, sha256

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Index:
    """
    A WSGI application that answers like a package index.

    Args:
        folder: a new folder for uploaded files.
        publisher: the registered publisher, the only one who may upload.
        wheels: a folder with the wheels of other projects, if the index has any.
    """

    def __init__(
        self, folder: Path, publisher: TrustedPublisher, wheels: Path | None = None
    ) -> None:
        self.folder = folder
        self.publisher = publisher
        self.faults = Faults()
        self.deleted: set[str] = set()
        self.requests: list[str] = []
        self.attested: set[str] = set()
        self._wheels = wheels
        folder.mkdir(parents=True)

    @property
    def uploads(self) -> int:
        """The number of uploads that the index was asked to accept."""
        return self.requests.count("POST /legacy/")

    def files(self) -> dict[str, str]:
        """Return file name → SHA-256 of all uploaded files."""
        return checksums(self.folder)

    def add_file(self, name: str, content: bytes) -> None:
        """Store a file as if it had been uploaded long ago."""
        (self.folder / name).write_bytes(content)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        with Request(environ) as request:
            return self._answer(request)(environ, start_response)

    def _answer(self, request: Request) -> Response:
        self.requests.append(f"{request.method} {request.path}")
        # A client that is still sending would not read the answer.
        request.get_data(parse_form_data=True)
        if self.faults.down:
            return Response(status=503)
        kind, _, name = request.path.strip("/").partition("/")
        answers = {
            "_": self._exchange,
            "legacy": self._upload,
            "simple": self._list,
            "packages": self._download,
        }
        return answers[kind](request, name) if kind in answers else Response(status=404)

    def _exchange(self, request: Request, action: str) -> Response:
        if action == "oidc/audience":
            return _json({"audience": self.publisher.audience})
        try:
            key = self.publisher.exchange(request.json["token"])
        except RefusedError as refused:
            return _json({"errors": [{"code": str(refused)}]}, 422)
        return _json({"token": key})

    def _upload(self, request: Request, _: str) -> Response:
        if status := self.faults.fail_upload():
            return Response(status=status)
        password = request.authorization and request.authorization.password
        if not self.publisher.accepts(password or ""):
            return Response(status="403 Invalid or non-existent authentication information.")
        file = request.files["content"]
        name, content = str(file.filename), file.read()
        status = judge_upload(
            name, content, request.form["sha256_digest"], self.folder, self.deleted
        )
        if status.startswith("201"):
            self.add_file(name, content)
            self.attested |= {name} if "attestations" in request.form else set()
        return Response(status=status)

    def _list(self, _: Request, project: str) -> Response:
        ours = [file for file in self.folder.iterdir() if _project(file.name) == project]
        others = _other_projects(self._wheels).get(project, "") if self._wheels else ""
        if not ours and not others:
            return Response(status=404)
        shown = [] if ours and self.faults.hide_files() else ours
        page = f"<!DOCTYPE html>\n{''.join(map(_link, shown))}{others}"
        # PyPI's header for other projects. Clients must not cache the page of ours.
        headers = {"Cache-Control": "no-store" if ours else "max-age=600"}
        return Response(page, mimetype="text/html", headers=headers)

    def _download(self, _: Request, name: str) -> Response:
        if self._wheels and (self._wheels / name).is_file():
            return Response((self._wheels / name).read_bytes())
        if not (self.folder / name).is_file():
            return Response(status=404)
        if self.faults.fail_download():
            return Response(status=503)
        content = (self.folder / name).read_bytes()
        return Response(content[:-1] + bytes([content[-1] ^ 1]) if self.faults.corrupt else content)


def _json(content: object, status: int = 200) -> Response:
    return Response(json.dumps(content), status=status, mimetype="application/json")


def _project(filename: str) -> str:
    """Return the normalized name of the project that a wheel or an sdist belongs to."""
    return re.sub(r"[-_.]+", "-", re.split(r"-\d", filename)[0]).lower()


@functools.cache
def _other_projects(wheels: Path) -> dict[str, str]:
    """Return project → links to its wheels, for pages that never change."""
    pages: dict[str, str] = {}
    for wheel, requires in requires_python(wheels).items():
        stated = f'data-requires-python="{html.escape(requires)}"' if requires else ""
        page = pages.get(_project(wheel), "")
        pages[_project(wheel)] = page + _link(wheels / wheel, stated)
    return pages


def _link(file: Path, attributes: str = "") -> str:
    address = f"/packages/{file.name}#sha256={sha256(file)}"
    return f'<a href="{address}" {attributes}>{file.name}</a>\n'


class _Quiet(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        """Keep the access log out of the timeline; `Index.requests` has it."""


@contextlib.contextmanager
def serve(index: Index, port: int) -> Iterator[str]:
    """
    Serve an index on loopback and return its address.

    Args:
        index: the application.
        port: the port to use if it is free: uv caches by address. Otherwise any free port.
    """
    with _listen(port) as listener:
        server = make_server(
            "127.0.0.1", 0, index, threaded=True, request_handler=_Quiet, fd=listener.fileno()
        )
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError:
        return socket.create_server(("127.0.0.1", 0))
