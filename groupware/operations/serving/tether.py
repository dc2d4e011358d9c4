"""`python -m groupware.operations.serving.tether COMMAND…`: run it, and let it end with the parent.

The supervisor starts every process through this. When the supervisor dies (even by kill -9) the
kernel sends SIGTERM to the process, so that no worker outlives `serve` unseen. Imports nothing
of Django: it costs a few hundredths of a second.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Tie this process to its parent (the first argument, a pid), then become the command."""
    parent, command = int(arguments[0]), arguments[1:]
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() != parent:
        sys.exit(0)  # it died before the tie was made
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
