from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from integration.release.steps import reproduce
from integration.release.steps.build import build
from integration.release.steps.failure import ReleaseError
from integration.release.workflow import ROOT

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
