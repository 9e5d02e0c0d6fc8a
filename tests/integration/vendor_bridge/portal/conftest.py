from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.support.mail import MailHost
from tests.support.portal_house import PortalHouse


@pytest.fixture
def packages() -> tuple[str, ...]:
    return ("chassis", "vendor_bridge")


@pytest.fixture
async def house(engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[PortalHouse]:
    """Two municipalities; in Mälarvik the network's and the platform's suppliers have nothing but the portal."""
    host = MailHost(tmp_path)
    await host.start()
    made = await PortalHouse(engine, host).furnish()
    yield made
    await made.close()
    await host.stop()
