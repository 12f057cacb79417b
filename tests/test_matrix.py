"""Every copy of the Python matrix agrees with `integration/matrix.json`."""

from __future__ import annotations

import configparser
import os
import re
import sys
from pathlib import Path
from typing import List

import azure.functions as func
import pytest

from integration.matrix import MATRIX, PYTHONS, WITH_IMAGE, official_image

ROOT = Path(__file__).parents[1]
ROWS = MATRIX["pythons"]
OLDEST, NEWEST = PYTHONS[0], PYTHONS[-1]
WITH_HOOKS = [python for python in PYTHONS if ROWS[python]["hooks"]]
SUPPORTED = [python for python in PYTHONS if ROWS[python]["azure"].startswith("until ")]
# The Pythons that differ most in behaviour.
CORNERS = sorted({OLDEST, WITH_HOOKS[-1], NEWEST}, key=PYTHONS.index)
# The tutorial's extension is old and small: two Pythons are enough.
OPENCENSUS = [MATRIX["third_party"][0], MATRIX["third_party"][-1]]

TOX = configparser.RawConfigParser()
TOX.read(ROOT / "tox.ini", encoding="utf-8")
DOCKERFILE = ".devcontainer/Dockerfile"
DEV_CONTAINER = ".devcontainer/devcontainer.json"


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def found(pattern: str, path: str) -> List[str]:
    return re.findall(pattern, read(path), re.MULTILINE)


def name_environment(python: str) -> str:
    return "py" + python.replace(".", "")


def list_pythons(environments: str, suffix: str) -> List[str]:
    """Return the Pythons of the environments `py3…` with this suffix, in a text of tox."""
    listed = re.findall(rf"\bpy3(?:{{([\d,]+)}}|(\d+)){suffix}(?![\w-])", environments)
    return [f"3.{minor}" for several, one in listed for minor in (several or one).split(",")]


NAMED = {
    "env_list": TOX["tox"]["env_list"],
    "sections": "\n".join(TOX),
    "coverage depends": TOX["testenv:coverage"]["depends"],
    "release": TOX["testenv:release"]["base_python"],
    "workflows": TOX["testenv:workflows"]["base_python"],
    "coretools": TOX["testenv:coretools"]["base_python"],
    "func": TOX["testenv:func"]["base_python"],
}


@pytest.mark.parametrize(
    ("where", "suffix", "pythons"),
    [
        ("env_list", "", PYTHONS),
        ("env_list", "-host", CORNERS),
        ("env_list", "-lowest", [OLDEST, WITH_HOOKS[-1]]),
        ("env_list", "-host-lowest", [OLDEST]),
        ("env_list", "-native", MATRIX["proxy_worker"]),
        ("env_list", "-third-party", MATRIX["third_party"]),
        ("env_list", "-opencensus", OPENCENSUS),
        ("sections", "", PYTHONS),
        ("sections", "-native", MATRIX["proxy_worker"]),
        ("sections", "-third-party", MATRIX["third_party"]),
        ("sections", "-opencensus", OPENCENSUS),
        ("sections", "-next", SUPPORTED[-1:]),
        ("coverage depends", "", PYTHONS),
        ("release", "", [MATRIX["tools_python"]]),
        ("workflows", "", [MATRIX["tools_python"]]),
        ("coretools", "", WITH_HOOKS[-1:]),
        ("func", "", WITH_HOOKS[-1:]),
    ],
)
def test_tox_names_the_pythons(where: str, suffix: str, pythons: List[str]) -> None:
    assert list_pythons(NAMED[where], suffix) == pythons


def test_coverage_is_measured_where_behaviour_differs() -> None:
    assert set(CORNERS) <= set(MATRIX["coverage"])


def test_weekly_run_has_newest_supported_python() -> None:
    workflow = ".github/workflows/upstream.yml"

    assert found(r"tox run -e (\S+)", workflow) == [f"{name_environment(SUPPORTED[-1])}-next"]
    assert found(r"pythons: \"(.*)\"", workflow) == [SUPPORTED[-1]]


@pytest.mark.parametrize(
    ("path", "pattern", "requires"),
    [
        ("setup.py", r"python_requires=\"(.*)\"", f">={OLDEST}"),
        ("host/pyproject.toml", r"^requires-python = \"(.*)\"", f">={OLDEST}"),
        ("pyproject.toml", r"^target-version = \"(.*)\"", name_environment(OLDEST)),
    ],
)
def test_project_requires_the_oldest(path: str, pattern: str, requires: str) -> None:
    assert found(pattern, path) == [requires]


@pytest.mark.parametrize("path", ["setup.py", "host/pyproject.toml"])
def test_classifiers_are_the_pythons(path: str) -> None:
    assert found(r"Programming Language :: Python :: (3\.\d+)", path) == PYTHONS


