"""Memory that remains after many invocations, half of which raise."""

from __future__ import annotations

import gc
import logging
import sys
from typing import Any, Dict

from benchmarks.candidates import CANDIDATES
from benchmarks.hooks import answer, make_batch

SHOWN = ("TimerExtension", "TimerExtension, enabled (3.13)", "timed", "tutorial's algorithm")
_BATCH = 1000


def measure(name: str, invocations: int) -> Dict[str, int]:
    """Return how many more memory blocks exist after the invocations than before."""
    logging.getLogger().setLevel(logging.CRITICAL)
    candidate = CANDIDATES[name]()
    handlers = [candidate.decorate(handler) for handler in (answer, _raise)]
    batches = [make_batch(candidate, handler) for handler in handlers]

    def count_blocks(rounds: int) -> int:
        for _ in range(rounds):
            for run in batches:
                run(_BATCH)
        gc.collect()
        return sys.getallocatedblocks()

    before = count_blocks(1)
    return {"invocations": invocations, "blocks": count_blocks(invocations // 2000) - before}


def _raise(req: Any) -> None:
    raise ValueError("odd")
