"""When a host that starts in its own time serves its app."""

from __future__ import annotations

import time
from typing import Callable

import urllib3

# A function of each app that answers any GET: ports and pings are open long before it does.
PROBES = {
    # It has no HTTP function.
    "durable": "/",
    "elastic_apm": "/api/sync",
    "every_kind": "/api/text",
    "hooks_v1": "/api/Events",
    "not_enabled_v1": "/api/HttpTrigger",
    "not_enabled_v2": "/api/HttpTrigger",
    "opencensus": "/api/sync",
    "otlp": "/api/hello",
    "streaming": "/api/stream",
    "unconfigured": "/api/extension",
    "v1": "/api/HttpTrigger",
    "v2": "/api/HttpTrigger",
}

# What Microsoft's host says while it starts, and for functions that it has not loaded.
_NOT_YET = (404, 503)
_HTTP = urllib3.PoolManager(retries=False, timeout=2)


class NotReadyError(Exception):
    """Raised at the deadline; the text is what the host did last."""


def wait_until_ready(url: str, seconds: float, check_alive: Callable[[], None]) -> None:
    """
    Ask for a URL until a function answers.

    Args:
        check_alive: Raises what is to be raised when the host has ended.

    Raises:
        NotReadyError: Nothing did within that many seconds.
    """
    deadline = time.monotonic() + seconds
    while True:
        check_alive()
        answer = _ask(url)
        if answer == "":
            return
        if time.monotonic() > deadline:
            raise NotReadyError(f"GET {url} {answer}")
        time.sleep(0.05)


def _ask(url: str) -> str:
    try:
        response = _HTTP.request("GET", url)
    except urllib3.exceptions.ReadTimeoutError:
        return "gets a connection but no answer"
    except urllib3.exceptions.HTTPError:
        return "gets no connection"
    return f"is answered by {response.status}" if response.status in _NOT_YET else ""
