"""HTTP streaming in an enabled app. The embedded host runs it where Microsoft's runtime does."""

import re
import sys

import pytest

from integration.served import ServedApp, on_app

pytestmark = [
    on_app("streaming"),
    pytest.mark.skipif(
        sys.version_info < (3, 13), reason="the emulated worker has no HTTP streaming"
    ),
]

TIMING = r"app;dur=\d+\.\d{3}"


def test_streamed_response_has_the_time_until_its_first_part(served: ServedApp) -> None:
    response = served.get("/api/stream")

    assert (response.status, response.data) == (200, b"0 1 2 ")
    assert re.fullmatch(f"miss, {TIMING}", response.headers["Server-Timing"])
    assert len(served.logged("Time taken to execute stream is")) == 1


def test_other_response_has_its_time_too(served: ServedApp) -> None:
    response = served.get("/api/items/7?more=1")

    assert response.json() == {"id": "7", "more": "1"}
    assert re.fullmatch(TIMING, response.headers["Server-Timing"])


def test_failure_is_timed(served: ServedApp) -> None:
    assert served.get("/api/raises").status == 500

    assert len(served.logged(r"Time taken to execute raises is .* \(failed: ValueError\)")) == 1
