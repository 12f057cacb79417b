"""
What stays in memory after many invocations, half of which raise.

    python -m benchmarks.memory "TimerExtension" 1000000        # prints JSON
"""

from __future__ import annotations

import gc
import inspect
import json
import logging
import sys
from typing import Any, Dict

from benchmarks.candidates import CANDIDATES, Candidate
from benchmarks.hooks import _LOGGER, _REQUEST, context_of

SHOWN = ("TimerExtension", "TimerExtension, enabled (3.13)", "timed", "tutorial's algorithm")


def retained(name: str, invocations: int) -> Dict[str, int]:
    """Return memory blocks that are there after the invocations and not before."""
    logging.getLogger().setLevel(logging.CRITICAL)
    candidate = CANDIDATES[name]()
    _invoke(candidate, 2000)
    gc.collect()
    before = sys.getallocatedblocks()
    _invoke(candidate, invocations)
    gc.collect()
    return {"invocations": invocations, "blocks": sys.getallocatedblocks() - before}


def _invoke(candidate: Candidate, count: int) -> None:
    handlers = [candidate.handler(False), _raising(candidate)]
    takes_context = "context" in inspect.signature(handlers[0]).parameters
    for number in range(count):
        handler = handlers[number % 2]
        context = context_of(handler)
        arguments: Dict[str, Any] = {"req": _REQUEST}
        passed = {**arguments, "context": context} if takes_context else arguments
        if candidate.before:
            candidate.before(_LOGGER, context, arguments)
        try:
            result = handler(**passed)
        except ValueError:
            # The worker calls no hook after a function that raised.
            continue
        if candidate.after:
            candidate.after(_LOGGER, context, arguments, result)


def _raising(candidate: Candidate) -> Any:
    def raising(req: Any) -> None:
        raise ValueError("odd")

    return candidate.decorate(raising) if candidate.decorate else raising


if __name__ == "__main__":
    print(json.dumps(retained(sys.argv[1], int(sys.argv[2]))))
