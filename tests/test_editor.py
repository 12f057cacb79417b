"""Everything in the editor's settings exists: programs, folders, tox environments, extensions."""

from __future__ import annotations

import configparser
import importlib.util
import json
import re
from pathlib import Path
from typing import Any

from integration.matrix import MATRIX

ROOT = Path(__file__).parents[1]


def editor(name: str) -> Any:
    return json.loads((ROOT / ".vscode" / name).read_text(encoding="utf-8"))


def dev_container() -> Any:
    text = (ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8")
    return json.loads(re.sub(r"^ *//.*$", "", text, flags=re.MULTILINE))


def test_f5_starts_the_sample_app() -> None:
    first = editor("launch.json")["configurations"][0]

    assert (first["type"], first["request"]) == ("debugpy", "launch")
    assert importlib.util.find_spec(first["module"] + ".__main__")
    assert [(ROOT / app / "host.json").exists() for app in first["args"]] == [True]


def test_tasks_exist_and_run_environments_of_tox() -> None:
    tox = (ROOT / "tox.ini").read_text(encoding="utf-8")

    tasks = {task["label"]: task for task in editor("tasks.json")["tasks"]}
    for task in tasks.values():
        cwd = task.get("options", {}).get("cwd", "").replace("${workspaceFolder}", str(ROOT))
        assert Path(cwd or ROOT).is_dir()
        # A task of another type would need an extension of the editor.
        assert task["type"] == "shell"
        for environment in re.findall(r"-e (\w+)", task["command"]):
            assert f"[testenv:{environment}]" in tox
    for configuration in editor("launch.json")["configurations"]:
        assert configuration.get("preLaunchTask") in (None, *tasks)


def test_debugger_attaches_to_func_where_its_worker_listens() -> None:
    attach = editor("launch.json")["configurations"][1]
    (task,) = [t for t in editor("tasks.json")["tasks"] if t["label"] == attach["preLaunchTask"]]
    tox = configparser.ConfigParser()
    tox.read(ROOT / "tox.ini", encoding="utf-8")
    func = tox["testenv:func"]

    assert (attach["type"], attach["request"]) == ("debugpy", "attach")
    assert task["command"] == "tox -q -e func"
    listens = "languageWorkers__python__arguments = -m debugpy --listen {host}:{port}"
    assert listens.format(**attach["connect"]) in func["set_env"].splitlines()
    assert func["commands"] == "func start"
    assert (ROOT / func["change_dir"].replace("{/}", "/") / "host.json").exists()


def test_func_task_is_ready_once_worker_starts() -> None:
    (task,) = [task for task in editor("tasks.json")["tasks"] if task["label"] == "func start"]
    ready = task["problemMatcher"]["background"]["endsPattern"]

    assert task["isBackground"]
    assert re.match(ready, "[2026-11-24T10:00:00.000Z] Worker process started and initialized.")
    assert not re.match(ready, "Functions:")


def test_dev_container_has_the_extensions_that_are_recommended() -> None:
    recommended = set(editor("extensions.json")["recommendations"])

    # This extension opens the dev container, so it is not installed in it.
    assert set(dev_container()["customizations"]["vscode"]["extensions"]) == recommended - {
        "ms-vscode-remote.remote-containers"
    }


def test_dev_container_has_no_root_and_no_telemetry() -> None:
    dockerfile = (ROOT / ".devcontainer" / "Dockerfile").read_text(encoding="utf-8")

    assert dev_container()["remoteUser"] == "vscode"
    assert re.findall(r"FUNCTIONS_CORE_TOOLS_TELEMETRY_OPTOUT=(\S+)", dockerfile) == ["1"]


def test_dev_container_forwards_the_port_of_the_host() -> None:
    settings = dev_container()

    assert settings["forwardPorts"] == [7071]
    assert settings["portsAttributes"]["7071"]["label"] == "Functions host"


def test_dev_container_prepares_tox_and_the_tasks() -> None:
    tox = configparser.RawConfigParser()
    tox.read(ROOT / "tox.ini", encoding="utf-8")
    labelled = [name for name in tox if tox[name].get("labels") == "dev-container"]
    prepared = dev_container()["updateContentCommand"]

    assert prepared == "tox run --notest && tox run --notest -m dev-container"
    needed = ("demo", "serve", "func", "container", "coretools")
    assert {f"testenv:{name}" for name in needed} == set(labelled)


def test_editor_checks_types_in_the_environment_types() -> None:
    settings = dev_container()
    mypy = settings["customizations"]["vscode"]["settings"]
    tox = configparser.RawConfigParser()
    tox.read(ROOT / "tox.ini", encoding="utf-8")

    folder = settings["containerEnv"]["TOX_WORK_DIR"]
    assert mypy["mypy-type-checker.interpreter"] == [f"{folder}/types/bin/python"]
    assert mypy["mypy-type-checker.importStrategy"] == "fromEnvironment"
    # The dev container runs `tox run --notest`, which creates this environment.
    assert "types" in tox["tox"]["env_list"].split(", ")
    assert tox["testenv:types"]["commands"] == "mypy"


def test_contributing_names_the_newest_core_tools() -> None:
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    newest = MATRIX["core_tools"]["newest"]

    assert re.findall(r"CORE_TOOLS_VERSION=([\d.]+)", contributing) == [newest]
