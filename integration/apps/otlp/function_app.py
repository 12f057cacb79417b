"""An app that sends metrics. OpenTelemetry's environment variables set the address."""

import azure.functions as func
import my_metrics  # noqa: F401  # configures the timer
from python_worker_extension_timer import enable_extensions

app = enable_extensions(func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS))


@app.route()
def hello(req: func.HttpRequest) -> func.HttpResponse:
    if "boom" in req.params:
        raise ValueError("boom")
    return func.HttpResponse("Hello")
