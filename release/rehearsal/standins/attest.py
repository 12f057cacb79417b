"""
Stand-in for actions/attest.

Kept: the two permissions it needs, failure if `subject-path` matches nothing, one record with name
and SHA-256 per file. The records go to a folder of the rehearsal. Left out: signing (it needs
Sigstore), every predicate but the default one, build provenance.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from release.rehearsal.standins.job import Job, StepError, run


def attest(job: Job) -> None:
    """Record what the attestation would say."""
    job.needs_permission("id-token", "attestations")
    if job.is_on("create-storage-record", "true"):
        raise StepError("create-storage-record must be false, or artifact-metadata is needed")
    subjects = sorted(job.workspace.glob(job.inputs["subject-path"]))
    if not subjects:
        raise StepError("Could not find subject at path " + job.inputs["subject-path"])
    folder = Path(job.state["attestations"])
    folder.mkdir(exist_ok=True)
    for file in subjects:
        record = {"name": file.name, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
        (folder / f"{file.name}.json").write_text(json.dumps(record), encoding="utf-8")


if __name__ == "__main__":
    run(attest)
