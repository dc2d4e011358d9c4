"""Live events to many sockets: our hub against plain sockets on the same server, in one run.

    .venv/bin/python infra/bench/hub_fanout.py [--sockets 400] [--rate 5] [--seconds 8]

Plain: one loop that writes a message to every socket, nothing stored, nobody asked. Hub: every
message is a committed row, rights are asked, numbers kept, and the ring comes from another
process. Both on one uvicorn process without deflate; rounds alternate. Printed are the latency
from speaking (hub: from before the transaction) to each socket, the server's processor time per
delivery, and the ratios; the exit code is 1 when a goal is missed or a message was lost.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

GOAL_CPU = 2.5  # hub ÷ plain, processor time per delivery (realtime.md, goal 1)
GOAL_P99 = (2.0, 25.0)  # hub ÷ plain, or ms
PER_PERSON = 40
TEXT = "窓口の案内を読み取りました。受け付けた申請書は、担当の係でご確認ください。" * 2

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


# -- the two servers -------------------------------------------------------------------------------


def plain() -> Callable[..., Awaitable[None]]:
    """An application that repeats whatever the speaker says to everybody else."""
    everybody: set[Send] = set()

    async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        assert scope["type"] == "websocket"
        await receive()
        await send({"type": "websocket.accept"})
        everybody.add(send)
        try:
            while (message := await receive())["type"] == "websocket.receive":
                if message["text"].startswith("{"):
                    continue
                for other in list(everybody):
                    await other({"type": "websocket.send", "text": message["text"]})
        finally:
            everybody.discard(send)

    return application


def hub() -> Any:
    """Our sockets, with one room that everybody may enter; its log is a person's stream."""
    import django

    django.setup()
    from channels.routing import URLRouter
    from django.urls import path

    from groupware.realtime import person, rooms
    from groupware.realtime.consumers import LiveConsumer

    rooms.register(
        rooms.RoomKind("bench", person.heads, person.fetch, lambda _number, staff: set(staff))
    )
    return URLRouter([path("ws/", LiveConsumer.as_asgi())])


class Server:
    """uvicorn with one of the two, on the first processor."""

    def __init__(self, name: str, environment: dict[str, str]) -> None:
        from tests.services.ports import answers, free_port, wait_until

        self.port = free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "--factory", f"infra.bench.hub_fanout:{name}",
             "--ws", "websockets-sansio", "--ws-per-message-deflate", "false", "--lifespan", "off",
             "--host", "127.0.0.1", "--port", str(self.port), "--log-level", "error"],
            env=environment, cwd=ROOT,
        )  # fmt: skip
        os.sched_setaffinity(self.process.pid, {0})
        wait_until(lambda: answers(self.port), name, 60)

    def processor_seconds(self) -> float:
        """User and system time so far."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8")
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()


# -- the measurement -------------------------------------------------------------------------------


@dataclass
class Round:
    """What one round gave."""

    expected: int
    latencies: list[float]  # seconds
    processor: float  # seconds of the server

    @property
    def lost(self) -> int:
        """Deliveries that never came."""
        return self.expected - len(self.latencies)

    def at(self, share: float) -> float:
        """A percentile of the latency in ms."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    @property
    def per_delivery(self) -> float:
        """Microseconds of the server per delivery."""
        return 1e6 * self.processor / max(1, len(self.latencies))


async def listen(port: int, headers: dict[str, str], first: str, into: list[float]) -> Any:
    """One socket that notes the latency of what it hears; returns it with its task."""
    from websockets.asyncio.client import connect

    socket = await connect(
        f"ws://127.0.0.1:{port}/ws/",
        origin=f"http://127.0.0.1:{port}",  # type: ignore[arg-type]  # a NewType of str
        additional_headers=headers,
        compression=None,
    )
    await socket.send(first)
    if headers:
        assert "hello" in json.loads(await socket.recv())

    async def hear() -> None:
        async for text in socket:
            now = time.time()
            said = json.loads(text if isinstance(text, str) and text[0] == "{" else text[1:])
            events = [event["payload"] for event in said.get("events", ())] or [said]
            into.extend(now - event["at"] for event in events)

    return socket, asyncio.create_task(hear())


