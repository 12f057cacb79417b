"""structlog, which formats the records of the standard library, too."""

import logging

import azure.functions as func
import structlog
from python_worker_extension_timer import TimerExtension, enable_extensions

shared = [structlog.contextvars.merge_contextvars, structlog.stdlib.add_log_level]
structlog.configure(
    processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
)
handler = logging.StreamHandler()
handler.setFormatter(
    structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(),
        ],
    )
)
logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
TimerExtension.configure(append_to_http_response=True, server_timing=True)

app = enable_extensions(func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS))


@app.route()
def hello(req: func.HttpRequest) -> func.HttpResponse:
    structlog.get_logger().info("greeting", name="Ada")
    return func.HttpResponse("Hello.")


@app.route()
async def hello_async(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("Hello.")


@app.route()
def boom(req: func.HttpRequest) -> func.HttpResponse:
    raise ValueError("boom")
