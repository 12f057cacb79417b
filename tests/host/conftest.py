"""Apps written on the spot, served by a process."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator, List

import pytest
from host_process import Process, Serve


@pytest.fixture
def serve() -> Iterator[Serve]:
    started: List[Process] = []

    def serve(root: Path) -> Process:
        started.append(Process(root))
        return started[-1]

    yield serve
    for process in started:
        process.kill()
