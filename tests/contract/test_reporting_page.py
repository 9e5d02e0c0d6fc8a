"""The page on what vendors report themselves: its messages are understood, and it names every field and kind."""

import re
from pathlib import Path

from contracts import webhooks
from contracts.webhooks import Adopted, parse_incoming

PAGE = (Path(__file__).resolve().parents[2] / "docs/vendors/reporting.md").read_text(encoding="utf-8")


def test_every_example_is_a_message_that_the_bridge_understands() -> None:
    said = [
        parse_incoming(line.encode()) for line in re.findall(r"^```json\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    ]
    assert {message.type for message in said} == {"ticket_reported", "ticket_changed", "work_announced"}
    assert all(isinstance(message, webhooks.OfItsOwn) for message in said)


def test_every_field_is_named() -> None:
    models = (webhooks.TicketReported, webhooks.TicketChanged, webhooks.WorkAnnounced)
    fields = {name for model in models for name in model.model_fields}
    missing = {name for name in fields if f"`{name}`" not in PAGE and f'"{name}"' not in PAGE}
    assert missing == set()
    assert all(f'"{name}"' in PAGE for name in Adopted.model_fields)
