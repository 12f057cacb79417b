"""
Report how long each invocation of an Azure Functions app took.

    from python_worker_extension_timer import TimerExtension

    TimerExtension.configure(append_to_http_response=True)
"""

from ._invocation import Invocation
from ._timer import TimerExtension

__all__ = ["Invocation", "TimerExtension"]
