"""Messages of vendors that come at the same moment take effect together; each is answered as if it came alone."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.directory import Directory
from contracts.events import vendor_bridge as v
from tests.integration.vendor_bridge.conftest import Bridge, of_type
from tests.integration.vendor_bridge.test_incoming import NAME, handed_over
from tests.support.handoff_life import WIFI, Case, directory, directory_changed
from vendor_bridge.applying import Applying
from vendor_bridge.domain.receive import receive
from vendor_bridge.handlers import Receipt
from vendor_bridge.store import inbound, world


def count_groups(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    sizes: list[int] = []
    apply = Applying._apply

    async def counted(self: Applying, sayings: Any) -> Any:
        sizes.append(len(sayings))
        return await apply(self, sayings)

    monkeypatch.setattr(Applying, "_apply", counted)
    return sizes


async def take(bridge: Bridge, name: str, kind: str, **data: Any) -> Receipt | str:
    """The receipt, or what it was refused with."""
    body = json.dumps({"type": kind, "data": data}).encode()
    try:
        return await bridge.vendors.take(NAME, bridge.signed(NAME, body, webhook_id=name), body)
    except Exception as error:  # noqa: BLE001  (which one is what tests look at)
        return type(error).__name__


async def test_messages_of_many_hand_offs_at_once_are_one_transaction_and_refused_ones_keep_none_back(
    bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = count_groups(monkeypatch)
    ours = [await handed_over(bridge, Case()) for _ in range(4)]
    await take(bridge, "first", "entry_added", handoff=ours[0], text="Hej.")  # the directories are read by now
    answers = await asyncio.gather(
        *(take(bridge, f"n-{n}", "entry_added", handoff=each, text=f"Nr {n}.") for n, each in enumerate(ours)),
        take(bridge, "twice", "information_requested", handoff=ours[0], text="Var?"),
        take(bridge, "twice", "information_requested", handoff=ours[0], text="Var?"),
        take(bridge, "none", "entry_added", handoff="ho_doesnotexist", text="Hej."),
        take(bridge, "foreign", "entry_added", handoff=ours[1], text="Hej.", ticket="tk_doesnotexist"),
        take(bridge, "heads", "acknowledged", handoff=ours[2], heads={"in_x": {"seq": 1, "hash": "0" * 64}}),
        take(bridge, "late", "resolution_proposed", handoff=ours[3], text="Klart."),
    )
    assert sizes == [1, 10]
    assert answers[:4] == [Receipt(effects=1)] * 4
    assert isinstance(answers[4], Receipt)
    assert answers[4].question is not None
    assert answers[5] == Receipt(repeated=True, same=True)
    assert answers[6:9] == ["UnknownHandoff", "NotOfThisCase", "ForeignHeads"]
    assert isinstance(answers[9], Receipt)
    assert answers[9].proposal is not None
    kept = {row.webhook_id for row in await bridge.rows("SELECT webhook_id FROM inbound")}
    assert kept == {"first", "n-0", "n-1", "n-2", "n-3", "twice", "late"}
    assert len(of_type(await bridge.stated(), v.VendorInformationRequested)) == 1


async def test_what_is_said_of_one_hand_off_keeps_its_order(bridge: Bridge) -> None:
    handoff = await handed_over(bridge, Case())
    said = [f"m-{n:02}" for n in range(40)]
    await asyncio.gather(*(take(bridge, name, "entry_added", handoff=handoff, text=name) for name in said))
    assert [fact.message for fact in of_type(await bridge.stated(), v.VendorEntryAdded)] == said


async def test_one_that_cannot_be_applied_is_alone_in_that(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    handoff, other = await handed_over(bridge, Case()), await handed_over(bridge, Case())

    def broken(world: Any, handoff: Any, message: Any, name: str, *more: Any) -> Any:
        if name == "poison":
            raise ZeroDivisionError
        return receive(world, handoff, message, name, *more)

    monkeypatch.setattr("vendor_bridge.applying.receive", broken)
    answers = await asyncio.gather(
        take(bridge, "before", "entry_added", handoff=handoff, text="Ett."),
        take(bridge, "poison", "entry_added", handoff=handoff, text="Två."),
        take(bridge, "after", "entry_added", handoff=handoff, text="Tre."),
        take(bridge, "beside", "entry_added", handoff=other, text="Fyra."),
    )
    taken = Receipt(effects=1)
    assert tuple(answers) == (taken, "ZeroDivisionError", taken, taken)
    assert [fact.message for fact in of_type(await bridge.stated(), v.VendorEntryAdded)] == [
        "before",
        "after",
        "beside",
    ]


async def test_a_message_that_another_process_stores_in_the_same_moment_has_one_effect(
    bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    handoff, other = await handed_over(bridge, Case()), await handed_over(bridge, Case())
    add_all = inbound.add_all

    async def late(conn: AsyncConnection, messages: Sequence[inbound.Inbound]) -> int:
        """The other's row is there by now."""
        await bridge.rows(
            "INSERT INTO inbound (municipality, connection, webhook_id, handoff, received_at, body, effects)"
            " VALUES ('malarvik', :name, 'same', :handoff, now(), '', 1) ON CONFLICT DO NOTHING",
            name=NAME,
            handoff=handoff,
        )
        return await add_all(conn, messages)

    monkeypatch.setattr(inbound, "add_all", late)
    answers = await asyncio.gather(
        take(bridge, "same", "entry_added", handoff=handoff, text="Hej."),
        take(bridge, "another", "entry_added", handoff=other, text="Hej."),
    )
    assert list(answers) == [Receipt(repeated=True, same=True), Receipt(effects=1)]
    assert [fact.message for fact in of_type(await bridge.stated(), v.VendorEntryAdded)] == ["another"]


