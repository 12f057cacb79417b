"""Hosts end when the suite that started them is killed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from time import monotonic

import pytest
from harness.runs import FAKE_FUNC, install_func

ROOT = Path(__file__).parents[2]

STARTER = """
import sys
from pathlib import Path

sys.path.append({root!r})
from integration.catalog import APPS
from integration.hosts.protocol import Options
from integration.hosts.table import find_host

host = find_host({name!r})(APPS["v1"], Path({folder!r}), Options())
print(host.start(), flush=True)
sys.stdin.read()
"""


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("name", ["embedded", "core-tools"])
def test_host_ends_with_the_killed_suite(tmp_path: Path, name: str) -> None:
    environment = {**os.environ, "PATH": install_func(tmp_path, FAKE_FUNC)}
    code, pipe = STARTER.format(root=str(ROOT), folder=str(tmp_path), name=name), subprocess.PIPE
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, env=environment) as suite:
        assert suite.stdout
        port = int(suite.stdout.readline().decode().rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            suite.kill()

            # When the host ends, it closes the connection, or the system resets it.
            with suppress(ConnectionResetError):
                assert connection.recv(1) == b""

    # The kernel ends the processes of a group one by one.
    deadline = monotonic() + 30
    while is_listening(port):
        assert monotonic() < deadline, "the host has not ended"
