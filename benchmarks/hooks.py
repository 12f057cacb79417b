"""
The cost of timing an invocation, compared with the tutorial's algorithm.

Each candidate has its own process, where it takes turns with the bare function and with the
tutorial's algorithm. So a disturbance affects all three alike.
"""

from __future__ import annotations

import gc
import inspect
import logging
import random
from io import StringIO
from time import thread_time
from typing import Any, Callable, Dict, List, Tuple

import azure.functions as func
from functions_host.extensions import Context

from benchmarks.candidates import CANDIDATES, Candidate, tutorial

_BATCH_SECONDS = 0.004
_LOGS_THE_TIME = ("timed", "TimerExtension", "tutorial")
_LOGGER = logging.getLogger("azure_functions_worker.extension.Benchmark")
_URL = "http://localhost:7071/api/HttpTrigger?name=Ada"
_REQUEST = func.HttpRequest("GET", _URL, headers={"host": "localhost:7071"}, body=b"")

Batch = Callable[[int], float]


def answer(req: func.HttpRequest) -> func.HttpResponse:
    """Return the response of the measured function."""
    return func.HttpResponse("Hello")


def measure(name: str, rounds: int) -> Dict[str, Dict[str, List[float]]]:
    """
    Return the cost of an invocation in µs, less the cost of the bare function.

    Returns:
        `logging off` and `logging on` → `own` and `tutorial` → one value per round.
    """
    candidates = {"nothing": Candidate(), "tutorial": tutorial(), "own": CANDIDATES[name]()}
    batches = {each: make_batch(one, one.decorate(answer)) for each, one in candidates.items()}
    root, costs = logging.getLogger(), {}
    for state, level in (("off", logging.WARNING), ("on", logging.INFO)):
        root.handlers[:] = [logging.NullHandler()]
        # The embedded host sets the loggers of the worker to INFO, as the worker does.
        for logger in (root, _LOGGER):
            logger.setLevel(level)
        costs[f"logging {state}"] = _measure_rounds(batches, rounds)
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
    # After 50 calls, the interpreter has specialised the code.
    sizes = {
        name: max(20, int(_BATCH_SECONDS / ((batch(50), batch(100))[1] / 100)))
        for name, batch in batches.items()
    }
    costs: Dict[str, List[float]] = {"own": [], "tutorial": []}
    for _ in range(rounds):
        took = {}
        for name in random.sample(list(batches), len(batches)):
            took[name] = batches[name](sizes[name]) / sizes[name] * 1e6
        for name, values in costs.items():
            values.append(took[name] - took["nothing"])
    return costs


def make_batch(candidate: Candidate, handler: Any) -> Batch:
    """Return a function that invokes a handler `count` times and returns the CPU time in s."""
    takes_context = "context" in inspect.signature(handler).parameters

    def make_call() -> Tuple[Context, Dict[str, Any]]:
        context = Context("HttpTrigger", "/home/site/wwwroot")
        more = {"context": context} if takes_context else {}
        return context, {"req": _REQUEST, **more}

    def run(count: int) -> float:
        calls = [make_call() for _ in range(count)]
        gc.collect()
        return _invoke(candidate, handler, calls)

    return run


def _invoke(candidate: Candidate, handler: Any, calls: List[Any]) -> float:
    before, after = candidate.before, candidate.after
    started = thread_time()
    for context, arguments in calls:
        if before:
            before(_LOGGER, context, arguments)
        try:
            result = handler(**arguments)
        except ValueError:
            # The worker calls no hook after a function that raised.
            continue
        if after:
            after(_LOGGER, context, arguments, result)
    return thread_time() - started
