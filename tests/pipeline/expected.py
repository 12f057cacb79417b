"""
The expected workflows, our own action and Dependabot's settings.

Each has every key except names and descriptions. So any change to a job, a step or the top of a
file needs a change here.
"""

import re
from typing import Any

from release.rehearsal.workflow import ROOT

_TOX_LOCK = (ROOT / "release" / "requirements" / "tox.txt").read_text(encoding="utf-8")
_TABLE = (ROOT / ".github" / "actions-pins.tsv").read_text(encoding="utf-8").splitlines()[1:]
(_LOCKED_UV,) = re.findall(r"^uv==(\S+)", _TOX_LOCK, re.MULTILINE)
PINS = {action: (version, commit) for action, version, commit in map(str.split, _TABLE)}

Step = dict[str, Any]
Job = dict[str, Any]

_READ = {"contents": "read"}
_IS_TAG = "github.ref_type == 'tag'"
_IS_RELEASE = f"github.event_name == 'push' && {_IS_TAG} && !github.event.repository.fork"
_IS_NOT_RELEASE = (
    "github.event_name != 'push' || github.ref_type != 'tag' || github.event.repository.fork"
)


def job(minutes: int, *steps: Step, may: dict[str, str] = _READ, **keys: Any) -> Job:
    """Return a job on the only runner that we use. `may` has its permissions."""
    limits = {"runs-on": "ubuntu-24.04", "timeout-minutes": minutes, "permissions": may}
    return {**limits, "steps": list(steps), **_keys(keys)}


def signing_job(needs: Any, *steps: Step, **keys: Any) -> Job:
    """Return a job that may sign or publish. It runs no code of this repository."""
    may = {"id-token": "write", **keys.pop("may", {})}
    return job(10, download("dist"), *steps, needs=needs, if_=_IS_RELEASE, may=may, **keys)


def matrix(**axes: str) -> dict[str, Any]:
    """Return the strategy of a job whose axes are outputs of the job `build`."""
    planned = {axis: f"${{{{ fromJSON({built(output)}) }}}}" for axis, output in axes.items()}
    return {"fail-fast": False, "matrix": planned}


def outputs(names: str, **others: str) -> dict[str, str]:
    """
    Return a job's outputs: the outputs of release.steps.plan, and others with their expressions.
    """
    planned = {name: f"plan.outputs.{name}" for name in names.split()}
    return {name: f"${{{{ steps.{source} }}}}" for name, source in {**planned, **others}.items()}


def built(output: str) -> str:
    return f"needs.build.outputs.{output}"


def action(name: str, inputs: dict[str, Any] | None = None, **keys: Any) -> Step:
    step = {"uses": f"{name}@{PINS[name][1]}", **_keys(keys)}
    return {**step, "with": inputs} if inputs else step


def checkout(**inputs: Any) -> Step:
    return action("actions/checkout", {"persist-credentials": False, **_keys(inputs)})


def tools(**inputs: str) -> Step:
    return {"uses": "./.github/actions/tools", "timeout-minutes": 5, "with": inputs}


def download(artifact: str) -> Step:
    inputs = {"artifact-ids": f"${{{{ {built(artifact)} }}}}", "path": artifact}
    return action("actions/download-artifact", inputs)


def upload(name: str, days: int) -> Step:
    inputs = {"name": name, "path": name, "if-no-files-found": "error", "retention-days": days}
    return action("actions/upload-artifact", inputs, id=name)


def publish(inputs: dict[str, Any] | None = None) -> Step:
    return action("pypa/gh-action-pypi-publish", inputs, timeout_minutes=5)


def run(*lines: str, env: dict[str, str] | None = None, **keys: Any) -> Step:
    """Return a step that runs a script; `env` maps variables to expressions."""
    step = {"run": "\n".join(lines), **_keys(keys)}
    return {**step, "env": {name: f"${{{{ {env[name]} }}}}" for name in env}} if env else step


def tox(arguments: str, **keys: Any) -> Step:
    return run(f"tox run -e {arguments} {_MISSING_FAILS}", **keys)


