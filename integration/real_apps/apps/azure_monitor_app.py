"""Azure Monitor's OpenTelemetry distribution, with an address where no server listens."""

import os

os.environ["APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL"] = "true"

from azure.monitor.opentelemetry import configure_azure_monitor
from greetings import make_app
from opentelemetry.sdk._logs.export import ConsoleLogRecordExporter, SimpleLogRecordProcessor

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

app = make_app()
