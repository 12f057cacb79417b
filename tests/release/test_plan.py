"""The matrices of the workflows come from integration/matrix.json and tox.ini."""

import pytest

from integration.matrix import MATRIX, PYTHONS, WITH_IMAGE
from release.steps import plan
from release.steps.metadata import read_projects
from release.steps.step import ReleaseError

OUTPUTS = plan.outputs()
COVERAGE, THIRD_PARTY = MATRIX["coverage"], MATRIX["third_party"]


def name_environments(pythons: list[str]) -> list[str]:
    return ["py" + python.replace(".", "") for python in pythons]


def expect_checks(pythons: list[str], *kinds: str) -> dict[str, str]:
    names = zip(pythons, name_environments(pythons), strict=True)
    return {f"{name}-{kind}": python for python, name in names for kind in kinds}


ALL = ",".join(name_environments(PYTHONS))


def test_every_python_and_image_is_tested() -> None:
    assert OUTPUTS["pythons"] == PYTHONS
    assert OUTPUTS["images"] == ["driver", *WITH_IMAGE]


def test_wheels_are_tested_without_their_sources() -> None:
    assert OUTPUTS["left-out"] == "!/python_worker_extension_timer/\n!/host/functions_host/"
    assert OUTPUTS["wheel"].startswith("python_worker_extension_timer-")
    assert OUTPUTS["host-wheel"].startswith("azure_functions_embedded_host-")


def test_project_may_have_no_host(monkeypatch: pytest.MonkeyPatch) -> None:
    projects = read_projects()
    monkeypatch.setattr(plan, "read_projects", lambda: projects[:1])

    assert plan.outputs()["host-wheel"] == ""


def test_demo_runs_on_two_pythons_with_hooks() -> None:
    assert OUTPUTS["demo"] == ["3.7", "3.12"]


CORNERS = [*OUTPUTS["demo"], PYTHONS[-1]]


def test_ci_checks_every_tox_environment() -> None:
    checks = {leg["environment"]: leg["pythons"] for leg in OUTPUTS["check"]}

    assert checks == {
        **expect_checks(OUTPUTS["demo"], "lowest"),
        **expect_checks(PYTHONS[:1], "host-lowest"),
        **expect_checks(CORNERS, "host"),
        **expect_checks(MATRIX["proxy_worker"], "native"),
        **expect_checks(THIRD_PARTY, "third-party"),
        **expect_checks([THIRD_PARTY[0], THIRD_PARTY[-1]], "opencensus"),
        **expect_checks(["3.11", "3.13"], "real-apps"),
        ",".join([*name_environments(COVERAGE), "coverage"]): " ".join(COVERAGE),
        **dict.fromkeys(["stress", "harness", "lint", "types", "dist", "workflows", "browser"], ""),
        "template": "all",
    }


def test_dev_container_has_oldest_and_newest_core_tools() -> None:
    assert OUTPUTS["devcontainer"] == [
        {"core-tools": MATRIX["core_tools"]["default"], "environments": f"{ALL},coretools"},
        {"core-tools": MATRIX["core_tools"]["newest"], "environments": "py312,coretools"},
    ]


@pytest.mark.parametrize(
    ("pythons", "from_images", "from_setup_python"),
    [
        ("", "", ""),
        ("3.7", "3.7", ""),
        ("3.7 3.8 3.9 3.12", "3.7 3.8", "3.9\n3.12"),
        ("all", "3.7 3.8", "\n".join(PYTHONS[2:])),
    ],
    ids=["none", "oldest", "some", "all"],
)
def test_missing_python_comes_from_its_image(
    pythons: str, from_images: str, from_setup_python: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    matrix = {**MATRIX, "not_in_setup_python": ["3.7", "3.8"]}
    monkeypatch.setattr(plan, "read_matrix", lambda: matrix)

    assert plan.sources(pythons) == {
        "from-images": from_images,
        "setup-python": from_setup_python,
        "tools-python": MATRIX["tools_python"],
    }


def test_unlisted_python_is_refused() -> None:
    with pytest.raises(
        ReleaseError, match=r"^integration/matrix\.json does not list Python 3\.6, 4\.0\.$"
    ):
        plan.sources("3.12 3.6 4.0")


def test_outputs_are_written_as_github_reads_them(capsys: pytest.CaptureFixture[str]) -> None:
    plan.main(pythons="3.7 3.8 3.9")

    assert capsys.readouterr().out == (
        "from-images<<END\n3.7\nEND\nsetup-python<<END\n3.8\n3.9\nEND\n"
        f"tools-python<<END\n{MATRIX['tools_python']}\nEND\n"
    )
