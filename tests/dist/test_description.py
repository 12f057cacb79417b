"""The description that PyPI will show, and the links between the pages of the repository."""

from __future__ import annotations

import email
import re
import subprocess
import sys
import zipfile
from email.message import Message
from pathlib import Path
from typing import List, Set

import pytest

ROOT = Path(__file__).parents[2]


def git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=str(ROOT), check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


# Those of template/ are links, or templates.
PAGES = git("ls-files", "*.md", ":!template").split()


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        return email.message_from_bytes(archive.read(name))


@pytest.fixture(scope="module")
def targets(metadata: Message, tmp_path_factory: pytest.TempPathFactory) -> List[str]:
    """
    Return the targets of all links and images of the package's description, as PyPI renders it.
    """
    page = tmp_path_factory.mktemp("description") / "readme.md"
    page.write_text(str(metadata.get_payload()), encoding="utf-8")
    return re.findall(r'(?:href|src)="([^"]*)"', _render(page))


def _render(page: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "readme_renderer", str(page)], check=True, stdout=subprocess.PIPE
    )
    return done.stdout.decode()


def test_description_has_absolute_links_only(targets: List[str]) -> None:
    relative = [target for target in targets if not target.startswith(("https://", "#"))]

    assert targets
    assert relative == []


def test_description_links_to_files_of_this_version(targets: List[str], metadata: Message) -> None:
    repository, version = metadata["Home-page"], metadata["Version"]
    linked = [target for target in targets if target.startswith(repository)]

    files = [re.match(rf"{repository}/(?:blob|raw)/v{version}/([^#]+)", url) for url in linked]
    assert linked
    assert [url for url, file in zip(linked, files) if not (file and _is_at_head(file[1]))] == []


def _is_at_head(path: str) -> bool:
    command = ["git", "cat-file", "-e", f"HEAD:{path}"]
    return subprocess.call(command, cwd=str(ROOT), stderr=subprocess.DEVNULL) == 0


@pytest.mark.parametrize("path", PAGES)
def test_page_links_to_files_and_headings_that_exist(path: str) -> None:
    page = ROOT / path
    links = re.findall(r"\]\((?!\w+:)([^)#]*)#?([^)]*)\)", page.read_text(encoding="utf-8"))

    dead = [link for link in links if not _leads_somewhere(page, *link)]
    assert dead == []


def _leads_somewhere(page: Path, path: str, anchor: str) -> bool:
    target = page.parent / path if path else page
    return target.exists() and (not anchor or anchor in _anchors(target))


def _anchors(page: Path) -> Set[str]:
    """Return the anchors that GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", text).lower().replace(" ", "-") for text in headings}
