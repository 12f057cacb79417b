from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, Callable, Dict

import pytest
from functions_host.client import LoadedApp
from functions_host.errors import HostError
from functions_host.settings import is_false, is_true, local_port
from host_apps import v1, write_app

Load = Callable[[Path], LoadedApp]
ENVIRONMENT = """
import os

def main(req):
    return func.HttpResponse(str(os.environ.get(req.params["name"])))
"""


def settings(tmp_path: Path, value: Any) -> Path:
    write_app(tmp_path, v1("Hello", ENVIRONMENT))
    (tmp_path / "local.settings.json").write_text(json.dumps(value))
    return tmp_path


def test_values_become_environment_variables(tmp_path: Path, load: Load) -> None:
    app = load(write_app(tmp_path, v1("Hello", ENVIRONMENT), {"MY_SETTING": "mine"}))

    assert app.client.get("/api/Hello?name=MY_SETTING").text == "mine"


@pytest.mark.parametrize(("outside", "inside"), [("outer", "outer"), ("", "mine")])
def test_variable_that_is_set_wins(
    tmp_path: Path, load: Load, monkeypatch: pytest.MonkeyPatch, outside: str, inside: str
) -> None:
    monkeypatch.setenv("MY_SETTING", outside)
    app = load(write_app(tmp_path, v1("Hello", ENVIRONMENT), {"MY_SETTING": "mine"}))

    assert app.client.get("/api/Hello?name=MY_SETTING").text == inside


def test_variables_of_core_tools_are_set(tmp_path: Path, load: Load) -> None:
    app = load(write_app(tmp_path, v1("Hello", ENVIRONMENT)))

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
        ({"Values": {}}, 'counts as encrypted. Write "IsEncrypted": false.'),
        ({"IsEncrypted": True}, 'counts as encrypted. Write "IsEncrypted": false.'),
        ({"IsEncrypted": False, "Values": {"A": 1}}, 'the value of A is no text. Write "1"'),
        ([], "holds no JSON object"),
        ({"IsEncrypted": False, "Values": []}, "Values holds no JSON object."),
        ({"IsEncrypted": False, "Values": None}, "Values holds no JSON object."),
        ({"IsEncrypted": False, "Values": {"A=B": "1"}}, "'A=B' cannot be an environment var"),
        ({"IsEncrypted": False, "Values": {"": "1"}}, "'' cannot be an environment variable."),
        ({"IsEncrypted": False, "Values": {"A": "\0"}}, "'A' cannot be an environment variable."),
        ({"IsEncrypted": False, "Values": {"A": "\ud800"}}, "'A' is no text for an environment"),
    ],
)
def test_wrong_local_settings_are_named(tmp_path: Path, load: Load, value: Any, part: str) -> None:
    with pytest.raises(HostError) as caught:
        load(settings(tmp_path, value))

    assert str(caught.value).startswith(str(tmp_path / "local.settings.json"))
    assert part in str(caught.value)


@pytest.mark.parametrize(
    ("host", "part"),
    [
        ({"version": "3.0"}, 'has version \'3.0\'. Write "version": "2.0".'),
        ({"logging": {}}, "has version None."),
        ({"version": "2.0", "extensions": []}, "extensions and http must hold objects."),
        ({"version": "2.0", "extensions": {"http": {"routePrefix": 5}}}, "has routePrefix 5."),
    ],
)
def test_wrong_host_json_is_named(
    tmp_path: Path, load: Load, host: Dict[str, Any], part: str
) -> None:
    with pytest.raises(HostError) as caught:
        load(write_app(tmp_path, v1("Hello", ENVIRONMENT), host=host))

    assert part in str(caught.value)


def test_app_without_host_json_is_served_and_left_as_it_is(tmp_path: Path, load: Load) -> None:
    write_app(tmp_path, v1("Hello", ENVIRONMENT))
    (tmp_path / "host.json").unlink()

    assert load(tmp_path).client.get("/api/Hello?name=x").status_code == 200
    assert not (tmp_path / "host.json").exists()


def test_port_is_the_one_of_the_settings() -> None:
    assert local_port({"Host": {"LocalHttpPort": 8080}}) == 8080
    assert local_port({}) is None
    assert local_port({"Host": None}) is None


@pytest.mark.parametrize("port", [0, -5, 99999, "8080", 1.5])
def test_port_of_the_settings_that_is_none_is_named(port: Any) -> None:
    with pytest.raises(HostError, match=r"has LocalHttpPort .*\. Write one from 1 to 65535\."):
        local_port({"Host": {"LocalHttpPort": port}})


@pytest.mark.parametrize(
    ("azure", "first"),
    [({}, False), ({"CONTAINER_NAME": ""}, True), ({"WEBSITE_INSTANCE_ID": "1"}, True)],
)
def test_apps_folder_comes_last_except_in_azure(
    tmp_path: Path,
    load: Load,
    monkeypatch: pytest.MonkeyPatch,
    azure: Dict[str, str],
    first: bool,
) -> None:
    write_app(tmp_path, v1("Hello", ENVIRONMENT))
    for name, value in azure.items():
        monkeypatch.setenv(name, value)

    load(tmp_path)

    assert sys.path.index(str(tmp_path)) == (0 if first else len(sys.path) - 1)


@pytest.mark.parametrize(
    ("value", "true", "false"),
    [("1", True, False), (" TRUE ", True, False), ("n", False, True), ("on", False, False)],
)
def test_words_for_true_and_false(
    monkeypatch: pytest.MonkeyPatch, value: str, true: bool, false: bool
) -> None:
    monkeypatch.setitem(os.environ, "SETTING", value)

    assert (is_true("SETTING"), is_false("SETTING")) == (true, false)
