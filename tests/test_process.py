"""The age of this process."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from typing import Any

import pytest
from python_worker_extension_timer import _process

# Run the module alone: importing the whole package takes ten times as long.
CODE = """
import runpy, sys, time
print(runpy.run_path(sys.argv[1])["find_age"](), time.process_time())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it is the time since the import")
def test_age_counts_from_the_start_of_the_process() -> None:
    started = time.perf_counter()
    output = subprocess.check_output([sys.executable, "-c", CODE, _process.__file__])
    took = time.perf_counter() - started

    age, used = map(float, output.split())
    # The system measures time in ticks.
    tick = 1 / os.sysconf("SC_CLK_TCK")
    assert used - tick <= age <= took + tick


def test_age_ignores_the_program_name(monkeypatch: pytest.MonkeyPatch) -> None:
    fields = b" ".join(b"%d" % number for number in range(4, 53))
    monkeypatch.setattr(_process, "open", lambda *_: io.BytesIO(b"9 (a) b) S " + fields), False)
    monkeypatch.setattr(time, "clock_gettime", lambda clock: 100.5, False)
    monkeypatch.setattr(time, "CLOCK_BOOTTIME", 7, False)
    monkeypatch.setattr(os, "sysconf", lambda name: 100, False)

    assert _process.find_age() == 100.5 - 0.22


def refuse(*_: object) -> Any:
    raise FileNotFoundError


@pytest.mark.parametrize(
    "opened",
    [
        pytest.param(refuse, id="no file"),
        pytest.param(lambda *_: io.BytesIO(b"9 (a) S 1"), id="fewer fields"),
        pytest.param(lambda *_: io.BytesIO(b"9 (a) " + b"S " * 49), id="other fields"),
        pytest.param(lambda *_: io.BytesIO(b"9 (a) " + b"1 " * 49), id="no such clock"),
    ],
)
def test_age_counts_from_the_import_elsewhere(monkeypatch: pytest.MonkeyPatch, opened: Any) -> None:
    monkeypatch.setattr(_process, "open", opened, False)
    monkeypatch.delattr(time, "CLOCK_BOOTTIME", False)
    monkeypatch.setattr(_process, "_imported", 1000.0)
    monkeypatch.setattr(_process, "perf_counter", lambda: 1002.5)

    assert _process.find_age() == 2.5
