"""Flask behind one Azure function."""

import azure.functions as func
from flask import Flask, Response, request
from python_worker_extension_timer import TimerExtension, enable_extensions

TimerExtension.configure(append_to_http_response=True, server_timing=True)

web = Flask(__name__)
app = enable_extensions(
    func.WsgiFunctionApp(web.wsgi_app, func.AuthLevel.ANONYMOUS, function_name="flask_app")
)


@web.get("/api/hello/<name>")
def hello(name: str) -> Response:
    return Response(f"Hello, {name}.", mimetype="text/plain")


@web.post("/api/items")
def add_item():
    return {"added": request.get_json()}, 201


@web.get("/api/boom")
def boom() -> str:
    raise ValueError("boom")
