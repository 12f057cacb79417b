import azure.functions as func
from python_worker_extension_timer import enable_extensions

from ..Shared.recorder import OfFunction, record

OfFunction(__file__, "own")


@enable_extensions
def main(req: func.HttpRequest) -> func.HttpResponse:
    record("Raises")
    raise ValueError("a function that fails")
