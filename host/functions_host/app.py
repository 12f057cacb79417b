"""A loaded app: its functions behind one WSGI callable."""

from __future__ import annotations

import asyncio
import os
import sys
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from pathlib import Path
from time import perf_counter
from typing import Any, Callable, Dict, Iterable, List, NamedTuple, Optional

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from . import admin
from .bindings import Trigger
from .definitions import Function, find_route_conflicts
from .errors import HostError
from .http_messages import decode_path, make_http_trigger, make_response
from .inputs import read_inputs
from .missing_functions import advise_on_missing_app
from .models import find_app_script, find_folders
from .settings import Settings, set_import_path
from .shutdown import OpenConnections
from .worker import Outcome, RequestRecord, Worker


class _Answer(NamedTuple):
    response: Response
    function: Optional[Function] = None
    outcome: Optional[Outcome] = None


class App:
    """A function app that answers requests; `report` gets each request before its response."""

    def __init__(
        self,
        root: Path,
        settings: Settings,
        functions: List[Function],
        worker: Worker,
        loop: asyncio.AbstractEventLoop,
        report: Callable[[RequestRecord], None],
        inputs: Optional[Path] = None,
    ) -> None:
        self.root, self.functions, self.worker, self.settings = root, functions, worker, settings
        self.problems = [*worker.problems, *find_route_conflicts(functions)]
        self.connections = OpenConnections()
        self._host, self._cors = settings.host, settings.local.cors
        self._loop, self._report, self._inputs = loop, report, inputs
        self._last_calls: Dict[str, RequestRecord] = {}

    def __call__(self, environ: Dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        started = perf_counter()
        try:
            response, function, outcome = self._answer(request)
        except HTTPException as error:
            response, function, outcome = _Answer(Response(status=error.code))
        self._add_headers(request, response)
        path = request.full_path if request.query_string else request.path
        status, elapsed = response.status_code, perf_counter() - started
        record = RequestRecord(request.method, path, status, function, outcome, elapsed)
        if function is not None and outcome is not None:
            # Without the outcome, whose values and exception would live until the next call.
            self._last_calls[function.name] = record._replace(outcome=None)
        self._report(record)
        self.connections.wait_until_released()
        return response(environ, start_response)

    def _add_headers(self, request: Request, response: Response) -> None:
        for name, value in self._host.headers.items():
            response.headers.setdefault(name, value)
        if self._cors is not None:
            self._cors.add_headers(request, response)

    def _answer(self, request: Request) -> _Answer:
        preflight = self._cors.answer_preflight(request) if self._cors else None
        if preflight is not None:
            return _Answer(preflight)
        path = decode_path(request)
        if path.lower().startswith("/admin/"):
            return self._administer(request, path)
        for function in self.functions:
            values = function.route.match(path) if function.route else None
            if values is not None and function.accepts(request.method):
                trigger = make_http_trigger(request, values, self.worker.forwards_requests)
                return _make_answer(function, self._invoke(function, trigger))
        if path == "/":
            return _Answer(admin.home(self.functions, self._last_calls))
        return _Answer(Response(status=404))

    def _administer(self, request: Request, path: str) -> _Answer:
        function = admin.find_function(self.functions, path)
        if function is None or request.method != "POST":
            return _Answer(admin.handle(self.functions, request.method, path))
        trigger = admin.read_trigger(function, request)
        if isinstance(trigger, Response):
            return _Answer(trigger, function)
        return _Answer(Response(status=202), function, self._invoke(function, trigger))

    def _invoke(self, function: Function, trigger: Trigger) -> Outcome:
        try:
            trigger = trigger._replace(inputs=read_inputs(self._inputs, function))
        except HostError as error:
            return Outcome({}, error)
        invocation: Future[Outcome] = asyncio.run_coroutine_threadsafe(
            self.worker.invoke(function, trigger), self._loop
        )
        try:
            outcome: Outcome = self.connections.wait_for(invocation, self._host.timeout)
        except FutureTimeout:
            # Microsoft's host also restarts its worker, which a process of its own cannot do.
            limit = f"the functionTimeout of {self._host.timeout:g} s"
            return Outcome({}, TimeoutError(f"function {function.name} ran longer than {limit}"))
        return outcome


def _make_answer(function: Function, outcome: Outcome) -> _Answer:
    if outcome.error is not None:
        return _Answer(Response(status=500), function, outcome)
    names = [binding.name for binding in function.bindings if binding.type == "http"]
    outputs = [outcome.outputs[name] for name in names if name in outcome.outputs]
    try:
        return _Answer(make_response(outputs), function, outcome)
    except (AttributeError, TypeError, ValueError) as error:
        return _Answer(Response(status=500), function, Outcome({}, error))


async def load(
    root: Path,
    settings: Settings,
    report: Callable[[RequestRecord], None],
    inputs: Optional[Path] = None,
) -> App:
    """
    Load an app on the running loop, as the worker does, and change into its folder.

    Args:
        inputs: The folder with the values of input bindings.
    """
    host = settings.host
    _check_files(root)
    set_import_path(root)
    os.chdir(root)
    worker = _make_worker()
    worker.serves = host.serves
    is_v2 = find_app_script(root).is_file()
    functions = await worker.load_v2(root, host.route_prefix) if is_v2 else []
    # Up to 3.12, a v2 app without functions is loaded as a v1 app instead
    # (docs/host-contract.md#14-programming-model).
    is_empty = not (functions or worker.skipped or worker.problems) and sys.version_info < (3, 13)
    if is_empty or not is_v2:
        functions = await worker.load_v1(root, host.route_prefix)
    return App(root, settings, functions, worker, asyncio.get_running_loop(), report, inputs)


def _check_files(root: Path) -> None:
    script = find_app_script(root)
    if not script.is_file() and not find_folders(root):
        raise HostError(
            f"{root} has neither {script.name} (v2) nor */function.json (v1). "
            f"{advise_on_missing_app(root, script.name)}"
        )
    for module in (root / f"{__package__}.py", root / __package__ / "__init__.py"):
        if module.is_file() and not module.with_name("function.json").is_file():
            raise HostError(f"{module} has the name of this host's own package. Rename it.")


def _make_worker() -> Worker:
    if sys.version_info >= (3, 13):
        from .runtime_worker import RuntimeWorker

        return RuntimeWorker()
    # Up to 3.12, Microsoft's worker can only be called over gRPC.
    from .emulated_worker import EmulatedWorker

    return EmulatedWorker()
