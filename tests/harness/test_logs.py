"""Reading log records in .NET's format, from made-up samples."""

from __future__ import annotations

from integration.hosts.logs import Record, read_dotnet

OUTPUT = """\
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


def test_records_have_level_and_text() -> None:
    failure = "Executed 'Functions.tea' (Failed)\nResult: Failure\n  Exception: no water"
    assert read_dotnet(OUTPUT) == [
        Record(None, "Hosting environment: Production"),
        Record("info", "Executing 'Functions.tea' (Reason='…', Id=1)"),
        Record("warning", "Time taken to execute tea is 2.5 sec"),
        Record("error", f"{failure}\ninfo: Function.tea[0]"),
        Record(None, "plain text"),
        Record(None, "      indented, after plain text"),
        Record("debug", ""),
    ]
    assert read_dotnet(SINGLE_LINE) == [Record("info", "brewing"), Record("critical", "no water")]
