"""Log records, read from the output of each host in that host's format."""

from __future__ import annotations

import re
from typing import Callable, List, NamedTuple, Optional

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


class LogFormat(NamedTuple):
    """
    The format of a host's output.

    Attributes:
        has_levels: Whether log lines name their level.

        read: Returns the records of an output.
    """

    has_levels: bool
    read: Callable[[str], List[Record]]


def _read_embedded(output: str) -> List[Record]:
    return [_read_embedded_line(line) for line in output.splitlines()]


def _read_embedded_line(line: str) -> Record:
    found = _EMBEDDED.fullmatch(line)
    return Record(found.group(1).lower(), found.group(2)) if found else Record(None, line)


def _read_core_tools(output: str) -> List[Record]:
    # A text of several lines is several records, each with the time in front.
    return [Record(None, _CORE_TOOLS.sub(r"\1", line)) for line in output.splitlines()]


def _read_dotnet(output: str) -> List[Record]:
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


# `python -m functions_host`: "name: LEVEL: text" on one line.
EMBEDDED = LogFormat(True, _read_embedded)

# `func start`: "[time] text". A colour shows the level, and only on a terminal
# (ColoredConsoleLogger.cs, Core Tools 4.14).
CORE_TOOLS = LogFormat(False, _read_core_tools)

# .NET's console logger in the official image: "level: category[id]", then the text with an indent
# (ScriptLoggingBuilderExtensions.cs, host 4.1037). With the option SingleLine, all on one line.
DOTNET = LogFormat(True, _read_dotnet)
