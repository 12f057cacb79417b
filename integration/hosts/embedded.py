"""The embedded host: `python -m functions_host`."""

from __future__ import annotations

import re
import sys
from types import MappingProxyType
from typing import List, Mapping

import pytest

from integration.catalog import ROOT
from integration.hosts import logs
from integration.hosts.process import ProcessHost
from integration.hosts.protocol import Options

_READY = re.compile(r"^Ready on (http://\S+)\. Press CTRL\+C to stop\.$", re.MULTILINE)


class EmbeddedHost(ProcessHost):
    """The embedded host on a free port."""

    name = "embedded"
    read_log = staticmethod(logs.read_embedded)
    environment: Mapping[str, str] = MappingProxyType({})

    def start(self) -> str:
        command = [sys.executable, "-m", "functions_host", str(self._app), "--port", "0"]
        # If the tests are killed, the host's standard input ends, and so the host ends.
        command.append("--stop-at-eof")
        self.run(command, ROOT, self.environment)
        self.wait_until_ready(lambda: "" if self._addresses() else "it prints no ready line")
        return str(self._addresses()[0])

    def _addresses(self) -> List[str]:
        return _READY.findall(self.output())


class EmbeddedNativeHost(EmbeddedHost):
    """
    The embedded host on the native path of Microsoft's runtimes, the default from Python 3.15 on.
    """

    name = "embedded-native"
    environment = MappingProxyType({"FUNCTIONS_HOST_INVOCATION_PATH": "native"})

    @classmethod
    def check_options(cls, options: Options) -> None:
        super().check_options(options)
        if int(options.python.partition(".")[2]) < 13:
            raise pytest.UsageError(
                f"--functions-host={cls.name} needs Python 3.13 or newer, because Microsoft's "
                "runtimes do. Use --functions-host=embedded."
            )
