import azure.functions as func
from python_worker_extension_timer import enable_extensions

from ..Shared.recorder import record


@enable_extensions
def main(req: func.HttpRequest):
    record("NotEncodable")
    return {"a": 1}
