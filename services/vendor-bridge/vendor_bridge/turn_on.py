"""`python -m vendor_bridge.turn_on MUNICIPALITY CONNECTION`: send again after a vendor's 410, the backlog in order."""

import argparse
import asyncio
import sys

from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.db import create_engine
from chassis.settings import load
from vendor_bridge.settings import VendorBridgeSettings
from vendor_bridge.store import deliveries


async def turn_on(engine: AsyncEngine, municipality: str, connection: str) -> bool:
    """Whether the connection was off, or resting."""
    async with engine.begin() as conn:
        return await deliveries.turn_on(conn, municipality, connection)


async def _main(municipality: str, connection: str) -> bool:
    engine = create_engine(load(VendorBridgeSettings).database_url, name="turn-on")
    try:
        return await turn_on(engine, municipality, connection)
    finally:
        await engine.dispose()


def main() -> None:
    """Entry point. Exit code 1 where there was nothing to turn on."""
    parser = argparse.ArgumentParser(prog="vendor_bridge.turn_on", description=__doc__)
    parser.add_argument("municipality")
    parser.add_argument("connection")
    named = parser.parse_args()
    if not asyncio.run(_main(named.municipality, named.connection)):
        sys.exit(f"{named.connection} of {named.municipality} was not off.")


if __name__ == "__main__":
    main()
