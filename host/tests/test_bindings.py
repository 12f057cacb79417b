"""The choice of converters and the values that they accept, without an app."""

from __future__ import annotations

from functools import partial
from http.cookies import SimpleCookie
from types import SimpleNamespace
from typing import Any, Dict, List, Optional

import azure.functions as func
import pytest
from azure.functions.meta import Datum
from functions_host.bindings import (
    GenericConverter,
    decode,
    encode_outputs,
    find_converter,
)
from functions_host.definitions import Function, parse_function
from functions_host.errors import HostError
from functions_host.retry_policy import check_retry_policy
from functions_host.signature import choose_converters
from functions_host.wire import ParserError, convert_output


def _define(trigger: str, *outputs: str) -> Function:
    """Define a function with a trigger `m` and outputs such as `o queue`."""
    bindings = [{"type": trigger, "name": "m", "direction": "in"}]
    for output in outputs:
        name, kind = output.split()
        bindings.append({"type": kind, "name": name, "direction": "out"})
    return parse_function("x", {"bindings": bindings}, "")


@pytest.mark.parametrize(
    ("trigger", "annotations", "expected"),
    [
        pytest.param("queueTrigger", {}, "queueTrigger", id="none"),
        pytest.param("queueTrigger", {"m": func.QueueMessage}, "queueTrigger", id="SDK class"),
        pytest.param("queueTrigger", {"m": str}, "foo", id="text"),
        pytest.param("activityTrigger", {"m": str}, "activityTrigger", id="implicit output"),
        pytest.param("fooTrigger", {"m": bytes}, "foo", id="unknown to the SDK"),
    ],
)
def test_annotation_of_trigger_chooses_converter(
    trigger: str, annotations: Dict[str, Any], expected: str
) -> None:
    converters = choose_converters(_define(trigger), annotations)

    assert converters.inputs == {"m": find_converter(expected)}


@pytest.mark.parametrize(
    ("bindings", "expected"),
    [
        pytest.param(["timerTrigger"], None, id="nothing to return to"),
        pytest.param(["timerTrigger", "o foo"], "foo", id="output unknown to the SDK"),
        pytest.param(["fooTrigger"], "foo", id="trigger unknown to the SDK"),
        pytest.param(["fooTrigger", "$return queue"], "queue", id="explicit"),
    ],
)
def test_return_value_has_a_converter(bindings: List[str], expected: Optional[str]) -> None:
    converters = choose_converters(_define(*bindings), {})

    assert converters.returned is (expected and find_converter(expected))


def test_only_triggers_get_metadata() -> None:
    metadata = {"Name": Datum("a", "string")}
    given = []

    def keep(data: Datum, trigger_metadata: Any) -> None:
        given.append(trigger_metadata)

    for is_trigger in (True, False):
        converter = SimpleNamespace(decode=keep, has_trigger_support=partial(bool, is_trigger))
        decode(converter, Datum("", "string"), metadata)

    assert given == [metadata, {}]


def test_data_that_a_converter_cannot_decode() -> None:
    with pytest.raises(TypeError, match="cannot decode"):
        decode(find_converter("timerTrigger"), Datum("", "string"), {})
    with pytest.raises(ValueError, match="cannot take 'http' data"):
        decode(GenericConverter, Datum({}, "http"), {})


def test_outputs_that_are_set_are_sent() -> None:
    converters = choose_converters(_define("fooTrigger", "o queue", "p foo"), {})

    sent = encode_outputs(converters, {"o": None, "p": {"a": 1}}, True)

    assert sent == {"p": Datum('{"a": 1}', "json"), "$return": Datum(1, "int")}


@pytest.mark.parametrize(
    ("outputs", "value", "error"),
    [
        pytest.param([], "text", RuntimeError, id="no output"),
        pytest.param(["$return queue"], None, TypeError, id="None for a queue"),
    ],
)
def test_returned_value_is_refused(outputs: List[str], value: Any, error: Any) -> None:
    converters = choose_converters(_define("timerTrigger", *outputs), {})

    with pytest.raises(error):
        encode_outputs(converters, {}, value)


@pytest.mark.parametrize(
    ("sent", "received"),
    [
        pytest.param(Datum(None, None), None, id="nothing"),
        pytest.param(Datum(None, "json"), Datum(None, None), id="empty message"),
        pytest.param(Datum(b"a", "json"), Datum("a", "json"), id="bytes for a text"),
        pytest.param(Datum([1], "list"), Datum("[1]", "json"), id="list"),
        pytest.param(Datum(True, "bool"), Datum(1, "int"), id="bool"),
        pytest.param(Datum(1, "double"), Datum(1.0, "double"), id="double"),
    ],
)
def test_message_changes_data(sent: Datum, received: Optional[Datum]) -> None:
    assert convert_output(sent) == received


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        pytest.param(Datum(2**63, "int"), ValueError, id="large number"),
        pytest.param(Datum("\ud800", "string"), UnicodeEncodeError, id="half a character"),
        pytest.param(Datum(b"\xff", "string"), UnicodeDecodeError, id="not UTF-8"),
        pytest.param(Datum(1, "string"), TypeError, id="number for a text"),
        pytest.param(Datum("a", "bytes"), TypeError, id="text for bytes"),
        pytest.param(Datum(1, "nope"), NotImplementedError, id="unknown type"),
    ],
)
def test_message_does_not_take_data(sent: Datum, error: Any) -> None:
    with pytest.raises(error) as raised:
        convert_output(sent)

    assert raised.type is error


def _http(cookie: str) -> Datum:
    value = {
        "status_code": Datum("200", "string"),
        "headers": {},
        "body": Datum(b"", "bytes"),
        "cookies": [SimpleCookie(cookie)],
    }
    return Datum(value, "http")


def test_each_cookie_is_sent_by_itself() -> None:
    received = convert_output(_http("a=1; Max-Age=5; b=2; expires=2030-01-01T00:00:00"))

    assert received is not None
    assert [list(cookie) for cookie in received.value["cookies"]] == [["a"], ["b"]]


@pytest.mark.parametrize(
    ("cookie", "error"), [("a=1; Max-Age=soon", TypeError), ("a=1; expires=soon", ParserError)]
)
def test_unreadable_cookie_fails(cookie: str, error: Any) -> None:
    with pytest.raises(error, match="soon"):
        convert_output(_http(cookie))


@pytest.mark.parametrize(
    ("policy", "problem"),
    [
        ({"max_retry_count": "x"}, "max_retry_count 'x'"),
        (
            {"max_retry_count": "1", "strategy": "fixed_delay", "delay_interval": "5"},
            "delay_interval '5'",
        ),
        ({"max_retry_count": "1", "minimum_interval": "00:00:01"}, "maximum_interval None"),
        ({"max_retry_count": "1", "strategy": "fixed_delay", "delay_interval": "00:00:01"}, None),
        (None, None),
    ],
)
def test_retry_policy_is_checked(policy: Any, problem: Optional[str]) -> None:
    function = SimpleNamespace(get_settings_dict=lambda name: policy, get_function_name=lambda: "x")
    problems = []

    try:
        check_retry_policy(function)
    except HostError as error:
        problems.append(str(error).partition(" with ")[2].partition(". Use ")[0])

    assert problems == [problem] * (problem is not None)
