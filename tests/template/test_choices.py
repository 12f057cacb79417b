"""Projects with other answers, and without the parts that the guide shows how to delete."""

from __future__ import annotations

import re
import shutil
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


def read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def test_project_with_other_answers_passes(template: Path, tmp_path: Path, tox: Tox) -> None:
    project = tmp_path / "other"
    description = "{{ x }} <b>it's</b> $HOME \N{PARTY POPPER}"
    others = ["oldest_python=3.12", "licence=Apache-2.0", f"name=a-{'b' * 33}"]
    others += [f"description={description}", "author=李 O'Neil {% if %}"]
    data = [f"--data={answer}" for answer in others]
    run("copier", "copy", *ANSWERS, *data, template, project)

    tox(project, "-e", "py312,lint,types")
    assert f'url="https://github.com/o-neil-if/a-{"b" * 33}"' in read(project / "setup.py")
    assert description in read(project / "setup.py")
    assert "Apache License" in read(project / "LICENSE")
    assert not (project / "licences").exists()


def test_guide_lists_the_parts() -> None:
    assert sorted(PARTS) == ["official container", "rehearsal", "v1 model"]


@pytest.mark.parametrize("part", PARTS)
def test_project_passes_without_the_part(part: str, project: Path, tox: Tox) -> None:
    # Git leaves such a folder behind, and so the folders above it.
    cache = project / "samples" / "v1" / "__pycache__"
    cache.mkdir()
    (cache / "main.pyc").touch()
    delete(project, *PARTS[part])
    commit(project, f"Do without {part}")

    tox(project, "-e", "py312,lint,types,dist")
    assert "{" in run("python", "-m", "release.steps", "plan", cwd=project)


def test_another_app_has_its_own_tests(project: Path, tox: Tox) -> None:
    app = project / "integration" / "apps" / "other"
    shutil.copytree(project / "samples" / "v2", app)
    function = app / "function_app.py"
    function.write_text(read(function).replace("HttpTrigger", "Greet"), encoding="utf-8")
    test = read(project / "integration" / "test_samples.py")
    test = test.replace("HttpTrigger", "Greet").replace("*SAMPLES", '"other"')
    test = test.replace("from integration.catalog import SAMPLES\n", "")
    (project / "integration" / "test_other.py").write_text(test, encoding="utf-8")

    tox(project, "-e", "py312,lint,types")
