"""The steps that talk to GitHub, `tag` and `github_release`, with the stand-in for gh."""

import functools
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from release.rehearsal.standins.gh import gh
from release.rehearsal.standins.job import Job
from release.rehearsal.state import REPOSITORY, Release, State
from release.rehearsal.workflow import ROOT
from release.steps import github_release, tag
from release.steps.commands import git
from release.steps.step import ReleaseError

TAG = "v2.3.4"
OURS = Release({"a.whl": hashlib.sha256(b"wheel").hexdigest()}, notes="- First.\n")


@pytest.fixture
def github(commit: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> State:
    """GitHub with a tag but without a release; the current folder has files for one."""
    state = State(tmp_path, {}, {})
    state.work.symlink_to(ROOT)
    job = Job("github-release", tmp_path, tmp_path, state)
    commit({})
    git("tag", TAG)
    state.origin.symlink_to(Path.cwd())
    monkeypatch.chdir(tmp_path)
    Path("notes.md").write_text("- First.\n", encoding="utf-8")
    Path("a.whl").write_bytes(b"wheel")
    monkeypatch.setenv("GH_REPO", REPOSITORY)
    for step in (tag, github_release):
        monkeypatch.setattr(step, "gh", functools.partial(gh, job))
    return state


def publish(name: str = TAG) -> None:
    github_release.main(name, "notes.md", Path("a.whl"))


def test_release_has_notes_and_files(github: State, capsys: pytest.CaptureFixture[str]) -> None:
    publish()

    assert github.release(TAG) == OURS
    assert capsys.readouterr().out == "published the release v2.3.4\n"


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("2.3.4.post1", False),
        ("2.3.4a1", True),
        ("2.3.4b2", True),
        ("2.3.4rc1", True),
        ("2.3.4.dev3", True),
        ("2.3.4rc1.post1", True),
        ("2.3.4.post1.dev2", True),
    ],
)
def test_prerelease_is_marked(version: str, expected: bool, github: State) -> None:
    git("tag", f"v{version}", cwd=github.origin)

    publish(f"v{version}")

    assert github.release(f"v{version}") == replace(OURS, prerelease=expected)


def test_release_needs_a_pushed_tag(github: State) -> None:
    with pytest.raises(ReleaseError, match=r"git rev-parse --verify failed"):
        publish("v9.9.9")

    assert github.release("v9.9.9") is None


def test_draft_is_replaced(github: State) -> None:
    """A run that failed halfway left this draft."""
    github.save_release(TAG, Release({"a.whl": "0" * 64}, draft=True))

    publish()

    assert github.release(TAG) == OURS


@pytest.mark.parametrize(
    ("release", "reason"),
    [
        (Release({"b.whl": "", "c.whl": ""}), r"did not build: b\.whl, c\.whl\. Delete the rel"),
        (Release({"b.whl": ""}, draft=True), r"did not build: b\.whl\."),
        (Release({"a.whl": "0" * 64}), r"without the a\.whl of this run.* Delete the release"),
        (Release({}), r"without the a\.whl of this run"),
    ],
    ids=["other files", "other file in a draft", "other content", "no file"],
)
def test_release_of_others_is_refused(release: Release, reason: str, github: State) -> None:
    github.save_release(TAG, release)

    with pytest.raises(ReleaseError, match=reason):
        publish()

    assert github.release(TAG) == release


def test_published_release_stays_as_it_is(
    github: State, capsys: pytest.CaptureFixture[str]
) -> None:
    github.save_release(TAG, replace(OURS, notes="Others"))

    publish()

    assert github.release(TAG) == replace(OURS, notes="Others")
    assert capsys.readouterr().out == "the release v2.3.4 is published already\n"


@pytest.mark.usefixtures("github")
def test_old_release_is_compared_by_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """GitHub does not have digests of old files."""
    release = {"isDraft": False, "assets": [{"name": "a.whl", "digest": None}]}
    monkeypatch.setattr(github_release, "gh", lambda *_: json.dumps(release))

    publish()


@pytest.mark.usefixtures("github")
def test_unknown_error_of_gh_fails_the_step(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: str, command: str, *__: str) -> str:
        raise ReleaseError(f"gh release {command} failed: HTTP 502")

    monkeypatch.setattr(github_release, "gh", fail)

    with pytest.raises(ReleaseError, match="gh release view failed: HTTP 502"):
        publish()


def test_tag_must_name_the_commit(github: State) -> None:
    commit = git("rev-parse", "HEAD", cwd=github.origin)

    tag.main(TAG, commit)

    with pytest.raises(ReleaseError, match=f"{TAG} was moved from {'0' * 40} to {commit}"):
        tag.main(TAG, "0" * 40)
