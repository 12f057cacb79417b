"""Hypothesis strategies for responses, mostly for unusual ones."""

from __future__ import annotations

from typing import Any, Dict, NamedTuple, Optional, Tuple, Union

from azure.functions import HttpResponse
from hypothesis import strategies as st
from werkzeug.datastructures import Headers

CHARSETS = [
    *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32-be", "utf-7", "ascii", "latin-1"),
    *("cp037", "cp1252", "shift_jis", "hz", "iso2022_jp", "gb18030"),
    *("idna", "punycode", "unicode_escape", "rot13", "undefined", "nonsense"),
]
TEXTS = ["text/plain", "text/html", "TEXT/Plain", "text/markdown", "text/csv"]
OTHERS = [
    *("application/json", "application/octet-stream", "image/png", "text", "texts/plain", ""),
    *("text/event-stream", "text/javascript", "text/xml", "text/x-json"),
]
UNTOUCHABLE = [
    *("Content-Encoding", "Content-MD5", "Content-Digest", "Content-Range"),
    *("Digest", "ETag", "Repr-Digest"),
]
WITHOUT_TEXT = [204, 205, 206, 304]


class MadeUp(NamedTuple):
    """The arguments of an `HttpResponse`, so that it can be made more than once."""

    body: Optional[Union[str, bytes]]
    status_code: Any
    headers: Dict[str, str]
    timings: Tuple[str, ...]
    mimetype: str
    charset: str

    def response(self) -> HttpResponse:
        headers = Headers(list(self.headers.items()))
        for timing in self.timings:
            headers.add("Server-Timing", timing)
        return HttpResponse(
            self.body,
            status_code=self.status_code,
            headers=headers,  # type: ignore[arg-type]  # A mapping, whatever it is typed as.
            mimetype=self.mimetype,
            charset=self.charset,
        )


_tokens = st.text("abcdefgz09!#$%&'*+-.^_`|~", min_size=1, max_size=6)
# The host sends printable ASCII only.
_characters = st.characters(min_codepoint=32, max_codepoint=126)
_ascii = st.text(_characters, max_size=12)
_quoted = st.text("abc ;,=", max_size=5).map('"{}"'.format)
_params = st.tuples(_tokens, _tokens | _quoted).map("=".join)
_metrics = st.tuples(_tokens, st.lists(_params, max_size=2)).map(lambda m: ";".join([m[0], *m[1]]))
server_timings = st.lists(_metrics, min_size=1, max_size=3).map(", ".join)

_content_types = st.builds(
    lambda kind, tail: kind + tail,
    st.sampled_from(TEXTS + OTHERS),
    st.sampled_from(["", "; charset=utf-8", ';charset="utf-16"', "; Charset=ascii", "; charset="])
    | _ascii.map(";{}".format),
)
_headers = st.dictionaries(
    st.sampled_from(["X-Own", "x-own", "Location", "Cache-Control", "Content-Length"])
    | st.sampled_from(UNTOUCHABLE)
    | _ascii,
    _ascii,
    max_size=2,
)
_with_content_type = st.builds(
    lambda headers, content_type: {**headers, "Content-Type": content_type},
    _headers,
    _content_types,
)


def _encodable(made_up: MadeUp) -> bool:
    try:
        made_up.response()
    except (LookupError, ValueError):
        return False
    return True


def _with_right_length(made_up: MadeUp) -> MadeUp:
    """Correct a Content-Length: the host refuses a wrong one, which the timer may correct."""
    body = made_up.response().get_body()
    right = {name: str(len(body)) for name in made_up.headers if name.lower() == "content-length"}
    return made_up._replace(headers={**made_up.headers, **right})


made_up_responses = st.builds(
    MadeUp,
    body=st.none() | st.text(max_size=30) | st.binary(max_size=30),
    status_code=st.just(200)
    | st.sampled_from([201, 404, 503, *WITHOUT_TEXT, "200", "nonsense", None])
    | st.integers(100, 499)
    | st.floats(),
    headers=st.just({}) | st.just({}) | _headers | _with_content_type,
    timings=st.just(()) | st.lists(server_timings, max_size=2).map(tuple),
    mimetype=st.sampled_from(TEXTS) | st.sampled_from(TEXTS + OTHERS),
    charset=st.just("utf-8") | st.sampled_from(CHARSETS) | _ascii,
)
made_up_responses = made_up_responses.filter(_encodable).map(_with_right_length)

made_up_texts = st.builds(
    MadeUp,
    body=st.text(max_size=30),
    status_code=st.sampled_from([200, 201, 404, "200", "nonsense"]),
    headers=st.dictionaries(st.sampled_from(["X-Own", "Location"]), _ascii, max_size=2),
    timings=st.just(()),
    mimetype=st.sampled_from(TEXTS),
    charset=st.sampled_from(
        ["utf-8", "utf-8-sig", "utf-16", "utf-32-be", "ascii", "latin-1", "cp1252", "gb18030"]
    ),
).filter(_encodable)
