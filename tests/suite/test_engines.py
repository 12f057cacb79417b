"""The choice of a container engine, and machines without an engine or func."""

from __future__ import annotations

from pathlib import Path
from typing import List, Tuple

import pytest
from suite.runs import run_module

from integration.hosts.availability import is_ci
from integration.hosts.container.engine import Engine, PlatformError
from integration.hosts.container.host import OFFICIAL_PLATFORM

MISSING: List[Tuple[str, str]] = [
    ("core_tools", "the suite on func start: func is not on PATH. Install "),
    ("container", "the suite in containers: neither docker nor podman is on PATH."),
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


def write_engine(folder: Path, name: str, script: str) -> str:
    """Write a program that stands in for an engine, and return its path."""
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)
    return str(file)


DOWN = "echo 'Client: 27.1' ; echo; echo 'Cannot connect to the daemon. Does it run?' >&2; exit 1"


def test_silent_engines_are_named_with_reason(tmp_path: Path) -> None:
    docker = write_engine(tmp_path, "docker", DOWN)
    podman = write_engine(tmp_path, "podman", "echo 'Error: no connection' >&2; exit 125")

    code, output = run_module("integration.hosts.container", PATH=str(tmp_path))

    assert code == 0
    assert output == (
        f"SKIPPED the suite in containers: {docker} is installed but does not answer: Cannot "
        f"connect to the daemon. Does it run?; {podman} is installed but does not answer: Error: "
        "no connection. Start it, or name another with CONTAINER_ENGINE.\n"
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

    assert Engine().program == str(tmp_path / taken)


@pytest.mark.parametrize("script", ["true", "echo $1"], ids=["silent", "parrot"])
def test_program_without_version_is_not_an_engine(tmp_path: Path, script: str) -> None:
    program = write_engine(tmp_path, "tool", script)

    code, output = run_module(
        "integration.hosts.container", PATH=str(tmp_path), CONTAINER_ENGINE="tool"
    )

    assert code == 0
    assert f"{program} is installed but does not answer: it prints no version" in output


def test_missing_chosen_engine_is_named() -> None:
    code, output = run_module("integration.hosts.container", CONTAINER_ENGINE="nerdctl")

    assert code == 0
    assert "CONTAINER_ENGINE=nerdctl is not on PATH. Unset or correct it." in output


def test_machine_without_amd64_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = 'case $1 in version) echo 27.1;; *) echo "exec /bin/sh: $EXEC" >&2; exit 1;; esac'
    write_engine(tmp_path, "docker", script)
    monkeypatch.setenv("CONTAINER_ENGINE", str(tmp_path / "docker"))
    monkeypatch.setenv("EXEC", "exec format error")

    with pytest.raises(PlatformError, match=r"cannot run programs for official on this machine"):
        Engine().build(tmp_path, "tag", OFFICIAL_PLATFORM, {"IMAGE": "official"})
