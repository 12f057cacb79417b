"""Datadog's tracer, patched in after the extensions are enabled, without its agent."""

import os

os.environ.update(DD_INSTRUMENTATION_TELEMETRY_ENABLED="false", DD_REMOTE_CONFIGURATION_ENABLED="0")

import azure.functions as func
from ddtrace import patch
from ddtrace.trace import TraceFilter, tracer
from python_worker_extension_timer import TimerExtension, enable_extensions

TimerExtension.configure(append_to_http_response=True, server_timing=True)


class PrintedTraces(TraceFilter):
    """A filter that prints all spans and sends none."""

    def process_trace(self, trace):
        for span in trace:
            print("span", span.name, span.resource, "error" if span.error else "ok", flush=True)


tracer.configure(trace_processors=[PrintedTraces()])

app = enable_extensions(func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS))
patch(azure_functions=True)


@app.route()
def hello(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("Hello.")


@app.route()
async def hello_async(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("Hello.")


@app.route()
def boom(req: func.HttpRequest) -> func.HttpResponse:
    raise ValueError("boom")


@app.schedule(schedule="0 0 * * * *", arg_name="timer")
def tick(timer: func.TimerRequest) -> None:
    pass
