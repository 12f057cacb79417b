"""What can be wrong with an index, so that a rehearsal can make it go wrong."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass
class Faults:
    """The faults of one index. They may be set while the index serves."""

    down: bool = False
    """Every request, from `pip` or `twine`, is answered with 503."""
    busy_uploads: int = 0
    """So many uploads are answered with 503 before one is looked at."""
    forbidden: bool = False
    """Uploads are answered with 403."""
    refuse_upload: int = 0
    """The upload with this number, counted from 1, is answered with 400; 0 refuses none."""
    stale_views: int = 0
    """So many times the simple page is shown without the new files."""
    busy_downloads: int = 0
    """So many downloads of our files are answered with 503."""
    corrupt: bool = False
    """Our files are served with one byte changed."""
    attempts: int = 0
    """How many uploads were looked at so far."""
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def upload(self) -> str | None:
        """Return the HTTP status that this upload gets because of a fault, if it gets one."""
        with self._lock:
            if self.busy_uploads:
                self.busy_uploads -= 1
                return "503 Service Unavailable"
            if self.forbidden:
                return "403 Forbidden"
            self.attempts += 1
            if self.attempts == self.refuse_upload:
                return "400 Refused by the rehearsal"
            return None

    def download(self) -> bool:
        """Return whether this download gets its file."""
        with self._lock:
            self.busy_downloads -= 1
            return self.busy_downloads < 0

    def view(self) -> bool:
        """Return whether this view of the simple page shows the new files."""
        with self._lock:
            if self.stale_views:
                self.stale_views -= 1
                return False
            return True
