"""Certificates of the installation: what it shows to a vendor, and whom besides the usual authorities it believes.

BadCertificate      a file that is there cannot be used
"""

import ssl
from collections.abc import Sequence
from pathlib import Path

import httpx

from vendor_bridge.profiles.clients import new_client

Version = tuple[tuple[str, int, int], ...]


class BadCertificate(Exception):
    """Says which file, and what is wrong with it."""


class Tls:
    """Of a folder: `NAME.pem` is the certificate and key shown for the connection NAME, `NAME.ca.pem` the only
    authorities believed for it, `ca.pem` further authorities for all. Read again when they change.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._clients: dict[str, tuple[Version, httpx.AsyncClient]] = {}
        self._retired: list[httpx.AsyncClient] = []

    def client(self, connection: str) -> httpx.AsyncClient | None:
        """The client of a connection that has files of its own; None: the usual one does. Raises BadCertificate."""
        if self._folder is None:
            return None
        shown, only, more = (self._folder / f"{name}.pem" for name in (connection, f"{connection}.ca", "ca"))
        files = [file for file in (shown, only, more) if file.exists()]
        if not files:
            return None
        version = tuple((file.name, (stat := file.stat()).st_mtime_ns, stat.st_size) for file in files)
        known = self._clients.get(connection)
        if known is not None and known[0] == version:
            return known[1]
        client = new_client(_context(shown, only, more, files))
        if known is not None:
            self._retired.append(known[1])  # what is on its way ends with it
        self._clients[connection] = version, client
        return client

    async def aclose(self) -> None:
        for client in (*self._retired, *(client for _, client in self._clients.values())):
            await client.aclose()


def _context(shown: Path, only: Path, more: Path, there: Sequence[Path]) -> ssl.SSLContext:
    file = only
    try:
        context = ssl.create_default_context(cafile=str(only)) if only in there else httpx.create_ssl_context()
        if (file := more) in there:
            context.load_verify_locations(str(more))
        if (file := shown) in there:
            context.load_cert_chain(str(shown))
    except (OSError, ssl.SSLError) as error:
        what = error.reason if isinstance(error, ssl.SSLError) else error.strerror
        raise BadCertificate(f"the certificate file {file.name} cannot be used: {what or 'no certificate'}") from error
    return context
