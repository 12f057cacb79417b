"""
Build a second time under other conditions, and compare the result with the given distributions.

    python -m release.steps.reproduce DIST

The second build has another umask, home, user name, time zone, locale, time of day and setting of
git for line ends. If root runs it and the user nobody can read the files, the user id differs, too;
otherwise the output has a note. Python and zlib are the same.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from release.steps.checksums import checksums
from release.steps.commands import run
from release.steps.step import ReleaseError, run_step

# Python runs this file first in the second build, to set its clock a year ahead.
_A_YEAR_LATER = """\
import time
_time, _time_ns = time.time, time.time_ns
time.time = lambda: _time() + 366 * 86400
time.time_ns = lambda: _time_ns() + 366 * 86400 * 10**9
"""
_NOBODY = 65534
_SAME_USER = "note: the second build has the same user id as the first:"


def other_build(scratch: Path) -> Path:
    """Build HEAD under other conditions and return the folder with the result."""
    scratch.chmod(0o777)
    (scratch / "sitecustomize.py").write_text(_A_YEAR_LATER, encoding="utf-8")
    dist = scratch / "dist"
    command = [sys.executable, "-m", "release.steps.build", str(dist)]
    run("The second build", *command, env=_other_environment(scratch), umask=0o077, **other_user())
    return dist


def _other_environment(scratch: Path) -> dict[str, str]:
    return {
        "HOME": str(scratch),
        "LC_ALL": "C",
        "LOGNAME": "somebody",
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join([str(scratch), str(Path.cwd())]),
        "TMPDIR": str(scratch),
        "TZ": "Pacific/Kiritimati",
        "USER": "somebody",
        # git refuses a repository of another user by default.
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": "safe.directory",
        "GIT_CONFIG_VALUE_0": "*",
        "GIT_CONFIG_KEY_1": "core.autocrlf",
        "GIT_CONFIG_VALUE_1": "true",
    }


def other_user() -> dict[str, Any]:
    """
    Return the arguments that make a subprocess run as the user nobody.

    They are empty, with a note in the output, if only root could do that or if the user nobody
    cannot read our files.
    """
    if os.geteuid() != 0:
        sys.stdout.write(f"{_SAME_USER} only root can build as another user\n")
        return {}
    user: dict[str, Any] = {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}
    probe = [
        sys.executable,
        "-c",
        "import build, setuptools, pathlib; pathlib.Path('setup.py').stat()",
    ]
    try:
        subprocess.run(probe, check=True, capture_output=True, **user)
    except (OSError, subprocess.CalledProcessError):
        sys.stdout.write(f"{_SAME_USER} the user nobody cannot read these files\n")
        return {}
    return user


def main(dist: Path) -> None:
    """Compare the given folder with a second build."""
    first = checksums(dist)
    with tempfile.TemporaryDirectory() as scratch:
        second = checksums(other_build(Path(scratch)))
    if first != second:
        names = sorted({name for name, _ in set(first.items()) ^ set(second.items())})
        raise ReleaseError(f"A second build gave different files: {', '.join(names)}.")
    sys.stdout.write(f"a second build gave the same files: {', '.join(first)}\n")


if __name__ == "__main__":
    sys.exit(run_step(main))
