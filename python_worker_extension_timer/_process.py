"""The age of this process."""

from __future__ import annotations

import os
import time
from time import perf_counter

_imported = perf_counter()


def find_age() -> float:
    """Return the seconds since this process started; where no Linux is, since the import."""
    try:
        # The 22nd field, in ticks since boot. The 2nd may hold spaces and parentheses (proc(5)).
        with open("/proc/self/stat", "rb") as file:  # noqa: PTH123  # pathlib is slow to import
            ticks = int(file.read().rpartition(b")")[2].split()[19])
        booted = time.clock_gettime(time.CLOCK_BOOTTIME)
        return booted - ticks / os.sysconf("SC_CLK_TCK")
    except (AttributeError, OSError, ValueError, IndexError):
        return perf_counter() - _imported
