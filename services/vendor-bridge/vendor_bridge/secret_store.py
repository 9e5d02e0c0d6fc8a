"""The connections' webhook secrets: a file of the installation, never the directory, which only names them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from chassis import logs

log = logs.get(__name__)


class SecretStore:
    """`secret_ref` → secrets, from a YAML or JSON file `{name: whsec_… | [whsec_…, …]}`; read again when it changed.

    The first secret of a name signs, all of them verify: two are valid while a key is changed.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._read_at: tuple[int, int] | None = None
        self._secrets: Mapping[str, Sequence[str]] = {}

    def of(self, secret_ref: str | None) -> Sequence[str]:
        """The secrets of that name, none if there is none."""
        self._refresh()
        return self._secrets.get(secret_ref or "", ())

    def _refresh(self) -> None:
        if self._file is None:
            return
        try:
            stat = self._file.stat()
            version = (stat.st_mtime_ns, stat.st_size)
            if version == self._read_at:
                return
            content = yaml.safe_load(self._file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            # What was read before stays valid: a file half written must not cut all vendors off.
            log.warning("secrets_unreadable", error=type(error).__name__)
            return
        self._read_at = version
        self._secrets = {str(name): _listed(value) for name, value in content.items()} if _is_table(content) else {}


def _is_table(content: Any) -> bool:
    return isinstance(content, dict)


def _listed(value: Any) -> Sequence[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]
