import azure.functions as func

from ..Shared.recorder import record


async def main(req: func.HttpRequest) -> func.HttpResponse:
    record("HelloAsync")
    return func.HttpResponse("Hello")
