import pytest

from release.rehearsal import __main__ as rehearsal
from release.rehearsal.run import Run
from release.rehearsal.workflow import WORKFLOWS, Workflow


def test_killed_job_is_not_a_success() -> None:
    run = Run(Workflow((WORKFLOWS / "release.yml").read_text(encoding="utf-8")))

    run.feed({"jobID": "build", "matrix": {}, "msg": ""})

    assert run.results["build"] == "unfinished"


def test_folder_with_a_space_is_refused_with_advice(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["rehearsal", "/tmp/my project"])

    with pytest.raises(SystemExit):
        rehearsal.main()

    assert "tox --workdir /tmp/tox -e release" in capsys.readouterr().err
