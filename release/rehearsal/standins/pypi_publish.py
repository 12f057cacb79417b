"""
Stand-in for pypa/gh-action-pypi-publish, with the real twine.

Kept: the two addresses it publishes to and no other, the exchange of the job's identity for a key
(`id-token: write`, workflow and environment are looked up in release.yml), `twine check`, refusal
of what is not a distribution and of a left-over attestation, one attestation beside each file,
`skip-existing`. Left out: Docker, signing, passwords.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import urllib.request
from pathlib import Path
from urllib.error import HTTPError, URLError

from twine.__main__ import main as twine

from release.rehearsal.publisher import Publisher, write_identity
from release.rehearsal.standins.job import Job, StepError, run

_INDEXES = {"": "pypi", "https://test.pypi.org/legacy/": "testpypi"}


def publish(job: Job) -> None:
    """Upload every distribution of the folder."""
    address = job.inputs.get("repository-url", "")
    if address not in _INDEXES:
        raise StepError(f"the rehearsal knows no index at {address}")
    index = job.state["indexes"][_INDEXES[address]]
    files = _distributions(job.workspace / (job.inputs.get("packages-dir") or "dist"))
    _twine("check", "--strict", *map(str, files))
    key = _key(job, index)
    attest = job.is_on("attestations", "true")
    for file in files:
        _upload(file, index, key, attest=attest, skip=job.is_on("skip-existing", "false"))


def _distributions(folder: Path) -> list[Path]:
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    if not files:
        raise StepError(f"{folder} has no distribution packages to publish")
    if left_over := [file.name for file in files if file.name.endswith(".publish.attestation")]:
        raise StepError(f"{', '.join(left_over)} is there already: it is not signed twice")
    if strangers := [file.name for file in files if not file.name.endswith((".whl", ".tar.gz"))]:
        raise StepError(f"not a distribution: {', '.join(strangers)}")
    return files


def _key(job: Job, index: str) -> str:
    job.needs_permission("id-token")
    environment = job.definition.get("environment", {})
    publisher = Publisher(
        repository=job.state["repository"],
        workflow=Path(job.state["workflow"]).name,
        environment=environment if isinstance(environment, str) else environment.get("name", ""),
    )
    audience = _ask(f"{index}/_/oidc/audience", None)["audience"]
    identity = write_identity(audience, publisher)
    return _ask(f"{index}/_/oidc/mint-token", {"token": identity})["token"]


def _ask(address: str, body: dict[str, str] | None) -> dict[str, str]:
    data = json.dumps(body).encode() if body else None
    try:
        with urllib.request.urlopen(urllib.request.Request(address, data)) as answer:
            content: dict[str, str] = json.load(answer)
            return content
    except HTTPError as error:
        raise StepError(f"trusted publishing failed: {error.code} {error.read()!r}") from None
    except URLError as error:
        raise StepError(f"{address} cannot be reached: {error.reason}") from None


def _upload(file: Path, index: str, key: str, *, attest: bool, skip: bool) -> None:
    extra: list[str] = []
    if attest:
        side_car = file.with_name(f"{file.name}.publish.attestation")
        side_car.write_text('{"version": 1}', encoding="utf-8")
        extra = ["--attestations", str(side_car)]
    # twine refuses --skip-existing for any address but the two real ones, so its reply is read.
    failed, said = _twine_says(
        "upload",
        "--verbose",
        f"--repository-url={index}/legacy/",
        "--username=__token__",
        f"--password={key}",
        *extra,
        str(file),
    )
    if failed and skip and "already exist" in said:
        sys.stdout.write(f"skipped {file.name}: the index has a file of that name\n")
        return
    if failed:
        raise StepError(f"twine could not upload {file.name}")


def _twine(*arguments: str) -> None:
    if _twine_says(*arguments)[0]:
        raise StepError(f"twine {arguments[0]} failed")


def _twine_says(act: str, *arguments: str) -> tuple[bool, str]:
    """Run twine in this process: it takes longer to start than to upload."""
    options = ["--non-interactive", "--disable-progress-bar"] if act == "upload" else []
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        sys.argv = ["twine", "--no-color", act, *options, *arguments]
        failed = bool(twine())
    sys.stdout.write(said.getvalue())
    return failed, said.getvalue()


if __name__ == "__main__":
    run(publish)
