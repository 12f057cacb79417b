"""`local.settings.json`, as Core Tools read it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable, Dict, Optional

import pytest
from functions_host.client import LoadedApp
from functions_host.errors import HostError
from functions_host.local_settings import LocalSettings, read_local_settings
from host_apps import v1, write_app

Load = Callable[[Path], LoadedApp]
ENVIRONMENT = """
import json, os

def main(req):
    names = req.params["names"].split(",")
    return func.HttpResponse(json.dumps({name: os.environ.get(name) for name in names}))
"""


def read(root: Path, **settings: Any) -> LocalSettings:
    (root / "local.settings.json").write_text(json.dumps({"IsEncrypted": False, **settings}))
    return read_local_settings(root)


def test_values_become_text_of_dotnet(tmp_path: Path, load: Load) -> None:
    write_app(tmp_path, v1("Hello", ENVIRONMENT))
    values = {"FLAG": True, "PORT": 5432, "RATE": 1.50, "EMPTY": "", "NOTHING": None}
    strings = {"Sql": "Server=x", "A": {"ConnectionString": "b", "ProviderName": "c"}}
    read(tmp_path, Values=values, ConnectionStrings=strings)

    names = "FLAG,PORT,RATE,EMPTY,NOTHING,ConnectionStrings:Sql,ConnectionStrings:A"
    response = load(tmp_path).client.get(f"/api/Hello?names={names}")

    assert json.loads(response.text) == {
        "FLAG": "True",
        "PORT": "5432",
        "RATE": "1.5",
        "EMPTY": "",
        "NOTHING": None,
        "ConnectionStrings:Sql": "Server=x",
        "ConnectionStrings:A": "b",
    }


@pytest.mark.parametrize(
    ("settings", "part"),
    [
        ({"Values": []}, "Values is not a JSON object."),
        ({"Host": "x"}, "Host is not a JSON object."),
        ({"ConnectionStrings": []}, "ConnectionStrings is not a JSON object."),
        ({"ConnectionStrings": {"Sql": 1}}, "Sql in ConnectionStrings is 1. Write a string, or an"),
        ({"ConnectionStrings": {"Sql": None}}, "Sql in ConnectionStrings is None. Write a string"),
        ({"Values": {"A=B": "1"}}, "'A=B' cannot be an environment var"),
        ({"Values": {"": "1"}}, "'' cannot be an environment variable: "),
        ({"Values": {"A": "\0"}}, "'A' cannot be an environment variable: "),
        ({"Values": {"A": "\ud800"}}, "'A' cannot be an environment var"),
        ({"Values": {"\ud800": "A"}}, "cannot be an environment variable: "),
        (
            {"Values": {"FOO": {"Bar": True}}},
            "FOO in Values is not a single value. Write one setting for each part, such as "
            '"FOO__Bar", or write its JSON as one string.',
        ),
        ({"Values": {"FOO": ["a"]}}, 'such as "FOO__0", or'),
        ({"Values": {"FOO": []}}, 'such as "FOO__0", or'),
        ({"Host": {"LocalHttpPort": -5}}, "has LocalHttpPort -5. Write 1 to 65535."),
        ({"Host": {"LocalHttpPort": 65536}}, "has LocalHttpPort 65536. Write 1 to 65535."),
        ({"Host": {"LocalHttpPort": "a"}}, "has LocalHttpPort 'a'. Write 1 to 65535."),
        ({"Host": {"LocalHttpPort": True}}, "has LocalHttpPort True. Write 1 to 65535."),
        ({"Host": {"LocalHttpPort": 1.5}}, "has LocalHttpPort 1.5. Write 1 to 65535."),
        ({"Host": {"CORS": ["http://a"]}}, "has CORS ['http://a']. Write a string."),
        ({"Host": {"CORSCredentials": "on"}}, "has CORSCredentials 'on'. Write true or false."),
        (
            {"Host": {"CORS": "*", "CORSCredentials": True}},
            'has CORS "*" with CORSCredentials, which browsers refuse. List the origins.',
        ),
    ],
)
def test_invalid_local_settings_are_reported(
    tmp_path: Path, load: Load, settings: Dict[str, Any], part: str
) -> None:
    write_app(tmp_path, v1("Hello", ENVIRONMENT))
    path = tmp_path / "local.settings.json"
    path.write_text(json.dumps({"IsEncrypted": False, **settings}))

    with pytest.raises(HostError) as caught:
        load(tmp_path)

    assert str(caught.value).startswith(str(path))
    assert part in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"IsEncrypted": True}, "is marked as encrypted"),
        ({"IsEncrypted": None}, "has no IsEncrypted, so it is encrypted"),
        ({"Values": {}}, "has no IsEncrypted, so it is encrypted"),
    ],
)
def test_encrypted_settings_are_refused(tmp_path: Path, settings: Dict[str, Any], why: str) -> None:
    path = tmp_path / "local.settings.json"
    path.write_text(json.dumps(settings))

    with pytest.raises(HostError) as caught:
        read_local_settings(tmp_path)

    assert str(caught.value) == f'{path} {why} for Core Tools. Write "IsEncrypted": false.'


@pytest.mark.parametrize(
    ("host", "port", "address"),
    [
        ({"LocalHttpPort": 8080, "LocalHttpAddress": "0.0.0.0"}, 8080, "0.0.0.0"),
        ({"localhttpport": "65535", "localHttpAddress": " ::1 "}, 65535, "::1"),
        ({"LocalHttpPort": 0, "LocalHttpAddress": ""}, None, None),
        ({}, None, None),
        (None, None, None),
    ],
)
def test_port_and_address_are_read(
    tmp_path: Path, host: Any, port: Optional[int], address: Optional[str]
) -> None:
    settings = read(tmp_path, Host=host, Values=None, ConnectionStrings={"A": {}})

    assert (settings.port, settings.address, settings.variables) == (port, address, {})


def test_file_is_optional(tmp_path: Path) -> None:
    assert read_local_settings(tmp_path) == LocalSettings({}, None, None, None, [])


def test_names_unknown_to_core_tools_are_noted(tmp_path: Path) -> None:
    known: Dict[str, Any] = {"$schema": "", "Values": {}, "ConnectionStrings": {}}
    host = {"cors": "", "CORSCredentials": False, "Port": 80}

    settings = read(tmp_path, **known, Host=host, values={"A": "B"})

    assert settings.ignored == ["values", "Host.Port"]
