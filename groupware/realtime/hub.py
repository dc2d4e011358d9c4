"""One hub per process: reads the log once per room and writes one joined message per socket.

Every open room has a tail in memory, every connection a cursor per room. A ring of the doorbell
(or the look that is taken every two seconds, which makes a lost ring a delay and nothing else)
makes the hub fetch what came after the tail; each connection's own pump then sends whatever lies
after its cursor in one message. A socket that cannot take more simply falls behind.

Everything here runs in the event loop of the process; the database is asked in two threads.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

from django.db import DatabaseError, InterfaceError, close_old_connections, connections

from groupware.realtime import actions, doorbell, person, rooms, selectors, sessions, tail
from groupware.realtime.doorbell.bus import EVERYTHING
from groupware.realtime.rooms import Entry, Room
from groupware.realtime.tail import OpenRoom

logger = logging.getLogger(__name__)

LOOK_SECONDS: Final = 2.0
SESSION_SECONDS: Final = 60.0
GAP_MAX: Final = 1000  # entries; who is further behind loads afresh
FETCH_MAX: Final = 500
PEER_SECONDS: Final = 5.0
PER_PERSON: Final = 40  # sockets on one process

ENDED: Final = 4401  # close code: the session does not stand; do not come back
TOO_MANY: Final = 4429

T = TypeVar("T")


class Connection:
    """One socket: whose it is, where it stands in each room, how to write to it."""

    def __init__(
        self,
        *,
        staff_id: int,
        session_key: str,
        send: Callable[[str], Awaitable[None]],
        close: Callable[[int], Awaitable[None]],
    ) -> None:
        self.staff_id = staff_id
        self.session_key = session_key
        self.session = actions.session_digest(session_key)
        self.send = send
        self.close = close
        self.cursors: dict[Room, int] = {}
        self.wake = asyncio.Event()
        self.checked_at = time.monotonic()
        self.pump: asyncio.Task[None] | None = None
        self.ended = False


class Hub:
    """The rooms and connections of this process."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._rooms: dict[Room, OpenRoom] = {}
        self._connections: set[Connection] = set()
        self._dirty: set[Room] = set()
        self._rung = asyncio.Event()
        self._look_now = asyncio.Event()
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="hub")
        self._listener = doorbell.Listener(self._hear)
        self._tasks = [
            self._loop.create_task(self._again(work), name=work.__name__)
            for work in (self._fetch_forever, self._look_forever, self._check_forever)
        ]
        self._asides: set[asyncio.Task[None]] = set()
        self.epoch = ""
        self.queries = 0  # calls into the database, for tests and the administrators' page

    # -- connections -------------------------------------------------------------------------------

    async def connect(self, connection: Connection) -> bool:
        """Take a connection in; False (and closed) when the person has too many already."""
        own = sum(other.staff_id == connection.staff_id for other in self._connections)
        if own >= PER_PERSON:
            await connection.close(TOO_MANY)
            return False
        self._connections.add(connection)
        connection.pump = self._loop.create_task(self._pump(connection))
        return True

    def disconnect(self, connection: Connection) -> None:
        """Forget a connection; a room without members is closed."""
        connection.ended = True
        self._connections.discard(connection)
        for room in list(connection.cursors):
            self._leave(connection, room)
        if connection.pump is not None:
            connection.pump.cancel()

    async def join(
        self, connection: Connection, room: Room, *, after: int | None, epoch: str | None
    ) -> bool:
        """Let a connection listen to a room from `after` on (from now when None).

        Answers with a greeting, or with "reload" when the gap cannot be filled. False when the
        person may not listen, or the session has ended meanwhile (then it is closed).
        """
        kind = rooms.kind_of(room[0])
        if kind is None:
            return False
        opened = self._rooms.setdefault(room, OpenRoom(room))
        opened.members.add(connection)
        try:
            permitted = await self.ask(kind.allowed, room[1], {connection.staff_id})
            if not self.epoch:
                self.epoch = await self.ask(selectors.current_epoch)
            if opened.head is None:
                heads = await self.ask(kind.heads, [room[1]])
                if opened.head is None:
                    opened.start_at(heads.get(room[1], 0))
                    self._rung.set()
            # After the head: an end of the session that the head covers is seen here.
            stands = await self.ask(sessions.staff_of, connection.session_key)
        except BaseException:
            self._leave(connection, room)
            raise
        if stands != connection.staff_id:
            self._end(connection)
            return False
        if connection.staff_id not in permitted or connection.ended:
            self._leave(connection, room)
            return False
        head = opened.head or 0
        start = head if after is None else after
        if epoch not in (None, self._epoch(room)) or not head - GAP_MAX <= start <= head:
            await connection.send(tail.reload(room, self._epoch(room), head))
            start = head
        else:
            await connection.send(tail.greeting(room, self._epoch(room), start))
        connection.cursors[room] = start
        connection.wake.set()
        return True

    def _epoch(self, room: Room) -> str:
        return selectors.epoch_of(self.epoch, room)

    def _leave(self, connection: Connection, room: Room) -> None:
        connection.cursors.pop(room, None)
        opened = self._rooms.get(room)
        if opened is not None:
            opened.members.discard(connection)
            if not opened.members:
                del self._rooms[room]

    def _end(self, connection: Connection) -> None:
        """The session does not stand: forget the connection now, close it when the peer lets us."""
        self.disconnect(connection)
        self._aside(connection.close(ENDED))

    def _aside(self, work: Awaitable[None]) -> None:
        """Write to one peer without making the others wait for it."""

        async def carefully() -> None:
            try:
                await asyncio.wait_for(work, PEER_SECONDS)
            except Exception as error:  # the peer may be gone already; nothing is left to do
                logger.debug("aside: %r", error)

        task = self._loop.create_task(carefully())
        self._asides.add(task)
        task.add_done_callback(self._asides.discard)

    async def _pump(self, connection: Connection) -> None:
        """Send a connection what lies after its cursors, whenever it is woken."""
        try:
            while True:
                await connection.wake.wait()
                connection.wake.clear()
                for room in list(connection.cursors):
                    await self._catch_up(connection, room)
        except asyncio.CancelledError:
            raise
        except (DatabaseError, InterfaceError) as error:
            logger.warning("pump: %s", error)
            await connection.close(1011)
        except Exception as error:  # a peer that went away shows in many ways; it comes back
            logger.debug("pump: %r", error)

    async def _catch_up(self, connection: Connection, room: Room) -> None:
        opened = self._rooms.get(room)
        cursor = connection.cursors.get(room)
        if opened is None or cursor is None or opened.head is None or cursor >= opened.head:
            return
        head = opened.head
        if opened.reaches(cursor):
            connection.cursors[room] = head
            await connection.send(opened.frame_after(cursor))
            return
        entries = await self._gap(room, cursor, head)
        if connection.cursors.get(room) != cursor:
            return
        connection.cursors[room] = head
        if entries is None:
            await connection.send(tail.reload(room, self._epoch(room), head))
        else:
            lines = [tail.line_of(entry) for entry in entries]
            await connection.send(tail.frame(room, lines, head))
        connection.wake.set()  # more may have come while the gap was read

    async def _gap(self, room: Room, after: int, head: int) -> list[Entry] | None:
        """Everything after `after` up to `head`; None when it is too much or partly gone."""
        kind = rooms.kind_of(room[0])
        if kind is None or head - after > GAP_MAX:
            return None
        found = await self.ask(kind.fetch, {room[1]: after}, GAP_MAX)
        entries = [entry for entry in found.get(room[1], ()) if entry.seq <= head]
        return entries if len(entries) == head - after else None

    # -- the log -----------------------------------------------------------------------------------

    def _hear(self, said: str) -> None:
        """A ring, in the thread of whoever rang."""
        try:
            self._loop.call_soon_threadsafe(self._ring, said)
        except RuntimeError:
            return  # the loop has ended

    def _ring(self, said: str) -> None:
        if said == EVERYTHING:
            self._look_now.set()
            return
        room = rooms.room_of(said)
        if room is not None and room in self._rooms:
            self._dirty.add(room)
            self._rung.set()

    async def _fetch_forever(self) -> None:
        while True:
            await self._rung.wait()
            self._rung.clear()
            dirty, self._dirty = self._dirty, set()
            by_kind: dict[str, dict[int, int]] = {}
            for room in dirty:
                opened = self._rooms.get(room)
                if opened is not None and opened.head is None:
                    self._dirty.add(room)  # rung while it was being opened: kept for `join`
                elif opened is not None and opened.head is not None:
                    by_kind.setdefault(room[0], {})[room[1]] = opened.head
            try:
                for name, after in by_kind.items():
                    await self._fetch(name, after)
            except BaseException:
                self._dirty |= dirty  # nothing heard is forgotten
                raise

    async def _fetch(self, name: str, after: dict[int, int]) -> None:
        kind = rooms.kind_of(name)
        assert kind is not None
        members = {
            number: {member.staff_id for member in opened.members}
            for number in after
            if (opened := self._rooms.get((name, number))) is not None
        }
        found, permitted = await self.ask(_read, kind, after, members)
        for number, entries in found.items():
            opened = self._rooms.get((name, number))
            if opened is None or opened.head != after[number]:
                continue
            opened.append(entries)
            if len(entries) >= FETCH_MAX:
                self._dirty.add(opened.room)
                self._rung.set()
            for member in list(opened.members):
                if member.staff_id in members[number] - permitted[number]:
                    self._leave(member, opened.room)
                    self._aside(member.send(tail.left(opened.room)))
            self._obey(opened, entries)
            for member in opened.members:
                member.wake.set()

    def _obey(self, opened: OpenRoom, entries: list[Entry]) -> None:
        """Carry out the entries that are for the hub: sockets of an ended session close."""
        for entry in entries:
            if entry.kind != rooms.LEAVE or opened.room[0] != person.NAME:
                continue
            session = entry.payload.get("session")
            for member in list(opened.members):
                if session is None or member.session == session:
                    self._end(member)

    async def _look_forever(self) -> None:
        """The safety net: rooms whose log has moved without a ring."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._look_now.wait(), LOOK_SECONDS)
            self._look_now.clear()
            by_kind: dict[str, list[int]] = {}
            for room, opened in self._rooms.items():
                if opened.head is not None:
                    by_kind.setdefault(room[0], []).append(room[1])
            for name, numbers in by_kind.items():
                kind = rooms.kind_of(name)
                assert kind is not None
                heads = await self.ask(kind.heads, numbers)
                for number in numbers:
                    await self._compare((name, number), heads.get(number, 0))

    async def _compare(self, room: Room, head: int) -> None:
        opened = self._rooms.get(room)
        if opened is None or opened.head is None:
            return
        if head > opened.head:
            self._dirty.add(room)
            self._rung.set()
        elif head < opened.head and await self._went_back(room, opened.head):
            self.epoch = await self.ask(selectors.current_epoch)
            opened.start_at(head)
            for member in list(opened.members):
                member.cursors[room] = head
                self._aside(member.send(tail.reload(room, self._epoch(room), head)))

    async def _went_back(self, room: Room, known: int) -> bool:
        """Whether the log is really shorter (a restore), not merely read before the last fetch."""
        kind = rooms.kind_of(room[0])
        assert kind is not None
        return (await self.ask(kind.heads, [room[1]])).get(room[1], 0) < known

    async def _check_forever(self) -> None:
        """Ask once a minute whether each session still stands."""
        while True:
            await asyncio.sleep(SESSION_SECONDS / 20)
            limit = time.monotonic() - SESSION_SECONDS
            for member in [one for one in self._connections if one.checked_at < limit]:
                stands = await self.ask(sessions.staff_of, member.session_key)
                member.checked_at = time.monotonic()
                if stands != member.staff_id:
                    self._end(member)

    # -- threads -----------------------------------------------------------------------------------

    async def ask(self, question: Callable[..., T], *args: Any) -> T:
        """Run a function that reads the database in one of the hub's threads."""
        self.queries += 1
        return await self._loop.run_in_executor(self._threads, _with_connection, question, args)

    async def _again(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Keep a loop going although the database or a peer fails it."""
        while True:
            try:
                await work()
            except Exception as error:  # the hub outlives every fault of what it talks to
                logger.warning("hub: %s: %r", work.__name__, error)
                await asyncio.sleep(0.5)
                self._rung.set()

    async def stop(self) -> None:
        """Close every socket (the clients come back elsewhere) and let the threads go."""
        self._listener.close()
        for task in self._tasks:
            task.cancel()
        for member in list(self._connections):
            self.disconnect(member)
        for _ in range(2):
            await self._loop.run_in_executor(self._threads, connections.close_all)
        self._threads.shutdown(wait=True)


def _with_connection(question: Callable[..., T], args: tuple[Any, ...]) -> T:
    close_old_connections()
    try:
        return question(*args)
    except (DatabaseError, InterfaceError):
        connections.close_all()
        raise


def _read(
    kind: rooms.RoomKind, after: dict[int, int], members: dict[int, set[int]]
) -> tuple[dict[int, list[Entry]], dict[int, set[int]]]:
    """What came after, and who of the members may still listen."""
    found = {number: list(entries) for number, entries in kind.fetch(after, FETCH_MAX).items()}
    return found, {number: kind.allowed(number, members.get(number, set())) for number in found}


_hubs: "WeakKeyDictionary[asyncio.AbstractEventLoop, Hub]" = WeakKeyDictionary()


def hub_of_process() -> Hub:
    """The hub of the running event loop, begun at the first socket."""
    loop = asyncio.get_running_loop()
    hub = _hubs.get(loop)
    if hub is None:
        hub = _hubs[loop] = Hub()
    return hub
