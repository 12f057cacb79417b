"""Cookies of a function, as ASP.NET writes them for Microsoft's host."""

from __future__ import annotations

import sys
import time
from http.cookies import CookieError
from typing import Iterator, List

import azure.functions as func
import pytest
from host_apps import v1
from host_fixtures import LoadFiles

pytestmark = [
    pytest.mark.skipif(sys.version_info < (3, 8), reason="the SDK sends one cookie on Python 3.7"),
    pytest.mark.skipif(
        not hasattr(func.HttpResponse().headers, "add"),
        reason=f"azure-functions {func.__version__} has one value per header",
    ),
]

CODE = """
def main(req):
    response = func.HttpResponse("x")
    for cookie in {cookies!r}:
        response.headers.add("Set-Cookie", cookie)
    return response
"""


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The runtime reads `Expires` as local time."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


has_runtime = sys.version_info >= (3, 13)
PAST = "Thu, 01 Jan 1970 00:00:00 GMT"
FUTURE = "Wed, 21 Oct 2026 07:28:00 GMT"


@pytest.mark.parametrize(
    ("cookie", "sent"),
    [
        ("a=1", "a=1; domain=; path="),
        ("a=1; Path=/x; Domain=.example.com", "a=1; domain=.example.com; path=/x"),
        ("a=1; path=/; secure; httponly", "a=1; domain=; path=/; secure; httponly"),
        (
            "a=1; HttpOnly; SameSite=None; Secure; Path=/; Max-Age=60; Expires=" + FUTURE,
            f"a=1; expires={FUTURE}; max-age=60; domain=; path=/; secure; samesite=none; httponly",
        ),
        ("a=1; SameSite=Lax", "a=1; domain=; path=; samesite=lax"),
        ("a=1; samesite=STRICT", "a=1; domain=; path=; samesite=strict"),
        ("a=1; SameSite=other", "a=1; domain=; path="),
        ("a=1; Max-Age=31536000", "a=1; max-age=31536000; domain=; path="),
        ("a=1; Max-Age=1.5", "a=1; max-age=1; domain=; path="),
        ("a=1; Max-Age=1e3", "a=1; max-age=1000; domain=; path="),
        ('a="x y;z"; Path=/', "a=x%20y%3Bz; domain=; path=/"),
        ("a=1,2", "a=1%2C2; domain=; path="),
        ("a=b=c==", "a=b%3Dc%3D%3D; domain=; path="),
        ("a=[1]", "a=%5B1%5D; domain=; path="),
        ("a=%7B%22b%22%3A1%7D", "a=%257B%2522b%2522%253A1%257D; domain=; path="),
        ("t=eyJ.J9.x-y_z~", "t=eyJ.J9.x-y_z~; domain=; path="),
        ("a=; Max-Age=0; Expires=" + PAST, f"a=; expires={PAST}; max-age=0; domain=; path="),
    ],
)
def test_cookie_is_sent_as_by_aspnet(load_files: LoadFiles, cookie: str, sent: str) -> None:
    assert send(load_files, cookie) == [sent]


def send(load_files: LoadFiles, *cookies: str) -> List[str]:
    response = load_files(v1("Hello", CODE.format(cookies=cookies))).client.get("/api/Hello")

    assert response.status_code == 200
    return response.headers.getlist("Set-Cookie")


@pytest.mark.parametrize("cookies", [("a=1", "b=2"), ("a=1; b=2",)])
def test_every_cookie_is_sent(load_files: LoadFiles, cookies: List[str]) -> None:
    assert send(load_files, *cookies) == ["a=1; domain=; path=", "b=2; domain=; path="]


@pytest.mark.parametrize("cookie", ["", "nonsense", "a=é"])
def test_text_without_a_cookie_is_dropped(load_files: LoadFiles, cookie: str) -> None:
    assert send(load_files, cookie) == []


@pytest.mark.skipif(has_runtime, reason="the runtime reads one format of Expires only")
@pytest.mark.parametrize("expires", ["Wed, 21-Oct-2026 07:28:00 GMT", "2026-10-21T09:28:00+02:00"])
def test_expires_is_sent_in_one_format(load_files: LoadFiles, expires: str) -> None:
    sent = send(load_files, f"a=1; Expires={expires}")

    assert sent == [f"a=1; expires={FUTURE}; domain=; path="]


@pytest.mark.parametrize(
    "cookie",
    [
        "a=1; Expires=soon",
        "a=1; Expires=Thu, 31 Feb 2026 00:00:00 GMT",
        pytest.param(
            "a=1; Expires=Wed, 21-Oct-2026 07:28:00 GMT",
            marks=pytest.mark.skipif(not has_runtime, reason="the worker reads more formats"),
        ),
        "a=1; Max-Age=soon",
        "a=1; Max-Age=-1",
        "a=1; Max-Age=nan",
        "a=1; Max-Age=inf",
        "a=1; Max-Age=922337203686",
        "a:b=1",
        'a=1; Path="/\\012b"',
    ],
)
def test_cookie_that_cannot_be_sent_fails_the_invocation(
    load_files: LoadFiles, cookie: str
) -> None:
    app = load_files(v1("Hello", CODE.format(cookies=[cookie])))

    response = app.client.get("/api/Hello")

    assert (response.status_code, response.data) == (500, b"")
    outcome = app.requests[-1].outcome
    assert outcome is not None
    assert isinstance(outcome.error, (CookieError, TypeError, ValueError))
