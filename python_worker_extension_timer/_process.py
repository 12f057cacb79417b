"""The age of this process."""

from __future__ import annotations

import os
import time
from time import perf_counter

_imported = perf_counter()


def find_age() -> float:
    """
    Return the age of this process in seconds.

    On systems other than Linux, return the seconds since this module was imported.
    """
    try:
        # The start time is field 22, in ticks since boot (proc(5)). Field 2 may have spaces and
        # parentheses.
        with open("/proc/self/stat", "rb") as file:  # noqa: PTH123  # pathlib is slow to import
            ticks = int(file.read().rpartition(b")")[2].split()[19])
        booted = time.clock_gettime(time.CLOCK_BOOTTIME)
        return booted - ticks / os.sysconf("SC_CLK_TCK")
    except (AttributeError, OSError, ValueError, IndexError):
        return perf_counter() - _imported
