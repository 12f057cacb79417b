"""What a reporter is told about one invocation."""

from __future__ import annotations

from typing import NamedTuple, Optional


class Invocation(NamedTuple):
    """
    One finished invocation, as handed to every `report_to` callable.

    Read the fields by name; later versions may add some.

    Attributes:
        function_name: Name of the function, as the host knows it.

        invocation_id: The host's id of the invocation, a GUID.

        elapsed: Seconds from the hook before the function to the one after it.

        error:
            The exception the function raised, or None. It is there if the function is `timed`,
            or its app enabled with `enable_extensions()`; otherwise Microsoft's worker calls no
            hook after an exception, and the invocation is not reported.

        first: Whether this is the first invocation in this process that was timed.

        trigger:
            What set it off, by the OpenTelemetry convention `faas.trigger`: `http`, `timer`,
            `pubsub`, `datasource`, or `other`.
    """

    function_name: str
    invocation_id: str
    elapsed: float
    error: Optional[BaseException]
    first: bool
    trigger: str = "other"
