"""The functions of the apps without a web framework."""

import azure.functions as func
from python_worker_extension_timer import TimerExtension, enable_extensions


def make_app(decorate=lambda function: function):
    """Return an enabled and timed app; `decorate` is a decorator for its sync functions."""
    TimerExtension.configure(append_to_http_response=True, server_timing=True)
    app = enable_extensions(func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS))

    @app.route()
    @decorate
    def hello(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse("Hello.")

    @app.route()
    async def hello_async(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse("Hello.")

    @app.route()
    @decorate
    def boom(req: func.HttpRequest) -> func.HttpResponse:
        raise ValueError("boom")

    return app
