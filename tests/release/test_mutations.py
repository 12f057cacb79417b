"""
Each of these changes would weaken the pipeline, and is noticed by a rule or by a unit test.

A change to a file of .github or to a lock is made in a copy and shown to the rules of
tests/pipeline. A change to a module of release/steps is made in a copy of the repository, where the
module's own tests must fail.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from pipeline.rules import RULES

from release.rehearsal.workflow import ROOT

if TYPE_CHECKING:
    from pathlib import Path

CI = ".github/workflows/ci.yml"
RELEASE = ".github/workflows/release.yml"
TOOLS = ".github/actions/tools/action.yml"
DEPENDABOT = ".github/dependabot.yml"
TOX_LOCK = "release/requirements/tox.txt"
PLAN = "release/steps/plan.py"


@dataclass(frozen=True)
class Mutation:
    """Replace the first `old`, behind the text `after`, by `new`."""

    file: str
    old: str
    new: str
    after: str = ""

    def apply(self, root: Path) -> None:
        """Change the file in a copy of the repository."""
        path = root / self.file
        before, anchor, rest = path.read_text(encoding="utf-8").partition(self.after or "\n")
        assert anchor, f"{self.file} does not hold {self.after!r}"
        assert self.old in rest, f"{self.file} does not hold {self.old!r}"
        path.write_text(before + anchor + rest.replace(self.old, self.new, 1), encoding="utf-8")


_JOBS = "\njobs:\n"
_BASH_ENV = "env:\n{0}  BASH_ENV: file\n"
_RUN_DIST = "        run: python -m release.steps.build dist\n"
_TESTPYPI, _PYPI, _VERIFY = "\n  testpypi:\n", "\n  pypi:\n", "\n  verify-testpypi:\n"
_NEEDS_GATE = "needs: [build, test, check, rehearsal, devcontainer, container]"

TO_FILES = {
    # What issue reports and reviews have named.
    "environment for every job": Mutation(RELEASE, _JOBS, "\n" + _BASH_ENV.format("") + _JOBS),
    "environment of a job": Mutation(CI, "    steps:", "    env: {BASH_ENV: file}\n    steps:"),
    "environment of a step": Mutation(
        RELEASE, "          CHECKSUMS:", "          BASH_ENV: file\n          CHECKSUMS:", _PYPI
    ),
    "publishing can be cancelled": Mutation(
        RELEASE,
        "    steps:",
        "    concurrency: {group: x, cancel-in-progress: true}\n    steps:",
        _PYPI,
    ),
    "one python for both legs": Mutation(
        RELEASE, "PYTHON: ${{ matrix.python }}", 'PYTHON: "3.12"', _VERIFY
    ),
    "empty artifact is a warning": Mutation(RELEASE, "found: error", "found: warn"),
    "one minute to publish": Mutation(RELEASE, "minutes: 5", "minutes: 1", _PYPI),
    "leg is dropped": Mutation(
        CI, "        python: $", "        exclude: [{python: '3.7'}]\n        python: $"
    ),
    "failed check is passed over": Mutation(CI, "dist/*\n", "dist/* && echo fine\n", "twine check"),
    "second build is left out": Mutation(CI, "python -m release.steps.reproduce dist", "true"),
    "expression in the dev container": Mutation(CI, '"$ENVIRONMENTS"', "${{ github.head_ref }}"),
    "head of a pull request": Mutation(
        CI, "          persist-", "          ref: ${{ github.head_ref }}\n          persist-"
    ),
    "dev container without CI": Mutation(CI, "            CI\n", ""),
    "run on main is cancelled": Mutation(
        CI,
        "cancel-in-progress: ${{ github.event_name == 'pull_request' }}",
        "cancel-in-progress: true",
    ),
    "actions are not updated": Mutation(
        DEPENDABOT, "package-ecosystem: github-actions", "package-ecosystem: gitsubmodule"
    ),
    "our action is not updated": Mutation(DEPENDABOT, "      - /.github/actions/tools\n", ""),
    "images are not updated": Mutation(DEPENDABOT, "      - /.devcontainer\n", ""),
    "host is not updated": Mutation(DEPENDABOT, "      - /host\n", ""),
    "no cooldown": Mutation(DEPENDABOT, "default-days: 7", "default-days: 0"),
    "short hash in a lock": Mutation(TOX_LOCK, "--hash=sha256:0", "--hash=sha256:"),
    "hash of another kind in a lock": Mutation(TOX_LOCK, "--hash=sha256:", "--hash=md5:"),
    "requirement without a hash": Mutation(TOX_LOCK, "uv==", "surprise==1.0\nuv=="),
    # What could be changed beside.
    "expression in a script": Mutation(CI, _RUN_DIST, _RUN_DIST[:-1] + " ${{ github.ref }}\n"),
    "action by its tag": Mutation(
        RELEASE, "actions/attest@1e69f48acb82d1966a394da916b4c1698aa569d6", "actions/attest@v4"
    ),
    "action of another version": Mutation(TOOLS, "# v7.0.0", "# v7.0.1"),
    "action of someone else": Mutation(CI, "re-actors/alls-green@", "another/alls-green@"),
    "token stays in the checkout": Mutation(RELEASE, "credentials: false", "credentials: true"),
    "permission for every job": Mutation(CI, "permissions: {}", "permissions: write-all"),
    "permission of a job": Mutation(CI, "contents: read", "contents: write"),
    "identity for a job with our code": Mutation(
        RELEASE, "contents: read", "contents: read\n      id-token: write", _VERIFY
    ),
    "code of ours in a job with an identity": Mutation(
        RELEASE,
        "    steps:\n",
        "    steps:\n      - {name: x, uses: ./.github/actions/tools}\n",
        _TESTPYPI,
    ),
    "script in a job with an identity": Mutation(
        RELEASE, "--strict - <<<", "--strict - && curl x | sh <<<", _PYPI
    ),
    "publishing from a fork": Mutation(RELEASE, " && !github.event.repository.fork", "", _PYPI),
    "publishing without TestPyPI": Mutation(RELEASE, "[build, verify-testpypi]", "build"),
    "publishing without tests": Mutation(RELEASE, "[build, test, attest]", "[build, attest]"),
    "publishing without approval": Mutation(RELEASE, "    environment:\n      name: pypi\n", ""),
    "password for an index": Mutation(
        RELEASE, "          skip-", "          password: ${{ secrets.X }}\n          skip-"
    ),
    "another index": Mutation(RELEASE, "https://test.pypi.org", "https://example.org"),
    "signed on TestPyPI": Mutation(RELEASE, "attestations: false", "attestations: true"),
    "other bytes are skipped on PyPI": Mutation(
        RELEASE, "minutes: 5\n", "minutes: 5\n        with: {skip-existing: true}\n", _PYPI
    ),
    "fetched from the wrong index": Mutation(RELEASE, "fetch testpypi", "fetch pypi"),
    "demo is left out": Mutation(RELEASE, "python -m release.steps.smoke", "true", _VERIFY),
    "tag may have moved": Mutation(RELEASE, "python -m release.steps.tag", "true", _VERIFY),
    "checksums are not compared": Mutation(RELEASE, "sha256sum --check --strict -", "cat"),
    "check only by hand": Mutation(
        RELEASE, "if: github.ref_type == 'tag'", "if: github.event_name == 'workflow_dispatch'"
    ),
    "version is not checked": Mutation(RELEASE, "python -m release.steps.version --notes", "touch"),
    "failed step is passed over": Mutation(
        CI, _RUN_DIST, _RUN_DIST + "        continue-on-error: true\n"
    ),
    "another shell": Mutation(CI, "shell: bash", "shell: sh"),
    "another runner": Mutation(CI, "runs-on: ubuntu-24.04", "runs-on: self-hosted"),
    "package beside the wheel": Mutation(
        RELEASE, "            !/${{ needs.build.outputs.package }}/\n", ""
    ),
    "tests of the checkout": Mutation(CI, "--installpkg dist/*.whl ", ""),
    "missing python is skipped": Mutation(CI, "interpreters false", "interpreters true"),
    "release is tested otherwise": Mutation(RELEASE, "minutes: 20", "minutes: 15"),
    "release on every branch": Mutation(RELEASE, 'tags: ["v*"]', 'branches: ["*"]'),
    "change that is not checked": Mutation(CI, "  pull_request:", "  pull_request: {paths: [a]}"),
    "gate forgets a job": Mutation(CI, _NEEDS_GATE, _NEEDS_GATE.replace("test, ", "")),
    "gate passes after a failure": Mutation(CI, "if: always()", "if: success()"),
    "gate allows failures": Mutation(
        CI, "          jobs:", "          allowed-failures: test\n          jobs:"
    ),
    "required check has another name": Mutation(CI, "name: Gate", "name: The gate"),
    "step without a name": Mutation(CI, "- name: Check out\n        uses:", "- uses:"),
    "tools without hashes": Mutation(TOOLS, " --require-hashes", ""),
    "another uv": Mutation(TOOLS, '"0.13.9"', '"0.13.8"'),
    "image of another tag": Mutation(TOOLS, "-slim-bookworm", ""),
    "expression in our action": Mutation(
        TOOLS, '"release/requirements/$LOCK.txt"', "${{ inputs.lock }}"
    ),
    "artifact is gone too early": Mutation(RELEASE, "days: 30", "days: 3"),
}

TO_CODE = {
    "build": Mutation(
        "release/steps/build.py",
        '    git(*settings, "archive", "--format=tar", f"--output={archive}", "HEAD")',
        '    subprocess.run(["tar", "cf", archive, "."], check=True)',
    ),
    "smoke": Mutation("release/steps/smoke.py", "is False)", "is None)"),
    "github_release": Mutation("release/steps/github_release.py", '"true" if ', '"false" if '),
    "plan": Mutation(PLAN, ', "coretools"]', "]"),
}
_CODE_IDS = [
    "uncommitted files are built",
    "any package passes the demo",
    "no pre-release",
    "no core tools",
]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Return a copy of what the rules read."""
    shutil.copytree(ROOT / ".github", tmp_path / ".github")
    shutil.copytree(ROOT / "release" / "requirements", tmp_path / "release" / "requirements")
    return tmp_path


