"""
Stand-in for actions/checkout.

Kept: the commit of the run without any uncommitted change, a shallow clone unless `fetch-depth` is
0, and `sparse-checkout` in both modes. Fails unless `persist-credentials` is `false`, the
project's rule. Left out: every other input.
"""

from __future__ import annotations

import os

from release.rehearsal.standins.job import Job, run
from release.steps.commands import git
from release.steps.failure import ReleaseError

# The whole history comes with all tags.
_ALL = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"]


def checkout(job: Job) -> None:
    """Put the commit into the workspace."""
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


if __name__ == "__main__":
    run(checkout)
