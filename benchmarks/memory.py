"""Memory that remains after many invocations, half of which raise."""

from __future__ import annotations

import gc
import logging
import sys
from typing import Any, Dict

from benchmarks.candidates import CANDIDATES, LOGGER, Candidate, make_call

SHOWN = ("TimerExtension", "TimerExtension, enabled (3.13)", "timed", "tutorial's algorithm")


def measure(name: str, invocations: int) -> Dict[str, int]:
    """Return the number of memory blocks that exist after the invocations and not before."""
    logging.getLogger().setLevel(logging.CRITICAL)
    candidate = CANDIDATES[name]()
    _invoke(candidate, 2000)
    gc.collect()
    before = sys.getallocatedblocks()
    _invoke(candidate, invocations)
    gc.collect()
    return {"invocations": invocations, "blocks": sys.getallocatedblocks() - before}


def _invoke(candidate: Candidate, count: int) -> None:
    handlers = [candidate.make_handler(False), _make_raising_handler(candidate)]
    for number in range(count):
        handler = handlers[number % 2]
        context, arguments = make_call(handler)
        if candidate.before:
            candidate.before(LOGGER, context, arguments)
        try:
            result = handler(**arguments)
        except ValueError:
            # The worker calls no hook after a function that raised.
            continue
        if candidate.after:
            candidate.after(LOGGER, context, arguments, result)


def _make_raising_handler(candidate: Candidate) -> Any:
    def raising(req: Any) -> None:
        raise ValueError("odd")

    return candidate.decorate(raising) if candidate.decorate else raising
