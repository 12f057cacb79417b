"""Sentry's SDK, without its network."""

import azure.functions as func
import sentry_sdk
from python_worker_extension_timer import TimerExtension, enable_extensions
from sentry_sdk.integrations.serverless import serverless_function
from sentry_sdk.transport import Transport


class PrintedTransport(Transport):
    """A transport that prints each event instead of sending it."""

    def capture_envelope(self, envelope):
        for item in envelope.items:
            event = item.payload.json or {}
            for error in event.get("exception", {}).get("values", []):
                print("event", error["type"], flush=True)


sentry_sdk.init(
    dsn="http://public@127.0.0.1:9/1", transport=PrintedTransport, traces_sample_rate=1.0
)
TimerExtension.configure(append_to_http_response=True, server_timing=True)

app = enable_extensions(func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS))


@app.route()
@serverless_function
def hello(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("Hello.")


@app.route()
async def hello_async(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("Hello.")


@app.route()
@serverless_function
def boom(req: func.HttpRequest) -> func.HttpResponse:
    raise ValueError("boom")
