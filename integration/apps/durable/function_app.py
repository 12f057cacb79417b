"""Durable Functions of each kind, all timed. An orchestrator is timed on every replay."""

import azure.durable_functions as df
import azure.functions as func
from python_worker_extension_timer import TimerExtension, enable_extensions

TimerExtension.configure()

app = enable_extensions(df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS))
activities = df.Blueprint()


@app.orchestration_trigger(context_name="context")
def orchestrate(context: df.DurableOrchestrationContext):
    greeting = yield context.call_activity("greet", "Ada")
    return greeting


@activities.activity_trigger(input_name="name")
async def greet(name: str) -> str:
    return f"Hello, {name}."


@app.entity_trigger(context_name="context")
def counter(context: df.DurableEntityContext):
    context.set_state(context.get_state(lambda: 0) + context.get_input())


app.register_functions(activities)
