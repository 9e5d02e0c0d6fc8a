"""The demo vendor's connections: which directories name its address, with which secrets, and where it is here.

Whose they are is told by their address alone: a municipality's own connection keeps its own, whatever its name.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from eskalera import layout as at
from eskalera.errors import UsageError
from eskalera.layout import Layout
from vendor_bridge import tokens
from vendor_bridge.secret_store import Secret, read_file, write_file

# Where the shipped directories say that the demo vendor listens: at the usual port base.
SHIPPED_ADDRESS = "http://127.0.0.1:8086/"


@dataclass(frozen=True)
class DemoConnections:
    """`{connection: secret_ref}` of the vendors that are played by the demo vendor; `urls`: as the directories say."""

    secret_refs: dict[str, str]
    urls: frozenset[str]

    @classmethod
    def of(cls, files: Iterable[Path]) -> "DemoConnections":
        """Those of the directory files (which `directory apply` checks properly later)."""
        connections = [connection for file in files for connection in _connections(file)]
        played = [one for one in connections if is_played(one.get("url"))]
        return cls({one["name"]: one["secret_ref"] for one in played}, frozenset(one["url"] for one in played))

    def addresses(self, home: Layout) -> dict[str, str]:
        """{URL of the directory: URL at the demo vendor of this system}."""
        here = f"{home.url(at.DEMO_VENDOR)}/"
        return {url: here + url.removeprefix(SHIPPED_ADDRESS) for url in sorted(self.urls)}

    def secrets_file(self, home: Layout) -> Path:
        """A file (0600) of secrets by `secret_ref` that the bridge reads; those once made, changed or added stay."""
        path = _path(home, "bridge")
        known = _changed(home)
        made = {ref: known.get(ref) or [Secret(_webhook_secret(home, ref))] for ref in self.secret_refs.values()}
        write_file(path, {**known, **made})
        return path

    def vendors_file(self, home: Layout) -> Path:
        """A file (0600) `{connection: {secret, token}}` that the demo vendor reads; the token opens its bundles."""
        key = home.secret("vendor-bridge")
        content = {
            name: {"secret": _newest(home, ref), "token": tokens.issue(key, name, ttl=tokens.LONGEST)}
            for name, ref in self.secret_refs.items()
        }
        return _write(home, "demo-vendor", content)


def is_played(url: str | None) -> bool:
    """Whether the directory says that the demo vendor listens there."""
    return url is not None and url.startswith(SHIPPED_ADDRESS)


def secrets_path(home: Layout) -> Path:
    """The file of the bridge's secrets, if the system has been started."""
    return _path(home, "bridge")


def _changed(home: Layout) -> Mapping[str, Sequence[Secret]]:
    """The bridge's secrets as `eskalera vendor rotate` left them."""
    try:
        return read_file(_path(home, "bridge"))
    except (OSError, ValueError, yaml.YAMLError):
        return {}


def _newest(home: Layout, secret_ref: str) -> str:
    known = _changed(home).get(secret_ref)
    return known[0].value if known else _webhook_secret(home, secret_ref)


def _path(home: Layout, reader: str) -> Path:
    return home.data / "secrets" / f"connections-of-{reader}.json"


def _webhook_secret(home: Layout, secret_ref: str) -> str:
    return home.secret(f"webhook-{secret_ref}", prefix="whsec_")


def _write(home: Layout, reader: str, content: Mapping[str, Any]) -> Path:
    path = _path(home, reader)
    path.touch(mode=0o600)
    path.write_text(json.dumps(content, indent=2))
    return path


def _connections(file: Path) -> list[dict[str, Any]]:
    try:
        vendors = yaml.safe_load(file.read_text(encoding="utf-8"))["vendors"]
        return [vendor["connection"] for vendor in vendors if "secret_ref" in vendor.get("connection", {})]
    except KeyError:
        return []
    except (OSError, UnicodeDecodeError, yaml.YAMLError, TypeError, AttributeError):
        raise UsageError(f"{file} is no directory: `eskalera directory check {file}` says why.") from None
