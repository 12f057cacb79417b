"""A package index on loopback, for pip, uv and twine: PyPI's rules for uploads, and faults."""

import contextlib
import json
import logging
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from release.rehearsal.faults import Faults
from release.rehearsal.state import write_identity
from release.steps.checksums import checksums, sha256

_JSON = "application/vnd.pypi.simple.v1+json"


class Index:
    """
    A package index.

    It keeps uploads in a new folder with its name, and serves wheels of other projects.
    """

    def __init__(self, folder: Path, wheels: Path | None = None) -> None:
        self.folder = folder
        # The registered publisher. Only this publisher may upload.
        self.publisher = write_identity(folder.name, "release.yml", environment=folder.name)
        self.faults = Faults()
        self.requests: list[str] = []
        self.attested: set[str] = set()
        self._wheels = wheels
        folder.mkdir(parents=True)

    @property
    def name(self) -> str:
        """The name of the index. The job that uploads to it has the same name."""
        return self.folder.name

    @property
    def uploads(self) -> int:
        """The number of upload requests so far."""
        return self.requests.count("POST /legacy/")

    def files(self) -> dict[str, str]:
        """Return file name → SHA-256 of all uploaded files."""
        return checksums(self.folder)

    def add_file(self, name: str, content: bytes) -> None:
        """Store a file as if it had been uploaded long ago."""
        (self.folder / name).write_bytes(content)

    def answer(self, request: Request) -> Response:
        """Answer one request."""
        self.requests.append(f"{request.method} {request.path}")
        # Read the whole request first: a client that is still sending would not read the answer.
        request.get_data(parse_form_data=True)
        if self.faults.down:
            return Response(status=503)
        kind, _, name = request.path.strip("/").partition("/")
        answers = {
            "legacy": self._upload,
            "simple": self._list,
            "packages": self._download,
        }
        return answers[kind](request, name) if kind in answers else Response(status=404)

    def _upload(self, request: Request, _: str) -> Response:
        """Accept a file by the rules of PyPI that matter to a release."""
        file = request.files["content"]
        name, content = str(file.filename), file.read()
        if self.faults.count_down("busy_uploads"):
            return Response(status=503)
        if name in self.faults.refused:
            return Response(status=self.faults.refused[name])
        if request.authorization is None or request.authorization.password != self.publisher:
            return Response(status="403 invalid-publisher")
        stored = self.folder / name
        if stored.exists() and stored.read_bytes() != content:
            return Response(status="400 File already exists with other content.")
        if not stored.exists() and "attestations" in request.form:
            self.attested.add(name)
        self.add_file(name, content)
        return Response()

    def _list(self, request: Request, project: str) -> Response:
        ours = _find_files(self.folder, project)
        others = _find_files(self._wheels, project) if self._wheels else []
        if not ours and not others:
            return Response(status=404)
        if _JSON not in request.headers["Accept"]:
            return Response("<!DOCTYPE html>", mimetype="text/html")
        shown = [] if ours and self.faults.count_down("stale_views") else ours
        files = [_describe(file) for file in shown + others]
        page = {"meta": {"api-version": "1.0"}, "name": project, "files": files}
        # For other projects, this is PyPI's header. Clients must not cache our own project's page.
        headers = {"Cache-Control": "no-store" if ours else "max-age=600"}
        return Response(json.dumps(page), mimetype=_JSON, headers=headers)

    def _download(self, _: Request, name: str) -> Response:
        if self._wheels and (self._wheels / name).is_file():
            return Response((self._wheels / name).read_bytes())
        if not (self.folder / name).is_file():
            return Response(status=404)
        if self.faults.count_down("busy_downloads"):
            return Response(status=503)
        content = (self.folder / name).read_bytes()
        return Response(content[:-1] + bytes([content[-1] ^ 1]) if self.faults.corrupt else content)


def _find_files(folder: Path, project: str) -> list[Path]:
    """Return the wheels and sdists of a project, given by its normalized name."""
    names = {file: re.split(r"-\d", file.name)[0] for file in folder.iterdir()}
    return [file for file, name in names.items() if re.sub(r"[-_.]+", "-", name).lower() == project]


def _describe(file: Path) -> dict[str, Any]:
    digest = {"sha256": sha256(file)}
    return {"filename": file.name, "url": f"/packages/{file.name}", "hashes": digest}


@contextlib.contextmanager
def serve(index: Index, port: int) -> Iterator[str]:
    """
    Serve an index on loopback and return its address.

    Use the given port if it is free, because uv caches by address. Otherwise use any free port.
    """
    application = Request.application(index.answer)
    # `Index.requests` has the requests.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with _listen(port) as listener:
        fd = listener.fileno()
        server = make_server("", 0, application, threaded=True, fd=fd)
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
