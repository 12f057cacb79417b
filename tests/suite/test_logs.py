"""Log records are read from each host's format. The samples are made up."""

from __future__ import annotations

from typing import Callable, List

import pytest

from integration.hosts import logs
from integration.hosts.logs import Record

EMBEDDED = """\
Ready on http://127.0.0.1:7071. Press CTRL+C to stop.
root: INFO: brewing a pot: green
python_worker_extension_timer: WARNING: Time taken to execute tea is 2.5 sec
12:00:00  GET   /api/tea                 200  tea          2.5 ms
"""
CORE_TOOLS = """\
Azure Functions Core Tools
[2026-11-25T12:00:00.123Z] Executing 'Functions.tea' (Reason='…', Id=1)
[2026-11-25T12:00:00.456Z] Time taken to execute tea is 2.5 sec
[2026-11-25T12:00:01.789Z] first line
[2026-11-25T12:00:01.789Z] second line
"""
DOTNET = """\
Hosting environment: Production
info: Function.tea[1]
      Executing 'Functions.tea' (Reason='…', Id=1)
warn: Function.tea.User[0]
      Time taken to execute tea is 2.5 sec
fail: Function.tea[3]
      Executed 'Functions.tea' (Failed)
      Result: Failure
        Exception: no water
      info: Function.tea[0]
plain text
      indented, after plain text
dbug: Host.Function.Console[0]
"""
SINGLE_LINE = """\
info: Function.tea.User[0] brewing
crit: Host.Startup[-1] no water
"""


@pytest.mark.parametrize(
    ("read", "output", "records"),
    [
        pytest.param(
            logs.read_embedded,
            EMBEDDED,
            [
                Record(None, "Ready on http://127.0.0.1:7071. Press CTRL+C to stop."),
                Record("info", "brewing a pot: green"),
                Record("warning", "Time taken to execute tea is 2.5 sec"),
                Record(None, "12:00:00  GET   /api/tea                 200  tea          2.5 ms"),
            ],
            id="embedded",
        ),
        pytest.param(
            logs.read_core_tools,
            CORE_TOOLS,
            [
                Record(None, "Azure Functions Core Tools"),
                Record(None, "Executing 'Functions.tea' (Reason='…', Id=1)"),
                Record(None, "Time taken to execute tea is 2.5 sec"),
                Record(None, "first line"),
                Record(None, "second line"),
            ],
            id="func start",
        ),
        pytest.param(
            logs.read_dotnet,
            DOTNET,
            [
                Record(None, "Hosting environment: Production"),
                Record("info", "Executing 'Functions.tea' (Reason='…', Id=1)"),
                Record("warning", "Time taken to execute tea is 2.5 sec"),
                Record(
                    "error",
                    "Executed 'Functions.tea' (Failed)\nResult: Failure\n  Exception: no water\n"
                    "info: Function.tea[0]",
                ),
                Record(None, "plain text"),
                Record(None, "      indented, after plain text"),
                Record("debug", ""),
            ],
            id="official image",
        ),
        pytest.param(
            logs.read_dotnet,
            SINGLE_LINE,
            [Record("info", "brewing"), Record("critical", "no water")],
            id="official image, SingleLine",
        ),
    ],
)
def test_records_have_level_and_text(
    read: Callable[[str], List[Record]], output: str, records: List[Record]
) -> None:
    assert read(output) == records
