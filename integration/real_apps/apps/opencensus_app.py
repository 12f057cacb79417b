"""OpenCensus, another worker extension, without its exporter."""

import azure.functions as func
from opencensus.extension.azure.functions import OpenCensusExtension
from opencensus.trace.base_exporter import Exporter
from python_worker_extension_timer import TimerExtension, enable_extensions


class PrintedExporter(Exporter):
    """An exporter that prints instead of sending to Azure."""

    def export(self, span_datas):
        for span in span_datas:
            print("span", span.name, flush=True)

    def emit(self, span_datas):
        pass


OpenCensusExtension._exporter = PrintedExporter()
TimerExtension.configure(append_to_http_response=True, server_timing=True)

app = enable_extensions(func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS))


@app.route()
def hello(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
    with context.tracer.span("greeting"):
        return func.HttpResponse("Hello.")


@app.route()
async def hello_async(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
    with context.tracer.span("greeting"):
        return func.HttpResponse("Hello.")


@app.route()
def boom(req: func.HttpRequest) -> func.HttpResponse:
    raise ValueError("boom")
