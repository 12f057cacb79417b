"""The embedded host of this repository: `python -m functions_host`."""

from __future__ import annotations

import re
import sys
from typing import List

from integration.catalog import ROOT
from integration.hosts import logs
from integration.hosts.process import ProcessHost

_READY = re.compile(r"^Ready on (http://\S+)\. Press CTRL\+C to stop\.$", re.MULTILINE)


class EmbeddedHost(ProcessHost):
    """The embedded host on a free port."""

    name = "embedded"
    read_log = staticmethod(logs.read_embedded)

    def start(self) -> str:
        command = [sys.executable, "-m", "functions_host", str(self._app), "--port", "0"]
        # The host ends if the tests are killed: then its standard input ends.
        command.append("--stop-at-eof")
        self.run(command, ROOT, {})
        self.wait_until_ready(lambda: "" if self._addresses() else "it prints no ready line")
        return str(self._addresses()[0])

    def _addresses(self) -> List[str]:
        return _READY.findall(self.output())
