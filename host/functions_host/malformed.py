"""Requests that the standard library reads and that Microsoft's host, on Kestrel, refuses."""

from __future__ import annotations

import re
from email.message import Message
from urllib.parse import urlsplit

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_HOST = re.compile(r"[0-9A-Za-z.\-_~%!$&'()*+,;=:\[\]]*")


def whats_wrong(line: str, target: str, headers: Message) -> str:
    """
    Return what is wrong with a request, and an empty text if nothing is.

    Follows RFC 9110, sections 5.5, 7.2 and 9.1, and RFC 9112, sections 3, 5 and 6.3.

    Args:
        line: The request line.

        target: What the line asks for.

        headers: As they were read.
    """
    # The standard library drops a line that is no header, and all the headers after it.
    if headers.defects or any("\0" in value for value in headers.values()):
        return "Malformed header"
    if not _TOKEN.fullmatch(line.partition(" ")[0]):
        return "Malformed method"
    try:
        urlsplit(target)
    except ValueError as error:
        return str(error)
    return _wrong_host(line, headers) or _wrong_length(headers)


def _wrong_host(line: str, headers: Message) -> str:
    hosts = headers.get_all("Host", [])
    if not hosts and line.endswith("HTTP/1.1"):
        return "No Host header"
    if len(hosts) > 1 or not all(_HOST.fullmatch(host) for host in hosts):
        return "Malformed Host header"
    return ""


def _wrong_length(headers: Message) -> str:
    lengths = set(headers.get_all("Content-Length", []))
    if len(lengths) > 1 or (lengths and "Transfer-Encoding" in headers):
        return "More than one length"
    return ""
