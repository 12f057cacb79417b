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


@app.route()
def text(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("text")


@app.route()
async def text_async(req: func.HttpRequest) -> func.HttpResponse:
    await asyncio.sleep(0)
    return func.HttpResponse("text")


@app.route()
def html(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("<p>Grüße</p>", mimetype="text/html")


@app.route()
def latin_1(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("Grüße", charset="latin-1")


@app.route()
def utf_16(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("Grüße", charset="utf-16")


@app.route()
def content_length(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("text", headers={"Content-Length": "4"})


@app.route()
def own_server_timing(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("text", headers={"Server-Timing": 'db;dur=53;desc="a, b", cache'})


@app.route()
def returns_str(req: func.HttpRequest) -> str:
    return "text"


@app.route()
def json(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse('{"a": 1}', mimetype="application/json")


@app.route()
def binary(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(bytes(range(256)), mimetype="application/octet-stream")


@app.route()
def no_content(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(status_code=204)


@app.route()
def not_modified(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(status_code=304)


@app.route()
def gzipped(req: func.HttpRequest) -> func.HttpResponse:
    body = gzip.compress(b"text")
    return func.HttpResponse(body, headers={"Content-Encoding": "gzip"})


@app.route()
def with_etag(req: func.HttpRequest) -> func.HttpResponse:
    etag = hashlib.sha256(b"text").hexdigest()
    return func.HttpResponse("text", headers={"ETag": f'"{etag}"'})


@app.route()
def raises(req: func.HttpRequest) -> func.HttpResponse:
    raise ValueError("a text that must not reach the client")


@app.route()
def slow(req: func.HttpRequest) -> func.HttpResponse:
    time.sleep(0.3)
    return func.HttpResponse("slow")


@app.timer_trigger(arg_name="timer", schedule="0 0 0 1 1 *")
def tick(timer: func.TimerRequest) -> None:
    logging.info("tick, past due: %s", timer.past_due)


@app.queue_trigger(arg_name="message", queue_name="orders", connection="AzureWebJobsStorage")
@app.queue_output(arg_name="receipt", queue_name="receipts", connection="AzureWebJobsStorage")
def order(message: func.QueueMessage, receipt: func.Out[str]) -> None:
    text = message.get_body().decode()
    logging.info("order: %s", text)
    receipt.set(f"received {text}")
