"""Wait until a host serves its app, and until its output is complete."""

from __future__ import annotations

import time
from typing import Callable

import urllib3

# Microsoft's host answers so while it starts, and for functions that are not loaded.
_NOT_YET = (404, 503)
_HTTP = urllib3.PoolManager(retries=False, timeout=2)
# How long Microsoft's host, or a container engine, may take to pass on what was printed.
_QUIET = 0.1


class NotReadyError(Exception):
    """Raised at the deadline; the message is the last problem."""


def wait_until_ready(
    find_problem: Callable[[], str], seconds: float, check_alive: Callable[[], None]
) -> None:
    """
    Wait until `find_problem` returns an empty string.

    Args:
        check_alive: Raises an exception if the host has ended.

    Raises:
        NotReadyError: There is still a problem after that many seconds.
    """
    deadline = time.monotonic() + seconds
    while True:
        check_alive()
        problem = find_problem()
        if not problem:
            return
        if time.monotonic() > deadline:
            raise NotReadyError(problem)
        time.sleep(0.02)


def find_problem(url: str) -> str:
    """
    Return why a URL is not served yet, or an empty string.
    """
    try:
        response = _HTTP.request("GET", url)
    except urllib3.exceptions.ReadTimeoutError:
        return f"GET {url} gets a connection but no answer"
    except urllib3.exceptions.HTTPError:
        return f"GET {url} gets no connection"
    return f"GET {url} is answered by {response.status}" if response.status in _NOT_YET else ""


def read_until_quiet(read: Callable[[], str]) -> str:
    """
    Read an output again and again until it stops growing.
    """
    before, now = None, read()
    while now != before:
        time.sleep(_QUIET)
        before, now = now, read()
    return now
