"""A real browser without a window: Chromium or Chrome, controlled by Selenium."""

from __future__ import annotations

import shutil

from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class NoBrowserError(Exception):
    """Raised when no browser can be controlled. The message has the reasons."""


def open_browser() -> Chrome:
    """
    Start the first browser on PATH that the installed chromedriver can control.

    Several browsers may be installed: GitHub's runners also have a Chromium, but their driver is
    for Google Chrome.

    Raises:
        NoBrowserError: A browser or the driver is missing.
    """
    driver, problems = shutil.which("chromedriver"), []
    if driver is None:
        raise NoBrowserError(
            "chromedriver is not on PATH. On Debian: apt-get install chromium chromium-driver."
        )
    for path in filter(None, map(shutil.which, _BROWSERS)):
        options = ChromeOptions()
        options.binary_location = path
        # The sandbox does not start as root, the user of many containers.
        for argument in ("no-sandbox", "headless=new", "disable-dev-shm-usage"):
            options.add_argument(f"--{argument}")
        options.add_argument("--window-size=1000,900")
        try:
            return Chrome(options, Service(driver))
        except WebDriverException as error:
            problems.append(f"{path}: {error.msg}")
    raise NoBrowserError(f"{driver} can drive no browser on PATH. {' '.join(problems)}")