def fetch(index: str, step: str) -> Step:
    """Return the step that fetches the files from an index and waits half an hour for them."""
    command = f"{step} fetch {index} SHA256SUMS fetched"
    return run(_WRITE_SUMS, command, env=_CHECKSUMS, timeout_minutes=35)


def _keys(keys: dict[str, Any]) -> dict[str, Any]:
    return {key.rstrip("_").replace("_", "-"): value for key, value in keys.items()}


_MISSING_FAILS = "--skip-missing-interpreters false"
_STEP = "python -m release.steps"
# For jobs that install no tools.
_IMAGE_STEP = "python3 -m release.steps"
_CHECKSUMS = {"CHECKSUMS": built("checksums")}
_GH = {"GH_REPO": "github.repository", "GH_TOKEN": "github.token"}
_WRITE_SUMS = "printf '%s\\n' \"$CHECKSUMS\" > SHA256SUMS"
_PLAN = run(f'{_STEP} plan >> "$GITHUB_OUTPUT"', id="plan")
_PYTHON = {"PYTHON": "matrix.python"}
_BUILD = [
    run(f"{_STEP} build dist"),
    run(f"{_STEP} contents dist", "twine check --strict dist/*"),
    run(f"{_STEP} reproduce dist"),
]
_ALL_BUT_PACKAGES = f"/*\n${{{{ {built('left-out')} }}}}"
_CHECKOUT_WITHOUT_PACKAGES = checkout(
    sparse_checkout_cone_mode=False, sparse_checkout=_ALL_BUT_PACKAGES
)
_TEST = job(
    20,
    _CHECKOUT_WITHOUT_PACKAGES,
    download("dist"),
    tools(lock="tox", pythons="${{ matrix.python }}"),
    run(
        'export HOST_WHEEL="${HOST:+$PWD/dist/$HOST}"',
        f'tox run -e "py${{PYTHON/./}}" --installpkg "dist/$WHEEL" {_MISSING_FAILS}',
        env={**_PYTHON, "HOST": built("host-wheel"), "WHEEL": built("wheel")},
        timeout_minutes=15,
    ),
    needs="build",
    strategy=matrix(python="pythons"),
)
_COMPARE_WITH_BUILT = run(
    'sha256sum --check --strict - <<< "$CHECKSUMS"',
    'test "$(ls -A | sort)" = "$(sed \'s/^[0-9a-f]*  //\' <<< "$CHECKSUMS" | sort)"',
    env=_CHECKSUMS,
    working_directory="dist",
)
_PROVENANCE = {"subject-path": "dist/*", "create-storage-record": False}
_TESTPYPI = {"repository-url": "https://test.pypi.org/legacy/", "skip-existing": True}
_RELEASE_JOBS: dict[str, Job] = {
    "attest": signing_job(
        "build", action("actions/attest", _PROVENANCE), may={"attestations": "write"}
    ),
    "testpypi": signing_job(
        ["build", "test", "attest"],
        _COMPARE_WITH_BUILT,
        publish({**_TESTPYPI, "attestations": False}),
        environment={"name": "testpypi"},
    ),
    "pypi": signing_job(
        ["build", "verify-testpypi"],
        _COMPARE_WITH_BUILT,
        publish(),
        environment={"name": "pypi"},
    ),
    "build": job(
        10,
        run(
            'echo "::notice::This run publishes nothing. '
            'Only a pushed tag becomes a release, and in a fork no tag does."',
            if_=_IS_NOT_RELEASE,
        ),
        checkout(fetch_depth=0),
        tools(lock="build"),
        _PLAN,
        run("mkdir notes", f"{_STEP} version notes/notes.md"),
        run(f"{_STEP} on_main", if_=_IS_TAG),
        *_BUILD,
        run(
            "(cd dist && sha256sum *) > SHA256SUMS",
            '{ echo "checksums<<END"; cat SHA256SUMS; echo "END"; } >> "$GITHUB_OUTPUT"',
            id="checksums",
        ),
        run(f"{_STEP} index SHA256SUMS", timeout_minutes=5, if_=_IS_TAG),
        upload("dist", 30),
        upload("notes", 30),
        outputs=outputs(
            "left-out wheel host-wheel pythons demo",
            dist="dist.outputs.artifact-id",
            notes="notes.outputs.artifact-id",
            checksums="checksums.outputs.checksums",
        ),
    ),
    "test": _TEST,
    "verify-testpypi": job(
        45,
        _CHECKOUT_WITHOUT_PACKAGES,
        tools(pythons="${{ matrix.python }}"),
        fetch("testpypi", _STEP),
        run(f'{_STEP} smoke fetched --python "$PYTHON"', env=_PYTHON, timeout_minutes=5),
        run(f'{_STEP} tag "$GITHUB_REF_NAME" "$GITHUB_SHA"', env=_GH),
        needs=["build", "testpypi"],
        strategy=matrix(python="demo"),
    ),
    "verify-pypi": job(45, checkout(), fetch("pypi", _IMAGE_STEP), needs=["build", "pypi"]),
    "github-release": job(
        10,
        checkout(),
        download("dist"),
        _COMPARE_WITH_BUILT,
        download("notes"),
        run(
            _WRITE_SUMS,
            f'{_IMAGE_STEP} tag "$GITHUB_REF_NAME" "$GITHUB_SHA"',
            f'{_IMAGE_STEP} github_release "$GITHUB_REF_NAME" notes/notes.md \\',
            "  dist/* SHA256SUMS",
            env={**_CHECKSUMS, **_GH},
        ),
        may={"contents": "write"},
        needs=["build", "verify-pypi"],
    ),
}
_CI_JOBS: dict[str, Job] = {
    "build": job(
        10,
        checkout(),
        tools(lock="build"),
        _PLAN,
        *_BUILD,
        upload("dist", 5),
        outputs=outputs(
            "left-out wheel host-wheel pythons images check devcontainer",
            dist="dist.outputs.artifact-id",
        ),
    ),
    "test": _TEST,
    "check": job(
        15,
        checkout(),
        tools(lock="tox", pythons="${{ matrix.pythons }}"),
        tox('"$ENVIRONMENT"', env={"ENVIRONMENT": "matrix.environment"}),
        needs="build",
        strategy=matrix(include="check"),
    ),
    "rehearsal": job(
        30, checkout(), tools(lock="tox", pythons="all"), tox("release"), needs="build"
    ),
    "devcontainer": job(
        45,
        checkout(),
        action(
            "devcontainers/ci",
            {
                "push": "never",
                "env": "CI\nCORE_TOOLS_VERSION\nENVIRONMENTS",
                # The action runs this with `bash -c`, which would continue after a failure.
                "runCmd": "set -eo pipefail\n"
                'test "$(func --version)" = "$CORE_TOOLS_VERSION"\n'
                f'tox run -e "$ENVIRONMENTS" {_MISSING_FAILS}',
            },
            env={
                "CORE_TOOLS_VERSION": "${{ matrix.core-tools }}",
                "ENVIRONMENTS": "${{ matrix.environments }}",
            },
        ),
        needs="build",
        strategy=matrix(include="devcontainer"),
    ),
    "container": job(
        30,
        checkout(),
        tools(lock="tox"),
        run('tox run -e container -- "$WHICH"', env={"WHICH": "matrix.which"}),
        needs="build",
        strategy=matrix(which="images"),
    ),
}
_ALLS_GREEN = action("re-actors/alls-green", {"jobs": "${{ toJSON(needs) }}"})
_GATE = job(5, _ALLS_GREEN, may={}, needs=list(_CI_JOBS), if_="always()")


