"""
Check that the tag still names the commit that this run releases.

    python -m release.steps tag v1.2.3 COMMIT

Someone can move a tag while a release waits for approval or a re-run. Needs the `gh` command with
GH_REPO and GH_TOKEN.
"""

from release.steps.commands import gh
from release.steps.step import ReleaseError


def main(tag: str, commit: str) -> None:
    """Refuse a tag that names another commit on GitHub, or none."""
    found = gh("api", f"repos/{{owner}}/{{repo}}/commits/tags/{tag}", "--jq", ".sha")
    if found != commit:
        raise ReleaseError(
            f"{tag} was moved from {commit} to {found}. This run is no longer its release; "
            f"continue with the run of the new tag."
        )
