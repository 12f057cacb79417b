"""The rules of a package index for uploads, and the faults that a test can give it."""

from __future__ import annotations

import hashlib
import re
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_SDIST = re.compile(r"[a-z0-9_]+-[^-]+\.tar\.gz")


def judge_upload(filename: str, content: bytes, digest: str, folder: Path, gone: set[str]) -> str:
    """
    Return the HTTP status of an upload: 200 for a file that the index has, 201 for a new one.

    These are the rules of warehouse that matter to a release.

    Args:
        filename: the name of the uploaded file.
        content: its bytes.
        digest: the SHA-256 that the client states.
        folder: the files of the index.
        gone: the names of deleted files, which no upload can use again.
    """
    if hashlib.sha256(content).hexdigest() != digest:
        return "400 The digest supplied does not match a digest calculated from the uploaded file."
    if filename in gone:
        return "400 This filename was previously used by a file that has since been deleted."
    stored = folder / filename
    if stored.exists():
        same = stored.read_bytes() == content
        return "200 OK" if same else "400 File already exists with other content."
    if filename.endswith(".tar.gz"):
        return _judge_sdist(filename, folder)
    return "201 Created"


def _judge_sdist(filename: str, folder: Path) -> str:
    if not _SDIST.fullmatch(filename):
        return "400 The filename of an sdist must be normalized_name-version.tar.gz."
    release = filename[: -len(".tar.gz")]
    if any(other.name.startswith(release + ".") for other in folder.glob("*.tar.gz")):
        return "400 Only one sdist may be uploaded per release."
    return "201 Created"


@dataclass(slots=True)
class Faults:
    """The faults of one index. A test may set them while the index serves."""

    down: bool = False
    """Answer every request with 503."""
    busy_uploads: int = 0
    """Answer this many uploads with 503 before accepting one."""
    forbidden: bool = False
    """Answer uploads with 403."""
    refuse_upload: int = 0
    """Answer the upload with this number, counted from 1, with 400; 0 refuses none."""
    stale_views: int = 0
    """Show the simple page this many times without the uploaded files."""
    busy_downloads: int = 0
    """Answer this many downloads of uploaded files with 503."""
    corrupt: bool = False
    """Serve uploaded files with one byte changed."""
    _attempts: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def fail_upload(self) -> str:
        """Count an upload, and return the HTTP status of its fault; empty if it has none."""
        with self._lock:
            if self.busy_uploads:
                self.busy_uploads -= 1
                return "503 Service Unavailable"
            if self.forbidden:
                return "403 Forbidden"
            self._attempts += 1
            if self._attempts == self.refuse_upload:
                return "400 Refused by the rehearsal"
            return ""

    def fail_download(self) -> bool:
        """Count a download of an uploaded file, and return whether it fails."""
        with self._lock:
            failing = self.busy_downloads > 0
            self.busy_downloads -= failing
            return failing

    def hide_files(self) -> bool:
        """Count a view of the simple page, and return whether it lacks the uploaded files."""
        with self._lock:
            hiding = self.stale_views > 0
            self.stale_views -= hiding
            return hiding
