"""The browser on this machine that the installed chromedriver can drive."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import List, NamedTuple

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_DRIVER = "chromedriver"
_VERSION = re.compile(r"\d+(?:\.\d+)+")
_INSTALL = "On Debian: apt-get install chromium chromium-driver"


class NoBrowserError(Exception):
    """Raised when no browser goes with the driver; the message has the versions found."""


class Program(NamedTuple):
    """A program on PATH with its version, such as 120.0.6099.109."""

    path: str
    version: str

    def __str__(self) -> str:
        return f"{self.path} {self.version}"


def find_browser() -> List[Program]:
    """
    Return the browser whose version is nearest to that of chromedriver, and chromedriver.

    A driver works with browsers of its major version. More than one browser may be installed: on
    GitHub's runners the driver belongs to Google Chrome, and there is a Chromium, too.

    Raises:
        NoBrowserError: The driver, or a browser of its major version, is not on PATH.
    """
    drivers, browsers = _find_programs(_DRIVER), _find_programs(*_BROWSERS)
    if not drivers or not browsers:
        missing = " or ".join(_BROWSERS) if drivers else _DRIVER
        raise NoBrowserError(f"{missing} is not on PATH. {_INSTALL}.")
    driver = drivers[0]
    nearest = max(browsers, key=lambda browser: _count_equal_parts(browser, driver))
    if not _count_equal_parts(nearest, driver):
        raise NoBrowserError(
            f"{driver} cannot drive {', '.join(map(str, browsers))}. Install a browser and a "
            f"driver of the same version. {_INSTALL}."
        )
    return [nearest, driver]


def _find_programs(*names: str) -> List[Program]:
    programs = []
    for path in filter(None, map(shutil.which, names)):
        done = subprocess.run(
            [path, "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60
        )
        version = _VERSION.search(done.stdout.decode(errors="replace"))
        if version:
            programs.append(Program(path, version.group()))
    return programs


def _count_equal_parts(one: Program, other: Program) -> int:
    count = 0
    for part, other_part in zip(one.version.split("."), other.version.split(".")):
        if part != other_part:
            break
        count += 1
    return count
