"""Where the local system keeps what (folders, secrets) and on which ports it listens."""

import secrets
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from eskalera.ports import LOOPBACK

# Offsets from the port base; docs/reference and people's bookmarks hold on to them.
TICKETING = 0
ROUTING = 1
NOTIFIER = 2
VENDOR_BRIDGE = 3
MAIL_PAGE = 5
DEMO_VENDOR = 6
MAIL_SMTP = 7
MAIL_IN = 8
MANAGEMENT = 10  # of ticketing; the other services' follow in the order above

PAGES = frozenset({TICKETING, VENDOR_BRIDGE, MAIL_PAGE, DEMO_VENDOR})  # where a browser finds something
LAST = MANAGEMENT + VENDOR_BRIDGE


@dataclass(frozen=True)
class Layout:
    """The data directory and the ports of one local system."""

    data: Path
    port_base: int

    def port(self, offset: int) -> int:
        return self.port_base + offset

    @property
    def ports(self) -> range:
        """All that belong to the system, those that nobody listens on among them."""
        return range(self.port_base, self.port_base + LAST + 1)

    def url(self, offset: int) -> str:
        return f"http://{LOOPBACK}:{self.port(offset)}"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def objects(self) -> Path:
        return self.data / "objects"

    def make(self) -> None:
        """Create the folders; only the owner may read logs, files and secrets."""
        self.data.mkdir(parents=True, exist_ok=True)
        for folder in (self.logs, self.objects, self.data / "secrets"):
            folder.mkdir(mode=0o700, exist_ok=True)

    def secret_file(self, name: str, *, prefix: str = "") -> Path:
        """A file (0600) with a secret of 256 bits, generated once per data directory."""
        path = self.data / "secrets" / name
        if not path.exists():
            unfinished = path.with_name(f".{name}.new")
            unfinished.touch(mode=0o600)
            unfinished.write_text(prefix + b64encode(secrets.token_bytes(32)).decode())
            unfinished.rename(path)
        return path

    def secret(self, name: str, *, prefix: str = "") -> str:
        return self.secret_file(name, prefix=prefix).read_text()
