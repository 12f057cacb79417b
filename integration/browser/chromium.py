"""A real browser without a window: Chromium, driven by Selenium."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import Iterator

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_DRIVER = "chromedriver"


class NoBrowserError(Exception):
    """Raised when the browser or its driver is not installed; the text says what to do."""


@contextmanager
def opened() -> Iterator[Chrome]:
    """
    Start the browser, and close it in the end.

    Raises:
        NoBrowserError: It is not on PATH, or its driver is not.
    """
    options = ChromeOptions()
    options.binary_location = _found(*_BROWSERS)
    # As root, which containers often have, it starts without its sandbox only.
    options.add_argument("--no-sandbox")
    options.add_argument("--headless=new")
    options.add_argument("--disable-dev-shm-usage")
    options.add_argument("--window-size=960,480")
    with Chrome(options, Service(_found(_DRIVER))) as browser:
        yield browser


def check_installed() -> None:
    """
    Do nothing if there is a browser with its driver.

    Raises:
        NoBrowserError: There is not.
    """
    _found(*_BROWSERS)
    _found(_DRIVER)


def _found(*names: str) -> str:
    for name in names:
        path = shutil.which(name)
        if path:
            return path
    raise NoBrowserError(
        f"no {' or '.join(names)} on PATH; on Debian: apt-get install chromium chromium-driver"
    )
