"""`configure()` accepts any options, or raises an error and changes nothing."""

from __future__ import annotations

import logging
import re
from typing import Any, Dict

import pytest
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


def invoke() -> HttpResponse:
    response, context, logger = HttpResponse("x"), InvocationContext(), logging.getLogger("x")
    TimerExtension.pre_invocation_app_level(logger, context, {})
    TimerExtension.post_invocation_app_level(logger, context, {}, response)
    return response


@given(options=right | some)
def test_options_are_accepted_or_refused(options: Dict[str, Any]) -> None:
    TimerExtension.configure(append_to_http_response=True)
    try:
        TimerExtension.configure(**options)
        why_not, appends = "", options.get("append_to_http_response", False)
    except (TypeError, ValueError) as error:
        why_not, appends = str(error), True

    event("refused" if why_not else "taken")
    assert why_not == "" or any(name in why_not for name in options)
    assert (b"TimeElapsed" in invoke().get_body()) is appends


@given(options=right)
def test_right_options_are_used(options: Dict[str, Any]) -> None:
    TimerExtension.configure(**options)

    answer = invoke()

    assert (b"TimeElapsed" in answer.get_body()) is options.get("append_to_http_response", False)
    assert ("Server-Timing" in answer.headers) is options.get("server_timing", False)


@given(seconds=st.decimals() | st.fractions() | st.complex_numbers())
def test_other_kind_of_number_is_refused(seconds: Any) -> None:
    with pytest.raises(TypeError, match=re.escape(repr(seconds))):
        TimerExtension.configure(warn_after=seconds)
