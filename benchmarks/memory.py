"""
What stays in memory after many invocations, half of which raise.

    python -m benchmarks.memory "TimerExtension" 1000000        # prints JSON
"""

from __future__ import annotations

import gc
import json
import logging
import resource
import sys
from typing import Any, Dict

from benchmarks.candidates import CANDIDATES, Candidate
from benchmarks.hooks import _LOGGER, _REQUEST
from integration.host.context import Context

SHOWN = ("TimerExtension", "TimerExtension, enabled (3.13)", "timed", "tutorial's algorithm")


def retained(name: str, invocations: int) -> Dict[str, float]:
    """Return memory blocks and KiB that are there after the invocations and not before."""
    logging.getLogger().setLevel(logging.CRITICAL)
    candidate = CANDIDATES[name]()
    _invoke(candidate, 2000)
    gc.collect()
    blocks, size = sys.getallocatedblocks(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    _invoke(candidate, invocations)
    gc.collect()
    return {
        "invocations": invocations,
        "blocks": sys.getallocatedblocks() - blocks,
        "KiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - size,
    }


def _invoke(candidate: Candidate, count: int) -> None:
    good, bad = candidate.handler(False), _raising(candidate)
    for number in range(count):
        context = Context("HttpTrigger", "/home/site/wwwroot/HttpTrigger")
        arguments: Dict[str, Any] = {"req": _REQUEST}
        passed = arguments if candidate.decorate is None else {**arguments, "context": context}
        if candidate.before:
            candidate.before(_LOGGER, context, arguments)
        try:
            result = (bad if number % 2 else good)(**passed)
        except ValueError:
            # The worker calls no hook after a function that raised.
            continue
        if candidate.after:
            candidate.after(_LOGGER, context, arguments, result)


def _raising(candidate: Candidate):  # type: ignore[no-untyped-def]
    def raising(req):  # type: ignore[no-untyped-def]
        raise ValueError("odd")

    return candidate.decorate(raising) if candidate.decorate else raising


if __name__ == "__main__":
    print(json.dumps(retained(sys.argv[1], int(sys.argv[2]))))
