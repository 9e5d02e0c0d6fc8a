"""`python -m eskalera.migrations`: brings the databases named on standard input, {package: URL} in JSON, up to date."""

import asyncio
import json
import sys
from collections.abc import Mapping

from chassis.db import create_engine
from chassis.migrations import migrate


async def migrate_each(databases: Mapping[str, str]) -> None:
    """One after the other: alembic's `op` is one per process."""
    for package, url in databases.items():
        engine = create_engine(url, name="migrations", statement_timeout=None)
        try:
            await migrate(engine, "chassis", package)
        finally:
            await engine.dispose()


if __name__ == "__main__":
    asyncio.run(migrate_each(json.load(sys.stdin)))
