"""Free ports on 127.0.0.1."""

import contextlib
import os
import secrets
import socket
import tempfile
import time
from collections.abc import Container
from pathlib import Path

LOOPBACK = "127.0.0.1"
_RESERVED = 600.0  # seconds within which whoever chose a port listens there


def free_port(following: int = 0, *, but: Container[int] = ()) -> int:
    """A port nobody listens on right now, with `following` more right after it (another program may still take them:
    starts say so). They lie below those that the kernel gives out by itself, so that no outgoing connection lands on
    one before it is used; and nobody else who asks here is given them within ten minutes. `but`: those that others
    will listen on later.
    """
    while True:
        port = 10_000 + secrets.randbelow(20_000)
        ports = range(port, port + following + 1)
        if not any(each in but or is_taken(each) for each in ports) and all(_reserve(each) for each in ports):
            return port


def _reserve(port: int) -> bool:
    """Whether no other process was given it lately: two that choose at the same time would both find it free."""
    folder = Path(tempfile.gettempdir()) / f"eskalera-ports-{os.getuid()}"
    mark = folder / str(port)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        if mark.exists() and time.time() - mark.stat().st_mtime >= _RESERVED:
            mark.unlink(missing_ok=True)
        mark.touch(exist_ok=False)
    except FileExistsError:
        return False
    except OSError:
        return True  # nothing can be written down here: the port is free all the same
    return True


def is_taken(port: int) -> bool:
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((LOOPBACK, port))
        except OSError:
            return True
        return False


def answers(port: int, timeout: float = 0.5) -> bool:
    """Whether something accepts connections there."""
    with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, port), timeout):
        return True
    return False
