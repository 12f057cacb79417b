"""Read log records from the output of each host, in that host's format."""

from __future__ import annotations

import re
from typing import List, NamedTuple, Optional

_EMBEDDED = re.compile(r"[\w.]+: (DEBUG|INFO|WARNING|ERROR|CRITICAL): (.*)")
_CORE_TOOLS = re.compile(r"\[[-0-9T:.]+Z\] (.*)")
_DOTNET = re.compile(r"(trce|dbug|info|warn|fail|crit): \S+\[-?\d+\](?: (.*))?")
_DOTNET_INDENT = " " * 6
_DOTNET_LEVELS = {
    "trce": "debug",
    "dbug": "debug",
    "info": "info",
    "warn": "warning",
    "fail": "error",
    "crit": "critical",
}


class Record(NamedTuple):
    """
    A log record, or any other line of the output.

    Attributes:
        level: Python's name of the level in lower case; None if the line has no level.
    """

    level: Optional[str]
    text: str


def read_embedded(output: str) -> List[Record]:
    """
    Read the output of `python -m functions_host`: "name: LEVEL: text" on one line.
    """
    return [_read_embedded_line(line) for line in output.splitlines()]


def _read_embedded_line(line: str) -> Record:
    found = _EMBEDDED.fullmatch(line)
    return Record(found.group(1).lower(), found.group(2)) if found else Record(None, line)


def read_core_tools(output: str) -> List[Record]:
    """
    Read the output of `func start`: "[time] text".

    A colour shows the level, on a terminal only (ColoredConsoleLogger.cs, Core Tools 4.14).
    """
    # A text of several lines becomes several records, each with the time at its start.
    return [Record(None, _CORE_TOOLS.sub(r"\1", line)) for line in output.splitlines()]


def read_dotnet(output: str) -> List[Record]:
    """
    Read the output of .NET's console logger, as in the official image.

    One line has level and category, the next line has the indented text
    (ScriptLoggingBuilderExtensions.cs, host 4.1037). With SingleLine, one line has everything.
    """
    records: List[Record] = []
    for line in output.splitlines():
        head = _DOTNET.fullmatch(line)
        if head:
            records.append(Record(_DOTNET_LEVELS[head.group(1)], head.group(2) or ""))
        elif line.startswith(_DOTNET_INDENT) and records and records[-1].level:
            level, text = records[-1]
            line = line[len(_DOTNET_INDENT) :]
            records[-1] = Record(level, f"{text}\n{line}" if text else line)
        else:
            records.append(Record(None, line))
    return records
