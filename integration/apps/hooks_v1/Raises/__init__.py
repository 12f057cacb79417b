import azure.functions as func

from ..Shared.recorder import record


def main(req: func.HttpRequest) -> func.HttpResponse:
    record("Raises")
    raise ValueError("a function that fails")
