import azure.functions as func

bp = func.Blueprint()


@bp.route()
def from_blueprint(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("text")
