"""The socket `/ws/`: who may open it, what may be said on it."""

import logging
import time
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import urlsplit

from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.http.request import validate_host

from groupware.realtime import person, sessions, tail
from groupware.realtime.hub import ENDED, Connection, Hub, hub_of_process
from groupware.realtime.rooms import Room

logger = logging.getLogger(__name__)

MESSAGE_MAX: Final = 4096  # characters
MESSAGES_PER_MINUTE: Final = 120
ROOMS_MAX: Final = 200

WRONG: Final = 4400  # close code: not our protocol
LOUD: Final = 4408  # too many messages


class LiveConsumer(AsyncWebsocketConsumer):
    """A browser's socket. It says `{"after": seq, "epoch": …}` and hears of its own events.

    `{"room": [kind, number], "after": …, "epoch": …}` asks for another room.
    """

    hub: Hub
    connection: Connection | None = None

    async def connect(self) -> None:
        """Refuse strangers: another site's page before accepting, a missing session after (so
        that the browser hears the code and does not come back)."""
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in self.scope["headers"]
        }
        if not same_origin(headers.get("origin", ""), headers.get("host", "")):
            logger.warning(
                "socket refused: origin %r at %r", headers.get("origin"), headers.get("host")
            )
            await self.close()
            return
        self.hub = hub_of_process()
        key = session_key(headers.get("cookie", ""))
        staff_id = await self.hub.ask(sessions.staff_of, key)
        await self.accept()
        if staff_id is None:
            await self.close(ENDED)
            return
        self._said_at: list[float] = []
        self.connection = Connection(
            staff_id=staff_id, session_key=key, send=self._write, close=self.close
        )
        if not await self.hub.connect(self.connection):
            self.connection = None

    async def _write(self, text: str) -> None:
        """Straight to the server; waits while the peer's buffer is full."""
        await self.base_send({"type": "websocket.send", "text": text})

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """A client asks for a room; anything else ends the conversation."""
        if self.connection is None:
            return
        if self._is_loud():
            await self.close(LOUD)
            return
        said = tail.parse(text_data) if text_data and len(text_data) <= MESSAGE_MAX else None
        asked = _asked(said, self.connection.staff_id) if said is not None else None
        if asked is None or len(self.connection.cursors) >= ROOMS_MAX:
            await self.close(WRONG)
            return
        room, after, epoch = asked
        joined = await self.hub.join(self.connection, room, after=after, epoch=epoch)
        if not joined and not self.connection.ended:
            await self._write(tail.left(room))

    def _is_loud(self) -> bool:
        now = time.monotonic()
        self._said_at = [at for at in self._said_at if at > now - 60] + [now]
        return len(self._said_at) > MESSAGES_PER_MINUTE

    async def disconnect(self, code: int) -> None:
        """The peer or the server ended it."""
        if self.connection is not None:
            self.hub.disconnect(self.connection)


def _asked(said: dict[str, Any], staff_id: int) -> tuple[Room, int | None, str | None] | None:
    """The room, position and epoch that a message names; None when it is not our protocol.

    Types are strict: `true` is no number.
    """
    after, epoch = said.get("after"), said.get("epoch")
    if after is not None and (type(after) is not int or not 0 <= after < 2**53):
        return None
    if epoch is not None and not isinstance(epoch, str):
        return None
    match said.get("room", [person.NAME, staff_id]):
        case [str() as kind, int() as number] if type(number) is int and number >= 0:
            return (kind, number), after, epoch
    return None


def same_origin(origin: str, host: str) -> bool:
    """Whether a page of this very site opens the socket (or one that the settings trust)."""
    if not origin or not host:
        return False
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    parts = urlsplit(origin)
    if parts.scheme not in ("http", "https") or parts.netloc.lower() != host.lower():
        return False
    return validate_host(parts.hostname or "", settings.ALLOWED_HOSTS)


def session_key(cookie: str) -> str:
    """The session key in a Cookie header; empty when there is none."""
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(cookie)
    except CookieError:
        return ""
    found = jar.get(settings.SESSION_COOKIE_NAME)
    return found.value if found is not None else ""
