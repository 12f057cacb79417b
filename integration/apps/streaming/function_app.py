"""HTTP streaming with `azurefunctions-extensions-http-fastapi`."""

import azure.functions as func
from azurefunctions.extensions.http.fastapi import JSONResponse, Request, StreamingResponse
from python_worker_extension_timer import TimerExtension, enable_extensions

TimerExtension.configure(append_to_http_response=True, server_timing=True)

app = enable_extensions(func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS))


@app.route()
async def stream(req: Request) -> StreamingResponse:
    async def parts():
        for number in range(3):
            yield f"{number} "

    return StreamingResponse(parts(), media_type="text/plain", headers={"Server-Timing": "miss"})


@app.route(route="items/{id}")
async def item(req: Request) -> JSONResponse:
    return JSONResponse({"id": req.path_params["id"], "more": req.query_params.get("more")})


@app.route()
async def raises(req: Request) -> JSONResponse:
    raise ValueError("boom")
