"""The plans that Postgres really ran, however a statement was sent: told by `auto_explain` to the connection itself."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine

_SETTINGS = {
    "session_preload_libraries": "auto_explain",
    "auto_explain.log_min_duration": "0",
    "auto_explain.log_format": "json",
    "client_min_messages": "log",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """One statement as it was run."""

    statement: str
    root: dict[str, Any]

    def nodes(self) -> Iterator[dict[str, Any]]:
        """The plan's steps, outermost first."""
        waiting = [self.root]
        while waiting:
            node = waiting.pop(0)
            waiting += node.get("Plans", [])
            yield node

    def scanned(self) -> set[str]:
        """Tables it read from end to end."""
        return {node["Relation Name"] for node in self.nodes() if node["Node Type"] == "Seq Scan"}


async def explain_everything(engine: AsyncEngine) -> list[Plan]:
    """From now on every statement of new connections adds its plan to the list; open ones are closed."""
    plans: list[Plan] = []
    async with engine.begin() as conn:
        name = await conn.scalar(text("SELECT current_database()"))
        for setting, value in _SETTINGS.items():
            await conn.execute(text(f"ALTER DATABASE {name} SET {setting} = '{value}'"))
    await engine.dispose()

    def take(_connection: object, message: Any) -> None:
        _, found, plan = str(message.message).partition("plan:\n")
        if found:
            explained = json.loads(plan)
            plans.append(Plan(explained["Query Text"], explained["Plan"]))

    def listen(dbapi_connection: Any, _record: object) -> None:
        dbapi_connection.driver_connection.add_log_listener(take)

    event.listen(engine.sync_engine, "connect", listen)
    return plans
