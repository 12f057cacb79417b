"""The faults that a test can give to an index."""

import threading
from dataclasses import dataclass, field
from typing import Literal


@dataclass(slots=True)
class Faults:
    """The faults of one index. A test may set them while the index serves."""

    down: bool = False
    """Answer every request with 503."""
    busy_uploads: int = 0
    """Answer this many uploads with 503 before accepting one."""
    forbidden: bool = False
    """Answer uploads with 403."""
    refused: str = ""
    """Answer the upload of this file with 400."""
    deleted: str = ""
    """Refuse this file name: its file was deleted, and no upload can use the name again."""
    stale_views: int = 0
    """Show the simple page this many times without the uploaded files."""
    busy_downloads: int = 0
    """Answer this many downloads of uploaded files with 503."""
    corrupt: bool = False
    """Serve uploaded files with one byte changed."""
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def fail_upload(self, name: str) -> str:
        """Return the HTTP status of an upload's fault; empty if it has none."""
        if self.count_down("busy_uploads"):
            return "503 Service Unavailable"
        if self.forbidden:
            return "403 Forbidden"
        if name == self.refused:
            return "400 Refused by the rehearsal"
        if name == self.deleted:
            return "400 This filename was previously used by a file that has since been deleted."
        return ""

    def count_down(self, fault: Literal["busy_uploads", "stale_views", "busy_downloads"]) -> bool:
        """Count a request, and return whether it has the fault."""
        with self._lock:
            left: int = getattr(self, fault)
            setattr(self, fault, max(left - 1, 0))
        return left > 0
