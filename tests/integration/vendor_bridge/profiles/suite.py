"""One behaviour for every profile: the same tests, each with a vendor that talks to the bridge as its profile does.

A profile's own file plugs its vendor in:

    class TestWebhook(ProfileSuite):
        driver = WebhookVendor
"""

from typing import Any, ClassVar, Literal, Protocol

import pytest

from contracts.directory import Connection, Directory
from contracts.events import vendor_bridge as v
from contracts.events.base import Event
from contracts.timeline import FileRef
from tests.integration.vendor_bridge.conftest import Bridge, eventually, of_type
from tests.support.grep_databases import places
from tests.support.handoff_life import COORDINATOR, PLATFORM, WIFI, Case, directory, directory_changed
from vendor_bridge.files import Sent

Kind = Literal["acknowledged", "status", "question", "note", "proposal", "return"]
Trouble = Literal["down", "slow"]


class Driver(Protocol):
    """A vendor's system, mailbox or person, for real: its own program on the other side of the wire."""

    pushes: ClassVar[bool]
    """Whether the bridge sends to it; else it comes and looks."""
    sends_files: ClassVar[bool]
    """Whether files of its own come to us; else it says in words what they show."""
    connection: Connection
    """As it stands in the directory, of `vendor:network`."""

    def __init__(self, bridge: Bridge, port: int) -> None:
        """`port`: where it may listen, if it does."""
        ...

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def texts(self, handoff: str) -> list[str]:
        """The words of others that it has or sees of a case, oldest first, each once."""
        ...

    async def say(self, kind: Kind, handoff: str, text: str = "", *, ticket: str | None = None, name: str = "") -> bool:
        """Says it in its profile's own way; whether the bridge took it. `name`: its own id of the message, if it has
        one; the same again is the same message sent twice."""
        ...

    async def fetch(self, handoff: str) -> dict[str, bytes]:
        """The files of the case that it has or can fetch: name → content."""
        ...

    async def attach(self, handoff: str, name: str, content: bytes, media_type: str) -> bool:
        """Sends a file in its profile's own way; whether the bridge took it."""
        ...

    async def say_as_somebody_else(self, handoff: str, text: str) -> bool:
        """Writes a note without the connection's secret; whether the bridge took it for the vendor's."""
        ...

    async def get_into(self, trouble: Trouble | None) -> None:
        """Its endpoint is down, or slow, or well again. Only where the bridge pushes."""
        ...


def with_connection(connection: Connection) -> Directory:
    """The demo municipality, its network's vendor reached by this connection."""
    known = directory()
    vendors = tuple(
        each.model_copy(update={"connection": connection}) if each.id == "network" else each for each in known.vendors
    )
    return Directory.model_validate(known.model_dump(mode="json") | {"vendors": [x.model_dump() for x in vendors]})


class House:
    """The bridge and the vendor of one test."""

    def __init__(self, bridge: Bridge, vendor: Driver) -> None:
        self.bridge, self.vendor = bridge, vendor

    async def hand_over(self, case: Case, note: str = "") -> str:
        """The case is the vendor's, and it has or sees it. The hand-off's id."""
        await self.bridge.take_in(*case.handed_over(WIFI, note=note))
        await self.settled()
        offered = of_type(await self.bridge.stated(), v.HandoffOffered)
        return str(next(event.handoff for event in offered if event.incident == case.incident))

    async def settled(self) -> None:
        """Nothing is owed any more."""

        async def nothing() -> bool:
            return not await self.bridge.rows("SELECT 1 FROM delivery WHERE state = 'pending'")

        await eventually(nothing)

    async def said(self, kind: type[Any], count: int = 1) -> list[Any]:
        """The facts that the vendor's words made, once there are so many."""

        async def enough() -> list[Event]:
            found = of_type(await self.bridge.stated(), kind)
            return found if len(found) >= count else []

        return list(await eventually(enough))

    async def kept(self, name: str, content: bytes) -> FileRef:
        """A file as ticketing puts it."""
        files = self.bridge.files
        (file,) = await files.put(await files.checked([Sent.of_bytes(name, content, "text/plain")]))
        return file

    async def facts(self, kind: type[Any]) -> list[Any]:
        return of_type(await self.bridge.stated(), kind)

    async def reads(self, handoff: str, text: str) -> bool:
        """Whether the vendor comes to have these words."""

        async def there() -> bool:
            return any(text in each for each in await self.vendor.texts(handoff))

        return bool(await eventually(there))


