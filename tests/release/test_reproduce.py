import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from release.rehearsal.workflow import ROOT
from release.steps import build, contents, reproduce
from release.steps.metadata import read_projects
from release.steps.step import ReleaseError

# Print everything that a build could depend on.
CONDITIONS = """\
import getpass, json, locale, os, pathlib, subprocess, tempfile, time
line_ends = subprocess.run(["git", "config", "core.autocrlf"], capture_output=True, text=True)
conditions = {
    "umask": os.umask(0),
    "year": time.time() // (366 * 86400),
    "year in ns": time.time_ns() // (366 * 86400 * 10**9),
    "time zone": time.timezone,
    "home": str(pathlib.Path.home()),
    "user": getpass.getuser(),
    "locale": os.environ.get("LC_ALL"),
    "temporary files": tempfile.gettempdir(),
    "line ends": line_ends.stdout.strip(),
}
print(json.dumps(conditions))
"""


def test_builds_are_complete_and_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    dist = tmp_path / "dist"

    build.main(dist)
    contents.main(dist)
    reproduce.main(dist)

    names = sorted(name for one in read_projects() for name in (one.sdist, one.wheel))
    *built, report = capsys.readouterr().out.splitlines()
    assert built == [str(dist / name) for name in names]
    assert report == f"a second build gave the same files: {', '.join(names)}"


def test_different_second_build_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.tar.gz").write_bytes(b"first")

    def build_again(scratch: Path, *_: str) -> None:
        (scratch / "dist").mkdir()
        (scratch / "dist" / "a.tar.gz").write_bytes(b"second")

    monkeypatch.setattr(reproduce, "run_elsewhere", build_again)

    with pytest.raises(ReleaseError, match=r"^A second build gave different files: a\.tar\.gz\.$"):
        reproduce.main(tmp_path)


def test_second_build_has_other_conditions(tmp_path: Path) -> None:
    here = json.loads(subprocess.check_output([sys.executable, "-c", CONDITIONS], text=True))
    elsewhere: dict[str, Any] = json.loads(reproduce.run_elsewhere(tmp_path, "-c", CONDITIONS))

    assert [name for name in here if here[name] == elsewhere[name]] == []
    assert (elsewhere["umask"], elsewhere["line ends"]) == (0o077, "true")


def test_checkout_of_another_user_can_be_built(tmp_path: Path) -> None:
    ask = "import subprocess; subprocess.run(['git', 'config', 'safe.directory'], check=True)"

    assert reproduce.run_elsewhere(tmp_path, "-c", ask) == "*\n"
