"""
Print the values that workflows take from integration/matrix.json and tox.ini, as step outputs.

    python -m release.steps plan >> "$GITHUB_OUTPUT"

With `--pythons`, print where the Pythons of one job come from: actions/setup-python, or the
official image of a version that actions/setup-python lacks.

    python -m release.steps plan --pythons "3.7 3.12"
"""

import configparser
import json
import re
import sys
from pathlib import Path
from typing import Any

from release.steps.metadata import read_projects
from release.steps.step import ReleaseError

_ROOT = Path(__file__).resolve().parents[2]


def outputs() -> dict[str, Any]:
    """Return the outputs of the job `build`: paths to leave out, names of wheels, and matrices."""
    matrix = read_matrix()
    projects = read_projects()
    pythons = list(matrix["pythons"])
    with_hooks = [python for python in pythons if matrix["pythons"][python]["hooks"]]
    with_image = [python for python in pythons if matrix["pythons"][python]["azure"] != "not yet"]
    # The tests of the container driver, if the project has them.
    driver = ["driver"] if (_ROOT / "tests" / "container").is_dir() else []
    core_tools = matrix["core_tools"]
    return {
        "left-out": "\n".join(f"!/{project.source}/" for project in projects),
        "wheel": projects[0].wheel,
        "host-wheel": next((project.wheel for project in projects[1:]), ""),
        "pythons": pythons,
        "demo": [with_hooks[0], with_hooks[-1]],
        "images": [*driver, *with_image],
        "check": _checks(matrix),
        "devcontainer": [
            {"core-tools": core_tools["default"], "environments": _with_core_tools(pythons)},
            {"core-tools": core_tools["newest"], "environments": _with_core_tools(with_hooks[-1:])},
        ],
    }


def sources(pythons: str) -> dict[str, str]:
    """Return the outputs of the action `tools`. `pythons` is "all", or a list like "3.7 3.12"."""
    matrix = read_matrix()
    wanted = list(matrix["pythons"]) if pythons == "all" else pythons.split()
    if unknown := [python for python in wanted if python not in matrix["pythons"]]:
        raise ReleaseError(f"integration/matrix.json does not list Python {', '.join(unknown)}.")
    missing = matrix["not_in_setup_python"]
    return {
        "from-images": " ".join(python for python in wanted if python in missing),
        "setup-python": "\n".join(python for python in wanted if python not in missing),
        "tools-python": matrix["tools_python"],
    }


def read_matrix() -> dict[str, Any]:
    """Return integration/matrix.json."""
    text = (_ROOT / "integration" / "matrix.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def _checks(matrix: dict[str, Any]) -> list[dict[str, str]]:
    """
    Return the environments of the job `check`, and the Pythons that each needs.

    They are the environments of plain `tox` that the job `test` does not run, and those labelled
    `ci` in tox.ini.
    """
    tox = configparser.RawConfigParser()
    tox.read(_ROOT / "tox.ini", encoding="utf-8")
    listed = re.split(r",\s*(?![^{]*\})", tox["tox"]["env_list"])
    names = [name for braces in listed for name in _expand(braces)]
    combined = ",".join([*map(_environment, matrix.get("coverage", [])), "coverage"])
    checks = [name for name in names if not re.fullmatch(r"py3\d+", name)]
    checks = [combined if name == "coverage" else name for name in checks]
    legs = [{"environment": name, "pythons": _pythons_of(name)} for name in checks]
    for section, settings in tox.items():
        labels = settings.get("labels", "").split(", ")
        for name in _expand(section.partition(":")[2]) if "ci" in labels else []:
            pythons = "all" if "all-pythons" in labels else _pythons_of(name)
            legs.append({"environment": name, "pythons": pythons})
    return legs


def _expand(name: str) -> list[str]:
    """Return the names for a name that may have one pair of braces."""
    before, _, rest = name.partition("{")
    choices, _, after = rest.partition("}")
    return [f"{before}{choice}{after}" for choice in choices.split(",")]


def _environment(python: str) -> str:
    return "py" + python.replace(".", "")


def _pythons_of(environments: str) -> str:
    return " ".join(f"3.{minor}" for minor in re.findall(r"\bpy3(\d+)", environments))


def _with_core_tools(pythons: list[str]) -> str:
    return ",".join([*map(_environment, pythons), "coretools"])


def main(*, pythons: str | None = None) -> None:
    """Print the outputs in the format of the file GITHUB_OUTPUT."""
    for name, value in (outputs() if pythons is None else sources(pythons)).items():
        text = value if isinstance(value, str) else json.dumps(value)
        sys.stdout.write(f"{name}<<END\n{text}\nEND\n")
