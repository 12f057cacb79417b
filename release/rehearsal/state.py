"""The state of a rehearsal that the stand-ins share; it reaches their processes as a file."""

from __future__ import annotations

import enum
import pickle
from dataclasses import dataclass, field
from pathlib import Path

FILE = "REHEARSAL_STATE"
REPOSITORY = "rehearsal/project"


def write_identity(index: str, workflow: str, environment: str) -> str:
    """
    Return the identity of a job, as GitHub gives it to a job with `id-token: write`.

    An index compares it with that of the publisher that the project registered.
    """
    return f"{REPOSITORY}/{workflow}, environment {environment!r}, for {index}"


class Tampering(enum.Enum):
    """A change to the files of a downloaded artifact, by a broken disk or an intruder."""

    CHANGED_BYTE = "the last byte of the wheel is another"
    ATTESTATION = "an attestation lies beside the wheel"


@dataclass
class State:
    """Everything that the stand-ins know of the rehearsal."""

    folder: Path
    indexes: dict[str, str]
    """Name → address of each index."""
    interpreters: dict[str, str]
    """Version → path of each Python."""
    workflow: str = "release.yml"
    attempt: int = 0
    tampering: dict[str, Tampering] = field(default_factory=dict)
    """Job → the change to the artifact that it downloads."""

    @property
    def artifacts(self) -> Path:
        """The artifacts of the run, over all its attempts."""
        return self.folder / "artifacts"

    @property
    def attestations(self) -> Path:
        """One record for each attested file."""
        return self.folder / "attestations"

    @property
    def origin(self) -> Path:
        """The bare repository, GitHub's copy."""
        return self.folder / "origin.git"

    @property
    def releases(self) -> Path:
        """One folder for each release on GitHub."""
        return self.folder / "releases"

    @property
    def work(self) -> Path:
        """The maintainer's clone."""
        return self.folder / "work"

    def release(self, tag: str) -> dict[str, str | bool | list[str]]:
        """Return the contents of a release on GitHub."""
        folder = self.releases / tag
        return {
            "assets": sorted(file.name for file in (folder / "assets").iterdir()),
            "draft": (folder / "draft").exists(),
            "prerelease": (folder / "prerelease").read_text(encoding="utf-8"),
            "notes": (folder / "notes.md").read_text(encoding="utf-8"),
        }

    def provenance(self) -> dict[str, str]:
        """Return file name → SHA-256 of every attested file."""
        return {file.name: file.read_text("utf-8") for file in self.attestations.iterdir()}

    def save(self, file: Path) -> None:
        """Write the state for the stand-ins."""
        file.write_bytes(pickle.dumps(self))

    @classmethod
    def load(cls, file: str) -> State:
        """Return the state that `save()` wrote."""
        state = pickle.loads(Path(file).read_bytes())
        assert isinstance(state, cls)
        return state
