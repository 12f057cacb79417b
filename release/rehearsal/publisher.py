"""
Trusted publishing between a stand-in GitHub and a stand-in index.

GitHub writes an identity. The index compares it with the one that the project registered, and
returns a key for uploads. Signatures, and the time that a key is valid, are left out: both sides
run on loopback.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Publisher:
    """The workflow that may publish on an index, as a maintainer registers it there."""

    index: str
    repository: str
    workflow: str
    environment: str

    @property
    def identity(self) -> str:
        """The identity of a job, as GitHub gives it to a job with `id-token: write`."""
        return json.dumps(asdict(self))
