"""Projects with other answers, and without the parts that the guide shows how to delete."""

from __future__ import annotations

import re
from pathlib import Path
from typing import List

import pytest
from template.conftest import ANSWERS, ROOT, Tox, commit, run

GUIDE = (ROOT / "docs" / "new-extension.md").read_text(encoding="utf-8")
# The parts to delete: files, the section of tox.ini, the job of ci.yml, the line of table.py.
PARTS = {
    name: [re.findall("`(.+?)`", cell) for cell in cells.split("|")]
    for name, cells in re.findall(r"^\| \*\*(.+?)\*\* \|(.*)\|$", GUIDE, re.MULTILINE)
}


def drop(file: Path, pattern: str) -> None:
    """Delete the only match of a pattern in a file."""
    text, count = re.subn(pattern, "", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert count == 1, f"{file}: {pattern}"
    file.write_text(text, encoding="utf-8")


def delete(project: Path, files: List[str], sections: List[str], jobs: List[str]) -> None:
    run("git", "rm", "-r", "--quiet", *files, cwd=project)
    for section in sections:
        drop(project / "tox.ini", rf"^\[{section}\]\n(?:.+\n)*\n?")
    for job in jobs:
        workflow = project / ".github" / "workflows" / "ci.yml"
        drop(workflow, rf"^  {job}:\n(?:(?:    .*)?\n)*")
        drop(workflow, rf", {job}(?=[,\]])")


def test_project_with_other_answers_passes(template: Path, tmp_path: Path, tox: Tox) -> None:
    others = ["--data=oldest_python=3.12", "--data=licence=Apache-2.0"]
    run("copier", "copy", *ANSWERS, *others, template, tmp_path / "other")

    tox(tmp_path / "other", "-e", "py312,lint,types")
    assert "Apache License" in (tmp_path / "other" / "LICENSE").read_text(encoding="utf-8")
    assert not (tmp_path / "other" / "licences").exists()


def test_guide_lists_the_parts() -> None:
    assert sorted(PARTS) == ["official container", "rehearsal", "v1 model"]


@pytest.mark.parametrize("part", PARTS)
def test_project_passes_without_the_part(part: str, project: Path, tox: Tox) -> None:
    delete(project, *PARTS[part])
    commit(project, f"Do without {part}")

    tox(project, "-e", "py312,lint,types,dist")
    assert "{" in run("python", "-m", "release.steps", "plan", cwd=project)
