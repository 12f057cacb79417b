"""A successful run on disk. Fault tests start from its build instead of building again."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from release.rehearsal.project import Project
from release.rehearsal.workflow import Finished
from release.steps.checksums import parse_sums

if TYPE_CHECKING:
    from release.rehearsal.rehearsal import Rehearsal
    from release.rehearsal.timeline import Run

_FOLDERS = ("work", "origin.git", "artifacts")


@dataclass(frozen=True)
class Record:
    """The repository and the artifacts of a run, and the results of its jobs."""

    folder: Path
    results: dict[str, str]
    outputs: dict[str, dict[str, str]]
    testpypi: dict[str, str]
    pypi: dict[str, str]
    attested: dict[str, list[str]]
    provenance: dict[str, str]
    release: dict[str, Any]

    @property
    def built(self) -> dict[str, str]:
        """File name → SHA-256, from the output of the job `build`."""
        return parse_sums(self.outputs["build"]["checksums"])

    @property
    def wheel(self) -> str:
        """The file name of the wheel, which is uploaded first."""
        (name,) = (name for name in self.built if name.endswith(".whl"))
        return name

    @property
    def sdist(self) -> str:
        """The file name of the sdist."""
        (name,) = self.built.keys() - {self.wheel}
        return name

    def finished(self, *jobs: str) -> dict[str, Finished]:
        """Return jobs that need not run again."""
        return {job: Finished(self.outputs[job]) for job in jobs}

    def read(self, name: str) -> bytes:
        """Return the content of a built file."""
        (file,) = self.folder.glob(f"artifacts/*-dist/{name}")
        return file.read_bytes()

    def restore(self, folder: Path) -> Project:
        """Copy repository and artifacts into the folder of another rehearsal."""
        for name in _FOLDERS:
            shutil.copytree(self.folder / name, folder / name, symlinks=True)
        return Project(folder / "work", folder / "origin.git")


def save(run: Run, rehearsal: Rehearsal, folder: Path) -> Record:
    """Copy what later rehearsals need of a successful run to a new folder."""
    record = Record(
        folder=folder,
        results=run.results,
        outputs={job: run.outputs(job) for job in run.results},
        testpypi=rehearsal.testpypi.files(),
        pypi=rehearsal.pypi.files(),
        attested={
            "testpypi": sorted(rehearsal.testpypi.attested),
            "pypi": sorted(rehearsal.pypi.attested),
        },
        provenance=rehearsal.provenance(),
        release=rehearsal.release(),
    )
    for name in _FOLDERS:
        shutil.copytree(rehearsal.state.folder / name, folder / name, symlinks=True)
    content = json.dumps({**asdict(record), "folder": ""})
    (folder / "record.json").write_text(content, encoding="utf-8")
    return record


def load(folder: Path) -> Record:
    """Return the record that `save()` wrote."""
    content = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    return Record(**{**content, "folder": folder})
