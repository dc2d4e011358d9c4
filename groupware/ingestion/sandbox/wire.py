"""The only language between worker and child: a length, then one JSON object.

No pickle, no shared memory: a child that was taken over can say nothing but bounded JSON.
"""

from __future__ import annotations

import json
import os
import select
import struct
import time
from typing import Any

HEADER = struct.Struct(">I")
MAX_FRAME = 24 * 1024 * 1024  # bytes; the words of a page of 40,000 characters stay below 2 MB


class WireError(Exception):
    """The other side is gone or does not keep to the protocol."""


class WireTimeout(WireError):
    """Nothing complete arrived before the deadline."""


def encode(message: dict[str, Any]) -> bytes:
    """Return one frame. Raises WireError when the message is larger than MAX_FRAME."""
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    if len(body) > MAX_FRAME:
        raise WireError(f"frame of {len(body)} bytes")
    return HEADER.pack(len(body)) + body


def write(descriptor: int, message: dict[str, Any]) -> None:
    """Write one frame completely. Raises WireError when the reader is gone."""
    data = memoryview(encode(message))
    try:
        while data:
            data = data[os.write(descriptor, data) :]
    except OSError as error:
        raise WireError(str(error)) from error


def read(descriptor: int, deadline: float | None = None) -> dict[str, Any]:
    """Read one frame; `deadline` is a time.monotonic() value, None waits for ever.

    Raises WireTimeout at the deadline, WireError at end of file or for anything but a JSON object.
    """
    (length,) = HEADER.unpack(_exactly(descriptor, HEADER.size, deadline))
    if length > MAX_FRAME:
        raise WireError(f"frame of {length} bytes")
    try:
        message = json.loads(_exactly(descriptor, length, deadline))
    except ValueError as error:
        raise WireError("not JSON") from error
    if not isinstance(message, dict):
        raise WireError("not an object")
    return message


def _exactly(descriptor: int, size: int, deadline: float | None) -> bytes:
    parts: list[bytes] = []
    missing = size
    while missing:
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([descriptor], [], [], left)[0]:
                raise WireTimeout("deadline")
        chunk = os.read(descriptor, min(missing, 1 << 20))
        if not chunk:
            raise WireError("end of file")
        parts.append(chunk)
        missing -= len(chunk)
    return b"".join(parts)
