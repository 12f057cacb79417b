"""Sentry's SDK, without its network."""

import sentry_sdk
from greetings import make_app
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

app = make_app(serverless_function)