def without(name: str) -> Directory:
    content = directory()
    left = tuple(each for each in content.vendors if each.connection is None or each.connection.name != name)
    return content.model_copy(update={"version": "without", "vendors": left})


def under_another_secret(name: str) -> Directory:
    content = directory()
    changed = tuple(
        vendor.model_copy(
            update={"connection": vendor.connection.model_copy(update={"secret_ref": "demo-vendor-platform"})}
        )
        if vendor.connection is not None and vendor.connection.name == name
        else vendor
        for vendor in content.vendors
    )
    return content.model_copy(update={"version": "another secret", "vendors": changed})


@pytest.mark.parametrize("changed", [without, under_another_secret])
async def test_a_connection_that_is_gone_or_has_another_secret_is_believed_no_more_from_the_next_message_on(
    bridge: Bridge, changed: Any
) -> None:
    handoff = await handed_over(bridge, Case())
    assert await take(bridge, "before", "entry_added", handoff=handoff, text="Hej.") == Receipt(effects=1)
    await bridge.take_in(directory_changed(changed(NAME)))  # by the consumer, often another process
    refused = "NotSigned"
    assert await take(bridge, "after", "entry_added", handoff=handoff, text="Hej.") == refused
    assert await take(bridge, "before", "entry_added", handoff=handoff, text="Hej.") == refused
    assert await take(bridge, "report", "ticket_reported", title="Fiberbrott") == refused
    assert [row.webhook_id for row in await bridge.rows("SELECT webhook_id FROM inbound")] == ["before"]


async def test_a_changed_directory_that_keeps_the_connection_refuses_nothing(bridge: Bridge) -> None:
    handoff = await handed_over(bridge, Case())
    assert await take(bridge, "before", "entry_added", handoff=handoff, text="Hej.") == Receipt(effects=1)
    await bridge.take_in(directory_changed(without("demo-vendor-print")))
    assert await take(bridge, "after", "entry_added", handoff=handoff, text="Hej.") == Receipt(effects=1)


async def test_a_case_is_read_with_what_is_its_own_and_nothing_else(bridge: Bridge) -> None:
    cases = [Case() for _ in range(3)]
    for case in cases:
        await bridge.take_in(*case.handed_over(WIFI), *case.filed())
    wanted = cases[1]
    async with bridge.engine.begin() as conn:
        read = await world.load_incident(
            conn, "malarvik", wanted.incident, bridge.directories, (await bridge.stated())[0].at
        )
    assert read.incidents.keys() == {wanted.incident}
    assert read.tickets.keys() == set(read.incidents[wanted.incident].tickets) != set()
    assert read.chains.keys() == {wanted.incident, *read.tickets}
    assert [handoff.incident for handoff in read.handoffs.values()] == [wanted.incident]
    assert [delivery.incident for delivery in read.deliveries.values()] == [wanted.incident]
