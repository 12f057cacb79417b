"""Parameters with types of SDK extensions. Microsoft's host connects them to a service."""

import azure.functions as func
import azurefunctions.extensions.bindings.blob as blob
from python_worker_extension_timer import TimerExtension, enable_extensions

TimerExtension.configure()

app = enable_extensions(func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS))


@app.route()
def hello(req: func.HttpRequest) -> str:
    return "hello"


@app.route()
@app.blob_input(arg_name="container", path="in", connection="AzureWebJobsStorage")
def listed(req: func.HttpRequest, container: blob.ContainerClient) -> str:
    return ",".join(container.list_blob_names())


@app.blob_trigger(arg_name="client", path="in/{name}", connection="AzureWebJobsStorage")
def uploaded(client: blob.BlobClient) -> None:
    client.delete_blob()
