"""FastAPI behind one Azure function."""

import azure.functions as func
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse, StreamingResponse
from python_worker_extension_timer import TimerExtension, enable_extensions

TimerExtension.configure(append_to_http_response=True, server_timing=True)

web = FastAPI()
app = enable_extensions(
    func.AsgiFunctionApp(web, func.AuthLevel.ANONYMOUS, function_name="fastapi_app")
)


@web.get("/api/hello/{name}", response_class=PlainTextResponse)
async def hello(name: str, polite: bool = False) -> str:
    return f"Good day, {name}." if polite else f"Hello, {name}."


@web.post("/api/items", status_code=201)
def add_item(item: dict) -> dict:
    return {"added": item}


@web.get("/api/stream")
async def stream() -> StreamingResponse:
    return StreamingResponse(iter(["a", "b"]), media_type="text/plain")


@web.get("/api/boom")
async def boom() -> str:
    raise ValueError("boom")
