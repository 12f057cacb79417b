"""loguru, which gets the records of the standard library, too."""

import logging
import sys

import azure.functions as func
from loguru import logger
from python_worker_extension_timer import TimerExtension, enable_extensions


class ForwardingHandler(logging.Handler):
    """A handler that passes records on to loguru."""

    def emit(self, record):
        logger.bind(name=record.name).log(record.levelname, record.getMessage())


logger.remove()
logger.add(sys.stderr, format="loguru {level} {extra[name]}: {message}", level="INFO")
logging.basicConfig(handlers=[ForwardingHandler()], level=logging.INFO, force=True)
TimerExtension.configure(append_to_http_response=True, server_timing=True)

app = enable_extensions(func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS))


@app.route()
def hello(req: func.HttpRequest) -> func.HttpResponse:
    logger.bind(name="app").info("greeting {}", "Ada")
    return func.HttpResponse("Hello.")


@app.route()
async def hello_async(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("Hello.")


@app.route()
def boom(req: func.HttpRequest) -> func.HttpResponse:
    raise ValueError("boom")
