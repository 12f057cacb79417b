"""
Report how long each invocation of an Azure Functions app took.

    import azure.functions as func
    from python_worker_extension_timer import TimerExtension, enable_extensions

    TimerExtension.configure(append_to_http_response=True)
    app = enable_extensions(func.FunctionApp())
"""

from ._enable import enable_extensions
from ._extension import TimerExtension
from ._invocation import Invocation
from ._metrics import faas_metrics
from ._timed import timed

__all__ = ["Invocation", "TimerExtension", "enable_extensions", "faas_metrics", "timed"]
