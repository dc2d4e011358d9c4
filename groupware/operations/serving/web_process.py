"""The web process that `serve` starts: uvicorn on a socket that the supervisor opened.

The listening socket belongs to the supervisor, so the port stays taken and connections wait in
its queue while a web process that died is started again.
"""

import argparse
import os
import socket

import uvicorn
from django.conf import settings

SOCKET_MESSAGE_BYTES = 64 * 1024
GRACE_SECONDS = 10
KEEP_ALIVE_SECONDS = 15


def config() -> uvicorn.Config:
    """How uvicorn runs here; sockets without deflate, whose memory per connection costs more."""
    proxies: list[str] = settings.TRUSTED_PROXIES
    return uvicorn.Config(
        "groupware.asgi:application",
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=SOCKET_MESSAGE_BYTES,
        lifespan="on",
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies or None,
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def main() -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--fd", type=int, required=True)
    parser.add_argument("--only", choices=["pages", "sockets"])
    options = parser.parse_args()
    if options.only:
        os.environ["GROUPWARE_SERVES"] = options.only
    listening = socket.socket(fileno=options.fd)
    uvicorn.Server(config()).run(sockets=[listening])


if __name__ == "__main__":
    main()
