"""Store the artifacts of a rehearsed run: a folder each, with id and digest."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from release.steps.checksums import sha256
from release.steps.failure import ReleaseError

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Store:
    """
    The artifacts of one workflow run, over all its attempts.

    Attempt 2 may upload a name of attempt 1 again, and can read the artifacts of attempt 1, as on
    GitHub.
    """

    folder: Path

    def add(self, attempt: int, name: str, files: Iterable[Path], base: Path) -> tuple[str, str]:
        """Store files below `base` under a new name of this attempt; return id and digest."""
        target = self.folder / str(attempt) / name
        if target.exists():
            raise ReleaseError(f"Conflict: an artifact with this name already exists: {name}")
        for file in files:
            copy = target / "files" / file.relative_to(base)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
        digest = digest_folder(target / "files")
        artifact_id = str(1000 * attempt + len(list(target.parent.iterdir())))
        about = json.dumps({"id": artifact_id, "digest": digest})
        (target / "about.json").write_text(about, encoding="utf-8")
        return artifact_id, digest

    def find(self, artifact_id: str) -> Path:
        """Return the folder with the files of an artifact, which must be as uploaded."""
        for about in self.folder.glob("*/*/about.json"):
            stored = json.loads(about.read_text(encoding="utf-8"))
            if stored["id"] == artifact_id:
                if digest_folder(about.parent / "files") != stored["digest"]:
                    raise ReleaseError(f"digest mismatch of artifact {artifact_id}")
                return about.parent / "files"
        raise ReleaseError(f"Artifact not found: {artifact_id!r}")


def digest_folder(folder: Path) -> str:
    """Return one SHA-256 over the names and bytes of all files below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{file.relative_to(folder)}\0{sha256(file)}\n" for file in files]
    return hashlib.sha256("".join(lines).encode()).hexdigest()
