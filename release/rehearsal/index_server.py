"""A package index: pypiserver behind a layer that adds PyPI's rules, and faults."""

from __future__ import annotations

import hashlib
import json
import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

from release.rehearsal import index_rules, wire
from release.rehearsal.faults import Faults
from release.rehearsal.publisher import Door, RefusedError
from release.rehearsal.quiet_pypiserver import pypiserver

if TYPE_CHECKING:
    from pathlib import Path

    from release.rehearsal.wire import Start

PROJECT = "python-worker-extension-timer"
_ANCHOR = re.compile(r'<a href="(?P<href>[^"]+)">(?P<name>[^<]+)</a><br>')


class Index:
    """
    A WSGI application that answers as an index does, to pip and uv as well as to twine.

    Args:
        folder: where uploaded files go.
        door: who may upload.
        wheels: folders of other projects' wheels.
        requires_python: file name → Requires-Python, which PyPI's simple page states.
    """

    def __init__(
        self, folder: Path, door: Door, wheels: list[Path], requires_python: dict[str, str]
    ) -> None:
        self.folder = folder
        self.door = door
        self.faults = Faults()
        self.deleted: set[str] = set()
        self.requests: list[str] = []
        self.attested: set[str] = set()
        self._requires_python = requires_python
        self._pages: dict[str, tuple[str, list[tuple[str, str]], str]] = {}
        folder.mkdir(parents=True)
        self._pypiserver = pypiserver.app(
            roots=[folder, *wheels], authenticate=[], password_file=".", disable_fallback=True
        )

    def files(self) -> dict[str, str]:
        """Return file name → SHA-256 of everything that was uploaded."""
        return {
            file.name: hashlib.sha256(file.read_bytes()).hexdigest()
            for file in sorted(self.folder.iterdir())
        }

    def hold(self, name: str, content: bytes) -> None:
        """Have a file as if it had been uploaded long ago."""
        (self.folder / name).write_bytes(content)

    def __call__(self, environ: dict[str, Any], start: Start) -> list[bytes]:
        """Answer one request."""
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        self.requests.append(f"{method} {path}")
        if self.faults.down:
            return wire.as_text(start, "503 Service Unavailable")
        if path.startswith("/_/oidc/"):
            return self._trusted_publishing(path, environ, start)
        if path == "/legacy/" and method == "POST":
            return self._upload(environ, start)
        if path.startswith("/simple/"):
            return self._simple(environ, start)
        name = path.rpartition("/")[2]
        if (self.folder / name).is_file():
            return self._download(name, environ, start)
        return self._forward(environ, start)

    def _download(self, name: str, environ: dict[str, Any], start: Start) -> list[bytes]:
        if not self.faults.download():
            return wire.as_text(start, "503 Service Unavailable")
        if self.faults.corrupt:
            return wire.as_text(start, "200 OK", self._corrupted(name))
        return self._forward(environ, start)

    def _forward(self, environ: dict[str, Any], start: Start) -> list[bytes]:
        # pypiserver's bottle leaves the file open when it serves a part of it.
        environ.pop("HTTP_RANGE", None)
        answer = self._pypiserver(environ, start)
        try:
            return [b"".join(answer)]
        finally:
            # A client may hang up before the end, and then nobody else closes the file.
            getattr(answer, "close", lambda: None)()

    def _trusted_publishing(self, path: str, environ: dict[str, Any], start: Start) -> list[bytes]:
        if path == "/_/oidc/audience":
            return wire.as_json(start, "200 OK", {"audience": self.door.audience})
        body = json.loads(wire.body(environ))
        try:
            key = self.door.mint(body["token"])
        except RefusedError as refused:
            errors = {"message": "Token request failed", "errors": [{"code": refused.code}]}
            return wire.as_json(start, "422 Unprocessable Entity", errors)
        return wire.as_json(start, "200 OK", {"success": True, "token": key})

    def _upload(self, environ: dict[str, Any], start: Start) -> list[bytes]:
        body = wire.body(environ)
        if status := self.faults.upload():
            return wire.as_text(start, status)
        if not self.door.opens_with(wire.password(environ)):
            return wire.as_text(start, "403 Invalid or non-existent authentication information.")
        upload = wire.parse_upload({**environ, "wsgi.input": BytesIO(body)})
        status = index_rules.judge(upload, self.folder, self.deleted)
        if not status.startswith("201"):
            return wire.as_text(start, status)
        if upload.attestations:
            self.attested.add(upload.filename)
        forward = {**environ, "PATH_INFO": "/", "wsgi.input": BytesIO(body)}
        return self._forward(forward, start)

    def _simple(self, environ: dict[str, Any], start: Start) -> list[bytes]:
        status, headers, page = self._page(environ)
        ours = PROJECT in environ["PATH_INFO"]
        if ours and not self.faults.view():
            page = _ANCHOR.sub("", page)
        start(status, headers)
        return [_ANCHOR.sub(self._link, page).encode()]

    def _page(self, environ: dict[str, Any]) -> tuple[str, list[tuple[str, str]], str]:
        path = environ["PATH_INFO"]
        # pypiserver hashes every file for every page; other projects' files never change here.
        if path in self._pages and PROJECT not in path:
            return self._pages[path]
        answer: list[Any] = []
        page = b"".join(self._pypiserver(environ, lambda *given: answer.extend(given[:2])))
        status, headers = answer
        kept = [header for header in headers if header[0].lower() != "content-length"]
        # As PyPI has it, but for ours: what lags and what is fresh must not be a client's choice.
        kept.append(("Cache-Control", "no-store" if PROJECT in path else "max-age=600"))
        self._pages[path] = (status, kept, page.decode())
        return self._pages[path]

    def _link(self, anchor: re.Match[str]) -> str:
        requires = self._requires_python.get(anchor["name"], "").replace("<", "&lt;")
        stated = f' data-requires-python="{requires.replace(">", "&gt;")}"' if requires else ""
        return f'<a href="{anchor["href"]}"{stated}>{anchor["name"]}</a><br>'

    def _corrupted(self, name: str) -> bytes:
        content = (self.folder / name).read_bytes()
        return content[:-1] + bytes([content[-1] ^ 1])
