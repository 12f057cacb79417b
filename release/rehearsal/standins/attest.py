"""
Stand-in for actions/attest.

Kept: its two permissions, failure if `subject-path` matches no file, one record with name and
SHA-256 for each file, in a folder of the rehearsal. Left out: signing (it needs Sigstore), and
every predicate but the default, build provenance.
"""

from __future__ import annotations

import json

from release.rehearsal.standins.job import Job, run
from release.steps.checksums import sha256
from release.steps.failure import ReleaseError


def attest(job: Job) -> None:
    """Record the statement of the attestation."""
    job.require_permission("id-token", "attestations")
    if job.is_on("create-storage-record", "true"):
        raise ReleaseError("create-storage-record must be false, or artifact-metadata is needed")
    subjects = sorted(job.workspace.glob(job.inputs["subject-path"]))
    if not subjects:
        raise ReleaseError("Could not find subject at path " + job.inputs["subject-path"])
    job.state.attestations.mkdir(exist_ok=True)
    for file in subjects:
        record = json.dumps({"name": file.name, "sha256": sha256(file)})
        (job.state.attestations / f"{file.name}.json").write_text(record, encoding="utf-8")


if __name__ == "__main__":
    run(attest)
