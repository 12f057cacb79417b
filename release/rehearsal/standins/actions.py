"""
Stand-ins for the actions of GitHub, setup-uv and alls-green.

Each docstring lists what the stand-in imitates. The stand-in omits the rest. The keyword arguments
of a stand-in are the inputs that it accepts.
"""

import json
import os
import shutil
import sys
from pathlib import Path

from release.rehearsal.standins.job import Job, add_to_path, link_python
from release.steps.checksums import sha256
from release.steps.commands import git
from release.steps.step import ReleaseError

# Git fetches all tags with the whole history.
_ALL = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"]


def checkout(
    job: Job,
    *,
    persist_credentials: str = "true",
    fetch_depth: str = "1",
    sparse_checkout: str = "",
    sparse_checkout_cone_mode: str = "true",
) -> None:
    """
    Check out the commit of the run, without any uncommitted change.

    The clone is shallow unless `fetch-depth` is 0. Fails unless `persist-credentials` is `false`,
    as the project requires.
    """
    if persist_credentials != "false":
        raise ReleaseError("persist-credentials must be false")
    sha, origin, where = os.environ["GITHUB_SHA"], job.state.origin, {"cwd": job.workspace}
    git("init", "--quiet", "--initial-branch=main", **where)
    folder = job.workspace / ".git"
    # Share objects, do not copy them: a release has a dozen checkouts.
    (folder / "objects/info/alternates").write_text(f"{origin / 'objects'}\n", encoding="utf-8")
    if fetch_depth == "0":
        git("fetch", "--quiet", str(origin), *_ALL, **where)
    else:
        (folder / "shallow").write_text(f"{sha}\n", encoding="utf-8")
    if sparse_checkout:
        cone = "--cone" if sparse_checkout_cone_mode == "true" else "--no-cone"
        git("sparse-checkout", "set", cone, *sparse_checkout.split(), **where)
    git("-c", "advice.detachedHead=false", "checkout", "--quiet", sha, **where)


def setup_python(job: Job, *, python_version: str) -> None:
    """
    Put several versions on the PATH, one per line.

    The last is `python`. The interpreters come from the caller's PATH. PIP_REQUIRE_VIRTUALENV keeps
    the jobs from installing anything into them.
    """
    for version in dict.fromkeys(python_version.split()):
        folder = job.temp / f"python-{version}"
        link_python(job.state.interpreters[version], version, folder)
        add_to_path(folder)


def setup_uv(job: Job, *, enable_cache: str = "true", version: str = "") -> None:
    """
    Put the locked uv on the PATH.

    A rule of the pipeline compares `version`.

    Fails unless `enable-cache` is false, as a release needs.
    """
    if enable_cache != "false":
        raise ReleaseError("enable-cache must be false")
    folder = job.temp / "uv"
    folder.mkdir(parents=True)
    (folder / "uv").symlink_to(Path(sys.executable).with_name("uv"))
    add_to_path(folder)


def upload_artifact(
    job: Job, *, name: str, path: str, if_no_files_found: str, retention_days: str
) -> dict[str, str]:
    """
    Store the files of a folder except hidden files, and return the output `artifact-id`.

    Fails without files (`if-no-files-found: error`), and if an attempt uses a name twice.
    """
    folder = job.workspace / path
    if not any(folder.glob("[!.]*")):
        raise ReleaseError(f"No files were found with the provided path: {folder}")
    artifact = f"{job.state.attempt}-{name}"
    shutil.copytree(folder, job.state.artifacts / artifact, ignore=shutil.ignore_patterns(".*"))
    return {"artifact-id": artifact}


def download_artifact(job: Job, *, path: str, artifact_ids: str = "") -> None:
    """
    Unpack one artifact, which may be from an earlier attempt.

    Stricter than the real action: `path` must be new, so that nothing else is published.
    """
    if not artifact_ids:
        raise ReleaseError("artifact-ids is empty: the job that uploads it did not run")
    shutil.copytree(job.state.artifacts / artifact_ids, job.workspace / path)


def attest(job: Job, *, subject_path: str, create_storage_record: str = "true") -> None:
    """Record the name and SHA-256 of each file. Nothing is signed, because that needs Sigstore."""
    job.require_permission("id-token", "attestations")
    if create_storage_record != "false":
        raise ReleaseError("create-storage-record must be false, or artifact-metadata is needed")
    job.state.attestations.mkdir(exist_ok=True)
    for file in job.workspace.glob(subject_path):
        (job.state.attestations / file.name).write_text(sha256(file), encoding="utf-8")


def alls_green(_: Job, *, jobs: str) -> None:
    """Fail unless every job in `jobs` succeeded."""
    for name, needed in json.loads(jobs).items():
        if needed["result"] != "success":
            raise ReleaseError(f"not all needed jobs succeeded ({name}: {needed['result']})")
