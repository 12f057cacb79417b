"""Protection of the host's own addresses from pages of other origins in the same browser."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from .asgi import Request


def find_intrusion(request: Request, name: str) -> str:
    """
    Return why a request must not use the page or an address below `/admin`, or an empty string.

    Args:
        name: The address or name on which the host listens, as in `--host`.
    """
    host = request.host.lower()
    # An attacker's name may resolve to this machine. Then the attacker's page would have this
    # origin.
    if not _is_own(host, name.lower()):
        return f"The host {host} is not known here. Use an IP address, or start with --host."
    origin = request.headers.get("origin")
    if origin is not None and not origin.lower().endswith(f"://{host}"):
        return f"A page of the origin {origin} must not use this address of {host}."
    return ""


def _is_own(host: str, name: str) -> bool:
    try:
        found = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    try:
        ip_address(found.partition("%")[0])
    except ValueError:
        # Allow names without a dot, such as another container's: nobody can register them.
        return "." not in found or found.endswith(".localhost") or found == name
    return True
