"""The suite on `func start`, with a stand-in for func."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Callable, Tuple

import azure.functions as func
import pytest
from harness.runs import FAKE_FUNC, install_func, run_suite

WithFunc = Callable[..., Tuple[int, str]]


@pytest.fixture
def run_with_func(tmp_path: Path) -> WithFunc:
    """
    Run tests of the suite with a Python program as `func`.
    """

    def run_with_func(program: str, *options: str) -> Tuple[int, str]:
        path = install_func(tmp_path, program)
        return run_suite("--functions-host=core-tools", *options, PATH=path)

    return run_with_func


@pytest.mark.skipif(not hasattr(func, "FunctionApp"), reason="some of the apps are v2 apps")
def test_suite_runs_with_func_on_path(run_with_func: WithFunc) -> None:
    tests = ["integration/test_samples.py", "integration/test_responses.py", "-k", "logged or warn"]

    code, output = run_with_func(FAKE_FUNC, *tests)

    assert code == 0, output
    assert "\n3 passed, 1 skipped" in output
    assert "the host (core-tools) has no levels in its log" in output


def test_func_that_never_serves_is_stopped(run_with_func: WithFunc) -> None:
    program = "import os, time; print('pid', os.getpid(), flush=True); time.sleep(600)"
    tests = ["integration/test_samples.py", "-k", "v1 and greeting_has"]

    code, output = run_with_func(program, "--ready-within=0.5", *tests)

    assert code == 1
    assert "core-tools did not serve its app in 0.5 s: GET http://127.0.0.1:" in output
    (pid,) = set(re.findall(r"^E? *pid (\d+)$", output, re.MULTILINE))
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)
