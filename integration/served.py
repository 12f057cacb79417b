"""An app on some host, as tests see it."""

from __future__ import annotations

import json
import re
from typing import Any, List

import azure.functions as func
import pytest
import urllib3

from integration.hosts.embedded import APPS, Host

# What the timer appends to text.
SUFFIX = r" \(TimeElapsed: (\d+\.\d{6}) sec\)"

# How many seconds a response may take: none of the apps works for one.
PATIENCE = 15
_HTTP = urllib3.PoolManager(retries=False)


class HostHangsError(Exception):
    """Raised when a host does not answer, and at once from then on; the text has its log."""


def on_app(*names: str) -> pytest.MarkDecorator:
    """
    Run a test, or all of a module, on each of these apps of `samples` and `integration/apps`.
    """
    parameters = [pytest.param(name, marks=_needs_v2(name)) for name in names]
    return pytest.mark.parametrize("running", parameters, indirect=True, scope="session")


class ServedApp:
    """
    Where a test sends requests and reads logs, whatever the host.

    Attributes:
        worker_calls_hooks: Whether Microsoft's worker of the host's Python version calls any.
    """

    def __init__(self, host: Host, address: str) -> None:
        self._host, self._address = host, address
        self._log_start = 0
        self._hangs = ""
        self.worker_calls_hooks = host.python < (3, 13)

    def get(self, path: str, **headers: str) -> urllib3.BaseHTTPResponse:
        return self.request("GET", path, headers=headers)

    def request(self, method: str, path: str, **options: Any) -> urllib3.BaseHTTPResponse:
        """
        Return the response, with its body as it was sent.

        Raises:
            HostHangsError: It was not there in time, or an earlier one was not.
        """
        if not self._hangs:
            url, options = self._address + path, {"timeout": PATIENCE, **options}
            try:
                return _HTTP.request(method, url, decode_content=False, **options)
            except urllib3.exceptions.ReadTimeoutError:
                self._hangs = f"{method} {path} was not answered in {options['timeout']:g} s"
        raise HostHangsError(
            f"the host ({self._host.name}) hangs: {self._hangs}, so no more is asked of it. "
            f"Its log:\n{self._host.output() or '(there is none)'}"
        )

    def run(self, function: str, text: str = "") -> None:
        """
        Set off a function that is no HTTP function.
        """
        body = json.dumps({"input": text})
        headers = {"Content-Type": "application/json", **self._host.admin_headers}
        path = f"/admin/functions/{function}"

        response = self.request("POST", path, body=body, headers=headers)

        assert response.status == 202, response.data

    def forget_log(self) -> None:
        self._log_start = len(self._host.output() or "")

    def remember_log(self) -> None:
        """
        Let the log begin at the start of the app again.
        """
        self._log_start = 0

    def logged(self, pattern: str) -> List[str]:
        """
        Return each match of a pattern in what the host has printed since the test began.
        """
        output = self._host.output()
        if output is None:
            pytest.skip("what a host behind a URL prints cannot be read from here")
        return [match.group() for match in re.finditer(pattern, output[self._log_start :])]

    def log(self) -> str:
        """
        Return all that the host has printed since the test began.
        """
        return (self._host.output() or "")[self._log_start :]

    def logged_by_worker(self, pattern: str) -> List[str]:
        """
        Return each match of a pattern in what the worker itself has logged since the test began.
        """
        if not self._host.shows_system_logs:
            pytest.skip(f"the console of the host ({self._host.name}) has no logs of the worker")
        return self.logged(pattern)

    def needs_storage(self) -> None:
        """
        Skip a test of a function that waits for a queue, where there is none.
        """
        if not self._host.has_storage:
            pytest.skip(f"the host ({self._host.name}) has no storage account")


def _needs_v2(name: str) -> Any:
    is_v2 = (APPS[name] / "function_app.py").exists()
    return pytest.mark.skipif(
        is_v2 and not hasattr(func, "FunctionApp"),
        reason=f"azure-functions {func.__version__} has no v2 model, which {name} is written in",
    )
