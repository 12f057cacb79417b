"""
What is measured: ways to time an invocation, each as its users have it.

Every candidate is a pair of hooks around a function, or a decorated function, or both. What needs a
server gets an exporter that sends nothing.
"""

from __future__ import annotations

import os
import time
from typing import Any, Callable, Dict, NamedTuple, Optional

import azure.functions as func

Hook = Callable[..., Any]


def sync_handler(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("Hello")


async def async_handler(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("Hello")


def sync_handler_with_context(req: func.HttpRequest, context: Any) -> func.HttpResponse:
    return func.HttpResponse("Hello")


async def async_handler_with_context(req: func.HttpRequest, context: Any) -> func.HttpResponse:
    return func.HttpResponse("Hello")


class Candidate(NamedTuple):
    """
    Hooks as the worker calls them, and what it calls between them.

    `decorate` makes the function from the handler; `needs_context` says that the handler must take
    the context itself.
    """

    before: Optional[Hook] = None
    after: Optional[Hook] = None
    decorate: Optional[Callable[[Any], Any]] = None
    needs_context: bool = False

    def handler(self, is_async: bool) -> Any:
        plain = {
            (False, False): sync_handler,
            (True, False): async_handler,
            (False, True): sync_handler_with_context,
            (True, True): async_handler_with_context,
        }[is_async, self.needs_context]
        return self.decorate(plain) if self.decorate else plain


def of_extension(extension: Any) -> Candidate:
    return Candidate(extension.pre_invocation_app_level, extension.post_invocation_app_level)


def nothing() -> Candidate:
    return Candidate()


def floor() -> Candidate:
    """Two readings of the clock and one attribute."""

    def before(logger: Any, context: Any, func_args: Any) -> None:
        context.started = time.perf_counter()

    def after(logger: Any, context: Any, func_args: Any, func_ret: Any) -> None:
        time.perf_counter() - context.started

    return Candidate(before, after)


def tutorial() -> Candidate:
    return of_extension(_tutorial(appends=False))


def tutorial_body() -> Candidate:
    return of_extension(_tutorial(appends=True))


def _tutorial(appends: bool) -> Any:
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

    return Tutorial


def timer() -> Candidate:
    return _timer()


def timer_body() -> Candidate:
    return _timer(append_to_http_response=True)


def timer_server_timing() -> Candidate:
    return _timer(server_timing=True)


def timer_metrics() -> Candidate:
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader
    from python_worker_extension_timer import faas_metrics

    return _timer(report_to=[faas_metrics(MeterProvider([InMemoryMetricReader()]))])


def _timer(**options: Any) -> Candidate:
    from python_worker_extension_timer import TimerExtension

    TimerExtension.configure(**options)
    return of_extension(TimerExtension)


def timer_enabled() -> Candidate:
    """As on Python 3.13: the worker calls no hooks, the enabled function does."""
    from python_worker_extension_timer import TimerExtension, enable_extensions

    TimerExtension.configure()
    return Candidate(
        decorate=lambda handler: _of_app(enable_extensions(func.FunctionApp()), handler)
    )


def timed() -> Candidate:
    from python_worker_extension_timer import timed as decorator

    return Candidate(decorate=decorator)


def azure_functions_logging() -> Candidate:
    from azure_functions_logging import setup_logging, with_context

    setup_logging()
    return Candidate(decorate=with_context(lifecycle=True), needs_context=True)


def opencensus() -> Candidate:
    from opencensus.extension.azure.functions import OpenCensusExtension
    from opencensus.trace.base_exporter import Exporter

    class Discard(Exporter):
        def emit(self, span_datas: Any) -> None:
            pass

        def export(self, span_datas: Any) -> None:
            pass

    OpenCensusExtension._exporter = Discard()
    return of_extension(OpenCensusExtension)


def elastic_apm() -> Candidate:
    from elasticapm.contrib.serverless.azure import ElasticAPMExtension

    ElasticAPMExtension.configure(
        service_name="benchmark", transport_class="benchmarks.discard.ElasticTransport"
    )
    return of_extension(ElasticAPMExtension)


def dynatrace() -> Candidate:
    # As Azure sets them; it complains of each that is missing, for every invocation.
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

    return Candidate(decorate=lambda handler: _of_app(func.FunctionApp(), handler))


def _of_app(app: func.FunctionApp, handler: Any) -> Any:
    """Return what the worker calls for a handler that is a function of an app."""
    app.route("HttpTrigger")(handler)
    (function,) = app.get_functions()
    return function.get_user_function()


CANDIDATES: Dict[str, Callable[[], Candidate]] = {
    "floor: two clock reads": floor,
    "tutorial's algorithm": tutorial,
    "TimerExtension": timer,
    "TimerExtension, enabled (3.13)": timer_enabled,
    "timed": timed,
    "tutorial's + body": tutorial_body,
    "TimerExtension + body": timer_body,
    "TimerExtension + Server-Timing": timer_server_timing,
    "TimerExtension + OTel metrics": timer_metrics,
    "azure-functions-logging": azure_functions_logging,
    "opencensus-extension": opencensus,
    "elastic-apm": elastic_apm,
    "Dynatrace wrap_handler": dynatrace,
    "ddtrace": ddtrace,
}
