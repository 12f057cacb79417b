"""FastAPI behind one Azure function."""

import azure.functions as func
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from python_worker_extension_timer import TimerExtension, enable_extensions

TimerExtension.configure(append_to_http_response=True, server_timing=True)

web = FastAPI()
app = enable_extensions(
    func.AsgiFunctionApp(web, func.AuthLevel.ANONYMOUS, function_name="fastapi_app")
)


@web.get("/api/hello/{name}", response_class=PlainTextResponse)
async def hello(name: str) -> str:
    return f"Hello, {name}."


@web.post("/api/items", status_code=201)
def add_item(item: dict) -> dict:
    return {"added": item}


@web.get("/api/boom")
async def boom() -> str:
    raise ValueError("boom")
