"""Errors reported to the user."""

from __future__ import annotations

import linecache
import traceback
from pathlib import Path
from typing import List

# An endless recursion has a thousand frames.
_MOST_FRAMES = 20


class HostError(Exception):
    """
    An app that cannot be served; the message says what is wrong and what to do.

    Every function that reads or imports a part of an app raises it.
    """


class UsageError(HostError):
    """Wrong command-line arguments."""


def user_frames(error: BaseException, root: Path) -> List[str]:
    """Describe an exception by the app's own lines, those of files below its folder."""
    lines: List[str] = []
    frames = traceback.extract_tb(error.__traceback__)
    # Generated code has no line, even if it names a file of the app's folder.
    of_app = [frame for frame in frames if _is_below(frame.filename, root) and frame.line]
    for frame in of_app[-_MOST_FRAMES:]:
        where = Path(frame.filename).relative_to(root)
        lines += [f"{where}:{frame.lineno} in {frame.name}", f"  {frame.line}"]
    if isinstance(error, SyntaxError) and error.filename and _is_below(error.filename, root):
        source = linecache.getline(error.filename, error.lineno or 0).strip()
        lines += [f"{Path(error.filename).relative_to(root)}:{error.lineno}", f"  {source}"]
    first, *rest = last_line(error).split("\n")
    return [*lines, first, *(f"  {line}" for line in rest)]


def last_line(error: BaseException) -> str:
    """Return the last line of the exception's traceback, as Python prints it."""
    return traceback.format_exception_only(type(error), error)[-1].strip()


def _is_below(filename: str, root: Path) -> bool:
    return root in Path(filename).parents
