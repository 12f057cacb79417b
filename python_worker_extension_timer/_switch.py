"""The app setting that switches worker extensions on and off, as Microsoft's worker reads it."""

from __future__ import annotations

import os
import sys

FLAG = "PYTHON_ENABLE_WORKER_EXTENSIONS"

_TRUE = ("1", "true", "t", "yes", "y")
_FALSE = ("0", "false", "f", "no", "n")


def is_switched_off() -> bool:
    """
    Tell whether the app setting says explicitly that no extension is to run.
    """
    return _setting() in _FALSE


def worker_dispatches() -> bool:
    """
    Tell whether the worker calls hooks itself: with the setting, up to Python 3.12.

    On 3.9 it does without the setting, too (`constants.py`, worker 4.34).
    """
    if sys.version_info >= (3, 13):
        return False
    if sys.version_info[:2] == (3, 9):
        return not is_switched_off()
    return _setting() in _TRUE


def _setting() -> str:
    return os.environ.get(FLAG, "").strip().lower()
