"""The files of the pipeline obey the rules, and agree with the docs and the locks."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pipeline.rules import RULES

from release.rehearsal.workflow import ROOT, WORKFLOWS, Workflow
from release.steps.metadata import read_projects

RELEASE = Workflow((WORKFLOWS / "release.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__.replace("_", " "))
def test_pipeline_keeps_the_rule(rule: Callable[[Path], list[str]]) -> None:
    assert rule(ROOT) == []


def test_guide_says_how_long_artifacts_are_kept() -> None:
    days = re.findall(r"retention-days: (\d+)", RELEASE.text)

    assert set(days) == {"30"}
    assert "works for 30 days" in (ROOT / "docs" / "releasing.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", [".devcontainer", ".github", ".vscode"])
def test_project_is_not_named_in_the_folder(folder: str) -> None:
    files = [file for file in (ROOT / folder).rglob("*") if file.is_file()]
    texts = [file.read_text(encoding="utf-8").replace("-", "_") for file in files]

    for project in read_projects(ROOT):
        name = project.name.replace("-", "_")
        assert [file for file, text in zip(files, texts, strict=True) if name in text] == []
