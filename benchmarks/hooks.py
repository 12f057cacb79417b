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

from benchmarks.candidates import CANDIDATES, LOGGER, Candidate, make_call, tutorial

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
    for word, is_async in (("sync", False), ("async", True)):
        for state, level in (("off", logging.WARNING), ("on", logging.INFO)):
            root.handlers[:] = [logging.NullHandler()]
            root.setLevel(level)
            costs[f"{word}, logging {state}"] = _measure_rounds(candidates, is_async, rounds)
        if name.startswith(_LOGS_THE_TIME):
            _check_that_it_times(name, candidates["own"], is_async)
    return costs


def _check_that_it_times(name: str, candidate: Candidate, is_async: bool) -> None:
    log = StringIO()
    logging.getLogger().addHandler(logging.StreamHandler(log))
    _make_batch(candidate, is_async)(1)
    if log.getvalue().count("Time taken to execute ") != 1:
        raise RuntimeError(f"{name} did not time an invocation: {log.getvalue()}")


def _measure_rounds(
    candidates: Dict[str, Candidate], is_async: bool, rounds: int
) -> Dict[str, List[float]]:
    batches = {name: _make_batch(candidate, is_async) for name, candidate in candidates.items()}
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


def _make_batch(candidate: Candidate, is_async: bool) -> Batch:
    handler = candidate.make_handler(is_async)

    def run(count: int) -> float:
        calls = [make_call(handler) for _ in range(count)]
        gc.collect()
        if is_async:
            return asyncio.run(_time_async(candidate, handler, calls))
        return _time_sync(candidate, handler, calls)

    return run


def _time_sync(candidate: Candidate, handler: Any, calls: List[Any]) -> float:
    before, after = candidate.before, candidate.after
    started = perf_counter()
    if before and after:
        for context, arguments in calls:
            before(LOGGER, context, arguments)
            result = handler(**arguments)
            after(LOGGER, context, arguments, result)
    else:
        for _, arguments in calls:
            handler(**arguments)
    return perf_counter() - started


async def _time_async(candidate: Candidate, handler: Any, calls: List[Any]) -> float:
    before, after = candidate.before, candidate.after
    started = perf_counter()
    if before and after:
        for context, arguments in calls:
            before(LOGGER, context, arguments)
            result = await handler(**arguments)
            after(LOGGER, context, arguments, result)
    else:
        for _, arguments in calls:
            await handler(**arguments)
    return perf_counter() - started
