"""Every copy of the Python matrix agrees with `integration/matrix.json`."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import List

import azure.functions as func
import pytest

from integration.matrix import MATRIX, PYTHONS, WITH_IMAGE, official_image

ROOT = Path(__file__).parents[1]
ROW = MATRIX["pythons"]["{}.{}".format(*sys.version_info)]


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def found(pattern: str, path: str) -> List[str]:
    return re.findall(pattern, read(path), re.MULTILINE)


def name_environment(python: str) -> str:
    return "py" + python.replace(".", "")


def join_environments(*pythons: str) -> str:
    return "py3{" + ",".join(python[2:] for python in pythons) + "}"


OLDEST, NEWEST = PYTHONS[0], PYTHONS[-1]
WITH_HOOKS = [python for python in PYTHONS if MATRIX["pythons"][python]["hooks"]]
SUPPORTED = [one for one in PYTHONS if MATRIX["pythons"][one]["azure"].startswith("until ")]
# The Pythons that differ most in behaviour.
CORNERS = sorted({OLDEST, WITH_HOOKS[-1], NEWEST}, key=PYTHONS.index)
ALL = join_environments(*PYTHONS)
LOWEST = join_environments(OLDEST, WITH_HOOKS[-1])
COVERAGE = join_environments(*MATRIX["coverage"])
THIRD_PARTY = join_environments(*MATRIX["third_party"])
# The tutorial's extension is old and small: two Pythons are enough.
OPENCENSUS = [MATRIX["third_party"][0], MATRIX["third_party"][-1]]
TOOLS = MATRIX["tools_python"]
RANGE = f"{OLDEST} to {NEWEST}"
DOCKERFILE = ".devcontainer/Dockerfile"
IMAGE = r"docker\.io/library/python:(\S+)-slim-bookworm"

# Each copy of the list: its file, a pattern that finds it, and the expected text.
PLACES = {
    "env_list": ("tox.ini", r"^env_list = .* (py3\{[\d,]+\}),", [ALL]),
    # On the Pythons whose Azure worker takes the classic path, the suite also runs on the native
    # path.
    "environments of the native path": (
        "tox.ini",
        r"(?:^env_list = .* |^\[testenv:)(py3\{[\d,]+\})-native",
        [join_environments(*MATRIX["proxy_worker"])],
    ),
    "environments of third parties": (
        "tox.ini",
        r"(?:^env_list = .* |^\[testenv:)(py3\{[\d,]+\})-third-party",
        [THIRD_PARTY],
    ),
    "environments of OpenCensus": (
        "tox.ini",
        r"(?:^env_list = .* |^\[testenv:)(py3\{[\d,]+\})-opencensus",
        [join_environments(*OPENCENSUS)],
    ),
    "comment on third parties": (
        "tox.ini",
        r"^# tox -e (py\d+)-third-party, (?:py\d+)-opencensus",
        [name_environment(MATRIX["third_party"][-1])],
    ),
    "Pythons of host/tests, in env_list": (
        "tox.ini",
        r"^env_list = .* (py3\{[\d,]+\})-host,",
        [join_environments(*CORNERS)],
    ),
    "Pythons with the lowest azure-functions, in env_list": (
        "tox.ini",
        r"^env_list = .* (py3\{[\d,]+\})-lowest,",
        [LOWEST],
    ),
    "Python of host/tests with the lowest azure-functions, in env_list": (
        "tox.ini",
        r"^env_list = .* (py\d+)-host-lowest,",
        [name_environment(OLDEST)],
    ),
    "section of Pythons that measure coverage": (
        "tox.ini",
        r"^\[testenv:(py3\{[\d,]+\})\]",
        [COVERAGE],
    ),
    "what coverage depends on": ("tox.ini", r"^depends = (.*)$", [COVERAGE]),
    "Python with the next upstream packages": (
        "tox.ini",
        r"(?:^\[testenv:|^# tox -e )(py\d+)-next",
        [name_environment(SUPPORTED[-1])],
    ),
    "Python of the weekly run": (
        ".github/workflows/upstream.yml",
        r"-e (py\d+)-next",
        [name_environment(SUPPORTED[-1])],
    ),
    "Python that the weekly run installs": (
        ".github/workflows/upstream.yml",
        r"pythons: \"(.*)\"",
        [SUPPORTED[-1]],
    ),
    "Python of release and workflows": (
        "tox.ini",
        r"^\[testenv:(?:release|workflows)\]\n(?:.+\n)*?base_python = (.*)$",
        [name_environment(TOOLS)],
    ),
    "Python of func start": (
        "tox.ini",
        r"^\[testenv:(?:coretools|func)\]\n(?:.+\n)*?base_python = (.*)$",
        [name_environment(WITH_HOOKS[-1])],
    ),
    "classifiers": ("setup.py", r"Programming Language :: Python :: (3\.\d+)", PYTHONS),
    "classifiers of the host": (
        "host/pyproject.toml",
        r"Programming Language :: Python :: (3\.\d+)",
        PYTHONS,
    ),
    "python_requires": ("setup.py", r"python_requires=\"(.*)\"", [f">={OLDEST}"]),
    "requires-python": ("host/pyproject.toml", r"^requires-python = \"(.*)\"", [f">={OLDEST}"]),
    "target-version": (
        "pyproject.toml",
        r"^target-version = \"(.*)\"",
        [name_environment(OLDEST)],
    ),
    "FROM": (DOCKERFILE, rf"^FROM {IMAGE} AS python\1$", PYTHONS),
    # The last Python gets the unversioned names, such as `python3`.
    "COPY": (
        DOCKERFILE,
        r"^COPY --from=python(\S+) /usr/local/ /usr/local/$",
        [python for python in PYTHONS if python != WITH_HOOKS[-1]] + WITH_HOOKS[-1:],
    ),
    "interpreter of the editor": (
        ".devcontainer/devcontainer.json",
        r"/(py\d+)/bin/python\"",
        [name_environment(WITH_HOOKS[-1])],
    ),
    "supported Pythons": ("readme.md", rf"({OLDEST} to 3\.\d+)", [RANGE]),
    "supported Pythons of Azure": (
        "readme.md",
        r"Azure itself\s+runs (3\.\d+ to 3\.\d+)",
        [f"{SUPPORTED[0]} to {SUPPORTED[-1]}"],
    ),
    "supported Pythons of the host": ("host/readme.md", rf"({OLDEST} to 3\.\d+)", [RANGE]),
    "Pythons of the dev container": ("CONTRIBUTING.md", rf"({OLDEST} to 3\.\d+)", [RANGE]),
    "rows of the table": ("CONTRIBUTING.md", r"^\| (3\.\d+) \|", PYTHONS),
    "Pythons of third parties": (
        "docs/python-3.13.md",
        r"extensions with `enable_extensions` on Python (.*)\.$",
        [" and ".join(OPENCENSUS)],
    ),
    "Python of the locked tools": (
        "docs/releasing.md",
        r"(?:uv venv|smoke dist) --python (\S+)",
        [TOOLS],
    ),
}


@pytest.mark.parametrize("what", PLACES)
def test_place_agrees_with_matrix(what: str) -> None:
    path, pattern, expected = PLACES[what]
    stated = list(dict.fromkeys(found(pattern, path)))

    change = f"write {', '.join(expected)} in place of {', '.join(stated) or 'nothing'}"
    assert stated == expected, f"{path}, {what}: {change}"


@pytest.mark.parametrize("python", CORNERS)
def test_coverage_is_measured_where_behaviour_differs(python: str) -> None:
    measured = MATRIX["coverage"]

    assert python in measured, f'integration/matrix.json: add "{python}" to "coverage".'


def test_lowest_azure_functions_is_tested_and_required() -> None:
    lowest = [MATRIX["azure_functions_lowest"]]

    assert found(r"^    lowest: azure-functions == (\S+)$", "tox.ini") == lowest
    assert found(r"azure-functions >= ([\d.]+),", "setup.py") == lowest


@pytest.mark.skipif("TOX_ENV_NAME" not in os.environ, reason="only tox installs the newest")
def test_azure_functions_line_fits_this_python() -> None:
    version = func.__version__

    if os.environ["TOX_ENV_NAME"].endswith("-lowest"):
        assert version == MATRIX["azure_functions_lowest"]
    else:
        assert version.startswith(ROW["azure_functions"] + ".")


def test_dev_container_has_core_tools_for_each_python() -> None:
    default = [MATRIX["core_tools"]["default"]]
    settings = ".devcontainer/devcontainer.json"

    assert found(r"^ARG CORE_TOOLS_VERSION=(\S+)$", DOCKERFILE) == default
    assert found(r"\{localEnv:CORE_TOOLS_VERSION:(\S+)\}", settings) == default


def test_archives_of_the_default_core_tools_have_checksums() -> None:
    lines = read(".devcontainer/core-tools.sha256").splitlines()
    listed = [re.sub(r"^[0-9a-f]{64}  ", "", line) for line in lines]
    version = MATRIX["core_tools"]["default"]

    assert listed == [f"Azure.Functions.Cli.linux-{cpu}.{version}.zip" for cpu in ("arm64", "x64")]
    settings = ".devcontainer/devcontainer.json"
    assert found(r"\{localEnv:CORE_TOOLS_SHA256SUMS:(\S+)\}", settings) == ["core-tools.sha256"]
    checks = r"sha256sum --check --strict (\S+)\); \\$"
    assert found(checks, DOCKERFILE) == ["../checksum"]


def test_dev_container_has_the_tox_that_is_locked() -> None:
    lock = "release/requirements/tox.txt"

    for tool, argument in (("tox", "TOX"), ("tox-uv", "TOX_UV")):
        locked = found(rf"^{tool}==(\S+) ; python_full_version >= ", lock)
        assert found(rf"^ARG {argument}_VERSION=(\S+)$", DOCKERFILE) == locked


def test_default_image_is_official() -> None:
    (image,) = found(r"^ARG IMAGE=(\S+)$", "integration/hosts/container/Dockerfile")

    assert image in [official_image(python) for python in WITH_IMAGE]


@pytest.mark.parametrize("python", PYTHONS)
def test_contributing_has_the_row(python: str) -> None:
    row = MATRIX["pythons"][python]
    tag = official_image(python).rpartition(":")[2]
    image = f"`{tag}`" if python in WITH_IMAGE else "none yet"
    hooks = "yes" if row["hooks"] else "no"
    cells = [row["azure"], f"{row['azure_functions']}.x", row["core_tools"], image, hooks]
    line = f"| {python} | {' | '.join(cells)} |"

    assert line in read("CONTRIBUTING.md").splitlines(), f"CONTRIBUTING.md: add the row {line}"


def test_contributing_names_the_official_image() -> None:
    assert official_image("3.X").rpartition(":")[0] in read("CONTRIBUTING.md")
