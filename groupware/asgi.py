"""What the web server runs: pages in threads, sockets through Channels beside them.

Composition only: nobody imports this module. `GROUPWARE_SERVES` (pages, sockets) leaves one out.
"""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

pages_application = get_wsgi_application()  # sets Django up; what follows needs it

from channels.routing import URLRouter  # noqa: E402 - needs Django set up
from django.urls import path  # noqa: E402 - as above

from groupware.audit import reads  # noqa: E402 - as above
from groupware.operations.serving.composition import Site  # noqa: E402 - as above
from groupware.operations.serving.pages import Pages  # noqa: E402 - as above
from groupware.realtime.consumers import LiveConsumer  # noqa: E402 - as above

serves = os.environ.get("GROUPWARE_SERVES", "")

application = Site(
    pages=None if serves == "sockets" else Pages(pages_application, threads=settings.WEB_THREADS),
    sockets=None if serves == "pages" else URLRouter([path("ws/", LiveConsumer.as_asgi())]),
    at_end=reads.queue.stop,
)
