"""`configure()` accepts any options, or raises an error and changes nothing."""

from __future__ import annotations

import logging
from typing import Any, Dict

from azure.functions import HttpResponse
from hypothesis import event, given
from hypothesis import strategies as st
from invocations import InvocationContext
from python_worker_extension_timer import TimerExtension

KNOWN = ["append_to_http_response", "server_timing", "warn_after", "report_to"]

numbers = st.integers() | st.floats() | st.decimals() | st.fractions() | st.complex_numbers()
callables = st.sampled_from([len, print, dict, str.upper, lambda invocation: None])
things = (
    st.none() | st.booleans() | numbers | st.text(max_size=3) | st.binary(max_size=3) | callables
)
values = (
    things
    | st.lists(things, max_size=3)
    | st.lists(callables, max_size=3)
    | st.tuples(things)
    | st.dictionaries(st.text(max_size=3), things, max_size=2)
    | st.sets(callables, max_size=2)
)
right = st.fixed_dictionaries(
    {},
    optional={
        "append_to_http_response": st.booleans(),
        "server_timing": st.booleans(),
        "warn_after": st.none() | st.integers(0) | st.floats(0, 1e9),
        "report_to": st.lists(callables, max_size=3),
    },
)
names = st.sampled_from(KNOWN) | st.text("abcdefghijklmnopqrstuvwxyz_ É", max_size=8)
some = st.dictionaries(names, values, max_size=3)


def check_response(
    append_to_http_response: bool = False, server_timing: bool = False, **_: Any
) -> None:
    """Check that an invocation's response has the time where the options put it."""
    response, context, logger = HttpResponse("x"), InvocationContext(), logging.getLogger("x")
    TimerExtension.pre_invocation_app_level(logger, context, {})
    TimerExtension.post_invocation_app_level(logger, context, {}, response)

    assert (b"TimeElapsed" in response.get_body()) is append_to_http_response
    assert ("Server-Timing" in response.headers) is server_timing


@given(options=right)
def test_right_options_are_used(options: Dict[str, Any]) -> None:
    TimerExtension.configure(**options)

    check_response(**options)


@given(options=right | some)
def test_options_are_used_or_refused(options: Dict[str, Any]) -> None:
    before: Dict[str, Any] = {"append_to_http_response": True}
    TimerExtension.configure(**before)
    try:
        TimerExtension.configure(**options)
        used, why_not = options, ""
    except (TypeError, ValueError) as error:
        used, why_not = before, str(error)

    event("refused" if why_not else "used")
    assert not why_not or any(name in why_not for name in options)
    check_response(**used)
