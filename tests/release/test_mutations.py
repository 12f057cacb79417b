"""
Changes to .github or to a lock that would weaken the pipeline.

Each must break a rule of tests/pipeline.
"""

import copy
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pipeline import rules
from pipeline.expected import FILES

from release.rehearsal.workflow import ROOT

CI = ".github/workflows/ci.yml"
RELEASE = ".github/workflows/release.yml"
UPSTREAM = ".github/workflows/upstream.yml"
TOOLS = ".github/actions/tools/action.yml"
BOT = ".github/dependabot.yml"
LOCK = "release/requirements/tox.txt"
BUILD = "run: python -m release.steps build dist"

COMPARED, NAMED = rules.files_are_as_expected, rules.names_are_there
PINNED, LOCKED = rules.pins_are_commits_of_the_table, rules.locks_have_hashes
NOT_CODE = rules.no_expression_is_code

# The rule that notices the change, the file, the old text and the new text.
CHANGES = {
    "permission of every job": (COMPARED, CI, "permissions: {}", "permissions: write-all"),
    "environment of a job": (
        COMPARED,
        RELEASE,
        "    steps:\n",
        "    env: {BASH_ENV: x}\n    steps:\n",
    ),
    "one more step": (COMPARED, RELEASE, "    steps:\n", "    steps:\n      - run: x\n"),
    "demo is left out": (COMPARED, RELEASE, "python -m release.steps smoke", "true"),
    "upstream with an identity": (COMPARED, UPSTREAM, "contents: read", "id-token: write"),
    "tools without hashes": (COMPARED, TOOLS, " --require-hashes", ""),
    "another uv": (COMPARED, TOOLS, '"0.13.', '"0.12.'),
    "host is not updated": (COMPARED, BOT, "      - /host\n", ""),
    "step without a name": (NAMED, CI, "- name: Check out\n        uses:", "- uses:"),
    "job without a name": (NAMED, RELEASE, "    name: Build\n", ""),
    "required check has another name": (NAMED, CI, "name: Gate", "name: The gate"),
    "action by its tag": (PINNED, CI, "@b5b5b37504aa4183270bd3d855c52a67f212be35", "@v1.3.0"),
    "comment with another version": (PINNED, TOOLS, "# v7.0.0", "# v7.0.1"),
    "action of someone else": (PINNED, CI, "re-actors/alls-green@", "another/alls-green@"),
    "expression in a script": (NOT_CODE, CI, BUILD, BUILD + " ${{ github.ref }}"),
    "expression in our action": (NOT_CODE, TOOLS, "$LOCK", "${{ inputs.lock }}"),
    "expression in the dev container": (NOT_CODE, CI, '"$ENVIRONMENTS"', "${{ github.head_ref }}"),
    "hash that is too short": (LOCKED, LOCK, "--hash=sha256:0", "--hash=sha256:"),
    "hash of another kind": (LOCKED, LOCK, "--hash=sha256:", "--hash=md5:"),
    "requirement without a hash": (LOCKED, LOCK, "\nuv==", "\nsurprise==1.0\nuv=="),
}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A copy of the files that the rules read."""
    shutil.copytree(ROOT / ".github", tmp_path / ".github")
    shutil.copytree(ROOT / "release" / "requirements", tmp_path / "release" / "requirements")
    return tmp_path


@pytest.mark.parametrize(("rule", "file", "old", "new"), CHANGES.values(), ids=list(CHANGES))
def test_change_breaks_the_rule(
    rule: Callable[[Path], list[str]], file: str, old: str, new: str, files: Path
) -> None:
    text = (files / file).read_text(encoding="utf-8")
    assert old in text
    (files / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    assert rule(files) != []


def test_unchanged_files_keep_the_rules(files: Path) -> None:
    assert [problem for rule in rules.RULES for problem in rule(files)] == []


def test_workflow_that_is_added_is_noticed(files: Path) -> None:
    shutil.copy(files / CI, files / ".github/workflows/another.yml")

    assert rules.nothing_else_runs(files) != []


def change_each(content: Any) -> Iterator[Any]:
    """Change every value of nested mappings and lists, one at a time, and yield its key."""
    values = content.items() if isinstance(content, dict) else enumerate(content)
    for key, value in list(values):
        content[key] = "another"
        yield key
        content[key] = value
        if isinstance(value, (dict, list)):
            yield from change_each(value)


@pytest.mark.parametrize("path", FILES)
def test_every_value_is_compared(path: str) -> None:
    """All values except names and descriptions, which the expected files do not have."""
    expected = rules.list_values(path, FILES[path])
    content = copy.deepcopy(FILES[path])

    unnoticed = [
        key for key in change_each(content) if rules.list_values(path, content) == expected
    ]

    assert unnoticed == []
