from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from release.steps.failure import ReleaseError, exit_code

if TYPE_CHECKING:
    from pathlib import Path


def test_successful_step_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(lambda: None) == 0
    assert capsys.readouterr() == ("", "")


def test_reason_is_an_error_on_github(capsys: pytest.CaptureFixture[str]) -> None:
    def stop() -> None:
        raise ReleaseError("Not today.")

    assert exit_code(stop) == 1
    assert capsys.readouterr().err == "::error::Not today.\n"


def test_system_error_is_a_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def read() -> None:
        tmp_path.read_bytes()

    assert exit_code(read) == 1
    assert capsys.readouterr().err == f"::error::[Errno 21] Is a directory: '{tmp_path}'\n"


def test_bug_keeps_its_traceback() -> None:
    def fail() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        exit_code(fail)
