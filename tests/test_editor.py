"""Everything in the editor's settings exists: programs, folders, tox environments, extensions."""

from __future__ import annotations

import configparser
import importlib.util
import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
TOX = configparser.RawConfigParser()
TOX.read(ROOT / "tox.ini", encoding="utf-8")


def read(path: str) -> Any:
    """Return the value of a JSON file that may have comments on lines of their own."""
    text = (ROOT / path).read_text(encoding="utf-8")
    return json.loads(re.sub(r"^ *//.*$", "", text, flags=re.MULTILINE))


RUN, ATTACH = read(".vscode/launch.json")["configurations"]
TASKS = {task["label"]: task for task in read(".vscode/tasks.json")["tasks"]}
DEV_CONTAINER = read(".devcontainer/devcontainer.json")
VSCODE = DEV_CONTAINER["customizations"]["vscode"]


def test_f5_starts_the_sample_app() -> None:
    assert (RUN["type"], RUN["request"]) == ("debugpy", "launch")
    assert importlib.util.find_spec(RUN["module"] + ".__main__")
    assert [(ROOT / app / "host.json").exists() for app in RUN["args"]] == [True]


def test_tasks_run_environments_of_tox() -> None:
    commands = "\n".join(task["command"] for task in TASKS.values())
    environments = re.findall(r"-e (\w+)", commands)

    assert [name for name in environments if f"testenv:{name}" not in TOX] == []
    # A task of another type would need an extension of the editor.
    assert {task["type"] for task in TASKS.values()} == {"shell"}


def test_debugger_attaches_where_func_listens() -> None:
    func = TOX["testenv:func"]
    listens = "languageWorkers__python__arguments = -m debugpy --listen {host}:{port}"

    assert (ATTACH["type"], ATTACH["request"]) == ("debugpy", "attach")
    assert TASKS[ATTACH["preLaunchTask"]]["command"] == "tox -q -e func"
    assert listens.format(**ATTACH["connect"]) in func["set_env"].splitlines()
    assert func["commands"] == "func start"
    assert (ROOT / func["change_dir"].replace("{/}", "/") / "host.json").exists()


def test_func_is_ready_once_worker_starts() -> None:
    task = TASKS["func start"]
    ready = task["problemMatcher"]["background"]["endsPattern"]

    assert task["isBackground"]
    assert re.match(ready, "[2026-11-24T10:00:00.000Z] Worker process started and initialized.")
    assert not re.match(ready, "Functions:")


def test_dev_container_has_recommended_extensions() -> None:
    recommended = set(read(".vscode/extensions.json")["recommendations"])

    # This extension opens the dev container, so it is not installed in it.
    assert {*VSCODE["extensions"], "ms-vscode-remote.remote-containers"} == recommended


def test_core_tools_send_no_telemetry() -> None:
    dockerfile = (ROOT / ".devcontainer" / "Dockerfile").read_text(encoding="utf-8")

    assert re.findall(r"FUNCTIONS_CORE_TOOLS_TELEMETRY_OPTOUT=(\S+)", dockerfile) == ["1"]


def test_dev_container_forwards_the_hosts_port() -> None:
    assert DEV_CONTAINER["forwardPorts"] == [7071]


def test_dev_container_prepares_tox_and_tasks() -> None:
    labelled = {name for name in TOX if TOX[name].get("labels") == "dev-container"}

    prepares = "tox run --notest && tox run --notest -m dev-container"
    assert DEV_CONTAINER["updateContentCommand"] == prepares
    needed = ("demo", "serve", "func", "container", "coretools")
    assert labelled == {f"testenv:{name}" for name in needed}


def test_editor_checks_types_as_tox_does() -> None:
    settings = VSCODE["settings"]
    folder = DEV_CONTAINER["containerEnv"]["TOX_WORK_DIR"]

    assert settings["mypy-type-checker.interpreter"] == [f"{folder}/types/bin/python"]
    assert settings["mypy-type-checker.importStrategy"] == "fromEnvironment"
    # The dev container runs `tox run --notest`, which creates this environment.
    assert "types" in TOX["tox"]["env_list"].split(", ")
    assert TOX["testenv:types"]["commands"] == "mypy"