async def measure(
    server: Server,
    sessions: list[str],
    room: list[Any] | None,
    speak: Callable[[float], Awaitable[None]],
    options: argparse.Namespace,
) -> Round:
    """Open the sockets, speak at the rate, wait for the last delivery."""
    from django.conf import settings

    heard: list[float] = []
    open_sockets = []
    for number in range(options.sockets):
        headers = {}
        if room is not None:
            key = sessions[number // PER_PERSON]
            headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={key}"}
        first = json.dumps({"room": room, "after": None}) if room is not None else "{}"
        open_sockets.append(await listen(server.port, headers, first, heard))
    await asyncio.sleep(1.0)
    before = server.processor_seconds()
    messages = options.rate * options.seconds
    began = time.monotonic()
    for number in range(messages):
        await asyncio.sleep(max(0.0, began + number / options.rate - time.monotonic()))
        await speak(time.time())
    expected = messages * options.sockets
    end = time.monotonic() + 10
    while len(heard) < expected and time.monotonic() < end:
        await asyncio.sleep(0.05)
    spent = server.processor_seconds() - before
    for socket, task in open_sockets:
        task.cancel()
        await socket.close()
    return Round(expected, list(heard), spent)


async def round_of_plain(server: Server, options: argparse.Namespace) -> Round:
    """The speaker is one more socket; what it says begins with a letter, so that it is repeated."""
    from websockets.asyncio.client import connect

    async with connect(f"ws://127.0.0.1:{server.port}/ws/", compression=None) as speaker:

        async def drain() -> None:
            async for _ in speaker:
                pass

        draining = asyncio.create_task(drain())

        async def speak(at: float) -> None:
            await speaker.send("s" + json.dumps({"at": at, "text": TEXT}, ensure_ascii=False))

        result = await measure(server, [], None, speak, options)
        draining.cancel()
        return result


async def round_of_hub(
    server: Server, sessions: list[str], staff_id: int, options: argparse.Namespace
) -> Round:
    """The speaker writes rows in this process; the server hears of it by the doorbell."""
    from django.db import transaction

    from groupware.realtime import actions, doorbell

    def write(at: float) -> None:
        with transaction.atomic():
            actions.publish(staff_id, "tick", {"at": at, "text": TEXT})
        doorbell.ring(f"bench:{staff_id}")

    async def speak(at: float) -> None:
        await asyncio.get_running_loop().run_in_executor(None, write, at)

    return await measure(server, sessions, ["bench", staff_id], speak, options)


def make_people(number: int) -> tuple[int, list[str]]:
    """A speaker and as many sessions as the sockets need."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from groupware.organization.models import Staff

    keys, first = [], 0
    for n in range(number):
        staff = Staff.objects.create_user(
            f"bench{n}", "x", staff_number=f"b{n}", name=f"試験 {n}", yomi="しけん",
            valid_from="2020-04-01",
        )  # fmt: skip
        first = first or staff.pk
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY] = str(staff.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = staff.get_session_auth_hash()
        session.create()
        keys.append(session.session_key)
    return first, keys


def show(name: str, rounds: list[Round]) -> tuple[float, float]:
    """One line; returns p99 in ms and µs per delivery, medians over the rounds."""
    p50, p95, p99 = (
        statistics.median(one.at(share) for one in rounds) for share in (0.5, 0.95, 0.99)
    )
    cpu = statistics.median(one.per_delivery for one in rounds)
    lost = sum(one.lost for one in rounds)
    print(f"{name:<6} {p50:8.1f} {p95:8.1f} {p99:8.1f} {cpu:14.1f} {lost:6d}")
    return p99, cpu


def main() -> int:
    """Run both and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, default=400)
    parser.add_argument("--rate", type=int, default=5, help="messages per second")
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fuzukue-bench-") as folder:
        os.environ.update(DJANGO_SETTINGS_MODULE="groupware.settings.test", TEST_DATA_DIR=folder)
        os.environ.pop("TEST_DATABASE_URL", None)
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        staff_id, sessions = make_people(-(-options.sockets // PER_PERSON))
        return compare(options, staff_id, sessions)


def compare(options: argparse.Namespace, staff_id: int, sessions: list[str]) -> int:
    """Alternate the rounds, print the table, judge."""
    os.sched_setaffinity(0, {os.cpu_count() - 1} if (os.cpu_count() or 1) > 1 else {0})  # type: ignore[operator]  # checked beside it
    environment = dict(os.environ)
    servers = {name: Server(name, environment) for name in ("plain", "hub")}
    rounds: dict[str, list[Round]] = {"plain": [], "hub": []}
    try:
        for _ in range(options.rounds):
            rounds["plain"].append(asyncio.run(round_of_plain(servers["plain"], options)))
            rounds["hub"].append(
                asyncio.run(round_of_hub(servers["hub"], sessions, staff_id, options))
            )
    finally:
        for server in servers.values():
            server.stop()
    print(f"{options.sockets} sockets in one room, {options.rate} messages/s, {options.seconds} s")
    print(f"{'':6} {'p50 ms':>8} {'p95 ms':>8} {'p99 ms':>8} {'µs/delivery':>14} {'lost':>6}")
    plain_p99, plain_cpu = show("plain", rounds["plain"])
    hub_p99, hub_cpu = show("hub", rounds["hub"])
    print(f"hub ÷ plain: p99 {hub_p99 / plain_p99:.2f}, µs per delivery {hub_cpu / plain_cpu:.2f}")
    lost = sum(one.lost for some in rounds.values() for one in some)
    slow = hub_p99 > GOAL_P99[0] * plain_p99 and hub_p99 > GOAL_P99[1]
    return int(bool(lost) or slow or hub_cpu > GOAL_CPU * plain_cpu)


if __name__ == "__main__":
    raise SystemExit(main())
