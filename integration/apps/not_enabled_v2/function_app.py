"""The sample `v2` without `enable_extensions`. Up to Python 3.12 the app setting is enough."""

import azure.functions as func
from python_worker_extension_timer import TimerExtension

TimerExtension.configure(append_to_http_response=True)

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route(route="HttpTrigger")
def HttpTrigger(req: func.HttpRequest) -> func.HttpResponse:
    if "boom" in req.params:
        raise ValueError("boom")
    return func.HttpResponse("Hello")
