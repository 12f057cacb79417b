"""`host.json`, `local.settings.json`, the environment and the import path."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Callable, Dict, Optional

import pytest
from functions_host.client import LoadedApp
from functions_host.errors import HostError
from functions_host.settings import get_local_port, read_switch
from host_apps import v1, write_app
from host_fixtures import LoadFiles

Load = Callable[[Path], LoadedApp]
ENVIRONMENT = """
import os

def main(req):
    return func.HttpResponse(str(os.environ.get(req.params["name"])))
"""


@pytest.mark.parametrize(("outside", "inside"), [(None, "mine"), ("", "mine"), ("outer", "outer")])
def test_values_become_environment_variables(
    load_files: LoadFiles,
    monkeypatch: pytest.MonkeyPatch,
    outside: Optional[str],
    inside: str,
) -> None:
    if outside is not None:
        monkeypatch.setenv("MY_SETTING", outside)
    app = load_files(v1("Hello", ENVIRONMENT), values={"MY_SETTING": "mine"})

    assert app.client.get("/api/Hello?name=MY_SETTING").text == inside


def test_variables_of_core_tools_are_set(tmp_path: Path, load_files: LoadFiles) -> None:
    app = load_files(v1("Hello", ENVIRONMENT))

    values = {
        name: app.client.get(f"/api/Hello?name={name}").text
        for name in ("AzureWebJobsScriptRoot", "AZURE_FUNCTIONS_ENVIRONMENT", "WEBSITE_HOSTNAME")
    }
    assert values == {
        "AzureWebJobsScriptRoot": str(tmp_path),
        "AZURE_FUNCTIONS_ENVIRONMENT": "Development",
        "WEBSITE_HOSTNAME": "localhost:7071",
    }


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ({"Values": {}}, 'is marked as encrypted. Write "IsEncrypted": false.'),
        ({"IsEncrypted": True}, 'is marked as encrypted. Write "IsEncrypted": false.'),
        ({"IsEncrypted": False, "Values": {"A": 1}}, 'value of A is not a string. Write "1".'),
        ([], "is not a JSON object"),
        ({"IsEncrypted": False, "Values": []}, "Values is not a JSON object."),
        ({"IsEncrypted": False, "Values": None}, "Values is not a JSON object."),
        ({"IsEncrypted": False, "Values": {"A=B": "1"}}, "'A=B' cannot be an environment var"),
        ({"IsEncrypted": False, "Values": {"": "1"}}, "'' cannot be an environment variable: "),
        ({"IsEncrypted": False, "Values": {"A": "\0"}}, "'A' cannot be an environment variable: "),
        ({"IsEncrypted": False, "Values": {"A": "\ud800"}}, "'A' cannot be an environment var"),
        ({"IsEncrypted": False, "Values": {"\ud800": "A"}}, "cannot be an environment variable: "),
    ],
)
def test_invalid_local_settings_are_reported(
    tmp_path: Path, load: Load, value: Any, part: str
) -> None:
    write_app(tmp_path, v1("Hello", ENVIRONMENT))
    settings = tmp_path / "local.settings.json"
    settings.write_text(json.dumps(value))

    with pytest.raises(HostError) as caught:
        load(tmp_path)

    assert str(caught.value).startswith(str(settings))
    assert part in str(caught.value)


@pytest.mark.parametrize(
    ("host", "part"),
    [
        ({"version": "3.0"}, 'has version \'3.0\'. Write "version": "2.0".'),
        ({"logging": {}}, "has version None."),
        ({"version": "2.0", "extensions": []}, "extensions and http must be objects."),
        ({"version": "2.0", "extensions": {"http": {"routePrefix": 5}}}, "has routePrefix 5."),
    ],
)
def test_invalid_host_json_is_reported(
    load_files: LoadFiles, host: Dict[str, Any], part: str
) -> None:
    with pytest.raises(HostError) as caught:
        load_files(v1("Hello", ENVIRONMENT), host=host)

    assert part in str(caught.value)


def test_host_json_is_optional(tmp_path: Path, load: Load) -> None:
    write_app(tmp_path, v1("Hello", ENVIRONMENT))
    (tmp_path / "host.json").unlink()

    assert load(tmp_path).client.get("/api/Hello?name=x").status_code == 200
    assert not (tmp_path / "host.json").exists()


@pytest.mark.parametrize(
    ("settings", "port"),
    [({"Host": {"LocalHttpPort": 8080}}, 8080), ({}, None), ({"Host": None}, None)],
)
def test_local_port_is_read(settings: Dict[str, Any], port: Optional[int]) -> None:
    assert get_local_port(settings) == port


@pytest.mark.parametrize("port", [0, -5, 99999, "8080", 1.5])
def test_invalid_local_port_is_reported(port: Any) -> None:
    with pytest.raises(HostError, match=r"has LocalHttpPort .*\. Write 1 to 65535\."):
        get_local_port({"Host": {"LocalHttpPort": port}})


@pytest.mark.parametrize(
    ("azure", "first"),
    [({}, False), ({"CONTAINER_NAME": ""}, True), ({"WEBSITE_INSTANCE_ID": "1"}, True)],
)
def test_apps_folder_comes_last_outside_azure(
    tmp_path: Path,
    load_files: LoadFiles,
    monkeypatch: pytest.MonkeyPatch,
    azure: Dict[str, str],
    first: bool,
) -> None:
    for name, value in azure.items():
        monkeypatch.setenv(name, value)

    load_files(v1("Hello", ENVIRONMENT))

    assert sys.path.index(str(tmp_path)) == (0 if first else len(sys.path) - 1)


@pytest.mark.parametrize(
    ("value", "switch"), [("1", True), (" TRUE ", True), ("n", False), ("on", None), ("", None)]
)
def test_switch_has_the_workers_words(
    monkeypatch: pytest.MonkeyPatch, value: str, switch: Optional[bool]
) -> None:
    monkeypatch.setenv("SETTING", value)

    assert read_switch("SETTING") is switch
