"""A rehearsal: a project, two indexes and a runner, and what a person does with them."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from release.rehearsal import seed
from release.rehearsal.index_server import Index
from release.rehearsal.interpreters import find_interpreters, uv
from release.rehearsal.loopback import serve
from release.rehearsal.project import REPOSITORY, WORKFLOW, Project, clone
from release.rehearsal.publisher import Door, Publisher
from release.rehearsal.rerun import keep
from release.rehearsal.runner import Runner
from release.rehearsal.workflow import WORKFLOWS, Workflow, legs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release.rehearsal.record import Record
    from release.rehearsal.timeline import Run


_PORT = 18480
_OURS = "rehearsal-"


@dataclass
class Rehearsal:
    """
    One rehearsed repository and its world.

    `when` maps a job's id to what happens in the world at the moment that job starts.
    """

    project: Project
    testpypi: Index
    pypi: Index
    runner: Runner
    folder: Path
    when: dict[str, Callable[[], None]] = field(default_factory=dict)

    def push_tag(self, tag: str = "") -> Run:
        """Tag the commit, with its version if no tag is given, and run what GitHub would run."""
        name = tag or f"v{self.project.version}"
        self.project.tag(name)
        return self.run(self.workflow(), ref=f"refs/tags/{name}")

    def rerun_failed(self, run: Run) -> Run:
        """Press "Re-run failed jobs": what succeeded keeps its result and its outputs."""
        kept = [job for job, result in run.results.items() if result == "success"]
        return self.run(keep(self.workflow(), {job: run.outputs(job) for job in kept}))

    def run(
        self, workflow: Workflow, event: str = "push", ref: str = "", *, fork: bool = False
    ) -> Run:
        """Run a workflow for an event; if no ref is given, for the tag of the version."""
        ref = ref or f"refs/tags/v{self.project.version}"
        payload: dict[str, Any] = {"ref": ref, "repository": {"fork": fork}}
        what = {"name": event, "payload": payload}
        run = self.runner.run(self.project, workflow, what, self._on_start)
        # pytest shows it where a test fails; a fault that was meant to fail says nothing.
        print(run.last_words())
        return run

    def workflow(self) -> Workflow:
        """Return release.yml as the rehearsed commit has it, which is as HEAD has it."""
        if not self.project.has_the_real_workflow:
            raise RuntimeError(f"{WORKFLOW} is not the one of HEAD")
        return Workflow((self.project.work / WORKFLOW).read_text(encoding="utf-8"))

    def release(self) -> dict[str, Any]:
        """Return what the GitHub release of the version holds."""
        folder = self.folder / "releases" / f"v{self.project.version}"
        return {
            "assets": sorted(file.name for file in (folder / "assets").iterdir()),
            "draft": (folder / "draft").exists(),
            "kind": (folder / "kind").read_text(encoding="utf-8"),
            "notes": (folder / "notes.md").read_text(encoding="utf-8"),
        }

    def provenance(self) -> dict[str, str]:
        """Return file name → SHA-256 of what GitHub would attest."""
        records = [
            json.loads(file.read_text(encoding="utf-8"))
            for file in sorted((self.folder / "attestations").iterdir())
        ]
        return {record["name"]: record["sha256"] for record in records}

    def _on_start(self, job: str) -> None:
        self.when.pop(job, lambda: None)()


@contextlib.contextmanager
def rehearsal(cache: Path, lane: int = 0, record: Record | None = None) -> Iterator[Rehearsal]:
    """
    Set up a rehearsal, and take everything down afterwards.

    Args:
        cache: where downloaded wheels and uv's cache stay for the next rehearsal.
        lane: a number that no other rehearsal has at the same time.
        record: an earlier run whose commit, tag and artifacts this one starts with.
    """
    jobs = Workflow((WORKFLOWS / "release.yml").read_text(encoding="utf-8")).jobs.values()
    pythons = tuple(dict.fromkeys(python for job in jobs for python in legs(job) if python))
    interpreters = find_interpreters(pythons)
    wheels = seed.wheels(pythons, cache / "wheels")
    _remove_left_overs()
    folder = Path(tempfile.mkdtemp(prefix=f"{_OURS}{os.getpid()}-"))
    try:
        with contextlib.ExitStack() as stack:
            indexes = {name: _index(folder, name, wheels) for name in ("testpypi", "pypi")}
            addresses = {
                name: stack.enter_context(serve(index, _PORT + 2 * lane + number))
                for number, (name, index) in enumerate(indexes.items())
            }
            state = _state(folder, interpreters, addresses)
            runner = Runner(folder / "runner", cache / "uv" / wheels.name, state)
            project = record.restore(folder) if record else clone(folder)
            state["attempt"] = 1 if record else 0
            yield Rehearsal(project, indexes["testpypi"], indexes["pypi"], runner, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_left_overs() -> None:
    """Remove the folders of rehearsals that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_OURS}*-*"):
        process = folder.name[len(_OURS) :].partition("-")[0]
        if process.isdecimal() and not _runs(int(process)):
            shutil.rmtree(folder, ignore_errors=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except OSError as error:
        # Somebody else's process may not be signalled, but it is there.
        return isinstance(error, PermissionError)
    return True


def _index(folder: Path, name: str, wheels: Path) -> Index:
    door = Door(name, Publisher(REPOSITORY, "release.yml", name))
    if name == "testpypi":
        return Index(folder / name, door, [], {})
    return Index(folder / name, door, [wheels], seed.requires_python(wheels))


def _state(folder: Path, interpreters: dict[str, str], addresses: dict[str, str]) -> dict[str, Any]:
    return {
        "artifacts": str(folder / "artifacts"),
        "attempt": 0,
        "attestations": str(folder / "attestations"),
        "indexes": addresses,
        "interpreters": interpreters,
        "origin": str(folder / "origin.git"),
        "releases": str(folder / "releases"),
        "repository": REPOSITORY,
        "spoil": {},
        "uv": uv(),
        "workflow": str(folder / "work" / WORKFLOW),
    }
