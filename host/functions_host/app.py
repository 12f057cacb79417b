"""An app, loaded: its functions behind one WSGI callable."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import Future
from pathlib import Path
from time import perf_counter
from typing import Any, Callable, Dict, Iterable, List, NamedTuple, Optional, Tuple

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from . import admin, v1, v2
from .bindings import Trigger
from .errors import HostError
from .functions import Function, check_routes
from .homepage import LastCall
from .in_flight import InFlight
from .messages import http_response, http_trigger, path_of
from .settings import local_settings, route_prefix, set_environment, set_import_path
from .worker import Outcome, Worker, make_worker


class Served(NamedTuple):
    """
    One request, answered.

    `function` is None if there was none for it; `elapsed` is in seconds.
    """

    method: str
    path: str
    status: int
    function: Optional[Function]
    outcome: Optional[Outcome]
    elapsed: float


class App:
    """
    A function app that answers requests.

    Args:
        root: The app's folder.

        functions: What was loaded of it, in the order in which their routes are tried.

        worker: Loaded them, and runs them.

        loop: Runs the async functions.

        report: Is told of every request, before its response is sent.

        in_flight: The requests that are being answered.
    """

    def __init__(
        self,
        root: Path,
        functions: List[Function],
        worker: Worker,
        loop: asyncio.AbstractEventLoop,
        report: Callable[[Served], None],
    ) -> None:
        self.root, self.functions, self.worker = root, functions, worker
        self._loop, self._report = loop, report
        self.in_flight = InFlight()
        self._last_calls: Dict[str, LastCall] = {}

    def __call__(self, environ: Dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        started = perf_counter()
        try:
            response, function, outcome = self._answer(request)
        except HTTPException as error:
            response, function, outcome = Response(status=error.code), None, None
        path = request.full_path if request.query_string else request.path
        elapsed = perf_counter() - started
        if function is not None and outcome is not None:
            self._last_calls[function.name] = LastCall(response.status_code, elapsed)
        self._report(Served(request.method, path, response.status_code, function, outcome, elapsed))
        self.in_flight.wait_until_released()
        return response(environ, start_response)

    def _answer(self, request: Request) -> Tuple[Response, Optional[Function], Optional[Outcome]]:
        path = path_of(request)
        if path.lower().startswith("/admin/"):
            return self._administer(request, path)
        for function in self.functions:
            values = function.route.match(path) if function.route else None
            if values is not None and function.takes(request.method):
                outcome = self._invoke(function, http_trigger(request, values))
                response, outcome = _http_answer(function, outcome)
                return response, function, outcome
        if path == "/":
            return admin.front(self.functions, self._last_calls), None, None
        return Response(status=404), None, None

    def _administer(
        self, request: Request, path: str
    ) -> Tuple[Response, Optional[Function], Optional[Outcome]]:
        function = admin.named(self.functions, request.method, path)
        if function is None:
            return admin.answer(self.functions, request.method, path), None, None
        trigger = admin.trigger_of(function, request)
        if isinstance(trigger, Response):
            return trigger, function, None
        return Response(status=202), function, self._invoke(function, trigger)

    def _invoke(self, function: Function, trigger: Trigger) -> Outcome:
        invocation: Future[Outcome] = asyncio.run_coroutine_threadsafe(
            self.worker.invoke(function, trigger), self._loop
        )
        outcome: Outcome = self.in_flight.result(invocation)
        return outcome


async def load(root: Path, port: int, report: Callable[[Served], None]) -> Tuple[App, List[str]]:
    """
    Load an app on the running loop, as the worker does, and change into its folder.

    Args:
        port: Where it is going to be served, for the app's environment.

    Returns:
        The app, with every function that can be served, and a message for each thing that is
        wrong with it.

    Raises:
        HostError: There is no app, one of its settings files is wrong, or Microsoft's runtime
            is not there.
    """
    prefix = _prepare(root, port)
    problems: List[str] = []
    worker = make_worker()
    functions = await _load_functions(worker, root, prefix, problems)
    problems += check_routes(functions)
    return App(root, functions, worker, asyncio.get_running_loop(), report), problems


def _prepare(root: Path, port: int) -> str:
    set_environment(root, local_settings(root), port)
    if not v2.script(root).is_file() and not v1.folders(root):
        raise HostError(
            f"{root} has neither {v2.script(root).name} (v2) nor */function.json (v1). "
            "Pass the folder that holds host.json."
        )
    prefix = route_prefix(root)
    set_import_path(root)
    os.chdir(root)
    return prefix


async def _load_functions(
    worker: Worker, root: Path, prefix: str, problems: List[str]
) -> List[Function]:
    functions: List[Function] = []
    if v2.script(root).is_file():
        functions = await worker.load_v2(root, prefix, problems)
        # Up to 3.12 a v2 module without functions sends the host to the v1 folders.
        if functions or problems or not v2.falls_back_to_v1():
            return _enabled(functions)
    return _enabled(await worker.load_v1(root, prefix, problems))


def _enabled(functions: List[Function]) -> List[Function]:
    return [function for function in functions if not function.definition.disabled]


def _http_answer(function: Function, outcome: Outcome) -> Tuple[Response, Outcome]:
    if outcome.error is not None:
        return Response(status=500), outcome
    names = [binding.name for binding in function.definition.bindings if binding.type == "http"]
    outputs = [outcome.outputs[name] for name in names if name in outcome.outputs]
    try:
        return http_response(outputs), outcome
    except (AttributeError, TypeError, ValueError) as error:
        return Response(status=500), Outcome({}, error)
