import logging

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route()
def hello(req: func.HttpRequest) -> func.HttpResponse:
    logging.info("Greeting %s", req.params["name"])
    return func.HttpResponse(f"Hello, {req.params['name']}.")


@app.queue_trigger(arg_name="message", queue_name="orders", connection="AzureWebJobsStorage")
@app.queue_output(arg_name="receipt", queue_name="receipts", connection="AzureWebJobsStorage")
def order(message: func.QueueMessage, receipt: func.Out[str]) -> None:
    receipt.set(f"Ordered {message.get_json()['item']}.")
