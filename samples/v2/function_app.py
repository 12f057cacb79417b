import logging

import azure.functions as func
from python_worker_extension_timer import TimerExtension, enable_extensions

TimerExtension.configure(append_to_http_response=True)

app = enable_extensions(func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS))


@app.route(route="HttpTrigger")
def HttpTrigger(req: func.HttpRequest) -> func.HttpResponse:
    logging.info("Answering a greeting.")

    name = req.params.get("name")
    if name:
        return func.HttpResponse(f"Hello, {name}.")
    return func.HttpResponse("Hello. Add ?name=YOU to the address for a greeting of your own.")
