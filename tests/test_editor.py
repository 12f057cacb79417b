"""What the editor is told exists: programs, folders, tox environments, extensions."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def editor(name: str) -> Any:
    return json.loads((ROOT / ".vscode" / name).read_text(encoding="utf-8"))


def test_f5_starts_the_sample_app_on_the_embedded_host() -> None:
    first = editor("launch.json")["configurations"][0]

    assert (first["type"], first["request"]) == ("debugpy", "launch")
    assert importlib.util.find_spec(first["module"] + ".__main__")
    assert [(ROOT / app / "host.json").exists() for app in first["args"]] == [True]


def test_task_before_a_configuration_is_there() -> None:
    labels = [task["label"] for task in editor("tasks.json")["tasks"]]

    for configuration in editor("launch.json")["configurations"]:
        assert configuration.get("preLaunchTask", labels[0]) in labels


def test_tasks_run_environments_of_tox_in_folders_that_exist() -> None:
    tox = (ROOT / "tox.ini").read_text(encoding="utf-8")

    for task in editor("tasks.json")["tasks"]:
        cwd = task.get("options", {}).get("cwd", "").replace("${workspaceFolder}", str(ROOT))
        assert Path(cwd or ROOT).is_dir()
        for environment in re.findall(r"-e (\w+)", task["command"]):
            assert f"[testenv:{environment}]" in tox


def test_dev_container_has_the_extensions_that_are_recommended() -> None:
    settings = (ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8")

    recommended = set(editor("extensions.json")["recommendations"])
    # This one opens the dev container, so it is not in it.
    for extension in recommended - {"ms-vscode-remote.remote-containers"}:
        assert f'"{extension}"' in settings
