"""
Stand-in for pypa/gh-action-pypi-publish, with the real twine.

Imitates: the addresses of the two indexes and no others; the job's identity as the only key
(`id-token: write`, with workflow and environment from release.yml); `twine check`, which refuses
files that are not distributions; the refusal of an existing attestation; one attestation beside
each file; `skip-existing`. Omits: Docker, signing, and the exchange of the identity for a password.
"""

import contextlib
import io
import sys
from pathlib import Path

from release.rehearsal.standins.job import Job
from release.rehearsal.state import write_identity
from release.steps.step import ReleaseError

_SIGNATURE = ".publish.attestation"
_INDEXES = {"": "pypi", "https://test.pypi.org/legacy/": "testpypi"}


def publish(
    job: Job,
    *,
    repository_url: str = "",
    attestations: str = "true",
    skip_existing: str = "false",
) -> None:
    """Upload every distribution of the folder `dist`."""
    job.require_permission("id-token")
    index = _INDEXES[repository_url]
    environment = job.definition.get("environment", {}).get("name", "")
    key = write_identity(index, job.state.workflow, environment)
    files = sorted((job.workspace / "dist").iterdir())
    if signed := [file.name for file in files if file.name.endswith(_SIGNATURE)]:
        raise ReleaseError(f"{', '.join(signed)} exists already: nothing is signed twice")
    if _run_twine("check", "--strict", *map(str, files))[0]:
        raise ReleaseError("twine check failed")
    for file in files:
        signature = _sign(file) if attestations == "true" else []
        failed, output = _upload(file, f"{job.state.indexes[index]}/legacy/", key, signature)
        # twine refuses --skip-existing except for the two real addresses, so this reads its output.
        if failed and not (skip_existing == "true" and "already exist" in output):
            raise ReleaseError(f"twine could not upload {file.name}")


def _sign(file: Path) -> list[str]:
    signature = file.with_name(f"{file.name}{_SIGNATURE}")
    signature.write_text('{"version": 1}', encoding="utf-8")
    return ["--attestations", str(signature)]


def _upload(file: Path, address: str, key: str, signature: list[str]) -> tuple[bool, str]:
    credentials = ["--username=__token__", f"--password={key}"]
    options = ["--verbose", "--non-interactive", "--disable-progress-bar", *credentials]
    return _run_twine("upload", f"--repository-url={address}", *options, *signature, str(file))


def _run_twine(*arguments: str) -> tuple[bool, str]:
    """Run twine in this process: it takes longer to start than to upload."""
    # Import it late: it would slow down the start of the other stand-ins.
    from twine.__main__ import main as twine

    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        sys.argv = ["twine", "--no-color", *arguments]
        failed = bool(twine())
    sys.stdout.write(output.getvalue())
    return failed, output.getvalue()
