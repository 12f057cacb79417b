from __future__ import annotations

import time

import pytest

from release.rehearsal.publisher import (
    Publisher,
    RefusedError,
    TrustedPublisher,
    write_identity,
)

US = Publisher("owner/project", "release.yml", "pypi")


@pytest.fixture
def trusted() -> TrustedPublisher:
    return TrustedPublisher("pypi", US)


def test_registered_publisher_gets_a_key(trusted: TrustedPublisher) -> None:
    key = trusted.exchange(write_identity("pypi", US))

    assert trusted.accepts(key)
    assert not trusted.accepts("another")


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(Publisher("fork/project", "release.yml", "pypi"), id="fork"),
        pytest.param(Publisher("owner/project", "ci.yml", "pypi"), id="other workflow"),
        pytest.param(Publisher("owner/project", "release.yml", "testpypi"), id="other environment"),
        pytest.param(Publisher("owner/project", "release.yml", ""), id="no environment"),
    ],
)
def test_other_publishers_are_refused(other: Publisher, trusted: TrustedPublisher) -> None:
    with pytest.raises(RefusedError, match="invalid-publisher"):
        trusted.exchange(write_identity("pypi", other))


def test_identity_for_another_index_is_refused(trusted: TrustedPublisher) -> None:
    with pytest.raises(RefusedError, match="invalid-token"):
        trusted.exchange(write_identity("testpypi", US))


def test_identity_works_once(trusted: TrustedPublisher) -> None:
    identity = write_identity("pypi", US)
    trusted.exchange(identity)

    with pytest.raises(RefusedError, match="invalid-reuse-token"):
        trusted.exchange(identity)


def test_key_expires_after_fifteen_minutes(
    trusted: TrustedPublisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = trusted.exchange(write_identity("pypi", US))
    later = time.monotonic() + 900

    monkeypatch.setattr(time, "monotonic", lambda: later)

    assert not trusted.accepts(key)
