"""The tutorial's page in a real browser, and the search for the browser."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import List

import pytest
from browser.chrome import NoBrowserError, open_browser
from host_process import Process
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

TIMINGS = """
return performance.getEntriesByType("navigation")[0].serverTiming.map(
    entry => [entry.name, entry.duration]
)
"""


def find_logged_times(host: Process) -> List[str]:
    return re.findall(r"Time taken to execute HttpTrigger is ([\d.]+) sec", host.stop()[2])


def test_tutorial_page_shows_logged_time(host: Process, browser: Chrome) -> None:
    browser.get(f"{host.address}/api/HttpTrigger?name=Ada")

    shown = browser.find_element(By.TAG_NAME, "body").text
    timings = browser.execute_script(TIMINGS)
    (seconds,) = find_logged_times(host)
    assert shown == f"Hello, Ada. (TimeElapsed: {seconds} sec)"
    assert [name for name, _ in timings] == ["app", "init"]
    # The header has microseconds, like the log.
    assert f"{timings[0][1] / 1000:.6f}" == seconds


def test_browser_of_the_driver_is_taken(
    browser: Chrome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [shutil.which(name) for name in ("chromium", "google-chrome", "chromedriver")]
    real, driver = next(filter(None, found)), str(found[-1])
    (tmp_path / "chromium").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    (tmp_path / "chromium").chmod(0o755)
    (tmp_path / "google-chrome").symlink_to(real)
    (tmp_path / "chromedriver").symlink_to(driver)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    with open_browser() as other:
        assert other.session_id


@pytest.mark.parametrize(
    ("programs", "message"),
    [
        ([], "chromedriver is not on PATH. On Debian: apt-get install chromium"),
        (["chromedriver"], "chromedriver can drive no browser on PATH."),
    ],
)
def test_missing_program_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, programs: List[str], message: str
) -> None:
    for name in programs:
        (tmp_path / name).touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(NoBrowserError, match=message):
        open_browser()
