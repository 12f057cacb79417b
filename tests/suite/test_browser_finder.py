"""The browser that the installed chromedriver belongs to is the one that is taken."""

from __future__ import annotations

from pathlib import Path
from typing import Dict

import pytest
from browser.finder import NoBrowserError, find_browser


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def write_programs(path: Path, versions: Dict[str, str]) -> None:
    for name, version in versions.items():
        file = path / name
        file.write_text(f"#!/bin/sh\necho '{version}'\n", encoding="utf-8")
        file.chmod(0o755)


CHROME, CHROMIUM = "Google Chrome 131.0.6778.85", "Chromium 131.0.6778.69 built on Debian"


@pytest.mark.parametrize(
    ("driver", "chromium", "taken"),
    [
        pytest.param("131.0.6778.85 (3d81e41)", CHROMIUM, "google-chrome", id="driver of Chrome"),
        pytest.param("131.0.6778.69 (77f1e2a)", CHROMIUM, "chromium", id="driver of Chromium"),
        pytest.param("131.0.6778.87 (3d81e41)", "Chromium 132.0.1", "google-chrome", id="near"),
        pytest.param("131.0.6778.85 (3d81e41)", "no version", "google-chrome", id="broken"),
    ],
)
def test_browser_of_driver_is_taken(path: Path, driver: str, chromium: str, taken: str) -> None:
    programs = {"chromedriver": f"ChromeDriver {driver}", "google-chrome": CHROME}
    write_programs(path, {**programs, "chromium": chromium})

    assert [Path(program.path).name for program in find_browser()] == [taken, "chromedriver"]


@pytest.mark.parametrize(
    ("programs", "message"),
    [
        pytest.param({"chromium": CHROMIUM}, "chromedriver is not on PATH. On Debian", id="driver"),
        pytest.param(
            {"chromedriver": "ChromeDriver 131.0.1"},
            "chromium or chromium-browser or google-chrome or google-chrome-stable is not on PATH.",
            id="browser",
        ),
        pytest.param(
            {"chromedriver": "ChromeDriver 130.0.1", "google-chrome": CHROME},
            "chromedriver 130.0.1 cannot drive .*google-chrome 131.0.6778.85. Install a browser",
            id="match",
        ),
    ],
)
def test_missing_program_is_named(path: Path, programs: Dict[str, str], message: str) -> None:
    write_programs(path, programs)

    with pytest.raises(NoBrowserError, match=message):
        find_browser()
