"""The state of a rehearsal. The stand-ins, which are processes, share it as a file."""

import os
import pickle
from dataclasses import dataclass, field
from pathlib import Path

FILE = "REHEARSAL_STATE"
REPOSITORY = "rehearsal/project"


def write_identity(index: str, workflow: str, environment: str) -> str:
    """
    Return the identity of a job, as GitHub gives it to a job with `id-token: write`.

    An index compares it with the identity of the registered publisher.
    """
    return f"{REPOSITORY}/{workflow}, environment {environment!r}, for {index}"


@dataclass
class Release:
    """A release on GitHub; `assets` is file name → SHA-256."""

    assets: dict[str, str] = field(default_factory=dict)
    prerelease: bool = False
    notes: str = ""
    draft: bool = False


@dataclass
class State:
    """Everything that the stand-ins know about the rehearsal."""

    folder: Path
    indexes: dict[str, str]
    """Name → address of each index."""
    interpreters: dict[str, str]
    """Version → path of each Python."""
    workflow: str = "release.yml"
    attempt: int = 0

    def __post_init__(self) -> None:
        self.artifacts = self.folder / "artifacts"
        self.attestations = self.folder / "attestations"
        # GitHub's copy of the repository, and the maintainer's clone.
        self.origin = self.folder / "origin.git"
        self.work = self.folder / "work"
        self._releases = self.folder / "releases"

    def release(self, tag: str) -> Release | None:
        """Return a release on GitHub."""
        file = self._releases / tag
        return pickle.loads(file.read_bytes()) if file.exists() else None

    def save_release(self, tag: str, release: Release | None) -> None:
        """Store a release on GitHub, for the next command."""
        self._releases.mkdir(exist_ok=True)
        (self._releases / tag).write_bytes(pickle.dumps(release))

    def provenance(self) -> dict[str, str]:
        """Return file name → SHA-256 of every attested file."""
        return {file.name: file.read_text("utf-8") for file in self.attestations.iterdir()}

    def save(self, file: Path) -> None:
        """Write the state for the stand-ins."""
        file.write_bytes(pickle.dumps(self))


def load_state() -> State:
    """Return the state that `State.save()` wrote."""
    state = pickle.loads(Path(os.environ[FILE]).read_bytes())
    assert isinstance(state, State)
    return state
