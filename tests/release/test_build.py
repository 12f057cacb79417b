import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from release.steps import build
from release.steps.commands import git
from release.steps.step import ReleaseError

SETUP = "setup(name='a', version='2.3.4', packages=['a'])\n"


@pytest.fixture(autouse=True)
def repository(commit: Callable[..., None]) -> None:
    commit({"setup.py": SETUP, ".gitattributes": "* text\n"})


def write_sdist(path: Path, entries: list[tarfile.TarInfo]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for entry in entries:
            content = b"" if entry.isdir() else entry.name.encode()
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


@pytest.mark.parametrize(("setting", "value"), [("core.autocrlf", "true"), ("core.eol", "crlf")])
def test_committed_files_are_built_and_checked(
    setting: str,
    value: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    git("config", setting, value)
    Path("setup.py").write_text("changed", encoding="utf-8")
    Path("new.py").touch()
    source: dict[str, bytes] = {}

    def run_build(_: str, folder: Path, dist: Path, __: str) -> None:
        source.update({file.name: file.read_bytes() for file in folder.iterdir()})
        dist.mkdir(parents=True)
        write_sdist(dist / "a-2.3.4.tar.gz", [entry("a-2.3.4"), entry("a-2.3.4/setup.py")])

    monkeypatch.setattr(build, "_run_build", run_build)
    with pytest.raises(ReleaseError, match=r"^a-2\.3\.4\.tar\.gz lacks CHANGELOG\.md"):
        build.build(tmp_path / "new" / "dist")

    assert source == {"setup.py": SETUP.encode(), ".gitattributes": b"* text\n"}
    assert list((tmp_path / "new" / "dist").iterdir()) == []
    note = "note: building HEAD; 1 uncommitted change(s) are not included\n"
    assert capsys.readouterr().err == note


def test_folder_with_files_is_refused() -> None:
    with pytest.raises(ReleaseError, match=r"^\. is not empty\. Remove it: old files would"):
        build.build(Path())


def entry(
    name: str, *, mode: int = 0o755, uid: int = 0, owner: str = "root", mtime: float = 0
) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = tarfile.REGTYPE if "/" in name else tarfile.DIRTYPE
    info.mode, info.uid, info.gid, info.uname, info.gname = mode, uid, uid, owner, owner
    info.mtime = mtime
    return info


def test_order_owner_umask_and_time_leave_no_trace(tmp_path: Path) -> None:
    ours = [
        entry("p-1", mtime=1.5),
        entry("p-1/a", mode=0o644, mtime=2.25),
        entry("p-1/b", mtime=3),
    ]
    theirs = [
        entry("p-1/b", mode=0o700, uid=1001, owner="runner", mtime=9e8),
        entry("p-1", mode=0o700, uid=1001, owner="runner", mtime=9e8),
        entry("p-1/a", mode=0o600, uid=1001, owner="runner", mtime=9e8),
    ]
    first = write_sdist(tmp_path / "first.tar.gz", ours)
    second = write_sdist(tmp_path / "second.tar.gz", theirs)
    assert first.read_bytes() != second.read_bytes()

    for sdist in (first, second):
        build.normalise(sdist, tmp_path / sdist.stem, 1_700_000_000)

    assert first.read_bytes() == second.read_bytes()
    with tarfile.open(second) as archive:
        found = archive.getmembers()
        stream = archive.extractfile("p-1/a")
        assert stream
        assert stream.read() == b"p-1/a"
    assert {info.name: info.mode for info in found} == {
        "p-1": 0o755,
        "p-1/a": 0o644,
        "p-1/b": 0o755,
    }
    owners = {(info.uid, info.gid, info.uname, info.gname, info.mtime) for info in found}
    assert owners == {(0, 0, "", "", 1_700_000_000)}


def test_missing_tools_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)

    reason = (
        r"lacks build and setuptools\. Install .*: uv pip sync .* --require-hashes .*build\.txt"
    )
    with pytest.raises(ReleaseError, match=reason):
        build.build(Path("dist"))
