"""What a bus of the doorbell can do; one module per transport beside this one."""

import threading
from collections.abc import Callable
from typing import Final, Protocol

EVERYTHING: Final = "*"  # a listener that may have missed rings is told to look at everything

Hearer = Callable[[str], None]


class Bus(Protocol):
    """Carries topics to other processes."""

    def ring(self, topics: tuple[str, ...]) -> None:
        """Send the topics; raises what the transport raises."""

    def listen(self, hear: Hearer, stop: threading.Event) -> None:
        """Block, calling `hear` for each topic, until `stop` is set; raises when the bus breaks."""
