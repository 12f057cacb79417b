from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from release.rehearsal.workflow import ROOT
from release.steps import reproduce
from release.steps.build import build
from release.steps.failure import ReleaseError

if TYPE_CHECKING:
    from pathlib import Path


def test_distribution_that_another_machine_would_not_build_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    dist = tmp_path / "dist"
    build(dist)
    (sdist,) = dist.glob("*.tar.gz")
    sdist.write_bytes(sdist.read_bytes() + b" ")
    monkeypatch.setattr("sys.argv", ["reproduce", str(dist)])

    with pytest.raises(ReleaseError, match=rf"gave other bytes: {sdist.name}\.$"):
        reproduce.main()


@pytest.mark.parametrize(
    ("user", "reason"),
    [(1001, "only root could build as somebody else"), (0, "user nobody cannot read these files")],
    ids=["on GitHub", "private checkout"],
)
def test_user_id_that_stays_the_same_is_told(
    user: int, reason: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr("os.geteuid", lambda: user)
    monkeypatch.setattr("subprocess.run", refused)

    assert reproduce.other_user() == {}

    said = capsys.readouterr().out
    assert said == f"note: the second build has the same user id as the first: {reason}\n"
