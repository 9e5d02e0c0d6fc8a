"""Databases for tests: cloned in a tenth of a second from a template migrated once per set of packages."""

import fcntl
import uuid
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from chassis.db import create_engine
from chassis.migrations import migrate
from eskalera.postgres import create_databases


def with_database(server_url: str, name: str) -> str:
    return urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))


async def migrated_template(server_url: str, packages: tuple[str, ...], folder: Path) -> str:
    """Name of the template with the packages' tables; the first worker that asks makes it."""
    name = "_".join(("template", folder.name.rsplit("-", 1)[-1][:8], *packages))
    done = folder / f"postgres.{name}"
    with (folder / "postgres.template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            await create_databases(server_url, [name])
            engine = create_engine(with_database(server_url, name), name="template")
            try:
                await migrate(engine, *packages)
            finally:
                await engine.dispose()
            done.touch()
    return name


async def clone(server_url: str, packages: tuple[str, ...], folder: Path) -> str:
    """URL of a fresh database with the packages' tables (an empty one without packages)."""
    template = await migrated_template(server_url, packages, folder) if packages else None
    name = f"test_{uuid.uuid4().hex}"
    await create_databases(server_url, [name], template=template)
    return with_database(server_url, name)
