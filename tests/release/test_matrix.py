"""The workflows run what `integration/matrix.json` lists."""

from __future__ import annotations

from typing import Any

import yaml

from integration.matrix import MATRIX, PYTHONS
from release.rehearsal.workflow import ROOT, WORKFLOWS, Workflow, legs

CI = Workflow((WORKFLOWS / "ci.yml").read_text(encoding="utf-8"))
RELEASE = Workflow((WORKFLOWS / "release.yml").read_text(encoding="utf-8"))


def matrix_of(job: str) -> dict[str, Any]:
    matrix: dict[str, Any] = CI.jobs[job]["strategy"]["matrix"]
    return matrix


def test_wheels_are_tested_on_each_python() -> None:
    assert legs(CI.jobs["test"]) == PYTHONS
    assert legs(RELEASE.jobs["test"]) == PYTHONS


def test_suite_runs_in_the_official_image_of_each_python() -> None:
    assert matrix_of("container")["which"] == ["driver", *PYTHONS]


def test_dev_container_is_built_with_the_oldest_and_the_newest_core_tools() -> None:
    versions = [leg["core-tools"] for leg in matrix_of("devcontainer")["include"]]

    assert versions == [MATRIX["core_tools"]["default"], MATRIX["core_tools"]["newest"]]


def test_every_folder_with_a_dockerfile_is_watched() -> None:
    settings = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text(encoding="utf-8"))
    watched = [
        folder
        for update in settings["updates"]
        if update["package-ecosystem"] == "docker"
        for folder in update["directories"]
    ]

    files = [*ROOT.glob(".devcontainer/Dockerfile"), *ROOT.glob("integration/**/Dockerfile")]
    assert sorted(watched) == sorted(f"/{file.parent.relative_to(ROOT)}" for file in files)
