"""
Trusted publishing between a stand-in GitHub and a stand-in index.

GitHub writes an identity. The index compares it with the publisher that the project registered, and
returns a short-lived key for uploads. Signatures are left out: both sides run on loopback.
"""

from __future__ import annotations

import base64
import json
import secrets
import time
from dataclasses import asdict, dataclass, field

KEY_LIFETIME = 900


@dataclass(frozen=True)
class Publisher:
    """The workflow that may publish, as a maintainer registers it on the index."""

    repository: str
    workflow: str
    environment: str


class RefusedError(Exception):
    """Raised when the index does not trust an identity; the text is the code of warehouse."""


def write_identity(audience: str, publisher: Publisher) -> str:
    """Return the identity of a job, as GitHub gives it to a job with `id-token: write`."""
    claims = {**asdict(publisher), "aud": audience, "jti": secrets.token_hex(8)}
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).decode()


@dataclass
class TrustedPublisher:
    """The index's side: the registered publisher, and the keys that it received."""

    audience: str
    publisher: Publisher
    _used: set[str] = field(default_factory=set)
    _keys: dict[str, float] = field(default_factory=dict)

    def exchange(self, identity: str) -> str:
        """Return a key for uploads; each identity works once."""
        try:
            claims = json.loads(base64.urlsafe_b64decode(identity))
        except ValueError:
            raise RefusedError("invalid-token") from None
        if claims["aud"] != self.audience:
            raise RefusedError("invalid-token")
        if claims["jti"] in self._used:
            raise RefusedError("invalid-reuse-token")
        if any(claims[name] != value for name, value in asdict(self.publisher).items()):
            raise RefusedError("invalid-publisher")
        self._used.add(claims["jti"])
        key = secrets.token_urlsafe(16)
        self._keys[key] = time.monotonic() + KEY_LIFETIME
        return key

    def revoke(self) -> None:
        """Trust no identity, like an index without a registered publisher."""
        self.publisher = Publisher("", "", "")

    def accepts(self, key: str) -> bool:
        """Return whether a key is valid."""
        return self._keys.get(key, 0) > time.monotonic()
