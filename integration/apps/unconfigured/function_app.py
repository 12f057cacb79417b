"""An app that imports the timer and never calls `TimerExtension.configure()`."""

import azure.functions as func
import python_worker_extension_timer as timer

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route()
def extension(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(timer.TimerExtension.__name__)
