"""What a person sees who follows the tutorial, or opens the host's page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, List

from host_process import Process
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from integration.browser import screenshot

TIMINGS = """
return performance.getEntriesByType("navigation")[0].serverTiming.map(
    entry => [entry.name, entry.duration]
)
"""


def logged(host: Process) -> List[str]:
    return re.findall(r"Time taken to execute HttpTrigger is ([\d.]+) sec", host.stop()[2])


def test_page_of_the_tutorial_shows_the_time_that_is_logged(host: Process, browser: Chrome) -> None:
    browser.get(f"{host.address}/api/HttpTrigger?name=Ada")

    shown = browser.find_element(By.TAG_NAME, "body").text
    timings = browser.execute_script(TIMINGS)
    (seconds,) = logged(host)
    assert shown == f"Hello, Ada. (TimeElapsed: {seconds} sec)"
    assert [name for name, _ in timings] == ["app"]
    # The header has microseconds, as the log.
    assert f"{timings[0][1] / 1000:.6f}" == seconds


def row(browser: Chrome, name: str) -> List[str]:
    return [cell.text for cell in browser.find_elements(By.CSS_SELECTOR, f"#{name} td")]


def test_homepage_links_to_what_a_browser_can_call(host: Process, browser: Chrome) -> None:
    browser.get(host.address)

    assert row(browser, "HttpTrigger") == ["HttpTrigger", "/api/HttpTrigger", "not called yet"]
    assert row(browser, "Item")[1] == "/api/items/{id:int}"
    assert row(browser, "Hourly")[1] == "POST /admin/functions/Hourly"
    links = [link.text for link in browser.find_elements(By.TAG_NAME, "a")]
    assert sorted(links) == ["/api/Fails", "/api/HttpTrigger"]


def test_homepage_tells_what_each_last_call_took(host: Process, browser: Chrome) -> None:
    browser.get(host.address)
    browser.find_element(By.LINK_TEXT, "/api/HttpTrigger").click()
    host.get("/api/Fails")
    browser.get(host.address)

    assert re.fullmatch(r"\d+\.\d ms, status 200", row(browser, "HttpTrigger")[2])
    assert re.fullmatch(r"\d+\.\d ms, status 500", row(browser, "Fails")[2])
    assert row(browser, "Item")[2] == "not called yet"
    (milliseconds,) = [float(row(browser, "HttpTrigger")[2].split()[0])]
    (seconds,) = logged(host)
    assert milliseconds >= round(float(seconds) * 1000, 1)


def test_page_asks_nothing_of_other_servers(host: Process, browser: Chrome) -> None:
    console(browser)  # Of the tests before.
    browser.get(host.address)

    asked = browser.execute_script(
        "return performance.getEntriesByType('resource').map(entry => entry.name)"
    )
    assert [name for name in asked if not name.startswith("data:")] == []
    assert console(browser) == []


def console(browser: Chrome) -> List[Any]:
    """Return what the browser has complained of, once."""
    # Selenium has no types for it.
    entries: List[Any] = browser.get_log("browser")  # type: ignore[no-untyped-call]
    return entries


def test_picture_of_the_readme_can_be_taken(tmp_path: Path) -> None:
    picture = tmp_path / "host.png"

    screenshot.take(picture)

    assert picture.read_bytes().startswith(b"\x89PNG\r\n")
    assert picture.stat().st_size > 5_000
