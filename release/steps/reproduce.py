"""
Build a second time under other conditions, and compare the result with the given distributions.

    python -m release.steps reproduce DIST

The second build has another umask, home, user name, time zone, locale, time and git setting for
line ends. It has the same Python and zlib.
"""

import os
import sys
import tempfile
from pathlib import Path

from release.steps.checksums import checksums, list_different
from release.steps.commands import run
from release.steps.step import ReleaseError

# Python runs this file at its start in the second build. It sets the clock a year ahead.
_A_YEAR_LATER = """\
import time
_time, _time_ns = time.time, time.time_ns
time.time = lambda: _time() + 366 * 86400
time.time_ns = lambda: _time_ns() + 366 * 86400 * 10**9
"""


def run_elsewhere(scratch: Path, *command: str) -> str:
    """Run Python under conditions that differ from the first build's. Return its output."""
    (scratch / "sitecustomize.py").write_text(_A_YEAR_LATER, encoding="utf-8")
    environment = {
        "HOME": str(scratch),
        "LC_ALL": "C",
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join([str(scratch), str(Path.cwd())]),
        "TMPDIR": str(scratch),
        "TZ": "Pacific/Kiritimati",
        "USER": "somebody",
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": "core.autocrlf",
        "GIT_CONFIG_VALUE_0": "true",
        # This home lacks git's setting for a checkout that belongs to another user.
        "GIT_CONFIG_KEY_1": "safe.directory",
        "GIT_CONFIG_VALUE_1": "*",
    }
    return run("The second build", sys.executable, *command, env=environment, umask=0o077)


def main(dist: Path) -> None:
    """Compare the given folder with a second build."""
    first = checksums(dist)
    with tempfile.TemporaryDirectory() as scratch:
        run_elsewhere(Path(scratch), "-m", "release.steps", "build", f"{scratch}/dist")
        second = checksums(Path(scratch, "dist"))
    if names := list_different(first, second):
        raise ReleaseError(f"A second build gave different files: {names}.")
    sys.stdout.write(f"a second build gave the same files: {', '.join(first)}\n")
