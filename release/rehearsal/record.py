"""A run on disk. Fault tests start from its build instead of building again."""

import pickle
import shutil
from dataclasses import dataclass
from pathlib import Path

from release.rehearsal.index_server import Index
from release.rehearsal.run import ORDER, Run
from release.rehearsal.state import State
from release.rehearsal.workflow import Finished
from release.steps.checksums import parse_sums

_FILE = "record"


@dataclass(frozen=True)
class Record:
    """A run, the folder of its rehearsal, and the files with an attestation on each index."""

    folder: Path
    run: Run
    attested: dict[str, set[str]]

    @property
    def state(self) -> State:
        """The state of GitHub after the run."""
        return State(self.folder, {}, {})

    @property
    def built(self) -> dict[str, str]:
        """File name → SHA-256, from the output of the job `build`."""
        return parse_sums(self.run.outputs("build")["checksums"])

    @property
    def first(self) -> str:
        """The name of the first uploaded file, a wheel."""
        return min(self.built)

    @property
    def last(self) -> str:
        """The name of the last uploaded file, an sdist."""
        return max(self.built)

    def before(self, job: str) -> dict[str, Finished]:
        """Return the jobs that run before a job. They need not run again."""
        return self.run.finished(*ORDER[: ORDER.index(job)])

    def read(self, name: str) -> bytes:
        """Return the content of a built file."""
        return (self.folder / "testpypi" / name).read_bytes()

    def restore(self, folder: Path) -> None:
        """Copy repository and artifacts into the folder of another rehearsal."""
        for name in ("work", "origin.git", "artifacts"):
            shutil.copytree(self.folder / name, folder / name, symlinks=True)


def save(run: Run, folder: Path, *indexes: Index) -> None:
    """Write the record of a run into the folder of its rehearsal."""
    record = Record(folder, run, {index.name: index.attested for index in indexes})
    (folder / _FILE).write_bytes(pickle.dumps(record))


def load(folder: Path) -> Record:
    """Return the record that `save()` wrote."""
    record = pickle.loads((folder / _FILE).read_bytes())
    assert isinstance(record, Record)
    return record
