from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from release.steps import github_release

if TYPE_CHECKING:
    from pathlib import Path

_GH = """\
#!/bin/sh
echo "$@" >> calls
[ "$2" != view ] || { echo "release not found" >&2; exit 1; }
"""


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("v1.0.0", "false"),
        ("v1.0.0.post1", "false"),
        ("v1.0.0a1", "true"),
        ("v1.0.0b2", "true"),
        ("v1.0.0rc1", "true"),
        ("v1.0.0.dev3", "true"),
    ],
)
def test_pre_release_is_marked_as_one(
    tag: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gh").write_text(_GH, encoding="utf-8")
    (tmp_path / "gh").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.chdir(tmp_path)

    github_release.publish(tag, "notes.md", ["a.whl"])

    *_, last = (tmp_path / "calls").read_text(encoding="utf-8").splitlines()
    assert last == (
        f"release edit {tag} --title {tag} --notes-file notes.md --prerelease={kind} --draft=false"
    )
