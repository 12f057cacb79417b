"""The embedded host that the suite starts, when the suite is killed."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

STARTER = """
import sys
from pathlib import Path

sys.path.append({root!r})
from integration.catalog import APPS
from integration.hosts.embedded import EmbeddedHost
from integration.hosts.protocol import Options

host = EmbeddedHost(APPS["v1"], Path({folder!r}), Options())
print(host.start(), flush=True)
sys.stdin.read()
"""


def test_host_ends_with_the_killed_suite(tmp_path: Path) -> None:
    code, pipe = STARTER.format(root=str(ROOT), folder=str(tmp_path)), subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe) as suite:
        assert suite.stdout
        port = int(suite.stdout.readline().decode().rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            suite.kill()

            # The host closes the connection when it ends.
            assert connection.recv(1) == b""

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
