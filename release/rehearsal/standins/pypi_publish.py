"""
Stand-in for pypa/gh-action-pypi-publish, with the real twine.

Kept: the addresses of the two indexes and no others, the exchange of the job's identity for a key
(`id-token: write`; workflow and environment come from release.yml), `twine check`, refusal of
files that are not distributions and of an attestation that is already there, one attestation beside
each file, `skip-existing`. Left out: Docker, signing, passwords.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError

from release.rehearsal.publisher import Publisher, write_identity
from release.steps.step import ReleaseError

if TYPE_CHECKING:
    from release.rehearsal.standins.job import Job

_INDEXES = {"": "pypi", "https://test.pypi.org/legacy/": "testpypi"}


def publish(job: Job) -> None:
    """Upload every distribution of the folder."""
    address = job.inputs.get("repository-url", "")
    if address not in _INDEXES:
        raise ReleaseError(f"the rehearsal does not have an index at {address}")
    index = job.state.indexes[_INDEXES[address]]
    files = _distributions(job.workspace / (job.inputs.get("packages-dir") or "dist"))
    _twine("check", "--strict", *map(str, files))
    key = _key(job, index)
    attest = job.is_on("attestations", "true")
    for file in files:
        _upload(file, index, key, attest=attest, skip=job.is_on("skip-existing", "false"))


def _distributions(folder: Path) -> list[Path]:
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    if not files:
        raise ReleaseError(f"{folder} has no distribution packages to publish")
    if signed := [file.name for file in files if file.name.endswith(".publish.attestation")]:
        raise ReleaseError(f"{', '.join(signed)} exists already: nothing is signed twice")
    if others := [file.name for file in files if not file.name.endswith((".whl", ".tar.gz"))]:
        raise ReleaseError(f"not a distribution: {', '.join(others)}")
    return files


def _key(job: Job, index: str) -> str:
    job.require_permission("id-token")
    environment = job.definition.get("environment", {})
    publisher = Publisher(
        repository=job.state.repository,
        workflow=job.state.workflow,
        environment=environment if isinstance(environment, str) else environment.get("name", ""),
    )
    audience = _request(f"{index}/_/oidc/audience", None)["audience"]
    identity = write_identity(audience, publisher)
    return _request(f"{index}/_/oidc/mint-token", {"token": identity})["token"]


def _request(address: str, body: dict[str, str] | None) -> dict[str, str]:
    data = json.dumps(body).encode() if body else None
    try:
        request = urllib.request.Request(address, data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            content: dict[str, str] = json.load(answer)
            return content
    except HTTPError as error:
        raise ReleaseError(f"trusted publishing failed: {error.code} {error.read()!r}") from None
    except URLError as error:
        raise ReleaseError(f"{address} cannot be reached: {error.reason}") from None


def _upload(file: Path, index: str, key: str, *, attest: bool, skip: bool) -> None:
    extra: list[str] = []
    if attest:
        side_car = file.with_name(f"{file.name}.publish.attestation")
        side_car.write_text('{"version": 1}', encoding="utf-8")
        extra = ["--attestations", str(side_car)]
    # twine refuses --skip-existing except for the two real addresses, so this reads its output.
    failed, output = _run_twine(
        "upload",
        "--verbose",
        f"--repository-url={index}/legacy/",
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


def _twine(*arguments: str) -> None:
    if _run_twine(*arguments)[0]:
        raise ReleaseError(f"twine {arguments[0]} failed")


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
