from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from python_worker_extension_timer import TimerExtension, faas_metrics

provider = MeterProvider([PeriodicExportingMetricReader(OTLPMetricExporter())])
TimerExtension.configure(report_to=[faas_metrics(provider)])
