"""How a task says that it failed."""

from collections.abc import Mapping


class PermanentFailure(Exception):
    """Trying again will not help: the task stops at once.

    `cause` and `remedy` are Japanese sentences for people, marked for translation with
    `gettext_noop`; `detail` fills their %(names)s when they are shown.
    """

    def __init__(
        self, cause: str, remedy: str = "", *, detail: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(cause)
        self.cause = cause
        self.remedy = remedy
        self.detail = dict(detail or {})


class LeaseLost(Exception):
    """Another worker has taken this attempt over; whatever it was doing must not be kept."""
