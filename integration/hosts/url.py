"""A host that someone else has started, on Azure for example."""

from __future__ import annotations

import re

import pytest

from integration.catalog import APPS
from integration.hosts import logs
from integration.hosts.protocol import Feature, Host, Options


class UrlHost(Host):
    """Any host that already serves the app. Its output cannot be read."""

    name = "url"
    read_log = staticmethod(logs.read_dotnet)
    lacks = (Feature.OUTPUT,)

    @classmethod
    def check_options(cls, options: Options) -> None:
        if not re.match(r"https?://.", options.address):
            raise pytest.UsageError(
                "--functions-host=url needs an address, such as url=http://127.0.0.1:7071."
            )
        if options.app not in APPS:
            names = ", ".join(sorted(APPS))
            raise pytest.UsageError(
                f"--functions-host=url={options.address} needs --app, one of: {names}."
            )

    def start(self) -> str:
        return self._options.address.rstrip("/")

    def stop(self) -> None:
        """Leave the host running."""

    def output(self) -> str:
        return ""
