"""The bus between hosts where Redis is installed: PUBLISH on one channel, no payload."""

import threading
from typing import Any, Final

import redis

from groupware.realtime.doorbell.bus import EVERYTHING, Hearer

CHANNEL: Final = "fuzukue"
RING_TIMEOUT: Final = 0.5  # seconds; a Redis that hangs must not hold a page


class RedisBus:
    """`url` is `redis://…`, `rediss://…` or `unix://…`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client: Any = redis.Redis.from_url(
            url, socket_timeout=RING_TIMEOUT, socket_connect_timeout=RING_TIMEOUT
        )

    def ring(self, topics: tuple[str, ...]) -> None:
        """Publish the topics as lines."""
        self._client.publish(CHANNEL, "\n".join(topics))

    def listen(self, hear: Hearer, stop: threading.Event) -> None:
        """Hear until `stop`; raises when the server goes away."""
        client: Any = redis.Redis.from_url(
            self._url, socket_timeout=None, socket_connect_timeout=2, health_check_interval=15
        )
        with client.pubsub(ignore_subscribe_messages=True) as subscription:
            subscription.subscribe(CHANNEL)
            hear(EVERYTHING)
            while not stop.is_set():
                message = subscription.get_message(timeout=0.5)
                if message is not None:
                    for topic in message["data"].decode().splitlines():
                        hear(topic)
