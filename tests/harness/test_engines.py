"""The choice of a container engine, and machines without an engine or func."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Callable, Tuple

import pytest

from integration.hosts import core_tools
from integration.hosts.availability import is_ci
from integration.hosts.container import __main__ as container
from integration.hosts.container.engine import Engine

Main = Callable[[], int]
RunMain = Callable[[Main], Tuple[int, str]]
MISSING = pytest.mark.parametrize(
    ("main", "reason"),
    [
        pytest.param(
            core_tools.main,
            "the suite on func start: func is not on PATH. Install ",
            id="func",
        ),
        pytest.param(
            container.main,
            "the suite in containers: docker is not on PATH; podman is not on PATH.",
            id="engine",
        ),
    ],
)


@pytest.fixture
def run_main(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> RunMain:
    """
    Run a `main()` with only the test's folder on PATH; return the exit code and the errors.
    """
    for name in ("CI", "CONTAINER_ENGINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["main"])
    return lambda main: (main(), capsys.readouterr().err)


@MISSING
def test_missing_program_is_a_skip(run_main: RunMain, main: Main, reason: str) -> None:
    code, output = run_main(main)

    assert code == 0
    assert output.startswith(f"SKIPPED {reason}")


@MISSING
def test_missing_program_fails_in_ci(
    run_main: RunMain, monkeypatch: pytest.MonkeyPatch, main: Main, reason: str
) -> None:
    monkeypatch.setenv("CI", "true")

    code, output = run_main(main)

    assert code == 1
    assert output.startswith(f"error: CI must be able to run {reason}")


@pytest.mark.parametrize("value", ["", "0", "false", "False"])
def test_falsy_ci_variable_means_not_in_ci(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("CI", value)

    assert not is_ci()


def write_engine(folder: Path, name: str, script: str) -> None:
    """Write a program that stands in for an engine."""
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)


DOWN = "echo 'Client: 27.1' ; echo; echo 'Cannot connect to the daemon. Does it run?' >&2; exit 1"


def test_silent_engines_are_named_with_reason(run_main: RunMain, tmp_path: Path) -> None:
    write_engine(tmp_path, "docker", DOWN)
    write_engine(tmp_path, "podman", "echo 'Error: no connection' >&2; exit 125")

    code, output = run_main(container.main)

    assert code == 0
    assert output == (
        "SKIPPED the suite in containers: docker does not answer: Cannot connect to the daemon. "
        "Does it run?; podman does not answer: Error: no connection. Install and start one, or "
        "name another by CONTAINER_ENGINE.\n"
    )


@pytest.mark.parametrize(
    ("docker", "taken"),
    [pytest.param(DOWN, "podman", id="down"), pytest.param("echo 27.1.0", "docker", id="up")],
)
def test_first_engine_that_answers_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, docker: str, taken: str
) -> None:
    write_engine(tmp_path, "docker", docker)
    write_engine(tmp_path, "podman", "echo 'Version: 4.3.1'")
    monkeypatch.delenv("CONTAINER_ENGINE", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert Engine().program == taken


def test_missing_chosen_engine_is_named(run_main: RunMain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTAINER_ENGINE", "nerdctl")

    code, output = run_main(container.main)

    assert code == 0
    assert "nerdctl is not on PATH. Install and start one" in output
