"""The environment and the import path of an app."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Callable, Dict, Optional

import pytest
from functions_host.client import LoadedApp
from functions_host.settings import read_switch
from host_apps import v1, write_app
from host_fixtures import LoadFiles, Refuse

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


def test_host_json_is_optional(tmp_path: Path, load: Load) -> None:
    write_app(tmp_path, v1("Hello", ENVIRONMENT))
    (tmp_path / "host.json").unlink()

    assert load(tmp_path).client.get("/api/Hello?name=x").status_code == 200
    assert not (tmp_path / "host.json").exists()


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


@pytest.mark.parametrize("value", ["", "python", "Python"])
def test_worker_runtime_may_be_python(load_files: LoadFiles, value: str) -> None:
    values = {"FUNCTIONS_WORKER_RUNTIME": value}

    assert load_files(v1("Hello", ENVIRONMENT), values=values).problems == []


@pytest.mark.parametrize("where", ["local.settings.json", "the environment"])
def test_another_worker_runtime_is_refused(
    refuse: Refuse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, where: str
) -> None:
    values = {"FUNCTIONS_WORKER_RUNTIME": "node"}
    if where == "the environment":
        monkeypatch.setenv("FUNCTIONS_WORKER_RUNTIME", "node")
        values = {"FUNCTIONS_WORKER_RUNTIME": "python"}

    (problem,) = refuse(v1("Hello", ENVIRONMENT), values=values)

    place = tmp_path / where if where == "local.settings.json" else where
    assert problem == (
        f"FUNCTIONS_WORKER_RUNTIME is 'node' in {place}. This host runs \"python\" only. Change it."
    )
