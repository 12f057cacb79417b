from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from release.rehearsal.workflow import ROOT
from release.steps import reproduce
from release.steps.build import build
from release.steps.step import ReleaseError

if TYPE_CHECKING:
    from pathlib import Path


def test_different_second_build_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    dist = tmp_path / "dist"
    build(dist)
    (sdist,) = dist.glob("*.tar.gz")
    sdist.write_bytes(sdist.read_bytes() + b" ")

    with pytest.raises(ReleaseError, match=rf"gave different files: {sdist.name}\.$"):
        reproduce.main(dist)


@pytest.mark.parametrize(
    ("user", "reason"),
    [(1001, "only root can build as another user"), (0, "the user nobody cannot read these files")],
    ids=["on GitHub", "private checkout"],
)
def test_unchanged_user_id_is_noted(
    user: int, reason: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr("os.geteuid", lambda: user)
    monkeypatch.setattr("subprocess.run", refuse)

    assert reproduce.other_user() == {}

    printed = capsys.readouterr().out
    assert printed == f"note: the second build has the same user id as the first: {reason}\n"
