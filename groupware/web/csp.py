"""Exceptions of the Content-Security-Policy, each named for the page that needs it."""

from collections.abc import Callable
from typing import Any, TypeVar

from csp.decorators import csp_update

V = TypeVar("V", bound=Callable[..., Any])


def viewer_policy(view: V) -> V:
    """For the page that runs pdf.js: WebAssembly decoders (JPEG 2000, JBIG2, colour profiles).

    Nothing else is loosened; styles and scripts stay without inline text.
    """
    decorated: V = csp_update({"script-src": ["'wasm-unsafe-eval'"]})(view)
    return decorated
