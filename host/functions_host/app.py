"""A loaded app, as one ASGI callable."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from time import perf_counter
from typing import Any, Awaitable, Callable, Dict, List, NamedTuple, Optional, Set

from werkzeug.exceptions import HTTPException, ServiceUnavailable
from werkzeug.wrappers import Response

from . import admin
from .asgi import Receive, Request, Send, send_response
from .bindings import Trigger
from .calls import Calls, start_log
from .definitions import Function, find_route_conflicts
from .errors import HostError
from .http_messages import make_http_trigger, make_response
from .inputs import read_inputs
from .missing_functions import advise_on_missing_app
from .models import find_app_script, find_folders
from .origins import find_intrusion
from .outcomes import describe_outcome
from .page import Page
from .route_table import RouteTable
from .settings import Settings, read_switch, set_import_path
from .worker import Outcome, RequestRecord, Worker

Report = Callable[[RequestRecord], Awaitable[None]]

_CHUNKED = (
    "The body arrived empty, as from Microsoft's host: it was chunked. Send its Content-Length."
)
_STOPPED = "The host stopped before the function ended."

# Seconds by which a timer may fire early, and seconds that stand for no limit.
_CLOCK, _NEVER = 0.02, 1e9


class _Answer(NamedTuple):
    """
    An answer.

    `is_unmatched`: no function has the route. `is_quiet`: only the page itself asked.
    """

    response: Response
    function: Optional[Function] = None
    outcome: Optional[Outcome] = None
    note: str = ""
    is_unmatched: bool = False
    is_quiet: bool = False


class _Stopped(ServiceUnavailable):
    def __init__(self, function: Function) -> None:
        super().__init__()
        self.function = function


class App:
    """A function app that answers requests. `report` gets each request before its response."""

    def __init__(
        self,
        root: Path,
        settings: Settings,
        functions: List[Function],
        worker: Worker,
        report: Report,
        inputs: Optional[Path] = None,
    ) -> None:
        self.root, self.functions, self.worker, self.settings = root, functions, worker, settings
        self.problems = [*worker.problems, *find_route_conflicts(functions)]
        self._routes = RouteTable(functions)
        self._host, self._cors = settings.host, settings.local.cors
        self._report, self._inputs = report, inputs
        # The value of `--host`, or another address to listen on.
        self.host_name = ""
        self.calls = Calls()
        self._page = Page(functions, self.calls)
        self._closes_connections = self._is_stopping = False
        self._released = asyncio.Event()
        self._invocations: Set[asyncio.Task[Any]] = set()

    async def __call__(self, scope: Dict[str, Any], receive: Receive, send: Send) -> None:
        started = perf_counter()
        request, log = Request(scope, receive), start_log()
        try:
            answer = await self._answer(request)
        except _Stopped as error:
            answer = _Answer(Response(status=503), error.function, note=_STOPPED)
        except HTTPException as error:
            answer = _Answer(Response(status=error.code))
        response = answer.response
        try:
            self._add_headers(request, response)
            record = self._make_record(request, answer, perf_counter() - started)
            if answer.function is not None or answer.is_unmatched:
                self.calls.add(request, record, response, log)
            if not answer.is_quiet:
                await self._report(record)
            if self._closes_connections:
                response.headers["Connection"] = "close"
            if self._is_stopping:
                await self._released.wait()
            await send_response(request, response, send)
        finally:
            response.close()

    def _make_record(self, request: Request, answer: _Answer, elapsed: float) -> RequestRecord:
        response, function, outcome, note, *_ = answer
        lines = describe_outcome(self.root, function, outcome) if function and outcome else []
        status = response.status_code
        return RequestRecord(
            request.method, request.shown, status, function, outcome, elapsed, note, lines
        )

    def close_connections(self) -> None:
        """Let each response close its connection."""
        self._closes_connections = True

    def hold(self) -> None:
        """Hold all responses until `release()`, and answer new invocations with 503."""
        self._closes_connections = self._is_stopping = True

    def release(self) -> None:
        self._released.set()

    def cancel_invocations(self) -> None:
        """Answer the running invocations with 503."""
        for task in self._invocations:
            task.cancel()

    def _add_headers(self, request: Request, response: Response) -> None:
        for name, value in self._host.headers.items():
            response.headers.setdefault(name, value)
        if self._cors is not None:
            self._cors.add_headers(request, response)

    async def _answer(self, request: Request) -> _Answer:
        request.check()
        preflight = self._cors.answer_preflight(request) if self._cors else None
        if preflight is not None:
            return _Answer(preflight)
        path = request.decode_path()
        if path.lower().startswith("/admin/"):
            return await self._administer(request, path)
        found = self._routes.find(path, request.method)
        if found is not None:
            return await self._call(request, *found)
        if path == "/":
            return self._answer_home(request)
        # Browsers request an icon for each response that they show.
        return _Answer(Response(status=404), is_unmatched=path != "/favicon.ico")

    async def _call(
        self, request: Request, function: Function, route_values: Dict[str, str]
    ) -> _Answer:
        if self.worker.forwards_requests:
            trigger = make_http_trigger(request, route_values, b"")._replace(request=request)
            outcome = await self._invoke(function, trigger)
            if request.refusal is not None:
                raise request.refusal
            return _make_answer(request, function, outcome)
        # Microsoft's host sends no body without a Content-Length (host issues 4926, 7930).
        body = b"" if request.is_chunked else await request.read()
        trigger = make_http_trigger(request, route_values, body)
        outcome = await self._invoke(function, trigger)
        answer = _make_answer(request, function, outcome)
        return answer._replace(note=_CHUNKED) if request.is_chunked else answer

    def _answer_home(self, request: Request) -> _Answer:
        if read_switch("AzureWebJobsDisableHomepage"):
            return _Answer(Response(status=204))
        return self._refuse(request) or _Answer(self._page.show(request))

    def _refuse(self, request: Request) -> Optional[_Answer]:
        """Return the answer to a request from a page of another origin."""
        problem = find_intrusion(request, self.host_name)
        return _Answer(Response(f"{problem}\n", 403), note=problem) if problem else None

    async def _administer(self, request: Request, path: str) -> _Answer:
        refused = self._refuse(request)
        if refused is not None:
            return refused
        page = self._page.answer(request, path)
        if page is not None:
            return _Answer(page, is_quiet=True)
        function = admin.find_function(self.functions, path)
        if function is None or request.method != "POST":
            return _Answer(admin.handle(self.functions, request.method, path))
        trigger = await admin.read_trigger(function, request)
        if isinstance(trigger, Response):
            return _Answer(trigger, function)
        return _Answer(Response(status=202), function, await self._invoke(function, trigger))

    async def _invoke(self, function: Function, trigger: Trigger) -> Outcome:
        if self._is_stopping:
            raise ServiceUnavailable
        try:
            trigger = trigger._replace(inputs=read_inputs(self._inputs, function))
        except HostError as error:
            return Outcome({}, error)
        loop, task, limit = asyncio.get_running_loop(), asyncio.current_task(), self._host.timeout
        assert task
        timer = loop.call_later(_NEVER if limit is None else limit, task.cancel)
        self._invocations.add(task)
        try:
            outcome = await self.worker.invoke(function, trigger)
        finally:
            self._invocations.discard(task)
            timer.cancel()
        # Nothing can cancel an async function that blocks the loop, so it may end late.
        if loop.time() + _CLOCK > timer.when():
            # Microsoft's host also restarts its worker. This host cannot: it has no worker process.
            why = f"function {function.name} ran longer than the functionTimeout of {limit:g} s"
            return Outcome({}, TimeoutError(why))
        if isinstance(outcome.error, asyncio.CancelledError) and self._is_stopping:
            raise _Stopped(function)
        return outcome


def _make_answer(request: Request, function: Function, outcome: Outcome) -> _Answer:
    if outcome.error is not None:
        return _Answer(Response(status=500), function, outcome)
    names = [binding.name for binding in function.bindings if binding.type == "http"]
    outputs = [outcome.outputs[name] for name in names if name in outcome.outputs]
    try:
        return _Answer(make_response(request.method, outputs), function, outcome)
    except (AttributeError, TypeError, ValueError) as error:
        return _Answer(Response(status=500), function, Outcome({}, error))


async def load(
    root: Path,
    settings: Settings,
    report: Report,
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
    return App(root, settings, functions, worker, report, inputs)


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
