"""
The measured ways to time an invocation, each as its users set it up.

A candidate is a pair of hooks around a function, or a decorated function. Exporters that need a
server discard everything.
"""

from __future__ import annotations

import os
import time
from functools import partial
from typing import Any, Callable, Dict, NamedTuple, Optional

import azure.functions as func
from python_worker_extension_timer import TimerExtension, enable_extensions, faas_metrics, timed


class Candidate(NamedTuple):
    """Hooks as the worker calls them, and a decorator for the function between them."""

    before: Optional[Callable[..., Any]] = None
    after: Optional[Callable[..., Any]] = None
    decorate: Callable[[Any], Any] = lambda handler: handler


def _with_hooks_of(extension: Any) -> Candidate:
    return Candidate(extension.pre_invocation_app_level, extension.post_invocation_app_level)


def floor() -> Candidate:
    """Two clock reads and one attribute."""

    def before(logger: Any, context: Any, func_args: Any) -> None:
        context.started = time.perf_counter()

    def after(logger: Any, context: Any, func_args: Any, func_ret: Any) -> None:
        time.perf_counter() - context.started

    return Candidate(before, after)


def tutorial(appends: bool = False) -> Candidate:
    # Do not derive it from the SDK's class: that would register it, and an enabled app would call
    # it.
    class Tutorial:
        """The algorithm of Microsoft's tutorial: a dictionary by invocation id, two log lines."""

        started: Dict[str, float] = {}

        @classmethod
        def pre_invocation_app_level(cls, logger, context, func_args, *args, **kwargs):
            logger.info(f"Recording start time of {context.function_name}")
            cls.started[context.invocation_id] = time.time()

        @classmethod
        def post_invocation_app_level(cls, logger, context, func_args, func_ret, *args, **kwargs):
            elapsed = time.time() - cls.started.pop(context.invocation_id)
            logger.info(f"Time taken to execute {context.function_name} is {elapsed} sec")
            if appends and isinstance(func_ret, func.HttpResponse):
                func_ret._HttpResponse__body += f" (TimeElapsed: {elapsed} sec)".encode()

    return _with_hooks_of(Tutorial)


def timer(**options: Any) -> Candidate:
    TimerExtension.configure(**options)
    return _with_hooks_of(TimerExtension)


def timer_metrics() -> Candidate:
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader

    return timer(report_to=[faas_metrics(MeterProvider([InMemoryMetricReader()]))])


def timer_enabled() -> Candidate:
    """The enabled function calls the hooks, not the worker, as on Python 3.13."""
    TimerExtension.configure()
    return _in_app(lambda: enable_extensions(func.FunctionApp()))


def azure_functions_logging() -> Candidate:
    from azure_functions_logging import setup_logging, with_context

    setup_logging()
    decorate = with_context(lifecycle=True)
    # This package requires a parameter for the context.
    return Candidate(decorate=lambda handler: decorate(lambda req, context: handler(req)))


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
    # Azure sets these variables. Without them, every invocation logs a warning.
    owner = "00000000-0000-0000-0000-000000000000+group-WestEuropewebspace-Linux"
    os.environ.update(REGION_NAME="westeurope", WEBSITE_OWNER_NAME=owner)
    os.environ.update(WEBSITE_RESOURCE_GROUP="group", WEBSITE_SITE_NAME="app")
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
    "timed": lambda: Candidate(decorate=timed),
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
