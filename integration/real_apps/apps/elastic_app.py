"""Elastic's APM agent, another worker extension, without its network."""

import azure.functions as func
from elasticapm.contrib.serverless.azure import ElasticAPMExtension
from elasticapm.transport.base import Transport
from python_worker_extension_timer import TimerExtension, enable_extensions


class PrintedTransport(Transport):
    """A transport that prints transactions instead of sending them."""

    def start_thread(self, pid=None):
        pass

    def close(self):
        pass

    def queue(self, event_type, data, flush=False):
        if event_type == "transaction":
            print("transaction", data["name"], data["result"], flush=True)


ElasticAPMExtension.configure(service_name="apps", transport_class=f"{__name__}.PrintedTransport")
TimerExtension.configure(append_to_http_response=True, server_timing=True)

app = enable_extensions(func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS))


@app.route()
def hello(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("Hello.")


@app.route()
async def hello_async(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("Hello.")


@app.route()
def boom(req: func.HttpRequest) -> func.HttpResponse:
    raise ValueError("boom")
