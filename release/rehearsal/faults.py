"""The faults that a test can give to an index."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


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
