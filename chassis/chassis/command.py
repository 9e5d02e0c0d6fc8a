"""A service's command line: `[--role api|worker|all]` to run, `migrate` to bring its tables up to date."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import get_args

from chassis import db
from chassis.migrations import MigrationsBusy, migrate
from chassis.settings import Role, Settings


def command_line(name: str, arguments: Sequence[str] | None) -> tuple[str | None, Role | None]:
    parser = argparse.ArgumentParser(
        prog=f"python -m {name.replace('-', '_')}.main", description=f"The service {name}."
    )
    parser.add_argument("command", nargs="?", choices=("migrate",), help="bring the tables up to date and end")
    parser.add_argument("--role", choices=get_args(Role), help="which parts run (default: the setting, else all)")
    parsed = parser.parse_args(arguments)
    return parsed.command, parsed.role


async def migrate_for(name: str, settings: Settings, packages: Sequence[str]) -> None:
    engine = db.create_engine(settings.database_url, name=f"{name}-migrate", statement_timeout=None)
    try:
        await migrate(engine, *packages)
    except MigrationsBusy as error:
        raise SystemExit(f"{name}: {error}.") from None
    except Exception as error:
        if not db.is_unavailable(error):
            raise
        raise SystemExit(f"{name}: the database cannot be reached ({error}).") from None
    finally:
        await engine.dispose()
