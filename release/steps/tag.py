"""
Check that the tag still names the commit that is released.

    python -m release.steps.tag v1.2.3 COMMIT

A tag may be moved while a release waits, for its approval or for a re-run. Needs the `gh` command;
GH_REPO and GH_TOKEN speak to it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

from release.steps.failure import ReleaseError, exit_code


def check(tag: str, commit: str) -> None:
    """Refuse a tag that GitHub has at another commit, or not at all."""
    place = f"repos/{{owner}}/{{repo}}/commits/tags/{tag}"
    done = subprocess.run(
        ["gh", "api", place, "--jq", ".sha"], check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise ReleaseError(f"gh cannot tell where {tag} is: {done.stderr.strip()}")
    found = done.stdout.strip()
    if found != commit:
        raise ReleaseError(
            f"{tag} was moved from {commit} to {found}, so this run is not its release any more. "
            f"Go on with the run of the new tag."
        )


def main() -> None:
    """Check the tag given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tag")
    parser.add_argument("commit")
    arguments = parser.parse_args()
    check(arguments.tag, arguments.commit)


if __name__ == "__main__":
    sys.exit(exit_code(main))
