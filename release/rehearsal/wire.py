"""Requests and answers of a WSGI application, as far as an index needs them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from release.rehearsal.index_rules import Upload
from release.rehearsal.quiet_pypiserver import BaseRequest

Start = Callable[[str, "list[tuple[str, str]]"], object]


def body(environ: dict[str, Any]) -> bytes:
    """Return the body of a request."""
    body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    return body


def password(environ: dict[str, Any]) -> str:
    """Return the password that a request came with."""
    _, _, credentials = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    return base64.b64decode(credentials).decode().partition(":")[2]


def parse_upload(environ: dict[str, Any]) -> Upload:
    """Return what an upload form says."""
    request = BaseRequest(environ)
    content = request.files["content"]
    return Upload(
        filename=content.raw_filename,
        content=content.file.read(),
        sha256_digest=request.forms["sha256_digest"],
        attestations="attestations" in request.forms,
    )


def as_text(start: Start, status: str, body: bytes = b"") -> list[bytes]:
    """Answer with bytes; without any, with the status as text."""
    start(status, [("Content-Type", "application/octet-stream")])
    return [body or status.encode()]


def as_json(start: Start, status: str, content: object) -> list[bytes]:
    """Answer with JSON."""
    start(status, [("Content-Type", "application/json")])
    return [json.dumps(content).encode()]
