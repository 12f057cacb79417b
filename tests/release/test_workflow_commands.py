"""
What the jobs of a release run, to the letter, and that nothing in a workflow may fail unnoticed.

The rehearsal cannot miss a check that is not there, nor notice a command more in a job that may
publish.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from release.rehearsal.workflow import WORKFLOWS, Workflow

NAMES = sorted(file.name for file in WORKFLOWS.iterdir())
RELEASE = Workflow((WORKFLOWS / "release.yml").read_text(encoding="utf-8"))


@pytest.fixture(params=NAMES)
def workflow(request: pytest.FixtureRequest) -> Workflow:
    return Workflow((WORKFLOWS / request.param).read_text(encoding="utf-8"))


def _tools(lock: str) -> list[str]:
    """Return the commands that install the tools of a lock, and nothing beside them."""
    sync = 'uv pip sync --python "$RUNNER_TEMP/tools" --require-hashes'
    return [
        'uv venv --python 3.12 "$RUNNER_TEMP/tools"',
        f"{sync} release/requirements/{lock}.txt",
    ]


_ON_PATH = 'echo "$RUNNER_TEMP/tools/bin" >> "$GITHUB_PATH"'
_STEP = "python -m release.steps"
_SUMS = "printf '%s\\n' \"$CHECKSUMS\" > SHA256SUMS"
_EXACTLY_WHAT_WAS_BUILT = [
    'sha256sum --check --strict - <<< "$CHECKSUMS"',
    'test "$(ls -A | sort)" = "$(sed \'s/^[0-9a-f]*  //\' <<< "$CHECKSUMS" | sort)"',
]
_SET_UP = ["uses actions/checkout", "uses astral-sh/setup-uv", "uses actions/setup-python"]
_PUBLISH = [
    "uses actions/download-artifact",
    *_EXACTLY_WHAT_WAS_BUILT,
    "uses pypa/gh-action-pypi-publish",
]

# Jobs that may sign or publish run no code of ours, which a change to the repository could alter.
WITH_AN_IDENTITY = {
    "attest": ["uses actions/download-artifact", "uses actions/attest"],
    "testpypi": _PUBLISH,
    "pypi": _PUBLISH,
}
WITHOUT = {
    "build": [
        *_SET_UP,
        *_tools("build"),
        _ON_PATH,
        "mkdir notes",
        f"{_STEP}.version --notes notes/notes.md",
        f"{_STEP}.on_main",
        f"{_STEP}.build dist",
        f"{_STEP}.contents dist",
        "twine check --strict dist/*",
        f"{_STEP}.reproduce dist",
        f"{_STEP}.checksums write dist SHA256SUMS",
        '{ echo "checksums<<END"; cat SHA256SUMS; echo "END"; } >> "$GITHUB_OUTPUT"',
        f"{_STEP}.state SHA256SUMS",
        "uses actions/upload-artifact",
        "uses actions/upload-artifact",
    ],
    "test": [
        "uses actions/checkout",
        "uses actions/download-artifact",
        *_SET_UP[1:],
        *_tools("tox"),
        '"$RUNNER_TEMP/tools/bin/tox" run -e "py${PYTHON/./}" \\',
        "  --installpkg dist/*.whl --skip-missing-interpreters false",
    ],
    "fetched": [
        *_SET_UP,
        *_tools("fetch"),
        _ON_PATH,
        _SUMS,
        f"{_STEP}.fetch testpypi SHA256SUMS fetched",
        f'{_STEP}.smoke fetched --python "$PYTHON"',
        f'{_STEP}.tag "$GITHUB_REF_NAME" "$GITHUB_SHA"',
    ],
    "published": [
        *_SET_UP,
        *_tools("fetch"),
        _ON_PATH,
        _SUMS,
        f"{_STEP}.fetch pypi SHA256SUMS fetched",
    ],
    "github": [
        "uses actions/checkout",
        "uses actions/download-artifact",
        "uses actions/download-artifact",
        _SUMS,
        "python3 -m release.steps.checksums check dist SHA256SUMS",
        'python3 -m release.steps.tag "$GITHUB_REF_NAME" "$GITHUB_SHA"',
        'python3 -m release.steps.github_release "$GITHUB_REF_NAME" notes/notes.md'
        " dist/* SHA256SUMS",
    ],
}


def lines(job: dict[str, Any]) -> list[str]:
    """Return what a job runs, in its order: actions by their names, scripts line by line."""
    found: list[str] = []
    for step in job["steps"]:
        if "uses" in step:
            found.append(f"uses {step['uses'].partition('@')[0]}")
        found += step.get("run", "").splitlines()
    return found


def test_jobs_with_an_identity_run_no_code_of_ours() -> None:
    jobs = {name: job for name, job in RELEASE.jobs.items() if "id-token" in job["permissions"]}

    assert {name: lines(job) for name, job in jobs.items()} == WITH_AN_IDENTITY
    others = {"container", "defaults", "env", "outputs", "services", "strategy", "uses"}
    assert {name: sorted(others & set(job)) for name, job in jobs.items()} == {
        name: [] for name in WITH_AN_IDENTITY
    }


@pytest.mark.parametrize("job", sorted(WITHOUT))
def test_no_check_of_the_release_is_missing(job: str) -> None:
    assert lines(RELEASE.jobs[job]) == WITHOUT[job]


def test_every_job_of_the_release_is_told_here() -> None:
    assert set(RELEASE.jobs) == set(WITHOUT) | set(WITH_AN_IDENTITY)


# A condition is a way to leave something out; these are all there are.
CONDITIONS = {
    "ci.yml": {},
    "release.yml": {
        ("build", "The tag is on main"): "github.ref_type == 'tag'",
        ("build", "No index holds other bytes under these names"): "github.ref_type == 'tag'",
    },
}
CONDITIONAL_JOBS = {"ci.yml": {"gate"}, "release.yml": {"attest", "pypi", "testpypi"}}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_left_out_but_what_this_table_says(name: str) -> None:
    workflow = Workflow((WORKFLOWS / name).read_text(encoding="utf-8"))

    assert {
        (job, step.get("name")): step["if"] for job, step in workflow.steps() if "if" in step
    } == CONDITIONS[name]
    assert {job for job, body in workflow.jobs.items() if "if" in body} == CONDITIONAL_JOBS[name]


# Ways to go on after a failure: another command in its place, bash told to go on, its status made
# another one, or nobody waiting for it.
PASSES_OVER = re.compile(
    r"\|\||\bset\s+\+|\btrap\b|\bexit\b|(?:;|^)\s*(?:true|:)\s*(?:[;#]|$)"
    r"|^\s*!|\b(?:if|while|until|coproc|nohup)\b|(?<![&>])&\s*$",
    re.MULTILINE,
)


def test_nothing_that_fails_is_passed_over(workflow: Workflow) -> None:
    places = [*workflow.jobs.items(), *workflow.steps()]
    scripts = [step.get("run", "") for _, step in workflow.steps()]
    inside = [step.get("with", {}).get("runCmd", "") for _, step in workflow.steps()]

    assert [name for name, place in places if "continue-on-error" in place] == []
    assert [text for text in [*scripts, *inside] if PASSES_OVER.search(text)] == []


def test_every_script_stops_at_its_first_failure(workflow: Workflow) -> None:
    # GitHub gives bash `-eo pipefail` where it is named, and only `-e` where it is not.
    assert workflow.parsed["defaults"] == {"run": {"shell": "bash"}}
    places = [*workflow.jobs.items(), *workflow.steps()]
    assert [name for name, place in places if {"shell", "defaults"} & set(place)] == []
    # devcontainers/ci gives its script to plain `bash -c`.
    inside = [
        step["with"]["runCmd"] for _, step in workflow.steps() if "runCmd" in step.get("with", {})
    ]
    assert [text for text in inside if not text.startswith("set -eo pipefail\n")] == []


@pytest.mark.parametrize(
    "script",
    [
        "check || true",
        "check || :",
        "check || echo failed",
        "check || exit 0",
        "check; true",
        "check\n:\n",
        "check\nexit 0",
        "set +e\ncheck",
        "set +o errexit",
        "! check",
        "if check; then echo good; fi",
        "check &",
        "trap 'exit 0' ERR",
    ],
)
def test_each_way_to_pass_over_a_failure_is_known(script: str) -> None:
    assert PASSES_OVER.search(script)


# Whatever a step does with an index; a slow one must end the step, and not only the whole job.
ASKS_AN_INDEX = re.compile(r'uv pip |tox" run|gh-action-pypi-publish|steps\.(?:fetch|state|smoke) ')


def test_every_step_that_asks_an_index_ends_before_its_job() -> None:
    asking = [
        (RELEASE.jobs[job]["timeout-minutes"], step.get("timeout-minutes", 360))
        for job, step in RELEASE.steps()
        if ASKS_AN_INDEX.search(step.get("run", "") + step.get("uses", ""))
    ]

    assert len(asking) == 11
    assert [(job, step) for job, step in asking if step >= job] == []
    # Half an hour is what the step itself allows an index, and then says what is missing.
    fetches = [
        step["timeout-minutes"]
        for _, step in RELEASE.steps()
        if "steps.fetch" in step.get("run", "")
    ]
    assert [minutes for minutes in fetches if minutes <= 30] == []
