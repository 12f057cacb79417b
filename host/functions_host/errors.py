"""Errors reported to the user."""

from __future__ import annotations

import traceback
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, List, Optional

# An endless recursion has a thousand frames.
_MOST_FRAMES = 20


class HostError(Exception):
    """
    An app that cannot be served.

    The message says what is wrong and what to do.

    Functions that read or import a part of an app raise this error. `args` is one message, or
    several errors.
    """

    file: Optional[Path] = None
    line: Optional[int] = None
    function: Optional[str] = None
    # The parameter or binding that is wrong.
    parameter: Optional[str] = None

    def __str__(self) -> str:
        return "\n".join(map(str, self.args))

    def describe(self) -> str:
        """Return the message with its file. Only a FunctionError has to add the file."""
        return str(self)

    @property
    def faults(self) -> List[HostError]:
        """The errors that this error contains, or this error itself if it is a single error."""
        return [fault for fault in self.args if isinstance(fault, HostError)] or [self]

    def locate(
        self, file: Path, line: Optional[int] = None, function: Optional[str] = None
    ) -> HostError:
        """Add the place of the error, unless it is known already, and return the error."""
        if self.file is None:
            self.file, self.line = file, line
        self.function = self.function or function
        return self


class FunctionError(HostError):
    """An invalid function. `problem` ends a sentence that begins with the function's name."""

    def __init__(self, function: str, problem: str, parameter: Optional[str] = None) -> None:
        super().__init__(f"Function {function} {problem}")
        self.function, self.parameter = function, parameter

    def describe(self) -> str:
        line = f":{self.line}" if self.line else ""
        return f"{self.file}{line}: {self}" if self.file else str(self)


class UsageError(HostError):
    """Wrong command-line arguments."""


@contextmanager
def locate_errors(file: Path) -> Iterator[None]:
    """Add the file to a HostError that the block raises."""
    try:
        yield
    except HostError as error:
        error.locate(file)
        raise


def user_frames(error: BaseException, root: Path) -> List[str]:
    """Describe an exception by the lines of files below the app's folder."""
    lines: List[str] = []
    for frame in find_frames(error, root)[-_MOST_FRAMES:]:
        where = f"{Path(frame.filename).relative_to(root)}:{frame.lineno}"
        lines += [f"{where} in {frame.name}" if frame.name else where, f"  {frame.line}"]
    first, *rest = last_line(error).split("\n")
    return [*lines, first, *(f"  {line}" for line in rest)]


def find_frames(error: BaseException, root: Path) -> List[traceback.FrameSummary]:
    """Return the frames of an app's own code. The line of a syntax error has no function name."""
    frames = list(traceback.extract_tb(error.__traceback__))
    if isinstance(error, SyntaxError) and error.filename:
        frames.append(traceback.FrameSummary(error.filename, error.lineno or 0, ""))
    # Generated code has no line, even if it names a file of the app's folder.
    of_app = [frame for frame in frames if _is_below(frame.filename, root) and frame.line]
    # A future cannot hold a StopIteration. It is then the cause of another exception.
    if not of_app and isinstance(error.__cause__, StopIteration):
        return find_frames(error.__cause__, root)
    return of_app


def last_line(error: BaseException) -> str:
    """Return the last line of the exception's traceback, as Python prints it."""
    return traceback.format_exception_only(type(error), error)[-1].strip()


def _is_below(filename: str, root: Path) -> bool:
    return root in Path(filename).parents
