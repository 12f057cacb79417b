"""
Stand-in for actions/checkout.

Kept: the commit of the run and nothing that is not committed; a shallow clone unless `fetch-depth`
is 0; the patterns of `sparse-checkout`. Fails if `sparse-checkout-cone-mode` is not `false` beside
them, or `persist-credentials` is not, which is the project's rule. Left out: every other input.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from release.rehearsal.standins.job import Job, StepError, run

# With all of the history come all tags.
ALL = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"]


def checkout(job: Job) -> None:
    """Put the commit into the workspace."""
    if job.is_on("persist-credentials", "true"):
        raise StepError("persist-credentials must be false")
    sha, origin = os.environ["GITHUB_SHA"], Path(job.state["origin"])
    _git(job, "init", "--quiet", "--initial-branch=main")
    git = job.workspace / ".git"
    # Objects are shared, not copied: a release checks out a dozen times.
    (git / "objects/info/alternates").write_text(f"{origin / 'objects'}\n", encoding="utf-8")
    if (origin / "shallow").exists():
        # The rehearsal itself was started in a shallow clone, as CI's are.
        shutil.copyfile(origin / "shallow", git / "shallow")
    if job.inputs.get("fetch-depth") == "0":
        _git(job, "fetch", "--quiet", str(origin), *ALL)
    else:
        (git / "shallow").write_text(f"{sha}\n", encoding="utf-8")
    if patterns := job.inputs.get("sparse-checkout", "").split():
        if job.is_on("sparse-checkout-cone-mode", "true"):
            raise StepError("sparse-checkout-cone-mode must be false")
        _git(job, "sparse-checkout", "set", "--no-cone", *patterns)
    _git(job, "-c", "advice.detachedHead=false", "checkout", "--quiet", sha)


def _git(job: Job, *arguments: str) -> None:
    done = subprocess.run(["git", *arguments], cwd=job.workspace, check=False)
    if done.returncode:
        raise StepError(f"git {arguments[0]} failed")


if __name__ == "__main__":
    run(checkout)
