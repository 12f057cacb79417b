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
            The exception the function raised, or None. Azure's worker calls no
            hook after an exception (`extension.py`, worker 4.34), so an
            invocation that it dispatched and reported has None here.

        first:
            Whether this is the first invocation in this process; none has it if
            that one raised.
    """

    function_name: str
    invocation_id: str
    elapsed: float
    error: Optional[BaseException]
    first: bool
