"""A house for each test."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.vendor_bridge.conftest import Bridge
from tests.integration.vendor_bridge.tmf.house import TmfHouse, close_house, open_house
from vendor_bridge.secret_store import SecretStore


@pytest.fixture
async def house(bridge: Bridge, vendor_port: int) -> AsyncIterator[TmfHouse]:
    made = await open_house(bridge, vendor_port, SecretStore(None))
    try:
        yield made
    finally:
        await close_house(made)
