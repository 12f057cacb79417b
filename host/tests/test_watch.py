"""The files of an app that are watched for changes."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Optional

import pytest
from functions_host.watch import Watch

FILES = [
    "function_app.py",
    "data.json",
    "lib/deep/prompt.txt",
    "lib/notes.md",
    ".git/index.json",
    ".venv/lib/module.py",
    "env/pyvenv.cfg",
    "env/lib/module.py",
    "__pycache__/module.py",
    "node_modules/package.json",
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in FILES:
        write(tmp_path / name, "1")
    return tmp_path


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


@pytest.mark.parametrize(
    ("name", "text", "is_change"),
    [
        ("function_app.py", "22", True),
        ("function_app.py", None, True),
        ("data.json", "22", True),
        ("lib/deep/prompt.txt", "22", True),
        ("lib/new.py", "1", True),
        ("host.json", "{}", True),
        ("local.settings.json", "{}", True),
        ("New/function.json", "{}", True),
        ("output.json", "{}", False),
        ("lib/output.txt", "1", False),
        ("lib/notes.md", "22", False),
        (".git/index.json", "22", False),
        (".venv/lib/module.py", "22", False),
        ("env/lib/module.py", "22", False),
        ("__pycache__/module.py", "22", False),
        ("node_modules/package.json", "22", False),
    ],
)
def test_change_of_a_file_of_the_app_counts(
    root: Path, name: str, text: Optional[str], is_change: bool
) -> None:
    watch = Watch(root)
    before = watch.look()

    if text is None:
        (root / name).unlink()
    else:
        write(root / name, text)

    after = watch.look()
    changed = [one for one in {*before, *after} if before.get(one) != after.get(one)]
    assert changed == [name] * is_change


def test_change_without_another_size_or_time_counts(root: Path) -> None:
    file, watch = root / "function_app.py", Watch(root)
    before, stat = watch.look(), file.stat()

    write(root / "new", "2")
    os.utime(str(root / "new"), ns=(stat.st_atime_ns, stat.st_mtime_ns))
    (root / "new").replace(file)

    assert watch.wait(before) == ["function_app.py"]


def test_changes_are_waited_for(root: Path) -> None:
    watch = Watch(root)
    before = watch.look()
    writer = threading.Timer(0, write, (root / "data.json", "22"))

    writer.start()

    assert watch.wait(before) == ["data.json"]
    writer.join()


def test_folder_that_is_gone_has_no_files(tmp_path: Path) -> None:
    assert Watch(tmp_path / "nothing").look() == {}
