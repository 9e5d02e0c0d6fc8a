"""One system for all crash points; what is lost in one shows in every comparison after it."""

from collections.abc import AsyncIterator

import pytest

from tests.chaos.house import House
from tests.support.system import running_system


@pytest.fixture(scope="package")
async def house(postgres: str, kafka: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with running_system(tmp_path_factory.mktemp("chaos"), postgres=postgres, kafka=kafka) as system:
        yield House.of(system)
