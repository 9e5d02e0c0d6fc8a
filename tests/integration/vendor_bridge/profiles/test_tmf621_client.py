"""The profile tmf621 with an address passes the suite of all profiles: the case is a ticket in the vendor's server."""

import asyncio
import re
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar, Literal
from zoneinfo import ZoneInfo

import httpx
import pytest
from sqlalchemy import text

from chassis.listen import Listener
from chassis.timers import DueLoop
from contracts.directory import Connection
from contracts.events import ticketing as t
from contracts.events import vendor_bridge as v
from contracts.reasons import UNREAD
from tests.integration.vendor_bridge.conftest import SECRET, Bridge, eventually, of_type, served
from tests.integration.vendor_bridge.profiles.suite import House, Kind, ProfileSuite, Trouble
from tests.integration.vendor_bridge.test_control import errands, request
from tests.integration.vendor_bridge.test_erasure import entry_erased
from tests.integration.vendor_bridge.tmf.vendor_server import VendorServer
from tests.support.handoff_life import COORDINATOR, WIFI, Case
from vendor_bridge import tokens
from vendor_bridge.domain.health import health_of
from vendor_bridge.profiles import ByProfile
from vendor_bridge.profiles.read import ByAddress, ReadProfile
from vendor_bridge.profiles.tmf621 import FollowProfile
from vendor_bridge.secret_store import SecretStore
from vendor_bridge.standings import Standings
from vendor_bridge.store import connections
from vendor_bridge.store import remote as store
from vendor_bridge.tmf import listener as tmf_listener
from vendor_bridge.tmf.caller import Caller
from vendor_bridge.tmf.follower import Follower

NAME, REF = "demo-vendor", "vendors-own"
TOKEN = "the-vendors-own-bearer-token"
_STATES: dict[Kind, str] = {
    "acknowledged": "acknowledged",
    "status": "inProgress",
    "question": "pending",
    "proposal": "resolved",
    "return": "rejected",
}


class FollowedVendor:
    """It works in its own server, and its hub tells us."""

    pushes: ClassVar[bool] = True
    sends_files: ClassVar[bool] = False
    version: ClassVar[Literal["v4", "v5"]] = "v4"
    has_hub: ClassVar[bool] = True

    def __init__(self, bridge: Bridge, port: int) -> None:
        self.bridge, self.port = bridge, port
        self.connection = Connection(
            name=NAME, profile="tmf621", url=f"http://127.0.0.1:{port}/tmf", version=self.version, secret_ref=REF
        )
        self.server = VendorServer(TOKEN, self.version, hub=self.has_hub)
        self._running = AsyncExitStack()
        self._folder = TemporaryDirectory()

    async def start(self) -> None:
        file = Path(self._folder.name) / "secrets.yaml"
        file.write_text(f"{REF}: {TOKEN}\n", encoding="utf-8")
        client = await self._running.enter_async_context(httpx.AsyncClient(timeout=15, trust_env=False))
        caller = Caller(client, SecretStore(file), allowed=[f"127.0.0.1:{self.port}"])
        self.bridge.profiles["tmf621"] = ByAddress(
            ReadProfile(), FollowProfile(self.bridge.engine, self.bridge.directories, caller)
        )
        self.follower = Follower(
            self.bridge.engine,
            self.bridge.directories,
            self.bridge.vendors,
            caller,
            secret=SECRET,
            public_url=self.bridge.url,
            often=timedelta(seconds=0.3),
        )
        self.bridge.app.include_router(tmf_listener.router(self.follower))
        listener = Listener(self.bridge.engine)
        looks = DueLoop("follower", self.follower.look, wake=listener.wake(store.CHANNEL), poll=0.2)
        self.bridge.tasks += [asyncio.create_task(looks.run()), asyncio.create_task(listener.run())]
        self._serving = AsyncExitStack()
        await self._serving.enter_async_context(served(self.server.app(), self.port))

    async def stop(self) -> None:
        if self.server.release:
            self.server.release.set()
        await self._serving.aclose()
        await self._running.aclose()
        self._folder.cleanup()

    async def texts(self, handoff: str) -> list[str]:
        ticket = self.server.of(handoff)
        if ticket is None:
            return []
        return [note["text"] for note in ticket["note"] if "Vera" not in note["author"]]

    async def say(self, kind: Kind, handoff: str, text: str = "", *, ticket: str | None = None, name: str = "") -> bool:
        there = self.server.of(handoff)
        assert there is not None
        if kind == "note":
            self.server.write(there["id"], text, name)
        else:
            self.server.move(there["id"], _STATES[kind], text)
        await self.server.tell(there["id"])
        return True

    async def fetch(self, handoff: str) -> dict[str, bytes]:
        links = re.findall(r"\[bifogad fil: (.*?), (http.*?)\]", "\n".join(await self.texts(handoff)))
        own = {"authorization": f"Bearer {tokens.issue(SECRET, NAME, municipality='malarvik')}"}
        async with httpx.AsyncClient(trust_env=False, headers=own) as client:
            return {name: (await client.get(url)).raise_for_status().content for name, url in links}

    async def attach(self, handoff: str, name: str, content: bytes, media_type: str) -> bool:
        raise NotImplementedError("its files stay in its own server")

    async def say_as_somebody_else(self, handoff: str, text: str) -> bool:
        async with httpx.AsyncClient(trust_env=False) as client:
            body = {"event": {"troubleTicket": {"id": "VT-1", "status": "resolved"}}}
            answer = await client.post(f"{self.bridge.url}/tmf-events/malarvik/{NAME}/{'0' * 40}", json=body)
        return answer.status_code < 400

    async def get_into(self, trouble: Trouble | None) -> None:
        if trouble == "down":
            await self._serving.aclose()
        elif trouble == "slow":
            self.server.release = asyncio.Event()
        elif self.server.release is not None:
            self.server.release.set()
            self.server.release = None
        else:
            await self._serving.enter_async_context(served(self.server.app(), self.port))


