"""HTTP streaming with `azurefunctions-extensions-http-fastapi`."""

import asyncio

import azure.functions as func
from azurefunctions.extensions.http.fastapi import (
    JSONResponse,
    PlainTextResponse,
    Request,
    StreamingResponse,
)
from python_worker_extension_timer import TimerExtension, enable_extensions

TimerExtension.configure(append_to_http_response=True, server_timing=True)

app = enable_extensions(func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS))


@app.route()
async def stream(req: Request) -> StreamingResponse:
    async def parts():
        for number in range(3):
            yield f"{number} "

    return StreamingResponse(parts(), media_type="text/plain", headers={"Server-Timing": "miss"})


released = asyncio.Event()


@app.route()
async def slow_stream(req: Request) -> StreamingResponse:
    async def parts():
        yield "first "
        await released.wait()
        yield "last"

    return StreamingResponse(parts(), media_type="text/plain")


@app.route()
async def broken_stream(req: Request) -> StreamingResponse:
    async def parts():
        yield "first "
        raise ValueError("boom")

    return StreamingResponse(parts(), media_type="text/plain")


ended = asyncio.Event()


@app.route()
async def endless_stream(req: Request) -> StreamingResponse:
    async def parts():
        try:
            yield "first "
            await asyncio.Event().wait()
        finally:
            ended.set()

    return StreamingResponse(parts(), media_type="text/plain")


@app.route()
async def wait_for_end(req: Request) -> PlainTextResponse:
    await ended.wait()
    return PlainTextResponse("ended")


@app.route()
async def header_names(req: Request) -> JSONResponse:
    return JSONResponse(list(req.headers))


@app.route()
async def release(req: Request) -> PlainTextResponse:
    released.set()
    return PlainTextResponse("released")


@app.route(route="items/{id}")
async def item(req: Request) -> JSONResponse:
    return JSONResponse({"id": req.path_params["id"], "more": req.query_params.get("more")})


@app.route(methods=["POST"])
async def count(req: Request) -> PlainTextResponse:
    size = 0
    async for part in req.stream():
        size += len(part)
    return PlainTextResponse(f"{size} bytes")


@app.route()
async def repeated_headers(req: Request) -> PlainTextResponse:
    response = PlainTextResponse("text")
    for value in ("1", "2"):
        response.set_cookie(f"c{value}", value, path=None, samesite=None)
        response.headers.append("X-Repeated", value)
    return response


@app.route()
async def raises(req: Request) -> JSONResponse:
    raise ValueError("boom")
