"""What must be true of every workflow, and no linter knows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from release.rehearsal.workflow import ROOT, WORKFLOWS, Workflow, legs, misused_inputs

PINS = ROOT / ".github" / "actions-pins.tsv"
REQUIREMENTS = ROOT / "release" / "requirements"
NAMES = sorted(file.name for file in WORKFLOWS.iterdir())
CI = Workflow((WORKFLOWS / "ci.yml").read_text(encoding="utf-8"))
RELEASE = Workflow((WORKFLOWS / "release.yml").read_text(encoding="utf-8"))
OURS = "github.event_name == 'push' && github.ref_type == 'tag' && !github.event.repository.fork"


@pytest.fixture(params=NAMES)
def workflow(request: pytest.FixtureRequest) -> Workflow:
    return Workflow((WORKFLOWS / request.param).read_text(encoding="utf-8"))


def pins() -> set[tuple[str, str, str]]:
    rows = PINS.read_text(encoding="utf-8").splitlines()[1:]
    return {(action, version, commit) for action, version, commit in (r.split("\t") for r in rows)}


def test_every_action_is_pinned_as_the_table_says(workflow: Workflow) -> None:
    used = {(use.action, use.version, use.commit) for use in workflow.uses}

    assert used - pins() == set()
    assert len(workflow.uses) == len([1 for _, step in workflow.steps() if "uses" in step]) > 0


def test_pins_are_commits() -> None:
    assert [row for row in pins() if not re.fullmatch("[0-9a-f]{40}", row[2])] == []


def test_nobody_has_a_permission_that_no_job_asks_for(workflow: Workflow) -> None:
    assert workflow.parsed["permissions"] == {}
    assert [name for name, job in workflow.jobs.items() if "permissions" not in job] == []


def test_no_expression_reaches_a_shell(workflow: Workflow) -> None:
    assert [step["run"] for _, step in workflow.steps() if "${{" in step.get("run", "")] == []


def test_no_step_needs_a_stored_secret(workflow: Workflow) -> None:
    assert not re.search(r"\bsecrets\b", workflow.text)
    assert [step for _, step in workflow.steps() if "password" in step.get("with", {})] == []


def test_every_job_ends_by_itself(workflow: Workflow) -> None:
    minutes = {name: job.get("timeout-minutes", 360) for name, job in workflow.jobs.items()}

    # An index has half an hour to show a file; GitHub's own limit is six hours.
    assert [name for name, limit in minutes.items() if not 0 < limit <= 45] == []


def test_runners_are_pinned_and_every_python_has_one(workflow: Workflow) -> None:
    assert workflow.labels <= {"ubuntu-22.04", "ubuntu-24.04"}
    assert legs(workflow.jobs["test"]) == ["3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13"]


def test_uv_is_the_one_that_tox_brings(workflow: Workflow) -> None:
    locked = re.search(r"^uv==(\S+)", (REQUIREMENTS / "tox.txt").read_text(), re.MULTILINE)
    versions = {
        step["with"]["version"]
        for _, step in workflow.steps()
        if "setup-uv" in step.get("uses", "")
    }

    assert locked
    assert versions == {locked[1]}


def test_stand_ins_know_every_input_of_the_release() -> None:
    assert misused_inputs(RELEASE) == []


def test_an_input_that_a_stand_in_does_not_know_is_found() -> None:
    text = RELEASE.text.replace("attestations: false", "attestation: false")

    assert misused_inputs(Workflow(text)) == [
        "testpypi: the stand-in for pypa/gh-action-pypi-publish knows no input attestation"
    ]


def test_only_a_pushed_tag_of_this_repository_gets_an_identity() -> None:
    conditions = {
        name: " ".join(job.get("if", "").split())
        for name, job in RELEASE.jobs.items()
        if "id-token" in job["permissions"]
    }

    assert conditions == {"attest": OURS, "testpypi": OURS, "pypi": OURS}


def test_each_index_has_its_environment_and_only_testpypi_skips_and_does_not_sign() -> None:
    publishing = {
        job: (RELEASE.jobs[job]["environment"]["name"], step.get("with"))
        for job, step in RELEASE.steps()
        if "gh-action-pypi-publish" in step.get("uses", "")
    }

    assert publishing == {
        "testpypi": (
            "testpypi",
            {
                "repository-url": "https://test.pypi.org/legacy/",
                "skip-existing": True,
                "attestations": False,
            },
        ),
        "pypi": ("pypi", None),
    }


def test_release_runs_for_tags_and_by_hand_only_and_is_never_cut_off() -> None:
    assert RELEASE.parsed[True] == {"push": {"tags": ["v*"]}, "workflow_dispatch": None}
    assert RELEASE.parsed["concurrency"] == {
        "group": "release-${{ github.ref }}",
        "cancel-in-progress": False,
    }


def test_every_pull_request_and_every_commit_on_main_is_checked() -> None:
    # A filter by path or kind would leave the required check waiting forever.
    assert CI.parsed[True] == {"pull_request": None, "push": {"branches": ["main"]}}


def test_gate_waits_for_every_job() -> None:
    gate = CI.jobs["gate"]

    assert set(gate["needs"]) == set(CI.jobs) - {"gate"}
    assert gate["if"] == "always()"
    assert [step["with"] for step in gate["steps"]] == [{"jobs": "${{ toJSON(needs) }}"}]


@pytest.mark.parametrize("lock", sorted(REQUIREMENTS.glob("*.txt")), ids=lambda file: file.stem)
def test_locks_name_a_hash_for_every_version(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    versions = re.findall(r"^[\w.-]+==", text, re.MULTILINE)

    assert (
        len(re.findall(r"^[\w.-]+==[^\n]*\\\n    --hash=sha256:", text, re.M)) == len(versions) > 0
    )


def test_nothing_reaches_an_index_before_what_it_depends_on() -> None:
    needs = {name: job.get("needs", []) for name, job in RELEASE.jobs.items()}

    assert needs == {
        "build": [],
        "test": "build",
        "attest": "build",
        "testpypi": ["build", "test", "attest"],
        "fetched": ["build", "testpypi"],
        "pypi": ["build", "fetched"],
        "published": ["build", "pypi"],
        "github": ["build", "published"],
    }


@pytest.mark.parametrize(("job", "index"), [("fetched", "testpypi"), ("published", "pypi")])
def test_files_are_fetched_back_from_the_index_they_were_put_on(job: str, index: str) -> None:
    scripts = [step.get("run", "") for step in RELEASE.jobs[job]["steps"]]

    fetches = [line for text in scripts for line in text.splitlines() if "steps.fetch " in line]
    assert [line.split()[3:] for line in fetches] == [[index, "SHA256SUMS", "fetched"]]


def test_only_what_reaches_an_index_or_github_may_write() -> None:
    rights = {
        name: {right for right, level in job["permissions"].items() if level != "read"}
        for name, job in RELEASE.jobs.items()
    }

    assert rights == {
        "build": set(),
        "test": set(),
        "attest": {"id-token", "attestations"},
        "testpypi": {"id-token"},
        "fetched": set(),
        "pypi": {"id-token"},
        "published": set(),
        "github": {"contents"},
    }
    assert [job for job in CI.jobs.values() if "write" in job["permissions"].values()] == []


def test_tools_are_installed_by_their_hashes(workflow: Workflow) -> None:
    scripts = [step.get("run", "") for _, step in workflow.steps()]
    installs = [line for text in scripts for line in text.splitlines() if " pip " in line]

    assert installs
    assert [line for line in installs if "uv pip sync" not in line] == []
    assert [line for line in installs if "--require-hashes release/requirements/" not in line] == []


def test_a_release_is_tested_as_every_change_is() -> None:
    assert RELEASE.jobs["test"] == CI.jobs["test"]
    checkout, script = CI.jobs["test"]["steps"][0], CI.jobs["test"]["steps"][-1]["run"]
    # Without the package's folder nothing but the installed wheel can be tested.
    assert checkout["with"]["sparse-checkout"].split() == [
        "host",
        "integration",
        "release",
        "samples",
        "tests",
    ]
    assert 'tox" run -e' in script
    assert "--installpkg dist/*.whl" in script


def test_every_change_passes_every_check_and_a_rehearsal() -> None:
    (check,) = [step["run"] for step in CI.jobs["check"]["steps"] if 'tox"' in step.get("run", "")]
    rehearsal = CI.jobs["rehearsal"]["steps"][-1]["run"]
    matrix = CI.jobs["check"]["strategy"]["matrix"]

    checked = {name for names in matrix["environment"] for name in names.split(",")}
    # The job `test` has the other Pythons, with the wheel that was built once.
    assert environments() - checked == {"py38", "py310", "py311"}
    assert checked - environments() == {"browser"}
    assert check.split()[1:] == ["run", "-e", '"$ENVIRONMENT"', *MISSING_FAILS]
    assert rehearsal.split()[1:] == ["run", "-e", "release", *MISSING_FAILS]


def environments() -> set[str]:
    """Return what plain `tox` runs."""
    text = (ROOT / "tox.ini").read_text(encoding="utf-8")
    (names,) = re.findall(r"^env_list = (.*)$", text, re.MULTILINE)
    return {name for name_with_braces in names.split(", ") for name in expanded(name_with_braces)}


def expanded(name: str) -> set[str]:
    """Return the names that one with braces stands for."""
    if not (braces := re.search(r"\{([^}]*)\}", name)):
        return {name}
    choices = braces[1].split(",")
    before, after = name[: braces.start()], name[braces.end() :]
    return {one for choice in choices for one in expanded(f"{before}{choice}{after}")}


MISSING_FAILS = ["--skip-missing-interpreters", "false"]


def test_artifacts_are_kept_as_long_as_the_guide_says() -> None:
    days = {
        step["with"]["retention-days"]
        for _, step in RELEASE.steps()
        if "upload-artifact" in step.get("uses", "")
    }

    assert days == {30}
    assert "works for 30 days" in (ROOT / "docs" / "releasing.md").read_text(encoding="utf-8")
