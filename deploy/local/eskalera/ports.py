"""Free ports on 127.0.0.1."""

import contextlib
import secrets
import socket

LOOPBACK = "127.0.0.1"


def free_port(following: int = 0) -> int:
    """A port nobody listens on right now, with `following` more right after it (another program may still take them:
    starts say so). They lie below those that the kernel gives out by itself, so that no outgoing connection lands on
    one before it is used.
    """
    while True:
        port = 10_000 + secrets.randbelow(20_000)
        if not any(is_taken(port + offset) for offset in range(following + 1)):
            return port


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
