import azure.functions as func
from python_worker_extension_timer import enable_extensions

from ..Shared.recorder import record


@enable_extensions
async def main(req: func.HttpRequest) -> func.HttpResponse:
    record("HelloAsync")
    return func.HttpResponse("Hello")
