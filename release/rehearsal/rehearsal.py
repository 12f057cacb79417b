"""A rehearsal: a project, two indexes and a runner, and the actions of a maintainer."""

import contextlib
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from release.rehearsal import seed
from release.rehearsal.index_server import Index, serve
from release.rehearsal.project import Project, clone_head
from release.rehearsal.record import Record
from release.rehearsal.run import Run
from release.rehearsal.runner import UV, Event, Runner
from release.rehearsal.state import State
from release.rehearsal.workflow import Finished, Workflow
from release.steps.commands import run
from release.steps.metadata import read_projects

_PORT = 18480


@dataclass
class Rehearsal:
    """One rehearsed repository, with its indexes and its runner."""

    project: Project
    testpypi: Index
    pypi: Index
    runner: Runner
    state: State

    def push_tag(self, tag: str = "") -> Run:
        """Tag the commit, by default with its version, and run the release."""
        name = tag or self.project.tag_name
        self.project.tag(name)
        return self.run(event=Event(f"refs/tags/{name}"))

    def rerun_failed(self, run: Run) -> Run:
        """Press "Re-run failed jobs": successful jobs keep their results and outputs."""
        return self.run(run.finished())

    def run(
        self,
        finished: Mapping[str, Finished] | None = None,
        *,
        event: Event | None = None,
        file: str = "release.yml",
        matrix: Mapping[str, str] | None = None,
    ) -> Run:
        """
        Run a workflow, by default for the pushed tag of the version.

        Finished jobs do not run. In a matrix, only the jobs with the given values run.
        """
        workflow = self.workflow(file).finish(dict(finished or {}))
        self.state.workflow = file
        event = event or Event(f"refs/tags/{self.project.tag_name}")
        done = self.runner.run(workflow, event, matrix or {})
        # pytest shows the output of a failed test.
        print(done.failure_log())
        return done

    def workflow(self, file: str) -> Workflow:
        """Return a workflow of the rehearsed commit."""
        path = self.project.work / ".github" / "workflows" / file
        return Workflow(path.read_text(encoding="utf-8"))

    def upload_to_testpypi(self, record: Record) -> None:
        """Put the files of an earlier run on TestPyPI, as if they had been uploaded long ago."""
        for name in record.built:
            self.testpypi.add_file(name, record.read(name))

    def files(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return file name → SHA-256 of the files on TestPyPI, and of those on PyPI."""
        return self.testpypi.files(), self.pypi.files()


@contextlib.contextmanager
def rehearsal(
    folder: Path, worker_number: int = 0, record: Record | None = None
) -> Iterator[Rehearsal]:
    """
    Set up a rehearsal in a folder without files.

    If an earlier run is given, start from its commit, tag and artifacts.
    """
    wheels = seed.download_wheels()
    port = _PORT + 2 * worker_number
    testpypi, pypi = Index(folder / "testpypi"), Index(folder / "pypi", wheels)
    with serve(testpypi, port) as first, serve(pypi, port + 1) as second:
        interpreters = {python: _find_interpreter(python) for python in seed.PYTHONS}
        state = State(folder, {"testpypi": first, "pypi": second}, interpreters)
        project = Project(state.work, state.origin)
        if record:
            record.restore(folder)
            state.attempt = 1
        else:
            clone_head(project)
        packages = [one.package for one in read_projects(state.work)]
        runner = Runner(state, seed.CACHE / "uv" / wheels.name, packages)
        yield Rehearsal(project, testpypi, pypi, runner, state)


@functools.cache
def _find_interpreter(python: str) -> str:
    find = [UV, "python", "find", "--system", "--no-project", "--no-python-downloads"]
    return run(f"Python {python}", *find, "--python-preference=only-system", python).strip()
