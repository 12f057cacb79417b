"""Azure Monitor's OpenTelemetry distribution, with an address at which no one listens."""

import os

os.environ["APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL"] = "true"

import azure.functions as func
from azure.monitor.opentelemetry import configure_azure_monitor
from opentelemetry import trace
from opentelemetry.sdk._logs.export import ConsoleLogRecordExporter, SimpleLogRecordProcessor
from python_worker_extension_timer import TimerExtension, enable_extensions

configure_azure_monitor(
    connection_string=(
        "InstrumentationKey=00000000-0000-0000-0000-000000000000;"
        "IngestionEndpoint=http://127.0.0.1:9/;LiveEndpoint=http://127.0.0.1:9/"
    ),
    disable_offline_storage=True,
    enable_live_metrics=False,
    enable_performance_counters=False,
    log_record_processors=[SimpleLogRecordProcessor(ConsoleLogRecordExporter())],
)
TimerExtension.configure(append_to_http_response=True, server_timing=True)

app = enable_extensions(func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS))
tracer = trace.get_tracer(__name__)


@app.route()
def hello(req: func.HttpRequest) -> func.HttpResponse:
    with tracer.start_as_current_span("greeting"):
        return func.HttpResponse("Hello.")


@app.route()
async def hello_async(req: func.HttpRequest) -> func.HttpResponse:
    with tracer.start_as_current_span("greeting"):
        return func.HttpResponse("Hello.")


@app.route()
def boom(req: func.HttpRequest) -> func.HttpResponse:
    raise ValueError("boom")
