"""What only one process on this machine does at a time."""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator


@contextmanager
def exclusive(file: Path) -> Iterator[None]:
    """
    Wait until no other process holds the lock of a file, and hold it.

    The file stays: to remove it would let two processes lock two files of one name.
    """
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
