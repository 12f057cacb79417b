"""An app that returns the response that a property test made up."""

import azure.functions as func
from python_worker_extension_timer import TimerExtension


# The registry is empty when a test begins. Defining a subclass registers it again.
class Timer(TimerExtension):
    """The timer that the tests configure."""


app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
made_up = []


@app.route("MadeUp")
def made_up_response(req: func.HttpRequest) -> func.HttpResponse:
    return made_up[-1]
