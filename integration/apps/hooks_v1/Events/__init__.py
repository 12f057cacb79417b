import azure.functions as func

from ..Shared.recorder import take_events


def main(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(take_events(), mimetype="application/json")
