"""Output that never fails, never blocks and shows no control characters."""

from __future__ import annotations

import asyncio
import io
import os
import re
import select
import threading
from collections import deque
from functools import partial
from typing import Any, Deque, Optional, TextIO, Tuple, Union

# Bytes that may wait for a slow terminal. Further lines are dropped.
_MOST_WAITING = 8_388_608
# Bytes that a ready file takes without blocking: PIPE_BUF is at least as large.
_AT_ONCE = 512
# Control characters (also C1) except tab and newline, line separators, and characters that change
# the direction of text.
_CONTROLS = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def escape(text: str) -> str:
    """Return text with control and bidi characters as Python writes them, such as `\\x1b`."""
    return _CONTROLS.sub(lambda match: ascii(match.group())[1:-1], text.replace("\r\n", "\n"))


def escape_line(text: str) -> str:
    """Return text as `escape()` does, on one line."""
    # Controls are not printable.
    return text if text.isprintable() else escape(text).replace("\n", "\\n").replace("\t", "\\t")


class Output:
    """
    Write to standard output and standard error, in order.

    If they are not ready, write in a thread. Drop lines that cannot be written. Note the first
    failure of standard output on standard error.
    """

    def __init__(self, out: Optional[TextIO], err: Optional[TextIO]) -> None:
        self.out, self.err = _Stream(self, out), _Stream(self, err)
        self._changed = threading.Condition()
        self._waiting: Deque[Tuple[Any, bytearray]] = deque()
        self._size = self._lost = 0
        self._is_writing = self._is_stuck = self._has_failed = False
        self._process = os.getpid()
        threading.Thread(target=self._write_all, name="terminal", daemon=True).start()

    def put(self, file: Any, data: bytes) -> None:
        """Write to a binary file, or drop the data if too much waits already."""
        # A forked child has no such thread.
        if os.getpid() != self._process:
            self._write(file, data)
            return
        with self._changed:
            if self._is_empty() and len(data) <= _AT_ONCE and _is_ready(file):
                self._write(file, data)
                return
            if self._waiting and self._size + len(data) > _MOST_WAITING:
                self._lost += data.count(b"\n")
                return
            if self._lost:
                data = b"(%d lines are missing: the terminal is too slow)\n%b" % (self._lost, data)
                self._lost = 0
            # Write many lines at once: the thread may get its turn only after many lines.
            if not self._waiting or self._waiting[-1][0] is not file:
                self._waiting.append((file, bytearray()))
            self._waiting[-1][1].extend(data)
            self._size += len(data)
            self._changed.notify_all()

    def drain(self, seconds: float) -> None:
        """Wait until everything is written. Wait for a stuck terminal only once."""
        if os.getpid() != self._process:
            return
        with self._changed:
            if not self._is_stuck:
                self._is_stuck = not self._changed.wait_for(self._is_empty, seconds)

    async def wait(self, seconds: float) -> None:
        """Wait as `drain()` does, but only for the lines so far, and without blocking the loop."""
        with self._changed:
            if self._is_stuck or self._is_empty() or os.getpid() != self._process:
                return
            loop = asyncio.get_running_loop()
            written = loop.create_future()
            # When its turn comes, the writing thread calls this function instead of writing.
            finish = partial(loop.call_soon_threadsafe, written.set_result, None)
            self._waiting.append((finish, bytearray()))
        done, _ = await asyncio.wait({written}, timeout=seconds)
        self._is_stuck = not done

    def _is_empty(self) -> bool:
        return not self._waiting and not self._is_writing

    def _write_all(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting)
                file, data = self._waiting.popleft()
                self._size -= len(data)
                self._is_writing = True
            self._write(file, data)
            with self._changed:
                self._is_writing = self._is_stuck = False
                self._changed.notify_all()

    def _write(self, file: Any, data: Union[bytes, bytearray]) -> None:
        if callable(file):
            file()
            return
        try:
            _write_whole(file, data)
        except (OSError, ValueError) as error:
            if file is self.out.file and not self._has_failed:
                self._has_failed = True
                self.err.write(f"error: cannot write to standard output: {error}. ")
                self.err.write("The host serves requests, but does not show them.\n")


def _is_ready(file: Any) -> bool:
    try:
        return bool(select.select((), (file,), (), 0)[1])
    # The stream is not a file of the system, there are too many open files, or this is Windows.
    except (OSError, ValueError, TypeError):
        return False


def _write_whole(file: Any, data: Union[bytes, bytearray]) -> None:
    left = memoryview(data)
    while file is not None and left:
        # None: the file does not block and is not ready, so drop the rest.
        left = left[file.write(left) or len(left) :]


class _Channel(io.BufferedIOBase):
    """The bytes of a stream on their way to an Output."""

    def __init__(self, output: Output, stream: Optional[TextIO]) -> None:
        buffer = getattr(stream, "buffer", None)
        # A buffer would keep what it cannot write, and try again.
        self.file = getattr(buffer, "raw", buffer)
        self.name = getattr(stream, "name", None)
        # Keep the stream: otherwise Python would close its file.
        self._output, self._stream = output, stream

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._output.put(self.file, bytes(data))
        return len(data)

    def fileno(self) -> int:
        if self.file is None:
            raise io.UnsupportedOperation("fileno")
        return int(self.file.fileno())


class _Stream(io.TextIOWrapper):
    """A text stream with the encoding of another. It escapes control characters and stays open."""

    def __init__(self, output: Output, stream: Optional[TextIO]) -> None:
        channel = _Channel(output, stream)
        self.file = channel.file
        encoding = getattr(stream, "encoding", "utf-8")
        super().__init__(channel, encoding, errors="backslashreplace", line_buffering=True)

    def write(self, text: str) -> int:
        super().write(escape(text))
        return len(text)

    def close(self) -> None:
        self.flush()
