"""Where the artifacts of a rehearsed run lie: a folder each, and its id, name and digest."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from release.rehearsal.standins.job import StepError

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Store:
    """
    The artifacts of one workflow run, over all its attempts.

    Attempt 2 may upload a name of attempt 1 again and reads what attempt 1 left, as on GitHub.
    """

    folder: Path

    def add(self, attempt: int, name: str, files: Iterable[Path], base: Path) -> tuple[str, str]:
        """Store files below `base` under a name that is new in this attempt; give id and digest."""
        target = self.folder / str(attempt) / name
        if target.exists():
            raise StepError(f"Conflict: an artifact with this name already exists: {name}")
        for file in files:
            copy = target / "files" / file.relative_to(base)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
        digest = digest_of(target / "files")
        artifact_id = str(1000 * attempt + len(list(target.parent.iterdir())))
        about = {"id": artifact_id, "digest": digest}
        (target / "about.json").write_text(json.dumps(about), encoding="utf-8")
        return artifact_id, digest

    def get(self, artifact_id: str) -> Path:
        """Return the folder with an artifact's files, if they are what was uploaded."""
        for about in self.folder.glob("*/*/about.json"):
            stored = json.loads(about.read_text(encoding="utf-8"))
            if stored["id"] == artifact_id:
                if digest_of(about.parent / "files") != stored["digest"]:
                    raise StepError(f"digest mismatch of artifact {artifact_id}")
                return about.parent / "files"
        raise StepError(f"Artifact not found: {artifact_id!r}")


def digest_of(folder: Path) -> str:
    """Return one SHA-256 over the names and bytes of all files below a folder."""
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{file.relative_to(folder)}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