def workflow(jobs: dict[str, Job], group: str, *, cancel: Any, **on: Any) -> dict[Any, Any]:
    """Return a whole workflow; PyYAML reads the key `on` as True."""
    return {
        True: on,
        "permissions": {},
        "concurrency": {"group": group, "cancel-in-progress": cancel},
        "defaults": {"run": {"shell": "bash"}},
        "jobs": jobs,
    }


_SETUP_PYTHON = "${{ steps.pythons.outputs.setup-python }}"
_TOOLS_PYTHON = "${{ steps.pythons.outputs.tools-python }}"
_TOOLS_STEPS = [
    # The same version as tox installs.
    action("astral-sh/setup-uv", {"version": _LOCKED_UV, "enable-cache": False}),
    run(
        'python3 -m release.steps plan --pythons "$PYTHONS" >> "$GITHUB_OUTPUT"',
        env={"PYTHONS": "inputs.pythons"},
        id="pythons",
        shell="bash",
    ),
    run(
        "for python in $FROM_IMAGES; do",
        '  container=$(docker create "docker.io/library/python:$python-slim-bookworm")',
        '  docker cp "$container:/usr/local" "$RUNNER_TEMP/python$python"',
        '  docker rm "$container"',
        "  folder=$RUNNER_TEMP/python$python/bin",
        '  "$folder/python$python" -c'
        ' "import bz2, ctypes, lzma, readline, sqlite3, ssl, uuid, zlib"',
        '  echo "$folder" >> "$GITHUB_PATH"',
        "done",
        env={"FROM_IMAGES": "steps.pythons.outputs.from-images"},
        shell="bash",
    ),
    action("actions/setup-python", {"python-version": f"{_SETUP_PYTHON}\n{_TOOLS_PYTHON}"}),
    run(
        'uv venv --python "$TOOLS_PYTHON" "$RUNNER_TEMP/tools"',
        'uv pip sync --python "$RUNNER_TEMP/tools" --require-hashes'
        ' "release/requirements/$LOCK.txt"',
        'echo "$RUNNER_TEMP/tools/bin" >> "$GITHUB_PATH"',
        if_="inputs.lock != ''",
        env={"LOCK": "inputs.lock", "TOOLS_PYTHON": "steps.pythons.outputs.tools-python"},
        shell="bash",
    ),
]


