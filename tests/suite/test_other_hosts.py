"""The suite on `func start`, and what is said where that or a container engine is missing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Dict, List, Tuple

import azure.functions as func
import pytest
from host_process import ROOT

from integration.hosts.container.engine import Engine
from integration.hosts.embedded import APPS
from integration.hosts.ready import PROBES

STAND_IN = Path(__file__).with_name("func_stand_in.py").read_text(encoding="utf-8")
Run = Tuple[int, str]


def run(path: str, *command: str, **environment: str) -> Run:
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=str(ROOT),
        env={**_environment(), "PATH": path, "ROOT_OF_STAND_IN": str(ROOT), **environment},
        capture_output=True,
        timeout=120,
    )
    return done.returncode, done.stdout.decode() + done.stderr.decode()


def suite_on(folder: Path, program: str, *options: str) -> Run:
    """Run tests of the sample of the v1 model on a `func` that is this Python program."""
    file = folder / "func"
    file.write_text(f"#!{sys.executable}\n{program}", encoding="utf-8")
    file.chmod(0o755)
    command = ["pytest", "-q", "-p", "no:cacheprovider", "--functions-host=core-tools", *options]
    return run(f"{folder}{os.pathsep}{os.environ['PATH']}", *command, "integration/test_samples.py")


def _environment() -> Dict[str, str]:
    decided_by_test = ("CI", "CONTAINER_ENGINE", "TOX_PACKAGE")
    return {k: v for k, v in os.environ.items() if k not in decided_by_test}


def test_every_app_has_a_function_that_shows_when_it_is_served() -> None:
    assert sorted(PROBES) == sorted(APPS)


@pytest.mark.skipif(not hasattr(func, "FunctionApp"), reason="one of the samples is a v2 app")
def test_suite_runs_on_the_func_that_is_on_path(tmp_path: Path) -> None:
    code, output = suite_on(tmp_path, STAND_IN)

    assert code == 0, output
    assert "\n10 passed" in output


def test_func_that_ends_at_start_is_reported_with_its_log(tmp_path: Path) -> None:
    code, output = suite_on(tmp_path, "print('no worker for this Python'); raise SystemExit(3)")

    assert code == 1
    assert "func start ended with exit code 3 before it served. Its log:" in output
    assert "no worker for this Python" in output


def test_func_that_never_serves_is_reported_in_time_and_stopped(tmp_path: Path) -> None:
    program = "import os, time; print('pid', os.getpid(), flush=True); time.sleep(600)"

    code, output = suite_on(tmp_path, program, "--ready-within=0.5", "-k", "v1 and post")

    assert code == 1
    assert "func start did not serve its app in 0.5 s: GET http://127.0.0.1:" in output
    (pid,) = set(re.findall(r"^E? *pid (\d+)$", output, re.MULTILINE))
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)


MISSING: List[Tuple[str, str, str]] = [
    ("integration.hosts.core_tools", "the suite on func start", "func is not on PATH. Install "),
    (
        "integration.hosts.container",
        "the suite in containers",
        "neither docker nor podman is on PATH.",
    ),
]


@pytest.mark.parametrize(("module", "what", "why"), MISSING, ids=["func", "engine"])
def test_what_is_missing_is_a_skip_with_its_reason(
    tmp_path: Path, module: str, what: str, why: str
) -> None:
    code, output = run(str(tmp_path), module)

    assert code == 0
    assert output.startswith(f"SKIPPED {what}: {why}")


@pytest.mark.parametrize(("module", "what", "why"), MISSING, ids=["func", "engine"])
def test_what_is_missing_in_ci_is_a_failure(
    tmp_path: Path, module: str, what: str, why: str
) -> None:
    code, output = run(str(tmp_path), module, CI="true")

    assert code == 1
    assert output.startswith(f"error: CI must be able to run {what}: {why}")


@pytest.mark.parametrize("value", ["", "0", "false", "False"])
@pytest.mark.parametrize(("module", "what", "why"), MISSING, ids=["func", "engine"])
def test_ci_that_is_switched_off_is_none(
    tmp_path: Path, module: str, what: str, why: str, value: str
) -> None:
    code, output = run(str(tmp_path), module, CI=value)

    assert code == 0
    assert output.startswith(f"SKIPPED {what}: {why}")


def engine(folder: Path, name: str, script: str) -> str:
    """Write a program that stands for an engine, and return what names it in a message."""
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)
    return str(file)


DOWN = "echo 'Client: 27.1' ; echo; echo 'Cannot connect to the daemon. Does it run?' >&2; exit 1"


def test_engines_that_do_not_answer_are_named_with_their_reason_in_one_line(tmp_path: Path) -> None:
    docker = engine(tmp_path, "docker", DOWN)
    podman = engine(tmp_path, "podman", "echo 'Error: no connection' >&2; exit 125")

    code, output = run(str(tmp_path), "integration.hosts.container")

    assert code == 0
    assert output == (
        f"SKIPPED the suite in containers: {docker} is installed but does not answer: Cannot "
        f"connect to the daemon. Does it run?; {podman} is installed but does not answer: Error: "
        "no connection. Start it, or name another with CONTAINER_ENGINE.\n"
    )


def chosen(path: Path, monkeypatch: pytest.MonkeyPatch, **environment: str) -> str:
    monkeypatch.delenv("CONTAINER_ENGINE", raising=False)
    monkeypatch.setenv("PATH", str(path))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return Engine().program


def test_podman_is_taken_where_docker_does_not_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine(tmp_path, "docker", DOWN)
    podman = engine(tmp_path, "podman", "echo 'Version: 4.3.1'")

    assert chosen(tmp_path, monkeypatch) == podman


def test_docker_is_taken_where_both_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    docker = engine(tmp_path, "docker", "echo 'Version: 27.1.0'")
    engine(tmp_path, "podman", "echo 'Version: 4.3.1'")

    assert chosen(tmp_path, monkeypatch) == docker


@pytest.mark.parametrize("script", ["true", "echo $1"], ids=["silent", "parrot"])
def test_program_that_is_no_engine_is_named(tmp_path: Path, script: str) -> None:
    program = engine(tmp_path, "tool", script)

    code, output = run(str(tmp_path), "integration.hosts.container", CONTAINER_ENGINE="tool")

    assert code == 0
    assert f"{program} is installed but does not answer: it tells no version" in output


def test_engine_that_was_chosen_and_is_missing_is_named(tmp_path: Path) -> None:
    code, output = run(str(tmp_path), "integration.hosts.container", CONTAINER_ENGINE="nerdctl")

    assert code == 0
    assert "CONTAINER_ENGINE=nerdctl is no program on PATH. Unset or correct it." in output


def test_stand_in_is_named_as_one(tmp_path: Path) -> None:
    wheel = tmp_path / "some.whl"
    wheel.touch()
    command = ["pytest", "--collect-only", "-p", "no:cacheprovider", "integration"]
    options = ["--functions-host=container", f"--wheel={wheel}", "--host-python=3.8", "--stand-in"]

    code, output = run(os.environ["PATH"], *command, *options)

    image = "mcr.microsoft.com/azure-functions/python:4-python3.8"
    assert code == 0
    assert f"functions host: container on a STAND-IN for {image}: the embedded host" in output


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--host-python=3.6"], "--host-python=3.6: there are images of 3.7, 3.8, "),
        (["--host-python=3.12"], "needs --wheel, a file (got None)"),
        (["--host-python=3.12", "--wheel=none"], "needs --wheel, a file (got none)"),
    ],
)
def test_wrong_options_for_containers_are_named(options: List[str], message: str) -> None:
    command = ["pytest", "-q", "-p", "no:cacheprovider", "integration/test_unconfigured.py"]
    code, output = run(os.environ["PATH"], *command, "--functions-host=container", *options)

    assert code == 4
    assert message in output
