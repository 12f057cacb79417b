"""The samples that users copy: what they answer, and what they log."""

import re

from integration.served import SUFFIX, ServedApp, on_app

pytestmark = on_app("v1", "v2")


def test_greeting_ends_in_the_elapsed_time(served: ServedApp) -> None:
    response = served.get("/api/HttpTrigger?name=Ada")

    assert response.status == 200
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert re.fullmatch(r"Hello, Ada\." + SUFFIX, response.data.decode())


def test_greeting_without_a_name_ends_in_the_elapsed_time(served: ServedApp) -> None:
    response = served.get("/api/HttpTrigger")

    text = r"Hello\. Add \?name=YOU to the address for a greeting of your own\."
    assert re.fullmatch(text + SUFFIX, response.data.decode())


def test_post_is_served_too(served: ServedApp) -> None:
    response = served.request("POST", "/api/HttpTrigger?name=Ada", body=b"{}")

    assert re.fullmatch(r"Hello, Ada\." + SUFFIX, response.data.decode())


def test_one_line_with_the_time_is_logged(served: ServedApp) -> None:
    response = served.get("/api/HttpTrigger?name=Ada")

    lines = served.logged(r"Time taken to execute HttpTrigger is \d+\.\d{6} sec")
    appended = re.findall(SUFFIX, response.data.decode())
    assert lines == [f"Time taken to execute HttpTrigger is {time} sec" for time in appended]
    assert len(lines) == 1


def test_start_is_not_logged_at_info(served: ServedApp) -> None:
    served.get("/api/HttpTrigger")

    assert served.logged("Recording start time") == []
