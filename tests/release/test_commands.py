import os
from pathlib import Path

import pytest

from release.steps.commands import gh, run
from release.steps.step import ReleaseError


def test_output_has_both_streams() -> None:
    assert run("The shell", "sh", "-c", "echo one; echo two >&2") == "one\ntwo\n"


def test_output_of_a_failed_program_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ReleaseError, match=r"^The shell failed; the output is above\.$"):
        run("The shell", "sh", "-c", "echo one; exit 3")

    assert capsys.readouterr() == ("", "one\n")


def test_failed_query_gives_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gh").write_text('#!/bin/sh\necho "no $3 here" >&2; exit 1\n', encoding="utf-8")
    (tmp_path / "gh").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    with pytest.raises(ReleaseError, match=r"^gh release view failed: no v1 here$"):
        gh("release", "view", "v1")
