import azure.functions as func

from ..Shared.recorder import OfFunction, record

OfFunction(__file__, "first")
OfFunction(__file__, "second")


def main(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
    record("Hello")
    return func.HttpResponse("Hello")
