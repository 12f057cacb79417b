"""
The cost of timing an invocation, and the cost of the tutorial's algorithm beside it.

Each candidate takes turns with the bare function and with the tutorial's algorithm, in a process of
its own. So a disturbance of the machine affects all of them alike.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import random
from io import StringIO
from time import perf_counter
from typing import Any, Callable, Dict, List

import azure.functions as func

from benchmarks.candidates import (
    CANDIDATES,
    LOGGER,
    Candidate,
    async_handler,
    make_call,
    sync_handler,
    tutorial,
)

_BATCH_SECONDS = 0.004
_LOGS_THE_TIME = ("timed", "TimerExtension", "tutorial")

Batch = Callable[[int], float]


def measure(name: str, rounds: int) -> Dict[str, Dict[str, List[float]]]:
    """
    Return the cost of an invocation in µs, less the cost of the bare function.

    Returns:
        By `sync, logging off` and so on: `own` and `tutorial`, one value per round.
    """
    candidates = {"nothing": Candidate(), "tutorial": tutorial()}
    # The tutorial's extension is registered when its class is made. An enabled app would call it.
    func.ExtensionMeta._app_exts = None
    candidates["own"] = CANDIDATES[name]()
    root = logging.getLogger()
    costs = {}
    for word, handler in (("sync", sync_handler), ("async", async_handler)):
        batches = {
            each: make_batch(candidate, candidate.decorate(handler), handler is async_handler)
            for each, candidate in candidates.items()
        }
        for state, level in (("off", logging.WARNING), ("on", logging.INFO)):
            root.handlers[:] = [logging.NullHandler()]
            root.setLevel(level)
            costs[f"{word}, logging {state}"] = _measure_rounds(batches, rounds)
        if name.startswith(_LOGS_THE_TIME):
            _check_that_it_times(name, batches["own"])
    return costs


def _check_that_it_times(name: str, batch: Batch) -> None:
    log = StringIO()
    logging.getLogger().addHandler(logging.StreamHandler(log))
    batch(1)
    if log.getvalue().count("Time taken to execute ") != 1:
        raise RuntimeError(f"{name} did not time an invocation: {log.getvalue()}")


def _measure_rounds(batches: Dict[str, Batch], rounds: int) -> Dict[str, List[float]]:
    sizes = {name: _find_size(batch) for name, batch in batches.items()}
    costs: Dict[str, List[float]] = {"own": [], "tutorial": []}
    for _ in range(rounds):
        took = {}
        for name in random.sample(list(batches), len(batches)):
            took[name] = batches[name](sizes[name]) / sizes[name] * 1e6
        for name, values in costs.items():
            values.append(took[name] - took["nothing"])
    return costs


def _find_size(batch: Batch) -> int:
    batch(50)
    return max(20, int(_BATCH_SECONDS / (batch(100) / 100)))


def make_batch(candidate: Candidate, handler: Any, is_async: bool) -> Batch:
    """Return a function that invokes a handler that many times, and returns the seconds it took."""

    def run(count: int) -> float:
        calls = [make_call(handler) for _ in range(count)]
        gc.collect()
        if is_async:
            return asyncio.run(_invoke(candidate, handler, calls, is_async))
        # Without a loop, as in a thread of the worker's pool.
        try:
            _invoke(candidate, handler, calls, is_async).send(None)
        except StopIteration as end:
            return float(end.value)
        raise AssertionError("a sync function must not wait")

    return run


async def _invoke(candidate: Candidate, handler: Any, calls: List[Any], is_async: bool) -> float:
    before, after = candidate.before, candidate.after
    started = perf_counter()
    for context, arguments in calls:
        if before:
            before(LOGGER, context, arguments)
        try:
            result = await handler(**arguments) if is_async else handler(**arguments)
        except ValueError:
            # The worker calls no hook after a function that raised.
            continue
        if after:
            after(LOGGER, context, arguments, result)
    return perf_counter() - started
