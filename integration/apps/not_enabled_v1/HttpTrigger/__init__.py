"""The sample `v1` without `enable_extensions`. Up to Python 3.12 the app setting is enough."""

import azure.functions as func
from python_worker_extension_timer import TimerExtension

TimerExtension.configure(append_to_http_response=True)


def main(req: func.HttpRequest) -> func.HttpResponse:
    if "boom" in req.params:
        raise ValueError("boom")
    return func.HttpResponse("Hello")
