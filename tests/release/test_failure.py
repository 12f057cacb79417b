from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from release.steps.failure import ReleaseError, exit_code

if TYPE_CHECKING:
    from pathlib import Path


def test_step_that_ends_well_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(lambda: None) == 0
    assert capsys.readouterr() == ("", "")


def test_reason_to_stop_is_an_error_on_the_page_of_the_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def stop() -> None:
        raise ReleaseError("Not today.")

    assert exit_code(stop) == 1
    assert capsys.readouterr().err == "::error::Not today.\n"


def test_what_the_system_refuses_is_a_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def read() -> None:
        tmp_path.read_bytes()

    assert exit_code(read) == 1
    assert capsys.readouterr().err == f"::error::[Errno 21] Is a directory: '{tmp_path}'\n"


def test_fault_of_ours_shows_where_it_is() -> None:
    def fail() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        exit_code(fail)
