"""An app on a host, as tests see it."""

from __future__ import annotations

import json
import re
from typing import Any, List

import azure.functions as func
import pytest
import urllib3

from integration.catalog import APPS
from integration.hosts.logs import Record
from integration.hosts.protocol import Feature, Host

# Every function of the apps takes less than one second.
_HTTP = urllib3.PoolManager(retries=False, timeout=15)


def on_app(*names: str) -> pytest.MarkDecorator:
    """Run a test, or all tests of a module, on each of these apps."""
    parameters = [pytest.param(name, marks=_needs_v2(name)) for name in names]
    return pytest.mark.parametrize("started_app", parameters, indirect=True, scope="session")


class RunningApp:
    """
    An app that answers requests and has logs.

    Attributes:
        worker_calls_hooks: Whether Microsoft's worker for the host's Python version calls hooks.
    """

    def __init__(self, host: Host, address: str) -> None:
        self._host, self._address = host, address
        self._log_start = 0
        self.worker_calls_hooks = int(host.python.partition(".")[2]) < 13

    def get(self, path: str, **headers: str) -> urllib3.BaseHTTPResponse:
        """Return the response to a GET. Write a header with a hyphen as `**{"x-name": "value"}`."""
        return self.request("GET", path, headers=headers)

    def request(self, method: str, path: str, **options: Any) -> urllib3.BaseHTTPResponse:
        """Return the response, with its body exactly as sent."""
        return _HTTP.request(method, self._address + path, decode_content=False, **options)

    def run(self, function: str, text: str = "") -> None:
        """Run a function that has no HTTP trigger."""
        body = json.dumps({"input": text})
        headers = {"Content-Type": "application/json", **self._host.admin_headers}
        path = f"/admin/functions/{function}"

        response = self.request("POST", path, body=body, headers=headers)

        assert response.status == 202, response.data

    def clear_log(self) -> None:
        self._log_start = len(self._host.output())

    def restore_log(self) -> None:
        """Undo `clear_log()`."""
        self._log_start = 0

    def output(self) -> str:
        """Return everything the host has printed since the test began."""
        return self._host.output()[self._log_start :]

    def records(self, pattern: str = "") -> List[Record]:
        """
        Return the records since the test began whose text matches a pattern somewhere.

        If the host's output cannot be read, skip the test.
        """
        self.needs(Feature.OUTPUT)
        records = self._host.read_log(self.output())
        return [record for record in records if re.search(pattern, record.text)]

    def logged(self, pattern: str) -> List[str]:
        """Return each match of a pattern in the texts of `records()`."""
        texts = [record.text for record in self.records(pattern)]
        return [match.group() for text in texts for match in re.finditer(pattern, text)]

    def needs(self, feature: Feature) -> None:
        """Skip the test if the host lacks a feature."""
        if feature in self._host.lacks:
            pytest.skip(f"the host ({self._host.name}) has no {feature.value}")


def _needs_v2(name: str) -> Any:
    is_v2 = (APPS[name] / "function_app.py").exists()
    return pytest.mark.skipif(
        is_v2 and not hasattr(func, "FunctionApp"),
        reason=f"{name} is a v2 app, which azure-functions {func.__version__} does not support",
    )
