import re
from typing import Any, AsyncIterator, Dict, Iterator

import pytest
from python_worker_extension_timer import TimerExtension


def print_it(invocation: Any) -> None:
    pass


async def send_it(invocation: Any) -> None:
    pass


def yield_it(invocation: Any) -> Iterator[None]:
    yield None


async def yield_it_async(invocation: Any) -> AsyncIterator[None]:
    yield None


class Sender:
    async def __call__(self, invocation: Any) -> None:
        pass


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param(
            {"append_to_http_respons": True},
            "TimerExtension.configure() has no option 'append_to_http_respons'. "
            "Did you mean 'append_to_http_response'?",
            id="a misspelt option",
        ),
        pytest.param(
            {"colour": "red"},
            "TimerExtension.configure() has no option 'colour'. It has: "
            "append_to_http_response, report_to, server_timing, warn_after.",
            id="an option like no other",
        ),
        pytest.param(
            {"append_to_http_response": 1},
            "append_to_http_response must be True or False, got 1.",
            id="a number as switch",
        ),
        pytest.param(
            {"server_timing": "yes"},
            "server_timing must be True or False, got 'yes'.",
            id="a text as switch",
        ),
        pytest.param(
            {"warn_after": "1"},
            "warn_after must be a number of seconds or None, got '1'.",
            id="a text as seconds",
        ),
        pytest.param(
            {"warn_after": True},
            "warn_after must be a number of seconds or None, got True.",
            id="a switch as seconds",
        ),
        pytest.param({"report_to": 5}, "report_to must be a list of callables, got 5.", id="5"),
        pytest.param({"report_to": ["a"]}, "report_to must hold callables, got 'a'.", id="['a']"),
        pytest.param({"report_to": "a"}, "report_to must hold callables, got 'a'.", id="a text"),
    ],
)
def test_wrong_option_is_a_type_error(options: Dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        TimerExtension.configure(**options)


@pytest.mark.parametrize("seconds", [-1, -0.001, float("nan"), float("inf"), 10**400])
def test_impossible_time_is_a_value_error(seconds: float) -> None:
    message = f"warn_after must be zero or more seconds, and finite, got {seconds!r}."

    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        TimerExtension.configure(warn_after=seconds)


def test_single_reporter_is_told_to_be_a_list() -> None:
    message = f"report_to must be a list, got {print_it!r}. Write report_to=[...]."

    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        TimerExtension.configure(report_to=print_it)  # type: ignore[arg-type]


@pytest.mark.parametrize("reporter", [send_it, Sender(), yield_it, yield_it_async])
def test_reporter_that_would_do_nothing_when_called_is_refused(reporter: Any) -> None:
    with pytest.raises(TypeError, match=r"^report_to must hold plain functions, not async or "):
        TimerExtension.configure(report_to=[reporter])


def test_options_are_keywords_only() -> None:
    configure: Any = TimerExtension.configure

    with pytest.raises(TypeError, match="positional"):
        configure(True)


@pytest.mark.parametrize("seconds", [0, 0.5, 3600, None])
def test_possible_time_is_taken(seconds: Any) -> None:
    TimerExtension.configure(warn_after=seconds)


def test_reporters_may_come_from_a_generator() -> None:
    TimerExtension.configure(report_to=(reporter for reporter in [print_it]))
