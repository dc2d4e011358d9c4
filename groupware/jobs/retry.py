"""How often a task is tried, how long it rests in between, and who hears that it gave up.

@task(queue_name="ocr")
@retries(attempts=5, backoff=(1, 5, 30), gave_up=mark_page_failed)
def read_page(reading_id: int, number: int) -> None: ...
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class GaveUp:
    """A task that will not be tried again by itself: its arguments and why, in words.

    `cause` and `remedy` are filled in and Japanese, ready to be stored beside the thing
    that the task worked on.
    """

    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    cause: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Policy:
    """`attempts` in all (a killed worker counts as one); `backoff` seconds after each."""

    attempts: int = 3
    backoff: tuple[float, ...] = (2.0, 10.0, 60.0)
    gave_up: Callable[[GaveUp], None] | None = None

    def rest(self, attempt: int) -> float:
        """Seconds to wait after attempt number `attempt` (from 1) failed."""
        if not self.backoff:
            return 0.0
        return self.backoff[min(attempt, len(self.backoff)) - 1]


DEFAULT: Final = Policy()

_policies: dict[str, Policy] = {}


def retries(
    *,
    attempts: int = DEFAULT.attempts,
    backoff: Sequence[float] = DEFAULT.backoff,
    gave_up: Callable[[GaveUp], None] | None = None,
) -> Callable[[F], F]:
    """Declare the retry policy of a task function; stands below `@task`.

    `gave_up` runs in the transaction that records the final failure: write rows, enqueue tasks.

    Raises:
        ValueError: when `attempts` is below 1 or a back-off is negative.
    """
    if attempts < 1 or any(seconds < 0 for seconds in backoff):
        raise ValueError("attempts from 1, back-off from 0 seconds")

    def declare(function: F) -> F:
        path = f"{function.__module__}.{function.__qualname__}"
        _policies[path] = Policy(attempts, tuple(backoff), gave_up)
        return function

    return declare


def policy_of(task_path: str) -> Policy:
    """The policy declared for the task function at the dotted `task_path`, else the default."""
    return _policies.get(task_path, DEFAULT)
