"""Durable Functions with an HTTP function beside them."""

import azure.durable_functions as df
import azure.functions as func
from python_worker_extension_timer import TimerExtension, enable_extensions

TimerExtension.configure(append_to_http_response=True, server_timing=True)

app = enable_extensions(df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS))
activities = df.Blueprint()


@app.orchestration_trigger(context_name="context")
def orchestrate(context: df.DurableOrchestrationContext):
    greetings = yield context.task_all([context.call_activity("greet", n) for n in ("Ada", "Bob")])
    return greetings


@activities.activity_trigger(input_name="name")
async def greet(name: str) -> str:
    return f"Hello, {name}."


@app.route()
def hello(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("Hello.")


app.register_functions(activities)
