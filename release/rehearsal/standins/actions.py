"""Stand-ins for the actions that set up a job, attest files or judge a run."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from release.rehearsal.standins.job import Job, add_to_path, link_python
from release.steps.checksums import sha256
from release.steps.commands import git
from release.steps.step import ReleaseError

# The whole history comes with all tags.
_ALL = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"]


def checkout(job: Job) -> None:
    """
    Stand-in for actions/checkout.

    Kept: the commit of the run without any uncommitted change, a shallow clone unless `fetch-depth`
    is 0, and `sparse-checkout` in both modes. Fails unless `persist-credentials` is `false`, the
    project's rule. Left out: every other input.
    """
    if job.is_on("persist-credentials", "true"):
        raise ReleaseError("persist-credentials must be false")
    sha, origin, where = os.environ["GITHUB_SHA"], job.state.origin, {"cwd": job.workspace}
    git("init", "--quiet", "--initial-branch=main", **where)
    folder = job.workspace / ".git"
    # Objects are shared, not copied: a release checks out a dozen times.
    (folder / "objects/info/alternates").write_text(f"{origin / 'objects'}\n", encoding="utf-8")
    if job.inputs.get("fetch-depth") == "0":
        git("fetch", "--quiet", str(origin), *_ALL, **where)
    else:
        (folder / "shallow").write_text(f"{sha}\n", encoding="utf-8")
    if patterns := job.inputs.get("sparse-checkout", "").split():
        cone = "--cone" if job.is_on("sparse-checkout-cone-mode", "true") else "--no-cone"
        git("sparse-checkout", "set", cone, *patterns, **where)
    git("-c", "advice.detachedHead=false", "checkout", "--quiet", sha, **where)


def setup_python(job: Job) -> None:
    """
    Stand-in for actions/setup-python.

    Kept: several versions, one on each line, of which the last is `python`. The interpreters are
    those on the caller's PATH; PIP_REQUIRE_VIRTUALENV keeps the jobs from installing anything into
    them. Left out: caching, other inputs.
    """
    for version in dict.fromkeys(job.inputs["python-version"].split()):
        folder = job.temp / f"python-{version}"
        link_python(job.state.interpreters[version], version, folder)
        add_to_path(folder)


def setup_uv(job: Job) -> None:
    """
    Stand-in for astral-sh/setup-uv.

    Kept: uv is on the PATH afterwards, in the version of the lock; a rule of the pipeline compares
    that with the input. Left out: caching (`enable-cache` must be false, as a release needs) and
    the other inputs.
    """
    if job.is_on("enable-cache", "true"):
        raise ReleaseError("enable-cache must be false")
    folder = job.temp / "uv"
    folder.mkdir(parents=True)
    (folder / "uv").symlink_to(Path(sys.executable).with_name("uv"))
    add_to_path(folder)


def attest(job: Job) -> None:
    """
    Stand-in for actions/attest.

    Kept: its two permissions, one record with name and SHA-256 for each file, in a folder of the
    rehearsal. Left out: signing (it needs Sigstore), and every predicate but the default, build
    provenance.
    """
    job.require_permission("id-token", "attestations")
    if job.is_on("create-storage-record", "true"):
        raise ReleaseError("create-storage-record must be false, or artifact-metadata is needed")
    job.state.attestations.mkdir(exist_ok=True)
    for file in job.workspace.glob(job.inputs["subject-path"]):
        (job.state.attestations / file.name).write_text(sha256(file), encoding="utf-8")


def alls_green(job: Job) -> None:
    """
    Stand-in for re-actors/alls-green.

    Kept: it fails unless every job in `jobs` succeeded. Left out: the inputs that allow failed and
    skipped jobs, and the outputs.
    """
    for name, needed in json.loads(job.inputs["jobs"]).items():
        if needed["result"] != "success":
            raise ReleaseError(f"not all needed jobs succeeded ({name}: {needed['result']})")
