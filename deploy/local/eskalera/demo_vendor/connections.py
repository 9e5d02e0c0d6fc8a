"""Who may send to this vendor, with which keys."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from standardwebhooks import Webhook, WebhookVerificationError


@dataclass(frozen=True, slots=True)
class Connection:
    """One way to a municipality: the shared secret signs both directions, `token` opens large bundles."""

    name: str
    secret: str
    token: str | None = None

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the municipality's bridge sent this just now."""
        try:
            Webhook(self.secret).verify(body, dict(headers), json_parse=False)
        except (WebhookVerificationError, ValueError):
            return False
        return True


def read(file: Path) -> dict[str, Connection]:
    """`{connection: {"secret": whsec_…, "token": …}}` of a JSON file."""
    content = json.loads(file.read_text(encoding="utf-8"))
    return {name: Connection(name, one["secret"], one.get("token")) for name, one in content.items()}
