from pathlib import Path
from typing import Literal

import pytest

from release.steps.step import ReleaseError, run_step


def test_parameters_are_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[object] = []

    def step(act: Literal["a", "b"], *files: Path, tag: str, notes: str = "none") -> None:
        seen.extend([act, files, tag, notes])

    assert run_step(step, ["a", "x", "y", "--tag", "v1"]) == 0
    assert seen == ["a", (Path("x"), Path("y")), "v1", "none"]
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ReleaseError("Not today."), "Not today."),
        (OSError(21, "Is a folder"), "[Errno 21] Is a folder"),
    ],
)
def test_reason_is_an_error_on_github(
    error: Exception, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop() -> None:
        raise error

    assert run_step(stop, []) == 1
    assert capsys.readouterr().err == f"::error::{line}\n"


def test_bug_keeps_its_traceback() -> None:
    def fail() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        run_step(fail, [])
