"""Every kind of function that the suite tests. The samples to copy are `v1` and `v2`."""

import asyncio
import gzip
import hashlib
import logging
import time

import azure.functions as func
from blueprint import bp
from python_worker_extension_timer import TimerExtension, enable_extensions

TimerExtension.configure(append_to_http_response=True, server_timing=True, warn_after=0.25)

app = enable_extensions(func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS))
app.register_functions(bp)


RESPONSES = {
    "text": {"body": "text"},
    "html": {"body": "<p>Grüße</p>", "mimetype": "text/html"},
    "latin_1": {"body": "Grüße", "charset": "latin-1"},
    "utf_16": {"body": "Grüße", "charset": "utf-16"},
    "content_length": {"body": "text", "headers": {"Content-Length": "4"}},
    "own_server_timing": {
        "body": "text",
        "headers": {"Server-Timing": 'db;dur=53;desc="a, b", cache'},
    },
    "json": {"body": '{"a": 1}', "mimetype": "application/json"},
    "binary": {"body": bytes(range(256)), "mimetype": "application/octet-stream"},
    "no_content": {"status_code": 204},
    "not_modified": {"status_code": 304},
    "gzipped": {"body": gzip.compress(b"text"), "headers": {"Content-Encoding": "gzip"}},
    "with_etag": {"body": "text", "headers": {"ETag": '"982d9e3eb996f559"'}},
}


def add_function(name):
    def respond(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse(**RESPONSES[name])

    respond.__name__ = name
    app.route()(respond)


for name in RESPONSES:
    add_function(name)


@app.route()
async def text_async(req: func.HttpRequest) -> func.HttpResponse:
    await asyncio.sleep(0)
    return func.HttpResponse("text")


@app.route()
def returns_str(req: func.HttpRequest) -> str:
    return "text"


@app.route()
def raises(req: func.HttpRequest) -> func.HttpResponse:
    raise ValueError("a text that must not reach the client")


@app.route()
def slow(req: func.HttpRequest) -> func.HttpResponse:
    time.sleep(0.3)
    return func.HttpResponse("slow")


@app.route(methods=["POST"])
def upload(req: func.HttpRequest) -> func.HttpResponse:
    lines = [f"{name}: {value}" for name, value in req.form.items()]
    for name, file in req.files.items(multi=True):
        lines.append(f"{name}: {file.filename}, {hashlib.sha256(file.read()).hexdigest()}")
    return func.HttpResponse("\n".join(lines), mimetype="application/octet-stream")


@app.timer_trigger(arg_name="timer", schedule="0 0 0 1 1 *")
def tick(timer: func.TimerRequest) -> None:
    logging.info("tick, past due: %s", timer.past_due)


@app.queue_trigger(arg_name="message", queue_name="orders", connection="AzureWebJobsStorage")
@app.queue_output(arg_name="receipt", queue_name="receipts", connection="AzureWebJobsStorage")
def order(message: func.QueueMessage, receipt: func.Out[str]) -> None:
    text = message.get_body().decode()
    logging.info("order: %s", text)
    receipt.set(f"received {text}")
