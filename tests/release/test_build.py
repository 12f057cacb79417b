import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from release.steps import build
from release.steps.step import ReleaseError

SETUP = "setup(name='a', version='2.3.4', packages=['a'])\n"


class SourceSeenError(Exception):
    """Raised in place of a build."""


@pytest.fixture(autouse=True)
def repository(commit: Callable[..., None]) -> None:
    commit({"setup.py": SETUP})


def test_uncommitted_files_are_not_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("setup.py").write_text("changed", encoding="utf-8")
    Path("new.py").touch()
    source: dict[str, str] = {}

    def read(_: str, folder: Path, *__: object) -> None:
        source.update({file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()})
        raise SourceSeenError

    monkeypatch.setattr(build, "_run_build", read)
    with pytest.raises(SourceSeenError):
        build.build(tmp_path / "dist")

    assert source == {"setup.py": SETUP}
    assert "1 uncommitted change(s) are not included" in capsys.readouterr().err


def test_folder_with_files_is_refused() -> None:
    with pytest.raises(ReleaseError, match="is not empty"):
        build.build(Path())


def write_sdist(path: Path, entries: list[tarfile.TarInfo]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for entry in entries:
            content = b"" if entry.isdir() else entry.name.encode()
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


def entry(name: str, *, mode: int, uid: int, owner: str, mtime: float) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = tarfile.DIRTYPE if name.endswith("p-1") else tarfile.REGTYPE
    info.mode, info.uid, info.gid, info.uname, info.gname = mode, uid, uid, owner, owner
    info.mtime = mtime
    return info


def test_order_owner_umask_and_time_leave_no_trace(tmp_path: Path) -> None:
    ours = [
        entry("p-1", mode=0o755, uid=0, owner="root", mtime=1.5),
        entry("p-1/a", mode=0o644, uid=0, owner="root", mtime=2.25),
        entry("p-1/b", mode=0o755, uid=0, owner="root", mtime=3),
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
        info = archive.getmember("p-1/a")
        stream = archive.extractfile(info)
        assert stream
        assert stream.read() == b"p-1/a"
    assert (info.mode, info.uid, info.uname, info.mtime) == (0o644, 0, "", 1_700_000_000)


def test_missing_tools_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name == "build" or None)

    reason = r"lacks setuptools\. Install .*: uv pip sync .*build\.txt"
    with pytest.raises(ReleaseError, match=reason):
        build.build(Path("dist"))