class WithoutHub(FollowedVendor):
    has_hub = False


class InV5(FollowedVendor):
    version = "v5"


class TestTmf621Client(ProfileSuite):
    driver = FollowedVendor


class TestTmf621ClientInV5(ProfileSuite):
    driver = InV5


class TestTmf621ClientWithoutHub(ProfileSuite):
    driver = WithoutHub


class TestItsOwnWays:
    """What only this profile has."""

    house = ProfileSuite.house
    driver = FollowedVendor

    async def test_n2_a_ticket_whose_answer_was_lost_is_found_again_and_not_opened_twice(self, house: Any) -> None:
        server = _server(house)
        server.lose_answers = 1
        await house.hand_over(Case())
        assert [method for method, _ in server.changes] == ["POST"]
        assert len(server.tickets) == 1

    @pytest.mark.parametrize("status", [500, 503, 429, 200])
    async def test_n2_a_search_that_fails_for_a_moment_opens_no_second_ticket(self, house: Any, status: int) -> None:
        server = _server(house)
        server.lose_answers, server.searches = 1, [404, status, status]
        await house.hand_over(Case())
        assert [method for method, _ in server.changes] == ["POST"]
        assert server.searches == []

    @pytest.mark.parametrize("status", [400, 404, 405, 501])
    async def test_a_server_that_cannot_search_gets_its_ticket(self, house: Any, status: int) -> None:
        server = _server(house)
        server.searches = [status] * 5
        handoff = await house.hand_over(Case())
        assert server.of(handoff) is not None

    async def test_n2_words_of_a_ticket_whose_answer_was_lost_do_not_come_back_as_the_vendors(self, house: Any) -> None:
        server = _server(house)
        server.keeps_ids, server.lose_answers = False, 1
        handoff = await house.hand_over(Case())
        texts = await house.vendor.texts(handoff)
        assert len(texts) == len(set(texts))
        await house.vendor.say("note", handoff, "Vi felsöker.", name="said-1")
        (added,) = await house.said(v.VendorEntryAdded)
        assert added.text["sv"] == "Vi felsöker."

    async def test_n2_notes_whose_answer_was_lost_are_not_written_twice(self, house: Any) -> None:
        server = _server(house)
        server.keeps_ids = False
        case = Case()
        handoff = await house.hand_over(case)
        server.lose_answers = 1
        await house.bridge.take_in(case.entry("Nu också i aulan.", "reporter", case=case.tickets[0]))
        await house.settled()
        assert (await house.vendor.texts(handoff)).count("Nu också i aulan.") == 1
        assert await house.facts(v.VendorEntryAdded) == []

    async def test_a_server_that_numbers_notes_itself_echoes_nothing(self, house: Any) -> None:
        server = _server(house)
        server.keeps_ids = False
        case = Case()
        handoff = await house.hand_over(case)
        for number in range(3):
            await house.bridge.take_in(case.entry(f"nyhet {number}.", "reporter", case=case.tickets[0]))
            await house.settled()
        await house.vendor.say("note", handoff, "nyhet 1.", name="said-1")  # the vendor's own, in our words
        (added,) = await house.said(v.VendorEntryAdded)
        assert added.text["sv"] == "nyhet 1."
        texts = await house.vendor.texts(handoff)
        assert [text for text in texts if text.startswith("nyhet")] == [f"nyhet {number}." for number in range(3)]

    async def test_what_is_written_while_a_look_is_on_its_way_is_no_word_of_the_vendors(self, house: Any) -> None:
        server, case = _server(house), Case()
        server.keeps_ids = False
        handoff = await house.hand_over(case)
        await house.settled()

        async def meanwhile() -> None:
            await house.bridge.take_in(case.entry("Vi skriver nu.", "reporter", case=case.tickets[0]))
            await house.settled()

        async def looked() -> bool:
            return server.on_read is None

        server.on_read = meanwhile
        await eventually(looked)
        await house.vendor.say("note", handoff, "Ni med.", name="said-1")
        (added,) = await house.said(v.VendorEntryAdded)
        assert added.text["sv"] == "Ni med."
        assert len(await house.facts(v.VendorEntryAdded)) == 1

    @pytest.mark.parametrize("keeps_ids", [True, False])
    async def test_n11_erased_words_are_not_sent_back_to_a_server_that_keeps_them(
        self, house: Any, *, keeps_ids: bool
    ) -> None:
        server, case = _server(house), Case()
        server.keeps_ids = keeps_ids
        await house.hand_over(case)
        note = case.entry("Ring mig på zq7minne", "reporter", case=case.tickets[0])
        await house.bridge.take_in(note)
        await house.settled()
        assert "zq7minne" in server.sent[-1]
        before = len(server.sent)
        await house.bridge.take_in(entry_erased(case, note))
        await house.settled()
        await house.bridge.take_in(case.entry("Nu också i aulan.", "reporter", case=case.tickets[0]))
        await house.settled()
        erased, after = server.sent[before], server.sent[-1]
        assert len(server.sent) >= before + 2
        assert "Nu också i aulan." in after
        assert all("Texten är raderad." in sent and "zq7minne" not in sent for sent in (erased, after))
        assert await house.facts(v.VendorEntryAdded) == []
        at = note.entry.at.astimezone(ZoneInfo("Europe/Stockholm")).isoformat(sep=" ", timespec="seconds")
        assert f"Radera dem hos er också: inlägget {at}, Anmälaren / The reporter" in erased

    async def test_n11_what_was_written_while_a_look_was_under_way_is_known_after_it(self, house: Any) -> None:
        """Else an erased note's words would be sent back to the server that keeps them."""
        engine, now = house.bridge.engine, datetime.now(UTC)
        handoff = await house.hand_over(Case())
        async with engine.begin() as conn:
            await conn.execute(text("SELECT 1 FROM remote_ticket FOR UPDATE"))  # nobody else looks or writes
            claimed = await store.of(conn, handoff)
            assert claimed is not None
            await store.save(conn, replace(claimed, known=[*claimed.known, "e:n3"]), now)
            looked, later = replace(claimed, status="held now", known=[*claimed.known, "n:v9"]), now + timedelta(days=1)
            how: dict[str, Any] = {"at": now, "due_at": later, "failures": 0, "reason": None}
            await store.looked(conn, looked, claimed=claimed, **how)
            after = await store.of(conn, handoff)
            assert after is not None
            assert (after.known, after.status) == ([*claimed.known, "e:n3"], claimed.status)
            assert await conn.scalar(text("SELECT due_at <= now() FROM remote_ticket")), "it is read anew"
            await store.looked(conn, replace(after, known=[*after.known, "n:v9"]), claimed=after, **how)
            assert await conn.scalar(text("SELECT known FROM remote_ticket")) == [*claimed.known, "e:n3", "n:v9"]
            assert await conn.scalar(text("SELECT due_at FROM remote_ticket")) == later

    async def test_a_state_that_nobody_knows_is_kept_in_the_vendors_word(self, house: Any) -> None:
        handoff = await house.hand_over(Case())
        ticket = _server(house).of(handoff)
        assert ticket is not None
        _server(house).move(ticket["id"], "väntar på reservdel", "Kommer på fredag.")
        await _server(house).tell(ticket["id"])
        (kept,) = await house.said(v.VendorEntryAdded)
        assert kept.text["sv"] == "Status hos leverantören: väntar på reservdel. Kommer på fredag."

    async def test_states_that_came_and_went_between_two_looks_are_all_told(self, house: Any) -> None:
        handoff = await house.hand_over(Case())
        server = _server(house)
        ticket = server.of(handoff)
        assert ticket is not None
        for status, reason in (("inProgress", "Vi börjar."), ("held", "Väntar på del."), ("inProgress", "Delen kom.")):
            server.move(ticket["id"], status, reason)
            await asyncio.sleep(0.002)
        await server.tell(ticket["id"])
        told = await house.said(v.VendorStatusChanged, 3)
        assert [event.text["sv"] for event in told] == ["Vi börjar.", "Väntar på del.", "Delen kom."]

    async def test_the_end_of_a_hand_off_ends_the_vendors_ticket(self, house: Any) -> None:
        case = Case()
        handoff = await house.hand_over(case)
        await house.bridge.take_in(*case.assigned(COORDINATOR, "taken_back"))
        await house.settled()
        ticket = _server(house).of(handoff)
        assert ticket is not None
        assert ticket["status"] == "cancelled"
        assert await house.facts(v.HandoffReturned) == []

    async def test_a_sign_for_nobody_is_refused_and_one_of_the_hub_is_looked_after(self, house: Any) -> None:
        await house.hand_over(Case())
        server = _server(house)

        async def listening() -> bool:
            return bool(server.listeners)

        await eventually(listening)
        assert await server.tell("VT-1") == [204]
        assert await server.tell("VT-unknown") == [204]
        assert not await house.vendor.say_as_somebody_else("", "")

    async def test_a_server_that_does_not_let_us_in_has_not_taken_it(self, house: Any) -> None:
        server = _server(house)
        server.token = "another"
        await house.bridge.take_in(*Case().handed_over(WIFI))

        async def tried() -> Any:
            return await house.bridge.rows("SELECT last_error, attempts FROM delivery WHERE last_error IS NOT NULL")

        (row,) = await eventually(tried)
        assert row.last_error.startswith("the vendor's server does not take our token: answered 401")
        assert row.attempts == 0
        assert server.tickets == {}

    async def test_that_it_does_not_let_us_in_is_told_before_anything_is_sent_and_all_goes_once_it_does(
        self, house: Any
    ) -> None:
        bridge, server = house.bridge, _server(house)
        standings = Standings(bridge.engine, bridge.directories, ByProfile(bridge.profiles))
        own, server.token = server.token, "another"
        await standings.look()

        async def told() -> v.ConnectionChanged:
            changed = of_type(await bridge.stated(), v.ConnectionChanged)
            return [one for one in changed if one.connection == NAME][-1]

        stands = await told()
        assert (stands.health, "does not take our token" in stands.detail) == ("misconfigured", True)
        await bridge.take_in(*Case().handed_over(WIFI))
        server.token = own
        await standings.look()
        assert (await told()).health == "well"

        async def opened() -> bool:
            return bool(server.tickets)

        await eventually(opened)

    async def test_a_ticket_that_cannot_be_read_is_trouble_and_is_none_once_it_can_or_the_case_is_elsewhere(
        self, house: Any
    ) -> None:
        bridge, server, case = house.bridge, _server(house), Case()
        await house.hand_over(case)

        async def stands(word: str) -> str:
            async def so() -> str | None:
                async with bridge.engine.connect() as conn:
                    known = await connections.standings(conn, [("malarvik", NAME)])
                health = health_of(known["malarvik", NAME], datetime.now(UTC))
                return f"{health.word} {health.detail}" if health.word == word else None

            return str(await eventually(so))

        await stands("well")
        server.reads = 500
        await server.tell("VT-1")
        assert await stands("failing") == f"failing {UNREAD}: answered 500"
        server.reads = None
        await bridge.take_in(request(t.ConnectionTestRequested))
        await errands(bridge)
        await stands("well")
        server.reads = 404
        await server.tell("VT-1")
        await stands("failing")
        server.reads = None
        await bridge.take_in(*case.assigned(COORDINATOR, "taken_back"))
        await house.settled()
        server.reads = 404
        await server.tell("VT-1")
        await stands("well")


def _server(house: House) -> VendorServer:
    vendor = house.vendor
    assert isinstance(vendor, FollowedVendor)
    return vendor.server
