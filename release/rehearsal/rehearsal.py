"""A rehearsal: a project, two indexes and a runner, and the actions of a maintainer."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from release.rehearsal import seed
from release.rehearsal.index_server import Index, serve
from release.rehearsal.interpreters import find_interpreters
from release.rehearsal.project import Project, clone_head
from release.rehearsal.publisher import Publisher
from release.rehearsal.runner import Event, Runner
from release.rehearsal.state import REPOSITORY, State
from release.rehearsal.workflow import Finished, Workflow
from release.steps.plan import read_matrix

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from release.rehearsal.record import Record
    from release.rehearsal.timeline import Run

_PORT = 18480
_PREFIX = "rehearsal-"


@dataclass
class Rehearsal:
    """
    One rehearsed repository, and everything that it talks to.

    `on_start` maps a job's id to an event outside of the run, at the moment that job starts.
    """

    project: Project
    testpypi: Index
    pypi: Index
    runner: Runner
    state: State
    on_start: dict[str, Callable[[], None]] = field(default_factory=dict)

    def push_tag(self, tag: str = "") -> Run:
        """Tag the commit, by default with its version, and run the release."""
        name = tag or self.project.tag_name
        self.project.tag(name)
        return self.run(event=Event(f"refs/tags/{name}"))

    def rerun_failed(self, run: Run) -> Run:
        """Press "Re-run failed jobs": successful jobs keep their results and outputs."""
        succeeded = [job for job, result in run.results.items() if result == "success"]
        return self.run({job: Finished(run.outputs(job)) for job in succeeded})

    def run(
        self,
        finished: Mapping[str, Finished] | None = None,
        *,
        event: Event | None = None,
        file: str = "release.yml",
        matrix: Mapping[str, str] | None = None,
    ) -> Run:
        """
        Run a workflow.

        Args:
            finished: jobs that do not run, and their results.
            event: by default, the tag of the version was pushed.
            file: the name of the workflow file.
            matrix: the values that a job of a matrix must have to run.
        """
        workflow = self.workflow(file).finish(dict(finished or {}))
        if unknown := {*self.on_start, *self.state.tampering} - workflow.jobs.keys():
            raise LookupError(f"{file} does not have the jobs {', '.join(sorted(unknown))}")
        self.state.workflow = file
        event = event or Event(f"refs/tags/{self.project.tag_name}")
        run = self.runner.run(workflow, event, matrix or {}, self._start)
        # pytest shows the output of a failed test.
        print(run.failure_log())
        return run

    def workflow(self, file: str) -> Workflow:
        """Return a workflow of the rehearsed commit, which must be the workflow at HEAD."""
        if not self.project.has_workflow_of_head(file):
            raise RuntimeError(f"{file} is not the file at HEAD")
        path = self.project.work / ".github" / "workflows" / file
        return Workflow(path.read_text(encoding="utf-8"))

    def files(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return file name → SHA-256 of the files on TestPyPI, and of those on PyPI."""
        return self.testpypi.files(), self.pypi.files()

    def release(self) -> dict[str, Any]:
        """Return the contents of the GitHub release of the version."""
        folder = self.state.releases / self.project.tag_name
        return {
            "assets": sorted(file.name for file in (folder / "assets").iterdir()),
            "draft": (folder / "draft").exists(),
            "prerelease": (folder / "prerelease").read_text(encoding="utf-8"),
            "notes": (folder / "notes.md").read_text(encoding="utf-8"),
        }

    def provenance(self) -> dict[str, str]:
        """Return file name → SHA-256 of every attested file."""
        files = sorted(self.state.attestations.iterdir())
        return {file.name: file.read_text(encoding="utf-8") for file in files}

    def _start(self, job: str) -> None:
        self.on_start.pop(job, lambda: None)()


@contextlib.contextmanager
def rehearsal(
    cache: Path, worker_number: int = 0, record: Record | None = None
) -> Iterator[Rehearsal]:
    """
    Set up a rehearsal, and take everything down afterwards.

    Args:
        cache: a folder that keeps downloaded wheels and uv's cache for the next rehearsal.
        worker_number: a number that no other rehearsal has at the same time.
        record: an earlier run whose commit, tag and artifacts this rehearsal starts with.
    """
    pythons = tuple(read_matrix()["pythons"])
    interpreters = find_interpreters(pythons)
    wheels = seed.download_wheels(pythons, cache / "wheels")
    _remove_leftovers()
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
    try:
        with contextlib.ExitStack() as stack:
            indexes = {
                "testpypi": Index(folder / "testpypi", _publisher("testpypi")),
                "pypi": Index(folder / "pypi", _publisher("pypi"), wheels),
            }
            addresses = {
                name: stack.enter_context(serve(index, _PORT + 2 * worker_number + number))
                for number, (name, index) in enumerate(indexes.items())
            }
            state = State(folder, addresses, interpreters)
            project = record.restore(folder) if record else clone_head(folder)
            state.attempt = 1 if record else 0
            runner = Runner(state, cache / "uv" / wheels.name, project.metadata.package)
            yield Rehearsal(project, indexes["testpypi"], indexes["pypi"], runner, state)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _publisher(index: str) -> Publisher:
    return Publisher(index, REPOSITORY, "release.yml", environment=index)


def _remove_leftovers() -> None:
    """Remove the folders of rehearsals that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        process = folder.name[len(_PREFIX) :].partition("-")[0]
        if process.isdecimal() and not Path("/proc", process).exists():
            shutil.rmtree(folder, ignore_errors=True)
