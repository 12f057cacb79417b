"""The suite, run against a host that is there already."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import List, Tuple

import azure.functions as func
import pytest
from host_process import ROOT, Serve

from integration.hosts.embedded import APPS


def pytest_of_suite(*options: str) -> Tuple[int, str]:
    program = Path(sys.executable).with_name("pytest")
    command = [str(program), "-q", "-p", "no:cacheprovider", *options]
    done = subprocess.run(command, cwd=str(ROOT), capture_output=True, timeout=120)
    return done.returncode, done.stdout.decode() + done.stderr.decode()


@pytest.mark.skipif(not hasattr(func, "FunctionApp"), reason="the suite of one v1 app is enough")
@pytest.mark.parametrize("app", ["v2", "hooks_v1"])
def test_tests_of_the_served_app_run_and_those_of_others_do_not(serve: Serve, app: str) -> None:
    host = serve(APPS[app])

    code, output = pytest_of_suite(
        "integration", f"--functions-host=url={host.address}", f"--app={app}"
    )

    assert code == 0, output
    assert re.search(r"\d+ passed, \d+ skipped, \d+ deselected", output)
    assert "what a host behind a URL prints cannot be read from here" in output


def test_url_that_serves_nothing_fails_the_suite() -> None:
    code, output = pytest_of_suite(
        "integration/test_hooks.py",
        "--functions-host=url=http://127.0.0.1:9",
        "--app=hooks_v1",
    )

    assert code == 1
    assert "passed" not in output.splitlines()[-1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["--functions-host=moon"],
            "--functions-host=moon is no host. Use embedded, core-tools, container or url=",
        ),
        (["--functions-host=url=http://x"], "--functions-host=url=http://x needs --app, one of: "),
        (["--functions-host=url=http://x", "--app=nope"], "needs --app, one of: durable, "),
        (["--app=v1"], "--app goes with --functions-host=url=… only."),
        (["--host-python=3"], "--host-python takes a version such as 3.12."),
    ],
)
def test_wrong_options_are_named(options: List[str], message: str) -> None:
    code, output = pytest_of_suite("integration/test_unconfigured.py", *options)

    assert code == 4
    assert message in output
