"""The hosts that `--functions-host` can select."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Type

import pytest

from integration.hosts.protocol import Host

# Modules are imported on demand: that of containers needs fcntl, which Windows lacks.
HOSTS = {
    "embedded": "embedded:EmbeddedHost",
    "core-tools": "core_tools:CoreToolsHost",
    "container": "container.host:ContainerHost",
    "url": "url:UrlHost",
}


def find_host(choice: str) -> Type[Host]:
    """
    Return the class for a value of `--functions-host`.
    """
    name = choice.partition("=")[0]
    is_url = bool(re.match(r"url=https?://.", choice))
    if name not in HOSTS or is_url != (name == "url") or (name != choice and not is_url):
        raise pytest.UsageError(
            f"--functions-host={choice} is not a host. Choose from: embedded, core-tools, "
            "container, url=http://127.0.0.1:7071."
        )
    module, _, attribute = HOSTS[name].partition(":")
    host: Type[Host] = getattr(import_module(f"integration.hosts.{module}"), attribute)
    return host
