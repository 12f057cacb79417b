import azure.functions as func
from python_worker_extension_timer import enable_extensions

from ..Shared.recorder import OfFunction, record

OfFunction(__file__, "first")
OfFunction(__file__, "second")


@enable_extensions
def main(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
    record("Hello")
    return func.HttpResponse("Hello")
