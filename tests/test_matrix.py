"""What repeats `integration/matrix.json` says the same."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import List

import azure.functions as func
import pytest

from integration.matrix import MATRIX, PYTHONS, official_image

ROOT = Path(__file__).parents[1]
ROW = MATRIX["pythons"]["{}.{}".format(*sys.version_info)]


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def found(pattern: str, path: str) -> List[str]:
    return re.findall(pattern, read(path), re.MULTILINE)


def test_tox_runs_on_each() -> None:
    (minors,) = found(r"^env_list = py3\{([\d,]+)\},", "tox.ini")

    assert [f"3.{minor}" for minor in minors.split(",")] == PYTHONS


def test_package_is_for_each() -> None:
    assert found(r"Programming Language :: Python :: (3\.\d+)", "setup.py") == PYTHONS
    assert found(r"python_requires=\">=(.*)\"", "setup.py") == PYTHONS[:1]


def test_lowest_azure_functions_is_the_one_that_is_tested_and_required() -> None:
    lowest = [MATRIX["azure_functions_lowest"]]

    assert found(r"^    lowest: azure-functions == (\S+)$", "tox.ini") == lowest
    assert found(r"azure-functions >= ([\d.]+),", "setup.py") == lowest


@pytest.mark.skipif("TOX_ENV_NAME" not in os.environ, reason="only tox installs the newest")
def test_azure_functions_is_of_the_line_of_this_python() -> None:
    version = func.__version__

    if os.environ["TOX_ENV_NAME"].endswith("-lowest"):
        assert version == MATRIX["azure_functions_lowest"]
    else:
        assert version.startswith(ROW["azure_functions"] + ".")


def test_dev_container_has_each_and_the_core_tools_that_serve_all() -> None:
    dockerfile = ".devcontainer/Dockerfile"

    stages = found(r"^FROM docker\.io/library/python:(\S+)-slim-bookworm AS python\1$", dockerfile)
    copied = found(r"^COPY --from=python(\S+) /usr/local/ /usr/local/$", dockerfile)
    assert stages == PYTHONS
    assert sorted(copied) == sorted(PYTHONS)

    default = [MATRIX["core_tools"]["default"]]
    settings = ".devcontainer/devcontainer.json"
    assert found(r"^ARG CORE_TOOLS_VERSION=(\S+)$", dockerfile) == default
    assert found(r"\{localEnv:CORE_TOOLS_VERSION:(\S+)\}", settings) == default


def test_archives_of_the_default_core_tools_have_checksums() -> None:
    lines = read(".devcontainer/core-tools.sha256").splitlines()
    listed = [re.sub(r"^[0-9a-f]{64}  ", "", line) for line in lines]
    version = MATRIX["core_tools"]["default"]

    assert listed == [f"Azure.Functions.Cli.linux-{cpu}.{version}.zip" for cpu in ("arm64", "x64")]
    settings = ".devcontainer/devcontainer.json"
    assert found(r"\{localEnv:CORE_TOOLS_SHA256SUMS:(\S+)\}", settings) == ["core-tools.sha256"]
    checks = r"sha256sum --check --strict (\S+)\); \\$"
    assert found(checks, ".devcontainer/Dockerfile") == ["../checksum"]


def test_unversioned_python_of_the_dev_container_is_the_newest_that_calls_hooks() -> None:
    copied = found(r"^COPY --from=python(\S+) /usr/local/", ".devcontainer/Dockerfile")

    assert copied[-1] == [python for python in PYTHONS if MATRIX["pythons"][python]["hooks"]][-1]


def test_dev_container_has_the_tox_that_is_locked() -> None:
    lock = "release/requirements/tox.txt"

    for tool, argument in (("tox", "TOX"), ("tox-uv", "TOX_UV")):
        locked = found(rf"^{tool}==(\S+) ; python_full_version >= ", lock)
        assert found(rf"^ARG {argument}_VERSION=(\S+)$", ".devcontainer/Dockerfile") == locked


def test_image_that_an_app_is_put_on_by_default_is_an_official_one() -> None:
    (image,) = found(r"^ARG IMAGE=(\S+)$", "integration/hosts/container/Dockerfile")

    assert image in [official_image(python) for python in PYTHONS]


def test_contributing_has_the_table() -> None:
    rows = [
        f"| {python} | {row['azure_functions']}.x | {row['core_tools']} "
        f"| `{official_image(python).rpartition(':')[2]}` | {'yes' if row['hooks'] else 'no'} |"
        for python, row in MATRIX["pythons"].items()
    ]

    assert "\n".join(rows) in read("CONTRIBUTING.md")
    assert official_image("3.X").rpartition(":")[0] in read("CONTRIBUTING.md")
