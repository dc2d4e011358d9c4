"""What the web server runs: pages in threads, sockets through Channels beside them.

Composition only: nobody imports this module. `GROUPWARE_SERVES` (pages, sockets) leaves one out.
"""

import asyncio
import os
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application

pages_application = get_wsgi_application()  # sets Django up; what follows needs it

from channels.routing import URLRouter  # noqa: E402 - needs Django set up
from django.urls import path, re_path  # noqa: E402 - as above

from groupware.audit import reads  # noqa: E402 - as above
from groupware.operations.serving.composition import Site, refuse_socket  # noqa: E402 - as above
from groupware.operations.serving.pages import Pages  # noqa: E402 - as above
from groupware.realtime.consumers import LiveConsumer  # noqa: E402 - as above
from groupware.realtime.hub import hub_of_process  # noqa: E402 - as above

serves = os.environ.get("GROUPWARE_SERVES", "")
anywhere_else: Any = refuse_socket  # an ASGI application, where Django's types expect a view
sockets = URLRouter([path("ws/", LiveConsumer.as_asgi()), re_path("", anywhere_else)])


async def end() -> None:
    """Close the sockets and write what waits for the audit record."""
    if serves != "pages":
        await hub_of_process().stop()
    await asyncio.to_thread(reads.queue.stop)


application = Site(
    pages=None if serves == "sockets" else Pages(pages_application, threads=settings.WEB_THREADS),
    sockets=None if serves == "pages" else sockets,
    at_end=end,
)