@pytest.mark.parametrize("path", ["readme.md", "host/readme.md", "CONTRIBUTING.md"])
def test_page_has_no_other_range(path: str) -> None:
    assert set(found(rf"{OLDEST} to (3\.\d+)", path)) == {NEWEST}


@pytest.mark.parametrize(
    ("path", "versions"),
    [
        ("readme.md", f"{SUPPORTED[0]} to {SUPPORTED[-1]}"),
        ("CONTRIBUTING.md", f"`CORE_TOOLS_VERSION={MATRIX['core_tools']['newest']}`"),
        ("docs/python-3.13.md", " and ".join(OPENCENSUS)),
        ("docs/releasing.md", f"uv venv --python {MATRIX['tools_python']}"),
        ("docs/releasing.md", f"smoke dist --python {MATRIX['tools_python']}"),
    ],
)
def test_page_names_the_versions(path: str, versions: str) -> None:
    assert versions in read(path)


def test_table_in_contributing_is_the_matrix() -> None:
    cells = [line.split("|") for line in found(r"^\| (3\.\d+ \|.*) \|$", "CONTRIBUTING.md")]

    expected = []
    for python, row in ROWS.items():
        tag = official_image(python).rpartition(":")[2]
        image = f"`{tag}`" if python in WITH_IMAGE else "none yet"
        hooks = "yes" if row["hooks"] else "no"
        azure_functions = f"{row['azure_functions']}.x"
        expected.append([python, row["azure"], azure_functions, row["core_tools"], image, hooks])
    assert [[cell.strip() for cell in row] for row in cells] == expected
    assert official_image("3.X").rpartition(":")[0] in read("CONTRIBUTING.md")


def test_lowest_azure_functions_is_tested_and_required() -> None:
    lowest = [MATRIX["azure_functions_lowest"]]

    assert found(r"^    lowest: azure-functions == (\S+)$", "tox.ini") == lowest
    assert found(r"azure-functions >= ([\d.]+),", "setup.py") == lowest


@pytest.mark.skipif("TOX_ENV_NAME" not in os.environ, reason="only tox installs the newest")
def test_azure_functions_line_fits_this_python() -> None:
    row = ROWS["{}.{}".format(*sys.version_info)]

    if os.environ["TOX_ENV_NAME"].endswith("-lowest"):
        assert func.__version__ == MATRIX["azure_functions_lowest"]
    else:
        assert func.__version__.startswith(f"{row['azure_functions']}.")


def test_dev_container_has_every_python() -> None:
    image = r"docker\.io/library/python:(\S+)-slim-bookworm"
    # The last Python gets the unversioned names, such as `python3`.
    default = WITH_HOOKS[-1]
    copied = [python for python in PYTHONS if python != default] + [default]

    assert found(rf"^FROM {image} AS python\1$", DOCKERFILE) == PYTHONS
    assert found(r"^COPY --from=python(\S+) /usr/local/ /usr/local/$", DOCKERFILE) == copied
    assert found(r"/(py\d+)/bin/python\"", DEV_CONTAINER) == [name_environment(default)]


def test_dev_container_has_core_tools_for_each_python() -> None:
    version = MATRIX["core_tools"]["default"]
    archives = [f"Azure.Functions.Cli.linux-{cpu}.{version}.zip" for cpu in ("arm64", "x64")]

    assert found(r"^ARG CORE_TOOLS_VERSION=(\S+)$", DOCKERFILE) == [version]
    assert found(r"\{localEnv:CORE_TOOLS_VERSION:(\S+)\}", DEV_CONTAINER) == [version]
    assert found(r"^[0-9a-f]{64}  (\S+)$", ".devcontainer/core-tools.sha256") == archives


def test_dev_container_checks_core_tools() -> None:
    settings = found(r"\{localEnv:CORE_TOOLS_SHA256SUMS:(\S+)\}", DEV_CONTAINER)

    assert settings == ["core-tools.sha256"]
    assert found(r"sha256sum --check --strict (\S+)\); \\$", DOCKERFILE) == ["../checksum"]


@pytest.mark.parametrize(("tool", "argument"), [("tox", "TOX"), ("tox-uv", "TOX_UV")])
def test_dev_container_has_the_locked_tool(tool: str, argument: str) -> None:
    locked = found(rf"^{tool}==(\S+) ; python_full_version >= ", "release/requirements/tox.txt")

    assert found(rf"^ARG {argument}_VERSION=(\S+)$", DOCKERFILE) == locked


def test_default_image_is_official() -> None:
    (image,) = found(r"^ARG IMAGE=(\S+)$", "integration/hosts/container/Dockerfile")

    assert image in [official_image(python) for python in WITH_IMAGE]
