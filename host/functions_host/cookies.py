"""
Cookies as ASP.NET writes them for Microsoft's host.

Follows GrpcMessageExtensionUtilities.cs of host 4.1037 and SetCookieHeaderValue.cs of ASP.NET
Core 8 (docs/host-contract.md#36-headers-and-cookies).
"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from email.utils import format_datetime, parsedate_to_datetime
from http.cookies import Morsel
from urllib.parse import quote

# The form of a method, and of the name of a header or cookie (RFC 9110, section 5.6.2).
TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
# The longest TimeSpan of .NET, in seconds.
_LONGEST = 922_337_203_685


def format_cookie(morsel: Morsel[str]) -> str:
    """
    Return the value of a `Set-Cookie` header.

    Raises:
        ValueError: The name or an attribute of the cookie cannot be sent.
    """
    if not TOKEN.fullmatch(morsel.key):
        raise ValueError(f"cookie {morsel.key!r} has a name that cannot be sent")
    parts = [f"{morsel.key}={quote(morsel.value, safe='')}"]
    if morsel["expires"]:
        parts.append(f"expires={format_datetime(parse_expires(morsel['expires']), usegmt=True)}")
    if morsel["max-age"]:
        parts.append(f"max-age={_parse_max_age(morsel['max-age'])}")
    # ASP.NET writes domain and path even if they are empty.
    parts += [f"{name}={morsel[name]}" for name in ("domain", "path")]
    parts += ["secure"] if morsel["secure"] else []
    same_site = morsel.get("samesite", "").lower()
    parts += [f"samesite={same_site}"] if same_site in ("lax", "strict", "none") else []
    parts += ["httponly"] if morsel["httponly"] else []
    return "; ".join(parts)


def parse_expires(text: str) -> datetime:
    """Return the time in UTC of a cookie's `Expires`, or raise ValueError."""
    for parse in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            return parse(text).astimezone(timezone.utc)
        except (IndexError, OverflowError, TypeError, ValueError):
            continue
    raise ValueError(f"{text!r} is not a date that a cookie can expire at")


def _parse_max_age(text: str) -> int:
    try:
        seconds = int(float(text))
    except (OverflowError, ValueError):
        raise ValueError(f"{text!r} is not the number of seconds of a cookie's max-age") from None
    if not 0 <= seconds <= _LONGEST:
        raise ValueError(f"a cookie's max-age of {seconds} s cannot be sent")
    return seconds
