"""
Changes to .github or to a lock that would weaken the pipeline.

Each must break a rule.

The test makes each change in a copy and runs the rules of tests/pipeline there.
"""

import shutil
from pathlib import Path

import pytest
from pipeline.rules import RULES

from release.rehearsal.workflow import ROOT

CI = ".github/workflows/ci.yml"
RELEASE = ".github/workflows/release.yml"
UPSTREAM = ".github/workflows/upstream.yml"
TOOLS = ".github/actions/tools/action.yml"
BOT = ".github/dependabot.yml"
LOCK = "release/requirements/tox.txt"

ATTEST, TESTPYPI, PYPI = "\n  attest:\n", "\n  testpypi:\n", "\n  pypi:\n"
VERIFY, STEPS = "\n  verify-testpypi:\n", "    steps:\n"
CANCEL = "    concurrency: {group: x, cancel-in-progress: true}\n"
BUILD = "run: python -m release.steps build dist"

# File, old text, new text, and a text after which to replace the first occurrence.
FILES = {
    "environment of every job": (RELEASE, "jobs:", "env: {BASH_ENV: file}\njobs:"),
    "environment of a job": (CI, STEPS, "    env: {BASH_ENV: file}\n" + STEPS),
    "environment of a step": (RELEASE, "env:", "env:\n          BASH_ENV: file", PYPI),
    "publishing can be cancelled": (RELEASE, STEPS, CANCEL + STEPS, PYPI),
    "one python for both legs": (RELEASE, "PYTHON: ${{ matrix.python }}", "PYTHON: 3.12", VERIFY),
    "empty artifact is a warning": (RELEASE, "found: error", "found: warn"),
    "one minute to publish": (RELEASE, "minutes: 5", "minutes: 1", PYPI),
    "leg is dropped": (CI, "matrix:\n", "matrix:\n        exclude: [{python: '3.7'}]\n"),
    "failed check is passed over": (CI, "--strict dist/*", "--strict dist/* && echo fine"),
    "second build is left out": (CI, "python -m release.steps reproduce dist", "true"),
    "expression in the dev container": (CI, '"$ENVIRONMENTS"', "${{ github.head_ref }}"),
    "head of a pull request": (CI, "persist-", "ref: ${{ github.head_ref }}\n          persist-"),
    "dev container without CI": (CI, "            CI\n", ""),
    "run on main is cancelled": (CI, "${{ github.event_name == 'pull_request' }}", "true"),
    "actions are not updated": (BOT, "github-actions", "gitsubmodule"),
    "our action is not updated": (BOT, "      - /.github/actions/tools\n", ""),
    "images are not updated": (BOT, "      - /.devcontainer\n", ""),
    "host is not updated": (BOT, "      - /host\n", ""),
    "updates without a cooldown": (BOT, "default-days: 7", "default-days: 0"),
    "hash that is too short": (LOCK, "--hash=sha256:0", "--hash=sha256:"),
    "hash of another kind": (LOCK, "--hash=sha256:", "--hash=md5:"),
    "requirement without a hash": (LOCK, "\nuv==", "\nsurprise==1.0\nuv=="),
    "expression in a script": (CI, BUILD, BUILD + " ${{ github.ref }}"),
    "expression in our action": (TOOLS, "$LOCK", "${{ inputs.lock }}"),
    "action by its tag": (CI, "@b5b5b37504aa4183270bd3d855c52a67f212be35", "@v1.3.0"),
    "comment with another version": (TOOLS, "# v7.0.0", "# v7.0.1"),
    "action of someone else": (CI, "re-actors/alls-green@", "another/alls-green@"),
    "upstream is not looked at": (UPSTREAM, '  schedule:\n    - cron: "23 4 * * 1"\n', ""),
    "upstream with an identity": (UPSTREAM, "contents: read", "id-token: write"),
    "token stays in the checkout": (RELEASE, "credentials: false", "credentials: true"),
    "permission of every job": (CI, "permissions: {}", "permissions: write-all"),
    "permission of a job": (CI, "contents: read", "contents: write"),
    "identity for a job with our code": (RELEASE, "contents: read", "id-token: write", VERIFY),
    "our code in a job with an identity": (RELEASE, STEPS, STEPS + "      - run: x\n", ATTEST),
    "more in a script with an identity": (RELEASE, "strict - <", "strict - && x <", TESTPYPI),
    "publishing from a fork": (RELEASE, " && !github.event.repository.fork", "", PYPI),
    "publishing without TestPyPI": (RELEASE, "[build, verify-testpypi]", "build"),
    "publishing without tests": (RELEASE, "[build, test, attest]", "[build, attest]"),
    "publishing without approval": (RELEASE, "    environment:\n      name: pypi\n", ""),
    "password for an index": (RELEASE, "          skip-", "          password: x\n          skip-"),
    "another index": (RELEASE, "https://test.pypi.org", "https://example.org"),
    "signed on TestPyPI": (RELEASE, "attestations: false", "attestations: true"),
    "other bytes skipped on PyPI": (RELEASE, "minutes: 5\n", "with: {skip-existing: true}\n", PYPI),
    "fetched from the wrong index": (RELEASE, "fetch testpypi", "fetch pypi"),
    "demo is left out": (RELEASE, "python -m release.steps smoke", "true"),
    "tag may have moved": (RELEASE, "python -m release.steps tag", "true"),
    "checksums are not compared": (RELEASE, "sha256sum --check --strict -", "cat"),
    "tag is not checked": (RELEASE, "github.ref_type == 'tag'", "false", "Check that the tag is"),
    "failure is passed over": (CI, BUILD, BUILD + "\n        continue-on-error: true"),
    "another shell": (CI, "shell: bash", "shell: sh"),
    "another runner": (CI, "runs-on: ubuntu-24.04", "runs-on: self-hosted"),
    "package beside the wheel": (RELEASE, "${{ needs.build.outputs.left-out }}", ""),
    "tests of the checkout": (CI, '--installpkg "dist/$WHEEL" ', ""),
    "host of the checkout": (CI, "export HOST_WHEEL", "export ANOTHER"),
    "missing python is skipped": (CI, "interpreters false", "interpreters true"),
    "release on every branch": (RELEASE, 'tags: ["v*"]', 'branches: ["*"]'),
    "change that is not checked": (CI, "pull_request:", "pull_request: {paths: [a]}"),
    "gate forgets a job": (CI, "needs: [build, test, check,", "needs: [build, check,"),
    "gate passes after a failure": (CI, "if: always()", "if: success()"),
    "gate allows failures": (CI, "jobs: ${{", "allowed-failures: x\n          jobs: ${{"),
    "required check has another name": (CI, "name: Gate", "name: The gate"),
    "step without a name": (CI, "- name: Check out\n        uses:", "- uses:"),
    "tools without hashes": (TOOLS, " --require-hashes", ""),
    "another uv": (TOOLS, '"0.13.9"', '"0.13.8"'),
    "artifact is gone too early": (RELEASE, "days: 30", "days: 3"),
}


def mutate(file: Path, old: str, new: str, after: str = "") -> None:
    """Replace the first `old` after the text `after`. Both must exist."""
    text = file.read_text(encoding="utf-8")
    place = text.index(old, text.index(after))
    file.write_text(text[:place] + new + text[place + len(old) :], encoding="utf-8")


def problems(root: Path) -> list[str]:
    """Return the places that break a rule."""
    return [problem for rule in RULES for problem in rule(root)]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Return a copy of the files that the rules read."""
    shutil.copytree(ROOT / ".github", tmp_path / ".github")
    shutil.copytree(ROOT / "release" / "requirements", tmp_path / "release" / "requirements")
    return tmp_path


@pytest.mark.parametrize("mutation", FILES.values(), ids=list(FILES))
def test_change_of_a_file_is_noticed(mutation: tuple[str, ...], files: Path) -> None:
    mutate(files / mutation[0], *mutation[1:])

    assert problems(files) != []


def test_unchanged_files_keep_the_rules(files: Path) -> None:
    assert problems(files) == []


def test_workflow_that_is_added_is_noticed(files: Path) -> None:
    shutil.copy(files / CI, files / ".github/workflows/another.yml")

    assert problems(files) != []
