"""The page of the host in a real browser, and pages that attack it."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List
from urllib.request import Request, urlopen

import pytest
from host_apps import v2, write_app
from host_process import Process, Serve
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

MARKUP = "<img src=x onerror=alert(1)>"
HOSTILE = f"""
import logging

@app.route("{MARKUP}")
def A(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("a")

@app.route("B")
def B(req: func.HttpRequest) -> func.HttpResponse:
    logging.info("{MARKUP}")
    raise ValueError("{MARKUP}")
"""
# Each way to send a request without the host's consent. The host must refuse all of them.
ATTACK = """<!doctype html>
<form id="form" method="post" enctype="text/plain" target="frame" action="$url">
<input name='{"input": "' value='"}'></form>
<iframe name="frame"></iframe>
<script>
const json = {"Content-Type": "application/json"};
const body = '{"input": ""}';
const ways = [
  () => fetch("$url", {method: "POST", body}),
  () => fetch("$url", {method: "POST", body, mode: "no-cors"}),
  () => fetch("$url", {method: "POST", body: new Blob([body], {type: "application/json"})}),
  () => fetch("$url", {method: "POST", body, headers: json}),
  () => fetch("$calls"),
];
const frame = document.querySelector("iframe");
const sent = new Promise((resolve) => { frame.onload = resolve; });
document.getElementById("form").submit();
window.attack = async () => {
  await sent;
  const ends = await Promise.all(ways.map((way) => way().then((one) => one.type, () => "refused")));
  navigator.sendBeacon("$url", new Blob([body], {type: "text/plain"}));
  return ends;
};
</script>
"""


def read_calls(host: Process) -> List[Dict[str, Any]]:
    with urlopen(f"{host.address}/admin/host/calls") as answer:
        calls: List[Dict[str, Any]] = json.load(answer)
        return calls


def run_trigger(host: Process, name: str) -> None:
    headers = {"Content-Type": "application/json"}
    with urlopen(Request(f"{host.address}/admin/functions/{name}", b"{}", headers)):
        pass


def wait_for_calls(browser: Chrome, number: int) -> List[WebElement]:
    """Wait until the page lists this many calls, and return them, newest first."""
    wait_until(browser, lambda: len(browser.find_elements(By.CSS_SELECTOR, "#calls li")) == number)
    return browser.find_elements(By.CSS_SELECTOR, "#calls li")


def wait_until(browser: Chrome, is_so: Callable[[], bool]) -> None:
    WebDriverWait(browser, 30, 0.05).until(lambda _: is_so())


def read(item: WebElement, name: str) -> str:
    return str(item.find_element(By.CLASS_NAME, name).get_attribute("textContent"))


def click(item: Any, label: str) -> None:
    item.find_element(By.XPATH, f".//button[text()='{label}']").click()


def fill(browser: Chrome, **values: str) -> None:
    for name, value in values.items():
        field = browser.find_element(By.NAME, name)
        field.clear()
        field.send_keys(value)


def take_console(browser: Chrome) -> List[Any]:
    """Return the messages in the console since the last call."""
    # Selenium has no types for it.
    entries: List[Any] = browser.get_log("browser")  # type: ignore[no-untyped-call]
    return entries


def read_row(browser: Chrome, name: str) -> List[str]:
    return [cell.text for cell in browser.find_elements(By.CSS_SELECTOR, f"#function-{name} td")]


def test_form_sends_a_request(host: Process, browser: Chrome) -> None:
    browser.get(host.address)

    click(browser.find_element(By.ID, "function-Echo"), "Try")
    fill(browser, headers="X-Mine: 1", body="Ada")
    click(browser, "Send")

    (item,) = wait_for_calls(browser, 1)
    result = browser.find_element(By.ID, "result").text.split("\n")
    seconds = read_calls(host)[0]["elapsed"]
    assert (result[0], result[-1]) == ("200 OK", f"1 Ada (TimeElapsed: {seconds:.6f} sec)")
    cells = [read(item, name) for name in ("status", "method", "path", "function")]
    assert cells == ["200", "POST", "/api/Echo", "Echo"]
    assert read(item, "elapsed") == f"{seconds * 1000:.3f} ms"
    assert read(item, "timing").startswith("Server-Timing: app;dur=")


def test_trigger_is_set_off_by_click(host: Process, browser: Chrome) -> None:
    browser.get(host.address)

    click(browser.find_element(By.ID, "function-Hourly"), "Try")
    click(browser, "Send")

    (item,) = wait_for_calls(browser, 1)
    assert [read(item, name) for name in ("status", "function")] == ["202", "Hourly"]
    assert "Time taken to execute Hourly is" in read(item, "log")


def test_call_is_sent_again(host: Process, browser: Chrome) -> None:
    url, headers = f"{host.address}/api/Echo?a=b", {"X-Mine": "ä"}
    with urlopen(Request(url, "Å".encode(), headers)) as answer:
        assert answer.status == 200
    browser.get(host.address)
    (item,) = wait_for_calls(browser, 1)

    item.click()
    click(item, "Send again")

    wait_for_calls(browser, 2)
    again, first = read_calls(host)
    for name in ("method", "target", "body", "status"):
        assert again[name] == first[name]
    assert again["headers"]["x-mine"] == first["headers"]["x-mine"]


def test_list_of_calls_is_live(host: Process, browser: Chrome) -> None:
    browser.get(host.address)
    host.get("/api/HttpTrigger")
    (first,) = wait_for_calls(browser, 1)
    first.click()
    host.get("/api/Fails")

    failed, first = wait_for_calls(browser, 2)

    assert [read(item, "status") for item in (failed, first)] == ["500", "200"]
    assert read(failed, "outcome").split("\n")[-1] == "ValueError: no <b>bold</b>"
    assert "function_app.py:" in read(failed, "outcome")
    assert read(first, "curl") == f"curl {host.address}/api/HttpTrigger"
    # A call that a person opened stays open.
    assert first.find_element(By.TAG_NAME, "details").get_attribute("open")

    script = "return performance.getEntriesByType('resource').map(entry => entry.name)"
    requests = browser.execute_script(script)
    assert [url for url in requests if not url.startswith((host.address, "data:"))] == []


def test_page_follows_a_restarted_host(
    host: Process, browser: Chrome, serve: Serve, tmp_path: Path
) -> None:
    browser.get(host.address)
    host.get("/api/Fails")
    wait_for_calls(browser, 1)
    assert host.stop()[0] == 0
    stopped = browser.find_element(By.ID, "stopped")
    wait_until(browser, stopped.is_displayed)

    code = "@app.route('New')\ndef New(req: func.HttpRequest) -> str:\n    return 'new'\n"
    (tmp_path / "new").mkdir()
    serve(write_app(tmp_path / "new", v2(code)), "--port", host.address.rpartition(":")[2])

    wait_until(browser, lambda: not stopped.is_displayed())
    assert wait_for_calls(browser, 0) == []
    assert read_row(browser, "New")[0] == "New"
    take_console(browser)


@pytest.fixture
def dark(browser: Chrome) -> Iterator[None]:
    set_scheme(browser, "dark")
    yield
    set_scheme(browser, "light")


def set_scheme(browser: Chrome, scheme: str) -> None:
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def read_color(browser: Chrome, selector: str, name: str) -> int:
    """Return the sum of the red, green and blue values of an element's colour."""
    element = browser.find_element(By.CSS_SELECTOR, selector)
    text = element.value_of_css_property(name)
    return sum(int(part) for part in text[text.index("(") + 1 : -1].split(",")[:3])


@pytest.mark.usefixtures("dark")
def test_dark_mode_follows_the_system(host: Process, browser: Chrome) -> None:
    host.get("/api/Fails")
    browser.get(host.address)

    assert read_color(browser, "html", "background-color") < 100
    for selector in ("body", "a", "th", "button", "input", "textarea", ".failed", ".log"):
        assert read_color(browser, selector, "color") > 300


@pytest.fixture
def without_script(browser: Chrome) -> Iterator[None]:
    name = "Emulation.setScriptExecutionDisabled"
    browser.execute_cdp_cmd(name, {"value": True})
    yield
    browser.execute_cdp_cmd(name, {"value": False})


@pytest.mark.usefixtures("without_script")
def test_page_is_readable_without_script(host: Process, browser: Chrome) -> None:
    host.get("/api/Fails")
    browser.get(host.address)

    assert read_row(browser, "Fails")[:2] == ["Fails", "httpTrigger"]
    browser.find_element(By.TAG_NAME, "summary").click()
    assert "ValueError: no <b>bold</b>" in browser.find_element(By.CLASS_NAME, "outcome").text
    shown = [one for one in browser.find_elements(By.CLASS_NAME, "script") if one.is_displayed()]
    assert shown == []


def test_markup_is_shown_as_text(tmp_path: Path, serve: Serve, browser: Chrome) -> None:
    host = serve(write_app(tmp_path, v2(HOSTILE)))
    take_console(browser)
    browser.get(host.address)
    host.get("/api/B?%3Cimg%20src=x%20onerror=alert(1)%3E")
    host.ask(f"GET /{MARKUP.replace(' ', '/')} HTTP/1.0\r\n\r\n".encode())

    wait_for_calls(browser, 2)

    assert MARKUP in browser.find_element(By.ID, "function-A").text
    assert browser.find_elements(By.TAG_NAME, "img") == []
    assert take_console(browser) == []


def test_page_of_another_origin_sets_off_nothing(
    host: Process, browser: Chrome, tmp_path: Path, other_origin: str
) -> None:
    url, calls = f"{host.address}/admin/functions/Hourly", f"{host.address}/admin/host/calls"
    page = ATTACK.replace("$url", url).replace("$calls", calls)
    (tmp_path / "other" / "attack.html").write_text(page, encoding="utf-8")
    browser.get(f"{other_origin}/attack.html")

    ends = browser.execute_async_script("window.attack().then(arguments[0])")

    assert ends == ["refused", "opaque", "refused", "refused", "refused"]
    # If the browser sent a request after all, it came before this.
    assert read_calls(host) == []
    run_trigger(host, "Hourly")
    assert len(read_calls(host)) == 1
    assert "Time taken" in read_calls(host)[0]["log"][0]["message"]
    assert host.stop()[2].count("Time taken") == 1


def test_pictures_for_readme(
    host: Process, browser: Chrome, pytestconfig: pytest.Config, tmp_path: Path
) -> None:
    light = pytestconfig.getoption("--picture") or tmp_path / "host.png"
    dark = light.with_name(f"{light.stem}-dark{light.suffix}")
    for path in ("/api/Fails", "/api/nowhere", "/api/HttpTrigger?name=Ada"):
        host.get(path)
    run_trigger(host, "Hourly")
    browser.get(host.address)
    browser.find_elements(By.TAG_NAME, "summary")[1].click()

    for scheme, picture in (("dark", dark), ("light", light)):
        set_scheme(browser, scheme)
        taken = browser.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
        picture.write_bytes(b64decode(taken["data"]))
        assert picture.read_bytes().startswith(b"\x89PNG\r\n")
    assert light.read_bytes() != dark.read_bytes()
