"""Exceptions of the Content-Security-Policy, each named for the page that needs it."""

from collections.abc import Callable

from csp.decorators import csp_update
from django.http import HttpRequest
from django.http.response import HttpResponseBase

View = Callable[..., HttpResponseBase]
WASM = {"script-src": ["'wasm-unsafe-eval'"]}


def viewer_policy(view: View) -> View:
    """For the page that runs pdf.js: WebAssembly decoders (JPEG 2000, JBIG2, colour profiles).

    Nothing else is loosened; styles and scripts stay without inline text.
    """
    decorate: Callable[[Callable[[HttpRequest], HttpResponseBase]], View] = csp_update(WASM)
    return decorate(view)
