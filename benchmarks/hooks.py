"""
The cost of timing an invocation, per candidate, as a ratio to the tutorial's algorithm.

Each candidate has a process of its own, in which it takes turns with nothing at all and with the
tutorial's algorithm: what the machine does to one it does to the others.

    python -m benchmarks.hooks "TimerExtension" 21        # prints JSON
"""

from __future__ import annotations

import asyncio
import gc
import inspect
import json
import logging
import random
import sys
from time import perf_counter
from typing import Any, Callable, Dict, List

import azure.functions as func

from benchmarks.candidates import CANDIDATES, Candidate, nothing, tutorial
from integration.host.context import Context

_BATCH_SECONDS = 0.004
_LOGGER = logging.getLogger("azure_functions_worker.extension.Benchmark")


def costs(name: str, rounds: int) -> Dict[str, Dict[str, List[float]]]:
    """
    Return the cost of an invocation in µs, over that of one with nothing around it.

    Returns:
        By `sync, logging off` and so on: `own` and `tutorial`, a value for each round.
    """
    candidates = {"nothing": nothing(), "tutorial": tutorial()}
    # An extension is registered when it is made, and an enabled function would call it.
    func.ExtensionMeta._app_exts = None
    candidates["own"] = CANDIDATES[name]()
    root = logging.getLogger()
    measured = {}
    for is_async in (False, True):
        for logging_on in (False, True):
            root.handlers[:] = [logging.NullHandler()]
            root.setLevel(logging.INFO if logging_on else logging.WARNING)
            kind = f"{'async' if is_async else 'sync'}, logging {'on' if logging_on else 'off'}"
            measured[kind] = _rounds(candidates, is_async, rounds)
        if name.startswith(_LOGS_THE_TIME):
            _check_that_it_times(name, candidates["own"], is_async)
    return measured


_LOGS_THE_TIME = ("timed", "TimerExtension", "tutorial")


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: List[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def _check_that_it_times(name: str, candidate: Candidate, is_async: bool) -> None:
    log = _Lines()
    logging.getLogger().addHandler(log)
    _batch(candidate, is_async)(1)
    if len([line for line in log.lines if line.startswith("Time taken to execute ")]) != 1:
        raise RuntimeError(f"{name} has not timed an invocation: {log.lines}")


def _rounds(
    candidates: Dict[str, Candidate], is_async: bool, rounds: int
) -> Dict[str, List[float]]:
    batches = {name: _batch(candidate, is_async) for name, candidate in candidates.items()}
    sizes = {name: _size(batch) for name, batch in batches.items()}
    result: Dict[str, List[float]] = {"own": [], "tutorial": []}
    for _ in range(rounds):
        took = {}
        for name in random.sample(list(batches), len(batches)):
            took[name] = batches[name](sizes[name]) / sizes[name] * 1e6
        for name in result:
            result[name].append(took[name] - took["nothing"])
    return result


def _size(batch: Callable[[int], float]) -> int:
    batch(50)
    return max(20, int(_BATCH_SECONDS / (batch(100) / 100)))


def _batch(candidate: Candidate, is_async: bool) -> Callable[[int], float]:
    handler = candidate.handler(is_async)
    takes_context = "context" in inspect.signature(handler).parameters
    before, after = candidate.before or _no_hook, candidate.after or _no_hook
    has_hooks = candidate.before is not None

    def prepared(count: int) -> List[Any]:
        contexts = [context_of(handler) for _ in range(count)]
        return [(context, _arguments(context, takes_context)) for context in contexts]

    def run(count: int) -> float:
        calls = prepared(count)
        gc.collect()
        started = perf_counter()
        if has_hooks:
            for context, arguments in calls:
                before(_LOGGER, context, arguments)
                result = handler(**arguments)
                after(_LOGGER, context, arguments, result)
        else:
            for _, arguments in calls:
                handler(**arguments)
        return perf_counter() - started

    async def run_async(count: int) -> float:
        calls = prepared(count)
        gc.collect()
        started = perf_counter()
        if has_hooks:
            for context, arguments in calls:
                before(_LOGGER, context, arguments)
                result = await handler(**arguments)
                after(_LOGGER, context, arguments, result)
        else:
            for _, arguments in calls:
                await handler(**arguments)
        return perf_counter() - started

    return (lambda count: asyncio.run(run_async(count))) if is_async else run


def context_of(handler: Any) -> Context:
    """Return the context of a new invocation of a function."""
    return Context(handler.__name__, "/home/site/wwwroot")


def _no_hook(*_: Any) -> None:
    raise AssertionError("a candidate has both hooks or none")


_REQUEST = func.HttpRequest(
    "GET",
    "http://localhost:7071/api/HttpTrigger?name=Ada",
    headers={"user-agent": "benchmark", "host": "localhost:7071"},
    params={"name": "Ada"},
    route_params={},
    body=b"",
)


def _arguments(context: Context, takes_context: bool) -> Dict[str, Any]:
    return {"req": _REQUEST, "context": context} if takes_context else {"req": _REQUEST}


if __name__ == "__main__":
    # A library that prints must not spoil the result.
    result, sys.stdout = sys.stdout, sys.stderr
    result.write(json.dumps(costs(sys.argv[1], int(sys.argv[2]))) + "\n")
    result.flush()
