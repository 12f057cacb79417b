"""Faults that stop a release before it reaches an index, and runs that publish nothing."""

from collections.abc import Callable

import pytest

from release.rehearsal.project import Project
from release.rehearsal.record import Record
from release.rehearsal.rehearsal import Rehearsal
from release.rehearsal.run import GREEN, failed_in, ran_only
from release.rehearsal.runner import Event
from release.rehearsal.seed import TOOLS_PYTHON
from release.steps.checksums import checksums
from release.steps.metadata import read_projects


def test_green_run_publishes_the_built_files(recorded: Record, rehearsal: Rehearsal) -> None:
    version = rehearsal.project.metadata.version
    changelog = (rehearsal.project.work / "CHANGELOG.md").read_text(encoding="utf-8")
    release = recorded.state.release(f"v{version}")
    section = changelog.partition(f"## [{version}] - ")[2].partition("\n")[2]

    assert recorded.run.results == GREEN
    assert checksums(recorded.folder / "testpypi") == recorded.built
    assert checksums(recorded.folder / "pypi") == recorded.built
    assert recorded.state.provenance() == recorded.built
    projects = read_projects(recorded.state.work)
    assert recorded.built.keys() == {name for one in projects for name in (one.sdist, one.wheel)}
    assert recorded.attested == {"testpypi": set(), "pypi": set(recorded.built)}
    assert release
    assert section.strip().startswith(release.notes.strip())
    assert list(release.assets) == [*sorted(recorded.built), "SHA256SUMS"]
    assert (release.draft, release.prerelease) == (False, "rc" in version)


def test_real_suites_pass_in_their_job(rehearsal: Rehearsal, recorded: Record) -> None:
    """All other runs use fake_tests.py in place of the suites."""
    del rehearsal.runner.variables["TOX_OVERRIDE"]
    by_hand = Event("refs/heads/main", "workflow_dispatch")

    run = rehearsal.run(
        recorded.run.finished("build"), event=by_hand, matrix={"python": TOOLS_PYTHON}
    )

    assert run.results == ran_only("build", "test")
    assert run.results_by_python("test") == {TOOLS_PYTHON: "success"}
    assert " passed" in run.log("test")
    assert "fake_tests.py" not in run.log("test")


def forget_changelog(project: Project) -> None:
    project.edit("setup.py", f'version="{project.metadata.version}"', 'version="9.9.9"')


def forget_readme(project: Project) -> None:
    project.edit("MANIFEST.in", "include readme.md", "include")


def set_version_elsewhere(project: Project) -> None:
    (project.work / "setup.cfg").write_text("[egg_info]\ntag_build = .dev7\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (forget_changelog, "CHANGELOG.md has no section on 9.9.9 (found: "),
        (forget_readme, "lacks readme.md"),
        (set_version_elsewhere, "is version {version}.dev7, but setup.py says {version}."),
    ],
)
def test_faulty_commit_stops_the_build(
    change: Callable[[Project], None], reason: str, rehearsal: Rehearsal
) -> None:
    version = rehearsal.project.metadata.version
    change(rehearsal.project)
    rehearsal.project.commit("Make a mistake")

    run = rehearsal.push_tag()

    assert run.results == failed_in("build")
    assert reason.format(version=version) in run.log("build")
    assert rehearsal.files() == ({}, {})


def test_tag_of_another_version_stops_the_build(rehearsal: Rehearsal) -> None:
    run = rehearsal.push_tag("v9.9.9")

    assert run.results == failed_in("build")
    assert "The tag is v9.9.9, but setup.py says" in run.log("build")
    assert rehearsal.files() == ({}, {})


def test_tag_outside_main_stops_the_build(rehearsal: Rehearsal) -> None:
    rehearsal.project.commit("Not reviewed", push_to="elsewhere")
    # The name of this tag looks like the branch.
    rehearsal.project.tag("origin/main")

    run = rehearsal.push_tag()

    assert run.results == failed_in("build")
    assert "The tagged commit is not on main." in run.log("build")
    assert rehearsal.files() == ({}, {})


@pytest.mark.parametrize("name", ["testpypi", "pypi"])
def test_different_file_on_an_index_stops_the_build(
    name: str, rehearsal: Rehearsal, recorded: Record
) -> None:
    index = {"testpypi": rehearsal.testpypi, "pypi": rehearsal.pypi}[name]
    index.add_file(recorded.first, recorded.read(recorded.first) + b"other")
    before = rehearsal.files()

    run = rehearsal.run()

    assert run.results == failed_in("build")
    assert f"{name} has a different file under the name {recorded.first}" in run.log("build")
    assert rehearsal.files() == before


def test_one_failing_python_stops_the_release(rehearsal: Rehearsal, recorded: Record) -> None:
    fails = "import sys\n\nassert sys.version_info[:2] != (3, 9)\n"
    rehearsal.project.edit("release/rehearsal/fake_tests.py", "import sys\n", fails)
    rehearsal.project.commit("Break Python 3.9")

    run = rehearsal.run(recorded.run.finished("build"))

    results = dict.fromkeys(rehearsal.state.interpreters, "success") | {"3.9": "failure"}
    assert run.results == failed_in("test")
    assert run.results_by_python("test") == results
    assert rehearsal.files() == ({}, {})


def test_manual_run_builds_the_same_files(rehearsal: Rehearsal, recorded: Record) -> None:
    by_hand = Event("refs/heads/main", "workflow_dispatch")

    run = rehearsal.run(recorded.run.finished("test"), event=by_hand)

    assert run.results == ran_only("build", "test")
    assert run.outputs("build")["checksums"] == recorded.run.outputs("build")["checksums"]
    assert rehearsal.files() == ({}, {})


@pytest.mark.parametrize(
    ("event", "on_tag", "fork"),
    [
        pytest.param("push", False, False, id="branch"),
        pytest.param("push", True, True, id="fork"),
        pytest.param("workflow_dispatch", True, False, id="by hand, on a tag"),
    ],
)
def test_other_events_publish_nothing(
    event: str, on_tag: bool, fork: bool, rehearsal: Rehearsal, recorded: Record
) -> None:
    ref = f"refs/tags/{rehearsal.project.tag_name}" if on_tag else "refs/heads/main"

    run = rehearsal.run(recorded.run.finished("build", "test"), event=Event(ref, event, fork))

    assert run.results == ran_only("build", "test")
    assert rehearsal.files() == ({}, {})
