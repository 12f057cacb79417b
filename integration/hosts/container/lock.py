"""Locks between processes of this machine."""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator


@contextmanager
def hold_lock(file: Path) -> Iterator[None]:
    """
    Wait until no other process holds the lock of a file, and hold it.

    The file stays: if it were removed, two processes could lock two files of the same name.
    """
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_locked(file: Path) -> bool:
    """
    Return whether a process holds the lock of a file.
    """
    try:
        with file.open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
