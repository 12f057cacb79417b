import azure.functions as func
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from python_worker_extension_timer import TimerExtension, enable_extensions, faas_metrics

provider = MeterProvider([PeriodicExportingMetricReader(OTLPMetricExporter())])
TimerExtension.configure(report_to=[faas_metrics(provider)])

app = enable_extensions(func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS))


@app.route()
def hello(req: func.HttpRequest) -> func.HttpResponse:
    if "boom" in req.params:
        raise ValueError("boom")
    return func.HttpResponse("Hello")
