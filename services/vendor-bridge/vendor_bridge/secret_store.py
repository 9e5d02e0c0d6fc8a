"""The connections' webhook secrets: a file of the installation, never the directory, which only names them.

SecretsUnwritable   the file cannot be changed from here
"""

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import yaml

from chassis import logs
from vendor_bridge import signing

OVERLAP: Final = timedelta(hours=24)
"""How long the former secret stays valid after a change."""

log = logs.get(__name__)


class SecretsUnwritable(Exception):
    """There is no such file, it is no table, or it may not be written."""


@dataclass(frozen=True, slots=True)
class Secret:
    """`until`: when it ceases to be valid; None: never by itself."""

    value: str
    until: datetime | None = None

    def holds(self, now: datetime) -> bool:
        return self.until is None or now < self.until


class SecretStore:
    """`secret_ref` → secrets, from a YAML or JSON file; read again when it changed.

    A name has one secret, `whsec_…`, or a list, of which each is a secret or `{secret: whsec_…, until: TIME}`. All
    that are valid sign and verify: two are while a key is changed.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._read_at: tuple[int, int] | None = None
        self._secrets: Mapping[str, Sequence[Secret]] = {}

    @property
    def is_writable(self) -> bool:
        """Whether a secret can be made here, as far as the file's folder tells."""
        return self._file is not None and os.access(self._file.parent, os.W_OK)

    def of(self, secret_ref: str | None, now: datetime | None = None) -> Sequence[str]:
        """The valid secrets of that name, none if there is none."""
        self._refresh()
        known = self._secrets.get(secret_ref or "", ())
        now = now or datetime.now(UTC)
        return [secret.value for secret in known if secret.holds(now)]

    def former_until(self, secret_ref: str | None, now: datetime) -> datetime | None:
        """Until when the last of the former ones holds, beside the one in use; None where there is none."""
        self._refresh()
        known = [secret for secret in self._secrets.get(secret_ref or "", ()) if secret.holds(now)]
        return max((secret.until for secret in known[1:] if secret.until is not None), default=None)

    def fingerprint(self, secret_ref: str, now: datetime) -> str:
        """Which secret of that name is the newest: the same for as long as it is. It does not tell the secret."""
        newest = next(iter(self.of(secret_ref, now)), "")
        return sha256(f"newest {newest}".encode()).hexdigest()[:24]

    def rotate(self, secret_ref: str, now: datetime) -> str:
        """A new secret of this name in the store's file, as `rotate` makes it. Raises SecretsUnwritable."""
        if self._file is None:
            raise SecretsUnwritable("this installation has no file of secrets")
        return rotate(self._file, secret_ref, now)

    def _refresh(self) -> None:
        if self._file is None:
            return
        try:
            stat = self._file.stat()
            version = (stat.st_mtime_ns, stat.st_size)
            if version == self._read_at:
                return
            read = read_file(self._file)
        except (OSError, ValueError, yaml.YAMLError) as error:
            # What was read before stays valid: a file half written must not cut all vendors off.
            log.warning("secrets_unreadable", error=type(error).__name__)
            return
        self._read_at = version
        self._secrets = read


def rotate(file: Path, secret_ref: str, now: datetime) -> str:
    """A new secret of 256 bits for this name. Raises SecretsUnwritable.

    Two hold: the one it had stays valid for `OVERLAP`, whatever was before that ends at once.
    """
    try:
        known = dict(read_file(file))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise SecretsUnwritable(f"{file} cannot be read as a table of secrets") from error
    made, end = signing.new_secret(), now + OVERLAP
    held = [secret for secret in known.get(secret_ref, ()) if secret.holds(now)]
    former = [Secret(secret.value, min(secret.until or end, end)) for secret in held[:1]]
    known[secret_ref] = [Secret(made), *former]
    write_file(file, known)
    return made


def read_file(file: Path) -> dict[str, Sequence[Secret]]:
    """The table as it stands there, also what is valid no more; ValueError for what is no such table."""
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ValueError("no table")
    return {
        str(name): [_secret(each) for each in (value if isinstance(value, list) else [value])]
        for name, value in content.items()
    }


def _secret(written: Any) -> Secret:
    if not isinstance(written, dict):
        return Secret(str(written))
    until = written.get("until")
    if isinstance(until, str):
        until = datetime.fromisoformat(until)
    if not isinstance(until, datetime | None):
        raise ValueError("a time that is none")
    if until is not None and until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return Secret(str(written["secret"]) if "secret" in written else "", until)


def write_file(file: Path, secrets: Mapping[str, Sequence[Secret]]) -> None:
    """Whole or not at all, readable by its owner alone."""
    content = {name: _written(known) for name, known in secrets.items()}
    if file.suffix == ".json":
        text = json.dumps(content, indent=2) + "\n"
    else:
        text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
    made = None
    try:
        with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False, encoding="utf-8") as output:
            made = Path(output.name)  # mode 0600
            output.write(text)
            output.flush()
            os.fsync(output.fileno())
        made.replace(file)
    except OSError as error:
        if made is not None:
            with contextlib.suppress(OSError):
                made.unlink()
        raise SecretsUnwritable(f"{file} cannot be written: {error.strerror}") from error


def _written(known: Sequence[Secret]) -> Any:
    if len(known) == 1 and known[0].until is None:
        return known[0].value
    return [
        secret.value if secret.until is None else {"secret": secret.value, "until": secret.until.isoformat()}
        for secret in known
    ]
