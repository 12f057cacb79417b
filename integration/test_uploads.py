"""Uploads of files, as a browser sends them."""

import hashlib
from typing import List

import pytest

from integration.running_app import RunningApp, on_app

pytestmark = on_app("every_kind")

FILES = {"a.txt": "Grüße".encode(), "b.bin": bytes(range(256)) * 300, "empty": b""}


@pytest.mark.parametrize("names", [["a.txt"], ["b.bin"], list(FILES)], ids=str)
def test_uploaded_files_arrive(app: RunningApp, names: List[str]) -> None:
    fields = [("title", "two words"), *(("file", (name, FILES[name])) for name in names)]

    response = app.request("POST", "/api/upload", fields=fields)

    assert (response.status, response.data.decode().splitlines()) == (
        200,
        [
            "title: two words",
            *(f"file: {name}, {hashlib.sha256(FILES[name]).hexdigest()}" for name in names),
        ],
    )
