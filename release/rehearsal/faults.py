"""The faults that a test can cause in an index."""

import threading
from dataclasses import dataclass, field
from typing import Literal


@dataclass(slots=True)
class Faults:
    """The faults of one index. A test may change them while the index runs."""

    down: bool = False
    """Answer every request with 503."""
    busy_uploads: int = 0
    """Answer this many uploads with 503 before accepting one."""
    refused: dict[str, str] = field(default_factory=dict)
    """Answer the uploads of these files with this HTTP status."""
    stale_views: int = 0
    """Leave the uploaded files out of the project's page this many times."""
    busy_downloads: int = 0
    """Answer this many downloads of uploaded files with 503."""
    corrupt: bool = False
    """Serve uploaded files with one byte changed."""
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def count_down(self, fault: Literal["busy_uploads", "stale_views", "busy_downloads"]) -> bool:
        """Count a request, and return whether the fault applies to it."""
        with self._lock:
            left: int = getattr(self, fault)
            setattr(self, fault, max(left - 1, 0))
        return left > 0