def updates(ecosystem: str, group: str, *folders: str, **keys: Any) -> dict[str, Any]:
    """Return Dependabot's settings for some folders."""
    return {
        "package-ecosystem": ecosystem,
        "directories": list(folders),
        "schedule": {"interval": "monthly"},
        "cooldown": {"default-days": 7},
        "groups": {group: {"patterns": ["*"]}},
        **keys,
    }


_SAME_PYTHON = {
    "dependency-name": "*python",
    "update-types": ["version-update:semver-major", "version-update:semver-minor"],
}
_DOCKERFILES = [*ROOT.glob(".devcontainer/Dockerfile"), *ROOT.glob("integration/**/Dockerfile")]
_IMAGES = sorted(f"/{file.parent.relative_to(ROOT)}" for file in _DOCKERFILES)

FILES: dict[str, Any] = {
    "workflows/ci.yml": workflow(
        {**_CI_JOBS, "gate": _GATE},
        "ci-${{ github.event.pull_request.number || github.sha }}",
        cancel="${{ github.event_name == 'pull_request' }}",
        # With a filter by path or kind, the required check might never run, and would block
        # forever.
        pull_request=None,
        push={"branches": ["main"]},
    ),
    "workflows/release.yml": workflow(
        _RELEASE_JOBS,
        "release-${{ github.ref }}",
        cancel=False,
        push={"tags": ["v*"]},
        workflow_dispatch=None,
    ),
    "workflows/upstream.yml": workflow(
        {"next": job(20, checkout(), tools(lock="tox", pythons="3.14"), tox("py314-next"))},
        "upstream",
        cancel=False,
        schedule=[{"cron": "23 4 * * 1"}],
        workflow_dispatch=None,
    ),
    "actions/tools/action.yml": {
        "inputs": {"lock": {"default": ""}, "pythons": {"default": ""}},
        "runs": {"using": "composite", "steps": _TOOLS_STEPS},
    },
    "dependabot.yml": {
        "version": 2,
        "updates": [
            updates("github-actions", "actions", "/", "/.github/actions/tools"),
            updates("docker", "images", *_IMAGES, ignore=[_SAME_PYTHON]),
            updates("pip", "tools", "/", "/host", "/release/requirements", "/tests/requirements"),
        ],
    },
}
