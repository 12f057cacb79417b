"""
Trusted publishing between a stand-in GitHub and a stand-in index.

GitHub's side writes an identity, the index checks it against the publisher that the project has
registered and hands out a short-lived key for uploads. Signatures are left out: both sides are ours
and on loopback.
"""

from __future__ import annotations

import base64
import json
import secrets
import time
from dataclasses import dataclass, field

KEY_LIFETIME = 900


@dataclass(frozen=True)
class Publisher:
    """Who may publish, as a maintainer registers it on the index."""

    repository: str
    workflow: str
    environment: str


class RefusedError(Exception):
    """Raised when the index does not trust an identity; `code` is the one warehouse gives."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def write_identity(audience: str, publisher: Publisher) -> str:
    """Return the identity of a job, as GitHub hands it to a job with `id-token: write`."""
    claims = {**publisher.__dict__, "aud": audience, "jti": secrets.token_hex(8)}
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).decode()


@dataclass
class Door:
    """The index's side: which identities it trusts, and which keys it gave out."""

    audience: str
    publisher: Publisher
    _used: set[str] = field(default_factory=set)
    _keys: dict[str, float] = field(default_factory=dict)

    def mint(self, identity: str) -> str:
        """Return a key for uploads, once per identity."""
        try:
            claims = json.loads(base64.urlsafe_b64decode(identity))
        except ValueError:
            raise RefusedError("invalid-token") from None
        if claims["aud"] != self.audience:
            raise RefusedError("invalid-token")
        if claims["jti"] in self._used:
            raise RefusedError("invalid-reuse-token")
        if any(claims[name] != value for name, value in self.publisher.__dict__.items()):
            raise RefusedError("invalid-publisher")
        self._used.add(claims["jti"])
        key = secrets.token_urlsafe(16)
        self._keys[key] = time.monotonic() + KEY_LIFETIME
        return key

    def forget_publisher(self) -> None:
        """Trust nobody, as an index does before the publisher is registered."""
        self.publisher = Publisher("", "", "")

    def opens_with(self, key: str) -> bool:
        """Return whether an upload with this key is let in."""
        return self._keys.get(key, 0) > time.monotonic()
