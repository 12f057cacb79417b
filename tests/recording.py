"""An extension that records the calls of all its hooks, and code that the apps share."""

from __future__ import annotations

import sys
from typing import Any, Dict, List

from functions_host.client import LoadedApp

FLAG = "PYTHON_ENABLE_WORKER_EXTENSIONS"
FLAGS: Dict[str, Dict[str, str]] = {"on": {FLAG: "1"}, "off": {FLAG: "0"}, "unset": {}}

# The body of an HTTP function.
BODY = """
    if "boom" in req.params:
        raise ValueError("boom")
    return func.HttpResponse("hello")
"""

# The SDK's registry is empty when a test begins. Defining a subclass registers it again.
TIMER = """
from python_worker_extension_timer import TimerExtension, enable_extensions, timed

reported = []


class Again(TimerExtension):
    pass


def configure():
    TimerExtension.configure(append_to_http_response=True, report_to=[reported.append])
    Again._options = TimerExtension._options
"""

RECORDER = """
    from azure.functions import AppExtensionBase

    events = []


    class Recorder(AppExtensionBase):
        @classmethod
        def post_function_load_app_level(cls, name, directory, *args, **kwargs):
            events.append(f"load {name}")

        @classmethod
        def pre_invocation_app_level(cls, logger, context, func_args, *args, **kwargs):
            events.append(f"pre {context.function_name} {sorted(func_args)}")

        @classmethod
        def post_invocation_app_level(cls, logger, context, func_args, func_ret, *args, **kwargs):
            events.append(f"post {context.function_name} {type(func_ret).__name__}")

        @classmethod
        def invocation_failed_app_level(cls, logger, context, func_args, error, *args, **kwargs):
            events.append(f"failed {context.function_name} {sorted(func_args)} {error!r}")
"""


def worker_calls_hooks(flag: str) -> bool:
    on_by_default = sys.version_info[:2] == (3, 9)
    return sys.version_info < (3, 13) and (flag == "on" or (flag == "unset" and on_by_default))


def events_of(app: LoadedApp) -> List[str]:
    """Return the events that an app's recorder has added since the last call."""
    recorder: Any = sys.modules["recorder"]
    taken: List[str] = list(recorder.events)
    del recorder.events[:]
    return taken
