"""The hosts that `--functions-host` can select."""

from __future__ import annotations

from importlib import import_module
from typing import Type

import pytest

from integration.hosts.protocol import Host

# Import only the chosen module: the module for containers needs fcntl, which Windows lacks.
HOSTS = {
    "embedded": "embedded:EmbeddedHost",
    "embedded-native": "embedded:EmbeddedNativeHost",
    "core-tools": "core_tools:CoreToolsHost",
    "container": "container.host:ContainerHost",
    "url": "url:UrlHost",
}


def find_host(choice: str) -> Type[Host]:
    """Return the class for a value of `--functions-host`."""
    name = choice.partition("=")[0]
    if name not in HOSTS:
        raise pytest.UsageError(
            f"--functions-host={choice} is not a host. Choose from: {', '.join(HOSTS)}."
        )
    module, _, attribute = HOSTS[name].partition(":")
    host: Type[Host] = getattr(import_module(f"integration.hosts.{module}"), attribute)
    return host
