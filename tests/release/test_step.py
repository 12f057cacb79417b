import sys
from pathlib import Path
from typing import Literal

import pytest

from release.rehearsal.workflow import ROOT
from release.steps import __main__
from release.steps.step import ReleaseError, run_step

STEPS = [path.stem for path in ROOT.glob("release/steps/*.py") if "def main(" in path.read_text()]


@pytest.mark.parametrize("step", [step for step in STEPS if step != "__main__"])
def test_step_has_a_command(
    step: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["release.steps", step, "--help"])

    with pytest.raises(SystemExit, match="0"):
        __main__.main()

    text = " ".join(capsys.readouterr().out.split())
    assert text.startswith(f"usage: release.steps {step} ")
    assert f" -m release.steps {step} " in text


def test_failed_step_fails_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["release.steps", "index", "missing"])

    assert __main__.main() == 1
    assert capsys.readouterr().err.startswith("::error::[Errno 2] No such file")


def step(act: Literal["a", "b"], *files: Path, tag: str, notes: str = "none") -> None:
    sys.stdout.write(f"{act} {files} {tag} {notes}")


def test_parameters_are_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_step(step, ["a", "x", "y", "--tag", "v1"]) == 0

    assert capsys.readouterr() == (f"a {(Path('x'), Path('y'))} v1 none", "")


@pytest.mark.parametrize(
    "arguments",
    [["c", "x", "--tag=v1"], ["a", "--tag=v1"], ["a", "x"]],
    ids=["another choice", "no file", "no option"],
)
def test_wrong_arguments_are_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        run_step(step, arguments)


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
