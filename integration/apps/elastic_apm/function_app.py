"""Elastic's APM agent, a third-party worker extension, without its network."""

import logging

import azure.functions as func
from elasticapm.contrib.serverless.azure import ElasticAPMExtension
from elasticapm.transport.base import Transport
from python_worker_extension_timer import TimerExtension, enable_extensions


class LoggingTransport(Transport):
    """A transport that logs instead of sending to Elastic."""

    def start_thread(self, pid=None):
        pass

    def close(self):
        pass

    def queue(self, event_type, data, flush=False):
        if event_type == "transaction":
            logging.info("transaction %s %s", data["name"], data["result"])


ElasticAPMExtension.configure(
    service_name="teapots", transport_class=f"{__name__}.LoggingTransport"
)
TimerExtension.configure()

app = enable_extensions(func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS))


@app.route()
def sync(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("sync", status_code=201)


@app.route(route="async", methods=["GET"])
async def not_sync(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("async")


@app.route()
def raises(req: func.HttpRequest) -> func.HttpResponse:
    raise ValueError("boom")
