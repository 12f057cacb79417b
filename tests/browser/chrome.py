"""A real browser without a window: Chromium or Chrome, driven by Selenium."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Iterator

from browser.finder import find_browser
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service


@contextmanager
def open_browser() -> Iterator[Chrome]:
    """
    Start the browser, and close it at the end.

    Raises:
        NoBrowserError: No browser can be driven.
    """
    browser, driver = find_browser()
    options = ChromeOptions()
    options.binary_location = browser.path
    # The sandbox does not start as root, the user of many containers.
    options.add_argument("--no-sandbox")
    options.add_argument("--headless=new")
    options.add_argument("--disable-dev-shm-usage")
    options.add_argument("--window-size=960,480")
    with Chrome(options, Service(driver.path)) as chrome:
        yield chrome
