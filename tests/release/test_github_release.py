from __future__ import annotations

import json
from pathlib import Path

import pytest

from release.steps import github_release
from release.steps.step import ReleaseError


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The commands of a gh that knows no release."""
    calls: list[tuple[str, ...]] = []

    def gh(*arguments: str) -> str:
        calls.append(arguments)
        if arguments[1] == "view":
            raise ReleaseError("gh release view failed: release not found")
        return ""

    monkeypatch.setattr(github_release, "gh", gh)
    return calls


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("2.3.4", "false"),
        ("2.3.4.post1", "false"),
        ("2.3.4a1", "true"),
        ("2.3.4b2", "true"),
        ("2.3.4rc1", "true"),
        ("2.3.4.dev3", "true"),
        ("2.3.4rc1.post1", "true"),
        ("2.3.4.post1.dev2", "true"),
        ("1!2.3.4rc1.post1.dev2", "true"),
    ],
)
def test_prerelease_is_marked(version: str, expected: str, calls: list[tuple[str, ...]]) -> None:
    github_release.publish(f"v{version}", "notes.md")

    assert [call[1] for call in calls] == ["view", "create"]
    assert f"--prerelease={expected}" in calls[-1]


def test_unknown_error_of_gh_fails_the_step(monkeypatch: pytest.MonkeyPatch) -> None:
    def gh(*_: str) -> str:
        raise ReleaseError("gh release view failed: HTTP 502")

    monkeypatch.setattr(github_release, "gh", gh)

    with pytest.raises(ReleaseError, match="HTTP 502"):
        github_release.publish("v2.3.4", "notes.md")


@pytest.mark.parametrize("digest", ["sha256:" + "0" * 64, None])
def test_published_file_must_be_ours(
    digest: str | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """GitHub states no digest of old files; then the name decides."""
    (tmp_path / "a.whl").touch()
    release = {"isDraft": False, "assets": [{"name": "a.whl", "digest": digest}]}
    monkeypatch.setattr(github_release, "gh", lambda *_: json.dumps(release))

    if digest is None:
        github_release.publish("v2.3.4", "notes.md", tmp_path / "a.whl")
        assert capsys.readouterr().out == "the release v2.3.4 is published already\n"
    else:
        with pytest.raises(ReleaseError, match=r"without the a\.whl of this run"):
            github_release.publish("v2.3.4", "notes.md", tmp_path / "a.whl")
