from __future__ import annotations

import time

import pytest

from release.rehearsal.publisher import Door, Publisher, RefusedError, write_identity

US = Publisher("owner/project", "release.yml", "pypi")


@pytest.fixture
def door() -> Door:
    return Door("pypi", US)


def test_identity_of_the_registered_publisher_opens_the_door(door: Door) -> None:
    key = door.mint(write_identity("pypi", US))

    assert door.opens_with(key)
    assert not door.opens_with("another")


@pytest.mark.parametrize(
    "stranger",
    [
        pytest.param(Publisher("fork/project", "release.yml", "pypi"), id="fork"),
        pytest.param(Publisher("owner/project", "ci.yml", "pypi"), id="other workflow"),
        pytest.param(Publisher("owner/project", "release.yml", "testpypi"), id="other environment"),
        pytest.param(Publisher("owner/project", "release.yml", ""), id="no environment"),
    ],
)
def test_identity_of_somebody_else_is_refused(stranger: Publisher, door: Door) -> None:
    with pytest.raises(RefusedError, match="invalid-publisher"):
        door.mint(write_identity("pypi", stranger))


def test_identity_for_another_index_is_refused(door: Door) -> None:
    with pytest.raises(RefusedError, match="invalid-token"):
        door.mint(write_identity("testpypi", US))


def test_identity_serves_once(door: Door) -> None:
    identity = write_identity("pypi", US)
    door.mint(identity)

    with pytest.raises(RefusedError, match="invalid-reuse-token"):
        door.mint(identity)


def test_key_expires_after_fifteen_minutes(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    key = door.mint(write_identity("pypi", US))
    later = time.monotonic() + 900

    monkeypatch.setattr(time, "monotonic", lambda: later)

    assert not door.opens_with(key)
