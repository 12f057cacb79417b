"""
Check that the commit at HEAD is part of main, where every change was reviewed and tested.

    python -m release.steps on_main
"""

from release.steps.commands import git
from release.steps.step import ReleaseError

# Use the full name: a tag could have the short name.
_MAIN = "refs/remotes/origin/main"


def main() -> None:
    """Refuse a commit that is not an ancestor of origin/main."""
    git("rev-parse", "--verify", _MAIN)
    if git("rev-list", "--max-count=1", "HEAD", f"^{_MAIN}") == "":
        return
    if git("rev-parse", "--is-shallow-repository") == "true":
        raise ReleaseError(
            "This clone is shallow, so git cannot check whether the commit is on main. "
            "Run git fetch --unshallow (in a workflow: fetch-depth: 0)."
        )
    raise ReleaseError("The tagged commit is not on main. Merge it, then move the tag to main.")
