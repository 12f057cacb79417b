"""Django behind one Azure function."""

import json

import azure.functions as func
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse, JsonResponse
from django.urls import path
from python_worker_extension_timer import TimerExtension, enable_extensions

TimerExtension.configure(append_to_http_response=True, server_timing=True)

settings.configure(
    ALLOWED_HOSTS=["*"],
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="of a test",
)


def hello(request, name):
    return HttpResponse(f"Hello, {name}.", content_type="text/plain")


def add_item(request):
    return JsonResponse({"added": json.loads(request.body)}, status=201)


def boom(request):
    raise ValueError("boom")


urlpatterns = [
    path("api/hello/<str:name>", hello),
    path("api/items", add_item),
    path("api/boom", boom),
]

app = enable_extensions(
    func.WsgiFunctionApp(
        get_wsgi_application(), func.AuthLevel.ANONYMOUS, function_name="django_app"
    )
)
