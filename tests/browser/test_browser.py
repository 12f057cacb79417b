"""The tutorial's page and the host's page in a real browser."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Any, List

import pytest
from browser.chrome import NoBrowserError, open_browser
from host_process import Process, Serve
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from integration.catalog import APPS

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


def read_row(browser: Chrome, name: str) -> List[str]:
    return [cell.text for cell in browser.find_elements(By.CSS_SELECTOR, f"#{name} td")]


def test_homepage_links_functions_a_browser_can_call(host: Process, browser: Chrome) -> None:
    browser.get(host.address)

    assert read_row(browser, "HttpTrigger") == ["HttpTrigger", "/api/HttpTrigger", "not called yet"]
    assert read_row(browser, "Item")[1] == "/api/items/{id:int}"
    assert read_row(browser, "Hourly")[1] == "POST /admin/functions/Hourly"
    links = [link.text for link in browser.find_elements(By.TAG_NAME, "a")]
    assert sorted(links) == ["/api/Fails", "/api/HttpTrigger"]


def test_homepage_shows_duration_of_last_call(host: Process, browser: Chrome) -> None:
    browser.get(host.address)
    browser.find_element(By.LINK_TEXT, "/api/HttpTrigger").click()
    host.get("/api/Fails")
    browser.get(host.address)

    assert re.fullmatch(r"\d+\.\d ms, status 200", read_row(browser, "HttpTrigger")[2])
    assert re.fullmatch(r"\d+\.\d ms, status 500", read_row(browser, "Fails")[2])
    assert read_row(browser, "Item")[2] == "not called yet"
    (milliseconds,) = [float(read_row(browser, "HttpTrigger")[2].split()[0])]
    (seconds,) = find_logged_times(host)
    assert milliseconds >= round(float(seconds) * 1000, 1)


def test_homepage_requests_nothing_else(host: Process, browser: Chrome) -> None:
    # Discard the messages of earlier tests.
    take_console(browser)
    browser.get(host.address)

    asked = browser.execute_script(
        "return performance.getEntriesByType('resource').map(entry => entry.name)"
    )
    assert [name for name in asked if not name.startswith("data:")] == []
    assert take_console(browser) == []


def take_console(browser: Chrome) -> List[Any]:
    """Return the messages in the console since the last call."""
    # Selenium has no types for it.
    entries: List[Any] = browser.get_log("browser")  # type: ignore[no-untyped-call]
    return entries


def test_picture_for_readme(
    browser: Chrome, serve: Serve, pytestconfig: pytest.Config, tmp_path: Path
) -> None:
    picture = pytestconfig.getoption("--picture") or tmp_path / "host.png"
    host = serve(APPS["v2"])
    host.get("/api/HttpTrigger?name=Ada")
    browser.get(host.address)

    assert browser.save_screenshot(str(picture))

    assert picture.read_bytes().startswith(b"\x89PNG\r\n")
    assert picture.stat().st_size > 5_000


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
