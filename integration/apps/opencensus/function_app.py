"""The OpenCensus extension, a third-party worker extension, without its exporter."""

import logging

import azure.functions as func
from opencensus.extension.azure.functions import OpenCensusExtension
from opencensus.trace.base_exporter import Exporter
from python_worker_extension_timer import TimerExtension, enable_extensions


class LoggingExporter(Exporter):
    """An exporter that logs instead of sending to Azure."""

    def export(self, span_datas):
        for span in span_datas:
            logging.info("span %s of trace %s", span.name, span.context.trace_id)

    def emit(self, span_datas):
        pass


# configure() does the same with the connection string of an Application Insights resource.
OpenCensusExtension._exporter = LoggingExporter()
TimerExtension.configure()

app = enable_extensions(func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS))


@app.route()
def sync(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
    with context.tracer.span("teapot"):
        return func.HttpResponse(context.trace_context.trace_parent)


@app.route(route="async")
async def not_sync(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
    with context.tracer.span("teapot"):
        return func.HttpResponse(context.trace_context.trace_parent)


@app.route()
def raises(req: func.HttpRequest) -> func.HttpResponse:
    raise ValueError("boom")