@pytest.fixture
def repository(files: Path) -> Path:
    """Return a copy of what the unit tests of release/steps need."""
    for folder in ("release/steps", "release/rehearsal", "tests/release", "tests/pipeline"):
        shutil.copytree(ROOT / folder, files / folder)
    for file in (
        "pyproject.toml",
        "setup.py",
        "tox.ini",
        "integration/matrix.json",
        "integration/matrix.py",
    ):
        (files / file).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / file, files / file)
    return files


def unit_tests(repository: Path, *modules: str) -> int:
    """Run the tests of some modules in a copy of the repository; return pytest's exit code."""
    tests = [f"tests/release/test_{module}.py" for module in modules]
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "--confcutdir=tests/release", *tests],
        cwd=repository,
        check=False,
        capture_output=True,
        text=True,
    )
    print(done.stdout, done.stderr)
    return done.returncode


@pytest.mark.parametrize("mutation", TO_FILES.values(), ids=list(TO_FILES))
def test_change_of_a_file_is_noticed(mutation: Mutation, files: Path) -> None:
    mutation.apply(files)

    assert [problem for rule in RULES for problem in rule(files)] != []


def test_unchanged_files_keep_the_rules(files: Path) -> None:
    assert [problem for rule in RULES for problem in rule(files)] == []


def test_workflow_that_is_added_is_noticed(files: Path) -> None:
    shutil.copy(files / CI, files / ".github/workflows/another.yml")

    assert [problem for rule in RULES for problem in rule(files)] != []


@pytest.mark.parametrize("module", TO_CODE, ids=_CODE_IDS)
def test_change_of_a_step_is_noticed(module: str, repository: Path) -> None:
    TO_CODE[module].apply(repository)

    assert unit_tests(repository, module) == pytest.ExitCode.TESTS_FAILED


def test_unchanged_steps_pass_their_tests(repository: Path) -> None:
    assert unit_tests(repository, *TO_CODE) == pytest.ExitCode.OK
