"""A run that went well, kept so that faults can start from its build instead of building again."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from release.rehearsal.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterable

    from release.rehearsal.rehearsal import Rehearsal
    from release.rehearsal.rerun import Outputs
    from release.rehearsal.timeline import Run

_FOLDERS = ("work", "origin.git", "artifacts")


@dataclass(frozen=True)
class Record:
    """The repository and the artifacts of a run, and what became of its jobs."""

    folder: Path
    results: dict[str, str]
    outputs: dict[str, Outputs]
    testpypi: dict[str, str]
    pypi: dict[str, str]
    attested: dict[str, list[str]]
    provenance: dict[str, str]
    release: dict[str, Any]

    @property
    def built(self) -> dict[str, str]:
        """File name → SHA-256, as the build job reported them."""
        return checksums(self.outputs["build"]["checksums"])

    @property
    def wheel(self) -> dict[str, str]:
        """The wheel's entry of the built files; it is uploaded first."""
        return {name: digest for name, digest in self.built.items() if name.endswith(".whl")}

    def kept(self, jobs: Iterable[str]) -> dict[str, Outputs]:
        """Return the outputs of jobs whose results are to be kept."""
        return {job: self.outputs[job] for job in jobs}

    @property
    def dist(self) -> Path:
        """The folder with the two built files."""
        (folder,) = self.folder.glob("artifacts/*/dist/files")
        return folder

    def restore(self, folder: Path) -> Project:
        """Copy repository and artifacts into the folder of another rehearsal."""
        for name in _FOLDERS:
            shutil.copytree(self.folder / name, folder / name, symlinks=True)
        return Project(folder / "work", folder / "origin.git")


def checksums(lines: str) -> dict[str, str]:
    """Return file name → SHA-256 of the lines of a SHA256SUMS file."""
    pairs = [line.split("  ", 1) for line in lines.splitlines() if line]
    return {name: digest for digest, name in pairs}


def save(run: Run, stage: Rehearsal, folder: Path) -> Record:
    """Keep a run that went well: copy what later rehearsals need to a new folder."""
    record = Record(
        folder=folder,
        results=run.results,
        outputs={job: run.outputs(job) for job in run.results},
        testpypi=stage.testpypi.files(),
        pypi=stage.pypi.files(),
        attested={
            "testpypi": sorted(stage.testpypi.attested),
            "pypi": sorted(stage.pypi.attested),
        },
        provenance=stage.provenance(),
        release=stage.release(),
    )
    for name in _FOLDERS:
        shutil.copytree(stage.folder / name, folder / name, symlinks=True)
    content = json.dumps({**asdict(record), "folder": ""})
    (folder / "record.json").write_text(content, encoding="utf-8")
    return record


def load(folder: Path) -> Record:
    """Return a run that was kept in a folder."""
    content = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    return Record(**{**content, "folder": folder})
