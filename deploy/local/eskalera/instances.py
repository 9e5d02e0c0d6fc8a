"""Which local systems of this user run, and where: a lock in the data directory, a small file per port base.

The lock is the truth (the kernel drops it when its holder dies); the files are how `down`, `status`, `logs` and the
commands that need an address find a running system.
"""

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from eskalera.errors import LocalError, UsageError
from eskalera.layout import Layout

TEMPORARY = "eskalera-"


@dataclass
class PartState:
    """One running part: what `status` looks at."""

    pid: int | None
    url: str | None
    ready_url: str | None
    log: str
    restarts: int = 0


@dataclass
class Instance:
    """One local system, as its supervisor last described it."""

    pid: int
    data: str
    port_base: int
    ready: bool = False
    demo: str = "none"  # none | loading | loaded | failed
    databases: dict[str, str] = field(
        default_factory=dict
    )  # {package: URL with password}: this file is its owner's alone
    brokers: str = ""
    topic: str = "cases"
    parts: dict[str, PartState] = field(default_factory=dict)

    @property
    def layout(self) -> Layout:
        return Layout(Path(self.data), self.port_base)


def publish(instance: Instance) -> None:
    """Write or replace the instance's file."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = folder / f".{instance.port_base}.{os.getpid()}"
    unfinished.touch(mode=0o600)
    unfinished.write_text(json.dumps(asdict(instance)))
    unfinished.rename(_file(instance.port_base))


def withdraw(instance: Instance) -> None:
    _file(instance.port_base).unlink(missing_ok=True)


def running() -> list[Instance]:
    """The systems whose supervisor lives, by port base; files of dead ones are removed."""
    found = []
    for path in sorted(_folder().glob("[0-9]*.json")):
        try:
            raw = json.loads(path.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            continue
        parts = {name: PartState(**part) for name, part in raw.pop("parts").items()}
        instance = Instance(**raw, parts=parts)
        if _is_locked(Path(instance.data)):
            found.append(instance)
        else:
            path.unlink(missing_ok=True)
    return sorted(found, key=lambda instance: instance.port_base)


def find(port_base: int | None = None) -> Instance:
    """The running system (that of `port_base` when several run); raises LocalError when there is none to choose."""
    found = running()
    if port_base is not None:
        found = [instance for instance in found if instance.port_base == port_base]
    if not found:
        where = "" if port_base is None else f" on port base {port_base}"
        raise LocalError(f"Eskalera is not running{where}; start it with `eskalera up`.")
    if len(found) > 1:
        bases = ", ".join(str(instance.port_base) for instance in found)
        raise UsageError(f"Several systems run (port bases {bases}): say which with `--port-base`.")
    return found[0]


@contextmanager
def hold(data: Path) -> Iterator[None]:
    """The data directory is ours alone; raises LocalError when another system holds it."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise LocalError(
                f"Eskalera already runs on {data} (process {lock.read().strip() or 'unknown'}); "
                "stop it with `eskalera down` or choose another `--data`."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def temporary_data() -> Path:
    """A fresh data directory; those that a killed system left behind are removed on the way."""
    root = Path(tempfile.gettempdir())
    for left in root.glob(f"{TEMPORARY}*"):
        if (left / "lock").exists() and left.stat().st_uid == os.geteuid() and not _is_locked(left):
            shutil.rmtree(left, ignore_errors=True)
    data = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=root))
    data.chmod(0o711)  # as root, Postgres' user passes through
    return data


def _is_locked(data: Path) -> bool:
    try:
        with (data / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _file(port_base: int) -> Path:
    return _folder() / f"{port_base}.json"


def _folder() -> Path:
    base = os.environ.get("XDG_STATE_HOME")
    return (Path(base) if base else Path.home() / ".local" / "state") / "eskalera"
