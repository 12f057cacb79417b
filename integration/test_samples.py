"""Responses and logs of the samples that users copy."""

import re

from integration.running_app import RunningApp, on_app
from integration.suffix import SUFFIX

pytestmark = on_app("v1", "v2")


def test_greeting_has_suffix(app: RunningApp) -> None:
    response = app.get("/api/HttpTrigger?name=Ada")

    assert response.status == 200
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert re.fullmatch(r"Hello, Ada\." + SUFFIX, response.data.decode())


def test_greeting_without_name_has_suffix(app: RunningApp) -> None:
    response = app.request("POST", "/api/HttpTrigger", body=b"{}")

    text = r"Hello\. Add \?name=YOU to the address for a greeting of your own\."
    assert re.fullmatch(text + SUFFIX, response.data.decode())


def test_time_is_logged_once(app: RunningApp) -> None:
    response = app.get("/api/HttpTrigger?name=Ada")

    lines = app.logged(r"Time taken to execute HttpTrigger is \d+\.\d{6} sec")
    appended = re.findall(SUFFIX, response.data.decode())
    assert lines == [f"Time taken to execute HttpTrigger is {time} sec" for time in appended]
    assert len(lines) == 1
    assert app.logged("Recording start time") == []
