"""A client of the Debug Adapter Protocol for debugpy's adapter, in place of VS Code."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import IO, Any, Callable, Dict, List

Message = Dict[str, Any]


class Debugger:
    """
    One session of a debugger (https://microsoft.github.io/debug-adapter-protocol/specification).

    A message that arrives early is kept until a method needs it.
    """

    def __init__(self) -> None:
        command = [sys.executable, "-m", "debugpy.adapter"]
        self._adapter = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._adapter.stdin
        assert self._adapter.stdout
        self._in: IO[bytes] = self._adapter.stdin
        self._out: IO[bytes] = self._adapter.stdout
        self._waiting: List[Message] = []
        self._count = 0

    def send(self, command: str, **arguments: Any) -> int:
        """Send a request, and return its number."""
        self._count += 1
        message = {"seq": self._count, "type": "request", "command": command}
        body = json.dumps({**message, "arguments": arguments}).encode()
        self._in.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._in.flush()
        return self._count

    def ask(self, command: str, **arguments: Any) -> Any:
        """Send a request, and return the body of its response."""
        number = self.send(command, **arguments)
        response = self._take(lambda message: message.get("request_seq") == number)
        assert response["success"], response
        return response.get("body")

    def wait_for_event(self, name: str) -> Any:
        return self._take(lambda message: message.get("event") == name).get("body")

    def wait_for_output(self, pattern: str) -> str:
        """Return the first group of a pattern in the program's output."""
        printed = ""
        while True:
            printed += self.wait_for_event("output")["output"]
            match = re.search(pattern, printed)
            if match:
                return match[1]

    def _take(self, is_wanted: Callable[[Message], bool]) -> Message:
        for message in self._waiting:
            if is_wanted(message):
                self._waiting.remove(message)
                return message
        while True:
            message = self._read()
            if is_wanted(message):
                return message
            self._waiting.append(message)

    def _read(self) -> Message:
        length = int(self._out.readline().partition(b":")[2])
        assert self._out.readline() == b"\r\n"
        message: Message = json.loads(self._out.read(length))
        # After the end, no message arrives that a test waits for.
        assert message.get("event") != "terminated", self._waiting
        return message

    def close(self) -> None:
        """This also ends the program."""
        self.send("disconnect", terminateDebuggee=True)
        self._in.close()
        self._out.read()
        self._out.close()
        self._adapter.wait()
