"""Wait until a host serves its app, and until its output is complete."""

from __future__ import annotations

import time
from abc import abstractmethod
from typing import Callable, Optional

import urllib3

from integration.hosts.protocol import Host, HostError

# Microsoft's host answers with these while it starts, and for functions that are not loaded.
_NOT_YET = (404, 503)
_HTTP = urllib3.PoolManager(retries=False, timeout=2)
# Seconds that Microsoft's host or a container engine may take to pass output on.
_QUIET = 0.1


class StartingHost(Host):
    """A host that this machine starts."""

    @abstractmethod
    def find_exit_code(self) -> Optional[int]:
        """Return the exit code of a host that has ended, else None."""

    def wait_until_ready(self, find_problem: Callable[[], str]) -> None:
        """
        Wait until `find_problem` returns an empty string.

        If that fails, stop the host.

        Raises:
            HostError: The host has ended, or there is still a problem after `--ready-within`.
        """
        seconds = self._options.ready_within
        deadline = time.monotonic() + seconds
        while True:
            code = self.find_exit_code()
            if code is not None:
                problem = f"{self.name} ended with exit code {code} before it served its app."
                raise HostError(f"{problem} Its log:\n{self._end()}")
            problem = find_problem()
            if not problem:
                return
            if time.monotonic() > deadline:
                raise HostError(
                    f"{self.name} did not serve its app in {seconds:g} s: {problem}. Raise "
                    f"--ready-within, or read its log:\n{self._end()}"
                )
            time.sleep(0.02)

    def _end(self) -> str:
        log = self.output()
        self.stop()
        return log or "(empty)"


def find_url_problem(url: str) -> str:
    """Return why a URL is not served yet, or an empty string."""
    try:
        response = _HTTP.request("GET", url)
    except urllib3.exceptions.ReadTimeoutError:
        return f"GET {url} gets a connection but no answer"
    except urllib3.exceptions.HTTPError:
        return f"GET {url} gets no connection"
    return f"GET {url} is answered by {response.status}" if response.status in _NOT_YET else ""


def read_until_quiet(read: Callable[[], str]) -> str:
    """Read an output again and again until it stops growing."""
    before, now = None, read()
    while now != before:
        time.sleep(_QUIET)
        before, now = now, read()
    return now
