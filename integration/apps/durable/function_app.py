"""Durable Functions of each kind, all timed. An orchestrator is timed on every replay."""

import logging

import azure.durable_functions as df
import azure.functions as func
from python_worker_extension_timer import TimerExtension, enable_extensions

TimerExtension.configure()

app = enable_extensions(df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS))


@app.orchestration_trigger(context_name="context")
def orchestrate(context: df.DurableOrchestrationContext):
    greeting = yield context.call_activity("greet", "Ada")
    return greeting


@app.activity_trigger(input_name="name")
def greet(name: str) -> str:
    logging.info("greeting %s", name)
    return f"Hello, {name}."


@app.entity_trigger(context_name="context")
def counter(context: df.DurableEntityContext):
    context.set_state(context.get_state(lambda: 0) + context.get_input())
