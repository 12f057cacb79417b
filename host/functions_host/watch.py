"""
Watch the files of an app for changes.

It compares the files' times and sizes instead of asking the system for events. This does not need a
library. It works on each Python and each file system, such as a folder mounted in a container. It
also notices changes while the app starts.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Dict, List, Tuple

# The minimum of seconds between two comparisons: before a change, and after it, when an editor may
# still be writing. Comparing may take a tenth of the time at most.
_PAUSE, _SHORT_PAUSE, _SHARE = 0.1, 0.05, 0.1
_SETTINGS = ("function.json", "host.json", "local.settings.json")
_NOT_OF_THE_APP = ("__pycache__", "node_modules")

# Path from the app's folder → time of the last change, size and inode.
Files = Dict[str, Tuple[int, int, int]]


class Watch:
    """
    Watch the code, the settings, and the existing `.json` and `.txt` files.

    Files that appear later may be output of the app.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._data = set(_find_files(root))

    def look(self) -> Files:
        """Return the current files."""
        files = _find_files(self._root)
        return {
            name: state
            for name, state in files.items()
            if name.endswith((".py", *_SETTINGS)) or name in self._data
        }

    def wait(self, before: Files) -> List[str]:
        """Wait until files have changed and then do not change for a moment. Return their names."""
        last = before
        while True:
            started = time.perf_counter()
            files = self.look()
            if files == last != before:
                names = {*before, *files}
                return sorted(name for name in names if before.get(name) != files.get(name))
            last = files
            pause = _PAUSE if files == before else _SHORT_PAUSE
            time.sleep(max(pause, (time.perf_counter() - started) / _SHARE))


def _find_files(root: Path, prefix: str = "") -> Files:
    """Find files outside hidden folders and virtual environments."""
    files: Files = {}
    try:
        entries = list(os.scandir(root / prefix))
    # The folder may be gone, or belong to another user.
    except OSError:
        return files
    if prefix and any(entry.name == "pyvenv.cfg" for entry in entries):
        return files
    for entry in entries:
        name = prefix + entry.name
        if entry.is_dir(follow_symlinks=False):
            if not entry.name.startswith(".") and entry.name not in _NOT_OF_THE_APP:
                files.update(_find_files(root, f"{name}/"))
        elif name.endswith((".json", ".py", ".txt")):
            with suppress(OSError):
                state = entry.stat()
                files[name] = (state.st_mtime_ns, state.st_size, state.st_ino)
    return files
