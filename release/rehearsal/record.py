"""A successful run on disk. Fault tests start from its build instead of building again."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from release.rehearsal.run import ORDER
from release.rehearsal.state import State
from release.rehearsal.workflow import Finished
from release.steps.checksums import parse_sums

if TYPE_CHECKING:
    from release.rehearsal.rehearsal import Rehearsal
    from release.rehearsal.run import Run


@dataclass(frozen=True)
class Record:
    """The folder of a run, the results and outputs of its jobs, and the attested files."""

    folder: Path
    results: dict[str, str]
    outputs: dict[str, dict[str, str]]
    attested: dict[str, list[str]]

    @property
    def state(self) -> State:
        """GitHub's side after the run."""
        return State(self.folder, {}, {})

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

    def before(self, job: str) -> dict[str, Finished]:
        """Return all jobs before a job; they need not run again."""
        return self.finished(*ORDER[: ORDER.index(job)])

    def read(self, name: str) -> bytes:
        """Return the content of a built file."""
        return (self.folder / "testpypi" / name).read_bytes()

    def restore(self, folder: Path) -> None:
        """Copy repository and artifacts into the folder of another rehearsal."""
        for name in ("work", "origin.git", "artifacts"):
            shutil.copytree(self.folder / name, folder / name, symlinks=True)


def save(run: Run, rehearsal: Rehearsal, folder: Path) -> Record:
    """Copy a successful run to a new folder."""
    content = {
        "results": run.results,
        "outputs": {job: run.outputs(job) for job in run.results},
        "attested": {
            "testpypi": sorted(rehearsal.testpypi.attested),
            "pypi": sorted(rehearsal.pypi.attested),
        },
    }
    source = rehearsal.state.folder
    shutil.copytree(source, folder, symlinks=True, ignore=shutil.ignore_patterns("runner"))
    (folder / "record.json").write_text(json.dumps(content), encoding="utf-8")
    return load(folder)


def load(folder: Path) -> Record:
    """Return the record that `save()` wrote."""
    return Record(folder, **json.loads((folder / "record.json").read_text(encoding="utf-8")))
