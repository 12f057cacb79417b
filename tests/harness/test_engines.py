"""The choice of a container engine, and machines without an engine or func."""

from __future__ import annotations

from pathlib import Path
from typing import List, Tuple

import pytest
from harness.runs import run_module

from integration.hosts.availability import is_ci
from integration.hosts.container.engine import Engine

MISSING: List[Tuple[str, str]] = [
    ("core_tools", "the suite on func start: func is not on PATH. Install "),
    ("container", "the suite in containers: docker is not on PATH; podman is not on PATH."),
]


@pytest.mark.parametrize(("module", "reason"), MISSING, ids=["func", "engine"])
def test_missing_program_is_a_skip(tmp_path: Path, module: str, reason: str) -> None:
    code, output = run_module(f"integration.hosts.{module}", PATH=str(tmp_path))

    assert code == 0
    assert output.startswith(f"SKIPPED {reason}")


@pytest.mark.parametrize("value", ["", "0", "false", "False"])
def test_falsy_ci_variable_means_not_in_ci(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("CI", value)

    assert not is_ci()


@pytest.mark.parametrize(("module", "reason"), MISSING, ids=["func", "engine"])
def test_missing_program_fails_in_ci(tmp_path: Path, module: str, reason: str) -> None:
    code, output = run_module(f"integration.hosts.{module}", PATH=str(tmp_path), CI="true")

    assert code == 1
    assert output.startswith(f"error: CI must be able to run {reason}")


def write_engine(folder: Path, name: str, script: str) -> None:
    """Write a program that stands in for an engine."""
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)


DOWN = "echo 'Client: 27.1' ; echo; echo 'Cannot connect to the daemon. Does it run?' >&2; exit 1"


def test_silent_engines_are_named_with_reason(tmp_path: Path) -> None:
    write_engine(tmp_path, "docker", DOWN)
    write_engine(tmp_path, "podman", "echo 'Error: no connection' >&2; exit 125")

    code, output = run_module("integration.hosts.container", PATH=str(tmp_path))

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


def test_missing_chosen_engine_is_named() -> None:
    code, output = run_module("integration.hosts.container", CONTAINER_ENGINE="nerdctl")

    assert code == 0
    assert "nerdctl is not on PATH. Install and start one" in output
