"""One host for each test, as a process of its own, and what it says when it is stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator, List

import pytest
from host_process import Process, Serve


@pytest.fixture
def serve() -> Iterator[Serve]:
    running: List[Process] = []

    def serve(root: Path) -> Process:
        running.append(Process(root))
        return running[-1]

    yield serve
    for process in running:
        process.kill()
