"""A new project: its files, its tox and its update."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from template.conftest import ANSWERS, PACKAGE, Tox, commit, run

from integration.matrix import PYTHONS

OLDEST, NEWEST = (python.replace("3.", "py3") for python in (PYTHONS[0], PYTHONS[-1]))
NAMES = "python.worker.extension.timer|itimer"
AUTHORS = [PACKAGE, "samples", "tests/*.py", "integration/test_*.py", "integration/demo.py"]


@pytest.mark.parametrize("environments", [OLDEST, "py312", NEWEST, "lint,types,dist,demo"])
def test_tox_passes(environments: str, made: Path, tox: Tox) -> None:
    tox(made, "-e", environments)


def test_project_does_not_mention_the_timer(made: Path) -> None:
    # copier writes the address of the template. setitimer() is a system call.
    lines = run("git", "grep", "-iI", "timer", "--", ":!.copier-answers.yml", cwd=made).splitlines()
    others = [one for one in lines if "timer" in re.sub(NAMES, "", one, flags=re.I).lower()]

    assert others == []


def test_author_owns_less_than_300_lines(made: Path) -> None:
    files = run("git", "ls-files", "--", *AUTHORS, cwd=made).split()
    lines = [(made / file).read_text(encoding="utf-8").count("\n") for file in files]

    assert 0 < sum(lines) < 300


def test_update_changes_what_the_template_owns(
    template: Path, project: Path, tmp_path: Path
) -> None:
    newer = tmp_path / "newer"
    run("git", "clone", "--quiet", template, newer)
    change(newer / "release" / "steps" / "plan.py", "The next version.\n")
    change(newer / "template" / "integration" / "demo.py", "# The next version.\n")
    change(newer / "template" / "{{ package }}" / "__init__.py.jinja", "# The next version.\n")
    commit(newer, "Change the template")
    run("git", "tag", "v0.2.0", cwd=newer)
    change(project / PACKAGE / "__init__.py", "# Mine.\n")
    change(project / "integration" / "demo.py", "# Mine.\n")
    run("git", "rm", "-r", "--quiet", "samples/v1", cwd=project)
    answers = project / ".copier-answers.yml"
    answers.write_text(answers.read_text().replace(str(template), str(newer)))
    commit(project, "Make it mine")

    run("copier", "update", "--defaults", "--quiet", cwd=project)

    changed = run("git", "status", "--porcelain", cwd=project).split("\n")
    assert changed == [" M .copier-answers.yml", " M release/steps/plan.py", ""]


def change(file: Path, text: str) -> None:
    """Append a text to a file."""
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("name=Audit_Extension", "Use two or more lower-case words with hyphens"),
        ("name=class", "Use two or more lower-case words with hyphens"),
        ("name=azure-functions", "depends on a package with this name"),
        ("author= ", "Write a name"),
        ('author=The "A" team', "without double quotes"),
        ("description=It logs.", "without double quotes"),
        ("description=Log ", "spaces at the ends"),
        ("repository=github.com/me", "https://github.com/OWNER/NAME"),
        ("repository=https://github.com/me/it.git", "without .git"),
        ('repository=https://github.com/me/"it', "https://github.com/OWNER/NAME"),
        ("oldest_python=3.13", "Invalid choice"),
    ],
)
def test_bad_answer_is_refused(answer: str, reason: str, template: Path, tmp_path: Path) -> None:
    command = ["copier", "copy", *ANSWERS, f"--data={answer}", str(template), str(tmp_path / "new")]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")

    assert done.returncode != 0
    assert reason in done.stderr
    assert not (tmp_path / "new").exists()
