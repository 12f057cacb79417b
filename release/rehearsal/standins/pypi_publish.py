"""
Stand-in for pypa/gh-action-pypi-publish, with the real twine.

Kept: the addresses of the two indexes and no others, the job's identity as the only key (`id-token:
write`; workflow and environment come from release.yml), `twine check`, which refuses files that are
not distributions, refusal of an attestation that is already there, one attestation beside each
file, `skip-existing`. Left out: Docker, signing, and the exchange of the identity for a password.
"""

from __future__ import annotations

import contextlib
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from release.rehearsal.state import write_identity
from release.steps.step import ReleaseError

if TYPE_CHECKING:
    from release.rehearsal.standins.job import Job

_INDEXES = {"": "pypi", "https://test.pypi.org/legacy/": "testpypi"}


def publish(job: Job) -> None:
    """Upload every distribution of the folder."""
    job.require_permission("id-token")
    index = _INDEXES[job.inputs.get("repository-url", "")]
    environment = job.definition.get("environment", {}).get("name", "")
    key = write_identity(index, job.state.workflow, environment)
    files = sorted((job.workspace / (job.inputs.get("packages-dir") or "dist")).iterdir())
    if signed := [file.name for file in files if file.name.endswith(".publish.attestation")]:
        raise ReleaseError(f"{', '.join(signed)} exists already: nothing is signed twice")
    if _run_twine("check", "--strict", *map(str, files))[0]:
        raise ReleaseError("twine check failed")
    address = job.state.indexes[index]
    attest = job.is_on("attestations", "true")
    for file in files:
        _upload(file, address, key, attest=attest, skip=job.is_on("skip-existing", "false"))


def _upload(file: Path, address: str, key: str, *, attest: bool, skip: bool) -> None:
    extra: list[str] = []
    if attest:
        side_car = file.with_name(f"{file.name}.publish.attestation")
        side_car.write_text('{"version": 1}', encoding="utf-8")
        extra = ["--attestations", str(side_car)]
    # twine refuses --skip-existing except for the two real addresses, so this reads its output.
    failed, output = _run_twine(
        "upload",
        "--verbose",
        f"--repository-url={address}/legacy/",
        "--username=__token__",
        f"--password={key}",
        *extra,
        str(file),
    )
    if failed and skip and "already exist" in output:
        sys.stdout.write(f"skipped {file.name}: the index has a file of that name\n")
        return
    if failed:
        raise ReleaseError(f"twine could not upload {file.name}")


def _run_twine(command: str, *arguments: str) -> tuple[bool, str]:
    """Run twine in this process, as it takes longer to start than to upload."""
    # Other stand-ins start without the time of this import.
    from twine.__main__ import main as twine

    options = ["--non-interactive", "--disable-progress-bar"] if command == "upload" else []
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        sys.argv = ["twine", "--no-color", command, *options, *arguments]
        failed = bool(twine())
    sys.stdout.write(output.getvalue())
    return failed, output.getvalue()
