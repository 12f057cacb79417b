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


# The pages in template/ are links or templates.
PAGES = git("ls-files", "*.md", ":!template").split()


def read_metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        return email.message_from_bytes(archive.read(name))


def find_targets(metadata: Message, folder: Path) -> List[str]:
    """
    Return the targets of all links and images of a description, as PyPI renders it.
    """
    page = folder / "readme.md"
    page.write_text(str(metadata.get_payload()), encoding="utf-8")
    return re.findall(r'(?:href|src)="([^"]*)"', _render(page))


def _render(page: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "readme_renderer", str(page)], check=True, stdout=subprocess.PIPE
    )
    return done.stdout.decode()


@pytest.mark.parametrize(
    "project", ["azure_functions_embedded_host", "python_worker_extension_timer"]
)
def test_description_has_absolute_links_only(project: str, dist: Path, tmp_path: Path) -> None:
    (wheel,) = dist.glob(f"{project}-*.whl")
    targets = find_targets(read_metadata(wheel), tmp_path)

    relative = [target for target in targets if not target.startswith(("https://", "#"))]
    assert targets
    assert relative == []


def test_host_description_begins_with_the_disclaimer(dist: Path) -> None:
    (wheel,) = dist.glob("azure_functions_embedded_host-*.whl")
    title, first = str(read_metadata(wheel).get_payload()).split("\n\n")[:2]

    assert title == "# An embedded Azure Functions host"
    assert first.startswith("This host is not Microsoft's. ")


def test_description_links_to_files_of_this_version(wheel: Path, tmp_path: Path) -> None:
    metadata = read_metadata(wheel)
    targets = find_targets(metadata, tmp_path)
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
