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
