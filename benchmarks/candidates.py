"""
The measured ways to time an invocation, each as its users have it.

A candidate is a pair of hooks around a function, or a decorated function. Exporters that need a
server discard everything.
"""

from __future__ import annotations

import inspect
import logging
import os
import time
from functools import partial
from typing import Any, Callable, Dict, NamedTuple, Optional, Tuple

import azure.functions as func
from functions_host.extensions import Context

Hook = Callable[..., Any]
LOGGER = logging.getLogger("azure_functions_worker.extension.Benchmark")
_REQUEST = func.HttpRequest(
    "GET",
    "http://localhost:7071/api/HttpTrigger?name=Ada",
    headers={"user-agent": "benchmark", "host": "localhost:7071"},
    params={"name": "Ada"},
    route_params={},
    body=b"",
)


def sync_handler(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("Hello")


async def async_handler(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("Hello")


def sync_handler_with_context(req: func.HttpRequest, context: Any) -> func.HttpResponse:
    return func.HttpResponse("Hello")


async def async_handler_with_context(req: func.HttpRequest, context: Any) -> func.HttpResponse:
    return func.HttpResponse("Hello")


class Candidate(NamedTuple):
    """Hooks as the worker calls them, and a decorator for the function between them."""

    before: Optional[Hook] = None
    after: Optional[Hook] = None
    decorate: Callable[[Any], Any] = lambda handler: handler


def make_call(handler: Any) -> Tuple[Context, Dict[str, Any]]:
    """Return the context and the arguments of a new invocation."""
    context = Context(handler.__name__, "/home/site/wwwroot")
    arguments: Dict[str, Any] = {"req": _REQUEST}
    if "context" in inspect.signature(handler).parameters:
        arguments["context"] = context
    return context, arguments


def _with_hooks_of(extension: Any) -> Candidate:
    return Candidate(extension.pre_invocation_app_level, extension.post_invocation_app_level)


def floor() -> Candidate:
    """Two readings of the clock and one attribute."""

    def before(logger: Any, context: Any, func_args: Any) -> None:
        context.started = time.perf_counter()

    def after(logger: Any, context: Any, func_args: Any, func_ret: Any) -> None:
        time.perf_counter() - context.started

    return Candidate(before, after)


def tutorial(appends: bool = False) -> Candidate:
    class Tutorial(func.AppExtensionBase):
        """The algorithm of Microsoft's tutorial: a dictionary by invocation id, two log lines."""

        started: Dict[str, float] = {}

        @classmethod
        def pre_invocation_app_level(
            cls, logger: Any, context: Any, func_args: Any, *args: Any, **kwargs: Any
        ) -> None:
            logger.info(f"Recording start time of {context.function_name}")
            cls.started[context.invocation_id] = time.time()

        @classmethod
        def post_invocation_app_level(
            cls, logger: Any, context: Any, func_args: Any, func_ret: Any, *args: Any, **kwargs: Any
        ) -> None:
            elapsed = time.time() - cls.started.pop(context.invocation_id)
            logger.info(f"Time taken to execute {context.function_name} is {elapsed} sec")
            if appends and isinstance(func_ret, func.HttpResponse):
                func_ret._HttpResponse__body += f" (TimeElapsed: {elapsed} sec)".encode()

    return _with_hooks_of(Tutorial)


def timer(**options: Any) -> Candidate:
    from python_worker_extension_timer import TimerExtension

    TimerExtension.configure(**options)
    return _with_hooks_of(TimerExtension)


def timer_metrics() -> Candidate:
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader
    from python_worker_extension_timer import faas_metrics

    return timer(report_to=[faas_metrics(MeterProvider([InMemoryMetricReader()]))])


def timer_enabled() -> Candidate:
    """As on Python 3.13: the enabled function calls the hooks, not the worker."""
    from python_worker_extension_timer import TimerExtension, enable_extensions

    TimerExtension.configure()
    return _in_app(lambda: enable_extensions(func.FunctionApp()))


def timed_function() -> Candidate:
    from python_worker_extension_timer import timed

    return Candidate(decorate=timed)


def azure_functions_logging() -> Candidate:
    from azure_functions_logging import setup_logging, with_context

    setup_logging()
    decorate = with_context(lifecycle=True)
    # It requires a parameter for the context.
    others = {sync_handler: sync_handler_with_context, async_handler: async_handler_with_context}
    return Candidate(decorate=lambda handler: decorate(others[handler]))


def opencensus() -> Candidate:
    from opencensus.extension.azure.functions import OpenCensusExtension
    from opencensus.trace.base_exporter import Exporter

    class Discard(Exporter):
        def export(self, span_datas: Any) -> None:
            pass

    OpenCensusExtension._exporter = Discard()
    return _with_hooks_of(OpenCensusExtension)


def elastic_apm() -> Candidate:
    from elasticapm.contrib.serverless.azure import ElasticAPMExtension

    ElasticAPMExtension.configure(service_name="benchmark", disable_send=True)
    return _with_hooks_of(ElasticAPMExtension)


def dynatrace() -> Candidate:
    # Azure sets these. Without them, every invocation logs a warning.
    os.environ.update(
        REGION_NAME="westeurope",
        WEBSITE_OWNER_NAME="00000000-0000-0000-0000-000000000000+group-WestEuropewebspace-Linux",
        WEBSITE_RESOURCE_GROUP="group",
        WEBSITE_SITE_NAME="app",
    )
    from dynatrace.opentelemetry.azure.functions import wrap_handler
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider

    trace.set_tracer_provider(TracerProvider())
    return Candidate(decorate=wrap_handler)


def ddtrace() -> Candidate:
    os.environ.update(DD_INSTRUMENTATION_TELEMETRY_ENABLED="0", DD_REMOTE_CONFIGURATION_ENABLED="0")
    from ddtrace import patch
    from ddtrace.trace import TraceFilter, tracer

    class Discard(TraceFilter):
        def process_trace(self, trace: Any) -> None:
            return None

    tracer.configure(trace_processors=[Discard()])
    patch(azure_functions=True)
    return _in_app(func.FunctionApp)


def _in_app(make_app: Callable[[], func.FunctionApp]) -> Candidate:
    def decorate(handler: Any) -> Any:
        app = make_app()
        app.route("HttpTrigger")(handler)
        (function,) = app.get_functions()
        return function.get_user_function()

    return Candidate(decorate=decorate)


CANDIDATES: Dict[str, Callable[[], Candidate]] = {
    "floor: two clock reads": floor,
    "tutorial's algorithm": tutorial,
    "TimerExtension": timer,
    "TimerExtension, enabled (3.13)": timer_enabled,
    "timed": timed_function,
    "tutorial's + body": partial(tutorial, appends=True),
    "TimerExtension + body": partial(timer, append_to_http_response=True),
    "TimerExtension + Server-Timing": partial(timer, server_timing=True),
    "TimerExtension + OTel metrics": timer_metrics,
    "azure-functions-logging": azure_functions_logging,
    "opencensus-extension": opencensus,
    "elastic-apm": elastic_apm,
    "Dynatrace wrap_handler": dynatrace,
    "ddtrace": ddtrace,
}