class ProfileSuite:
    """What every vendor may rely on, and the municipality with it."""

    driver: type[Driver]

    @pytest.fixture
    async def house(self, bridge: Bridge, vendor_port: int) -> Any:
        vendor = self.driver(bridge, vendor_port)
        await vendor.start()
        await bridge.take_in(directory_changed(with_connection(vendor.connection)))
        bridge.start_sending()
        try:
            yield House(bridge, vendor)
        finally:
            await bridge.stop()
            await vendor.stop()

    async def test_n4_n5_the_whole_story_that_it_may_read_crosses_and_nothing_else(self, house: House) -> None:
        case = Case()
        await house.bridge.take_in(
            *case.opened(),
            case.entry("Bara hos oss zq7internt", "internal", kind="note", party=COORDINATOR),
            case.entry("Till en annan zq7rival", f"party:{PLATFORM}", kind="note", party=COORDINATOR),
            case.entry("Aulan också.", "reporter", case=case.tickets[0]),
            *case.assigned(WIFI, note="Ring vaktmästaren först."),
        )
        (offered,) = await house.said(v.HandoffOffered)
        for words in ("Ingen elev kommer ut på nätet.", "Aulan också.", "Ring vaktmästaren först."):
            assert await house.reads(offered.handoff, words)
        assert not any("zq7" in text for text in await house.vendor.texts(offered.handoff))

    async def test_n4_n5_a_file_crosses_with_its_entry_and_no_other_does(self, house: House) -> None:
        case = Case()
        seen, hidden = await house.kept("dosan.log", b"port 7 down\n"), await house.kept("eget.log", b"only ours\n")
        await house.bridge.take_in(
            *case.opened(),
            case.entry("Loggen.", "reporter", case=case.tickets[0], files=(seen,)),
            case.entry("Vår egen.", "internal", kind="note", party=COORDINATOR, files=(hidden,)),
            *case.assigned(WIFI),
        )
        (offered,) = await house.said(v.HandoffOffered)
        await house.settled()
        assert await house.vendor.fetch(offered.handoff) == {"dosan.log": b"port 7 down\n"}

    async def test_a_file_of_the_vendor_is_checked_and_comes_with_its_words(self, house: House) -> None:
        if not self.driver.sends_files:
            pytest.skip("its files stay in its own server")
        handoff = await house.hand_over(Case())
        assert await house.vendor.attach(handoff, "matning.log", b"12 V\n", "text/plain")
        (added,) = await house.said(v.VendorEntryAdded)
        (file,) = added.files
        assert (file.name, file.media_type, file.size) == ("matning.log", "text/plain", 5)
        assert await house.bridge.files.content(file) == b"12 V\n"

    async def test_a_file_that_lies_about_its_type_does_not_come_along(self, house: House) -> None:
        if not self.driver.sends_files:
            pytest.skip("its files stay in its own server")
        handoff = await house.hand_over(Case())
        await house.vendor.attach(handoff, "bild.jpg", b"MZ\x90\0" + bytes(60), "image/jpeg")
        assert not any(each.files for each in await house.facts(v.VendorEntryAdded))
        assert not house.bridge.kept()

    async def test_a_case_that_is_full_takes_no_more_files_and_nothing_is_kept(self, house: House) -> None:
        if not self.driver.sends_files:
            pytest.skip("its files stay in its own server")
        file = FileRef(sha256="b" * 64, name="film.pdf", media_type="application/pdf", size=100_000_000)
        case = Case()
        handoff = await house.hand_over(case)
        await house.bridge.take_in(case.entry("Film.", "reporter", case=case.tickets[0], files=(file,)))
        await house.settled()
        await house.vendor.attach(handoff, "matning.log", b"12 V\n", "text/plain")
        assert not any(each.files for each in await house.facts(v.VendorEntryAdded))
        assert not house.bridge.kept()

    async def test_n3_news_comes_in_the_order_it_was_written_and_once(self, house: House) -> None:
        case = Case()
        handoff = await house.hand_over(case)
        for number in range(5):
            await house.bridge.take_in(case.entry(f"nyhet {number}.", "reporter", case=case.tickets[0]))
        assert await house.reads(handoff, "nyhet 4.")
        await house.settled()
        joined = "\n".join(await house.vendor.texts(handoff))
        places = [joined.index(f"nyhet {number}.") for number in range(5)]
        assert places == sorted(places)
        assert all(joined.count(f"nyhet {number}.") == 1 for number in range(5))

    async def test_n2_what_it_says_twice_has_one_effect(self, house: House) -> None:
        handoff = await house.hand_over(Case())
        for _ in range(3):
            await house.vendor.say("note", handoff, "Vi felsöker i B-huset.", name="said-1")
        (added,) = await house.said(v.VendorEntryAdded)
        assert "Vi felsöker i B-huset." in added.text["sv"]
        assert len(await house.facts(v.VendorEntryAdded)) == 1

    async def test_r14_its_own_words_are_no_news_to_it(self, house: House) -> None:
        case = Case()
        handoff = await house.hand_over(case)
        await house.vendor.say("note", handoff, "Vi felsöker i B-huset.", name="said-1")
        (added,) = await house.said(v.VendorEntryAdded)
        owed = await house.bridge.rows("SELECT webhook_id FROM delivery")
        await house.bridge.take_in(
            case.entry(added.text["sv"], "reporters", cause=added, kind="vendor_entry", party=WIFI)
        )
        assert await house.bridge.rows("SELECT webhook_id FROM delivery") == owed

    async def test_it_takes_a_case_on_and_says_how_far_it_has_come(self, house: House) -> None:
        handoff = await house.hand_over(Case())
        assert await house.vendor.say("acknowledged", handoff, name="said-1")
        (acknowledged,) = await house.said(v.HandoffAcknowledged)
        assert acknowledged.heads
        assert await house.vendor.say("status", handoff, "En tekniker är på väg.", name="said-2")
        (status,) = await house.said(v.VendorStatusChanged)
        assert status.status == "in_progress"

    async def test_r8_a_question_finds_its_way_and_so_does_the_answer(self, house: House) -> None:
        case = Case()
        handoff = await house.hand_over(case)
        assert await house.vendor.say("question", handoff, "När kommer vi in?", name="said-1")
        (asked,) = await house.said(v.VendorInformationRequested)
        assert "När kommer vi in?" in asked.text["sv"]
        requested = case.answer_requested(asked.question, "Dörren är öppen från sju.")
        await house.bridge.take_in(requested)
        await house.bridge.take_in(case.answer_recorded(requested))
        assert await house.reads(handoff, "Dörren är öppen från sju.")
        await house.settled()
        told = await house.bridge.rows("SELECT kind FROM delivery WHERE state <> 'absorbed' ORDER BY seq")
        assert [row.kind for row in told] == ["offered", "answered"], "the entry came with the answer"

    async def test_r7_a_proposal_is_judged_and_the_vendor_hears_how(self, house: House) -> None:
        case = Case()
        handoff = await house.hand_over(case)
        assert await house.vendor.say("proposal", handoff, "Switchen är bytt.", name="said-1")
        (first,) = await house.said(v.VendorResolutionProposed)
        await house.bridge.take_in(case.rejected(first.proposal))
        assert await house.reads(handoff, "Fortfarande nere i B-huset.")
        assert await house.vendor.say("proposal", handoff, "Nu är även kabeln bytt.", name="said-2")
        second = (await house.said(v.VendorResolutionProposed, 2))[1]
        await house.bridge.take_in(case.resolved(second.proposal), case.closed())
        await house.settled()
        assert [event.proposal for event in await house.facts(v.HandoffAccepted)] == [second.proposal]
        assert len(await house.facts(v.HandoffCompleted)) == 1

    async def test_it_gives_a_case_back_and_says_why(self, house: House) -> None:
        handoff = await house.hand_over(Case())
        assert await house.vendor.say("return", handoff, "Accesspunkten är inte vår.", name="said-1")
        (returned,) = await house.said(v.HandoffReturned)
        assert "Accesspunkten är inte vår." in (returned.text or {})["sv"]

    async def test_words_after_the_end_are_kept_and_move_nothing(self, house: House) -> None:
        case = Case()
        handoff = await house.hand_over(case)
        await house.bridge.take_in(*case.assigned(COORDINATOR, "taken_back"))
        await house.settled()
        await house.vendor.say("note", handoff, "Vi hann byta kabeln.", name="said-1")
        (late,) = await house.said(v.VendorEntryAdded)
        assert late.private
        assert len(await house.facts(v.HandoffTakenBack)) == 1

    async def test_n11_it_hears_that_words_are_erased_and_we_have_them_no_more(self, house: House) -> None:
        case = Case()
        handoff = await house.hand_over(case)
        await house.bridge.take_in(*case.answered(case.tickets[0], None, "Ring mig på zq7minne"))
        await house.settled()
        assert await house.reads(handoff, "zq7minne")
        await house.bridge.take_in(*case.erased(case.tickets[0]))
        await house.settled()
        told = await house.bridge.rows("SELECT state FROM delivery WHERE kind = 'redacted'")
        assert [row.state for row in told] == ["delivered"]
        assert await places(house.bridge.engine, "zq7minne") == []
        if not house.vendor.pushes:
            assert not [text for text in await house.vendor.texts(handoff) if "zq7minne" in text]

    async def test_who_does_not_have_its_secret_changes_nothing(self, house: House) -> None:
        handoff = await house.hand_over(Case())
        before = await house.bridge.stated_types()
        assert not await house.vendor.say_as_somebody_else(handoff, "Löst, stäng ärendet.")
        assert await house.bridge.stated_types() == before

    async def test_what_was_not_recorded_in_time_follows(self, house: House) -> None:
        case = Case()
        opened = case.opened()
        assigned, told = case.assigned(WIFI)[:2]
        await house.bridge.take_in(*opened, assigned)
        await house.bridge.rows("UPDATE delivery SET due_at = now()")
        await house.settled()
        (offered,) = await house.facts(v.HandoffOffered)
        await house.bridge.take_in(told)
        assert await house.reads(offered.handoff, f"Ärendet ligger nu hos {WIFI}.")

    async def test_what_it_missed_while_it_was_down_comes_in_order(self, house: House) -> None:
        if not self.driver.pushes:
            pytest.skip("nothing is sent to who comes and looks")
        case = Case()
        await house.vendor.get_into("down")
        await house.bridge.take_in(*case.handed_over(WIFI))

        async def tried() -> bool:
            return bool(await house.bridge.rows("SELECT 1 FROM delivery WHERE attempts >= 2"))

        await eventually(tried)
        await house.bridge.take_in(case.entry("Nu också i aulan.", "reporter", case=case.tickets[0]))
        await house.vendor.get_into(None)
        (offered,) = await house.said(v.HandoffOffered)
        assert await house.reads(offered.handoff, "Nu också i aulan.")
        await house.settled()
        delivered = [event.message for event in await house.facts(v.HandoffDelivered)]
        assert delivered == ["offered", "updated"] or delivered == ["offered"]

    async def test_a_slow_one_slows_nobody_else(self, house: House) -> None:
        if not self.driver.pushes:
            pytest.skip("nothing is sent to who comes and looks")
        await house.vendor.get_into("slow")
        slow, other = Case(), Case(service="learning_platform")
        await house.bridge.take_in(*slow.handed_over(WIFI))
        await house.bridge.take_in(*other.handed_over(PLATFORM))

        async def tried() -> bool:
            rows = await house.bridge.rows(
                "SELECT attempts FROM delivery WHERE incident = :incident", incident=other.incident
            )
            return all(row.attempts for row in rows)

        await eventually(tried, 10)
        await house.vendor.get_into(None)
