"""Each sample is an input that the SDK's class for its trigger can read."""

from __future__ import annotations

import json
from typing import Any, Dict, List

import azure.functions as func
import pytest
from functions_host.definitions import Binding
from functions_host.sample_inputs import sample_input
from host_apps import v2
from host_fixtures import LoadFiles

needs_mcp = pytest.mark.skipif(
    not hasattr(getattr(func, "FunctionApp", None), "mcp_prompt_trigger"),
    reason=f"azure-functions {func.__version__} has no MCP tools or prompts",
)


def test_sample_of_a_batch_has_two_messages() -> None:
    binding = Binding("event", "eventHubTrigger", "in", {"cardinality": "many"})

    samples: List[str] = json.loads(sample_input(binding))

    assert samples == ["hello", "hello"]


@pytest.mark.parametrize(
    "kind", ["cosmosDBTrigger", "eventGridTrigger", "mysqlTrigger", "sqlTrigger"]
)
def test_sample_is_json_where_text_is_not_valid(kind: str) -> None:
    assert isinstance(json.loads(sample_input(Binding("x", kind, "in", {}))), (dict, list))


@pytest.mark.parametrize("kind", ["timerTrigger", "warmupTrigger"])
def test_sample_is_empty_where_it_is_ignored(kind: str) -> None:
    assert sample_input(Binding("x", kind, "in", {})) == ""


@needs_mcp
def test_sample_calls_an_mcp_tool(load_files: LoadFiles) -> None:
    code = """
        @app.mcp_tool()
        def find(city: str, most: int, near: list[float], new: bool = True) -> str:
            return repr([city, most, near, new])
    """

    assert run_sample(load_files, code, "find") == "['hello', 1, [1.5], True]"


@needs_mcp
def test_sample_calls_an_mcp_prompt(load_files: LoadFiles) -> None:
    code = """
        @app.mcp_prompt_trigger(
            arg_name="context",
            prompt_name="greet",
            prompt_arguments=[func.PromptArgument("name", "Who?")],
        )
        def make(context: func.PromptInvocationContext) -> str:
            return f"{context.name} {context.arguments}"
    """

    assert run_sample(load_files, code, "make") == "greet {'name': 'hello'}"


@needs_mcp
def test_sample_reads_an_mcp_resource(load_files: LoadFiles) -> None:
    code = """
        @app.mcp_resource_trigger(arg_name="context", uri="ui://page", resource_name="page")
        def read(context: str) -> str:
            return context
    """

    assert run_sample(load_files, code, "read") == '{"uri": "ui://page"}'


def run_sample(load_files: LoadFiles, code: str, function: str) -> Any:
    """Return what a function of a v2 app returns for its sample."""
    app = load_files(v2(code))
    assert app.problems == []
    described: Any = app.client.get(f"/admin/functions/{function}").json
    return app.trigger(function, json.loads(described["test_data"])["input"])["$return"]


@pytest.mark.parametrize("properties", [None, "", "[", "{}", "[1]", "[" * 100_000])
def test_unreadable_properties_of_a_tool_are_ignored(properties: object) -> None:
    settings: Dict[str, object] = {"toolName": "find", "toolProperties": properties}

    sample = json.loads(sample_input(Binding("x", "mcpToolTrigger", "in", settings)))

    assert sample == {"name": "find", "arguments": {}}
