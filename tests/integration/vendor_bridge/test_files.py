"""Files at the bridge: each vendor fetches what its own story names, and what it sends is checked."""

import json
from datetime import UTC, datetime
from urllib.parse import quote

import httpx
import pytest

from chassis.objects import DiskStore
from contracts.events import vendor_bridge as v
from contracts.events.base import Event
from contracts.timeline import FileRef
from contracts.webhooks import TicketReported, message_of
from tests.integration.vendor_bridge.conftest import SECRET, Bridge, of_type
from tests.integration.vendor_bridge.test_reports import filed
from tests.support.grep_databases import places
from tests.support.handoff_life import COORDINATOR, PLATFORM, WIFI, Case
from tests.support.uploads import DRAWING, LOG, PROGRAM, photo
from vendor_bridge import tokens
from vendor_bridge.domain.reports import Wrong
from vendor_bridge.files import Sent
from vendor_bridge.handlers import UnknownHandoff
from vendor_bridge.limits import Buckets
from vendor_bridge.profiles import ByProfile
from vendor_bridge.standings import Standings
from vendor_bridge.store import stories

WIFI_WAY, PLATFORM_WAY = "demo-vendor", "platform-vendor"


def bearer(connection: str, municipality: str | None = None) -> dict[str, str]:
    return {"authorization": f"Bearer {tokens.issue(SECRET, connection, municipality=municipality)}"}


async def kept(bridge: Bridge, name: str = "dosan.log", content: bytes = LOG[1]) -> FileRef:
    (file,) = await bridge.files.put(await bridge.files.checked([Sent.of_bytes(name, content, "text/plain")]))
    return file


async def handed_over(bridge: Bridge, case: Case, vendor: str = WIFI) -> str:
    await bridge.take_in(*case.assigned(vendor))
    offered = of_type(await bridge.stated(), v.HandoffOffered)
    return next(str(each.handoff) for each in reversed(offered) if each.incident == case.incident)


async def get(bridge: Bridge, handoff: str, address: str, headers: dict[str, str]) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.get(f"{bridge.url}/handoffs/{handoff}/attachments/{address}", headers=headers)


async def send(
    bridge: Bridge, handoff: str, *files: tuple[str, bytes, str], key: str = "", **said: str
) -> httpx.Response:
    headers = bearer(WIFI_WAY) | ({"idempotency-key": key} if key else {})
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.post(
            f"{bridge.url}/handoffs/{handoff}/attachments",
            data=said,
            files=[("files", each) for each in files],
            headers=headers,
        )


async def test_a_vendor_fetches_what_its_story_names_and_nobody_else_does(bridge: Bridge) -> None:
    case, file = Case(), await kept(bridge)
    ours = await kept(bridge, "eget.log", b"only ours\n")
    await bridge.take_in(
        *case.opened(),
        case.entry("Loggen.", "reporter", case=case.tickets[0], files=(file,)),
        case.entry("Vår egen.", "internal", kind="note", party=COORDINATOR, files=(ours,)),
    )
    handoff = await handed_over(bridge, case)
    served = await get(bridge, handoff, file.sha256, bearer(WIFI_WAY))
    assert (served.status_code, served.content) == (200, LOG[1])
    assert served.headers["x-content-type-options"] == "nosniff"
    assert served.headers["content-disposition"].startswith("attachment;")
    assert served.headers["content-security-policy"].startswith("sandbox;")
    assert (await get(bridge, handoff, ours.sha256, bearer(WIFI_WAY))).status_code == 404
    assert (await get(bridge, handoff, "0" * 64, bearer(WIFI_WAY))).status_code == 404
    assert (await get(bridge, handoff, "..%2f..%2fsecrets.json", bearer(WIFI_WAY))).status_code == 404
    assert (await get(bridge, handoff, file.sha256, bearer(PLATFORM_WAY))).status_code in (401, 404)
    assert (await get(bridge, handoff, file.sha256, {})).status_code == 401


async def test_the_same_bytes_come_under_the_name_that_their_entry_gives(bridge: Bridge) -> None:
    case, first, second = Case(), await kept(bridge), await kept(bridge, "dosan igen.log")
    assert first.sha256 == second.sha256
    await bridge.take_in(
        *case.opened(),
        case.entry("Loggen.", "reporters", files=(first,)),
        case.entry("Igen.", "reporters", files=(first, second)),
    )
    handoff = await handed_over(bridge, case)
    whole = json.loads(await bridge.vendors.bundle(bearer(WIFI_WAY)["authorization"].split()[1], handoff, None))
    assert {file["name"] for file in whole["files"]} == {"dosan.log", "dosan igen.log"}
    for file in whole["files"]:
        served = await get(bridge, handoff, file["url"].rpartition("/")[2], bearer(WIFI_WAY))
        assert served.headers["content-disposition"].endswith(f"''{quote(file['name'])}")
    old = await get(bridge, handoff, first.sha256, bearer(WIFI_WAY))
    assert old.headers["content-disposition"].endswith("''dosan.log")
    assert (await get(bridge, handoff, f"{first.sha256}?name=annat.log", bearer(WIFI_WAY))).status_code == 404


async def test_b_gets_a_s_files_and_a_keeps_what_there_was_when_its_part_ended(bridge: Bridge) -> None:
    case, first = Case(), await kept(bridge)
    await bridge.take_in(*case.opened(), case.entry("Loggen.", "reporter", case=case.tickets[0], files=(first,)))
    a = await handed_over(bridge, case)
    answer = await send(bridge, a, ("matning.log", b"12 V\n", "text/plain"), text="Mätningen.")
    assert answer.status_code == 202, answer.text
    (added,) = of_type(await bridge.stated(), v.VendorEntryAdded)
    told = case.entry("Mätningen.", "reporters", cause=added, kind="vendor_entry", party=WIFI, files=added.files)
    await bridge.take_in(told)
    b = await handed_over(bridge, case, PLATFORM)
    later = await kept(bridge, "senare.log", b"after\n")
    await bridge.take_in(case.entry("Senare.", "reporter", case=case.tickets[0], files=(later,)))
    platform = next(row.connection for row in await bridge.rows("SELECT connection FROM handoff WHERE id = :id", id=b))
    theirs = bearer(platform, "malarvik")
    for file in (first, added.files[0], later):
        assert (await get(bridge, b, file.sha256, theirs)).status_code == 200
    assert (await get(bridge, a, first.sha256, bearer(WIFI_WAY))).status_code == 200
    assert (await get(bridge, a, later.sha256, bearer(WIFI_WAY))).status_code == 404


async def test_what_a_vendor_sends_twice_is_one_entry(bridge: Bridge) -> None:
    case = Case()
    await bridge.take_in(*case.opened())
    handoff = await handed_over(bridge, case)
    for key in ("", "", "k-1", "k-1"):
        answer = await send(bridge, handoff, photo(), LOG, text="Så här.", key=key)
        assert answer.status_code == 202, answer.text
    added = of_type(await bridge.stated(), v.VendorEntryAdded)
    assert len(added) == 2
    assert [file.name for file in added[0].files] == ["lampa.jpg", "switch.log"]
    assert answer.json()["status"] == "repeated"
    other = await send(bridge, handoff, LOG, text="Så här.", key="k-1")
    assert other.status_code == 409
    assert "Idempotency-Key" in other.json()["detail"]


async def test_a_vendors_bad_files_are_refused_in_words_and_change_nothing(bridge: Bridge) -> None:
    case = Case()
    await bridge.take_in(*case.opened())
    handoff = await handed_over(bridge, case)
    before = await bridge.stated_types()
    for bad in (PROGRAM, DRAWING, ("a.html", b"<html>", "text/html"), ("tom.txt", b"", "text/plain")):
        answer = await send(bridge, handoff, LOG, bad)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/files"
    assert (await send(bridge, handoff, LOG, status="closed")).status_code == 422
    assert (await send(bridge, handoff, LOG, ticket="tk_nobodys")).status_code == 422
    assert (await send(bridge, handoff, *[LOG] * 6)).status_code == 422
    assert (await send(bridge, handoff, *[LOG] * 40)).status_code == 400
    assert (await send(bridge, "ho_nobodys", LOG)).status_code == 404
    assert await bridge.stated_types() == before
    written = await bridge.rows("SELECT what, reason FROM refusal WHERE connection = :name", name=WIFI_WAY)
    assert any("attachments" in row.what and "something else" in row.reason for row in written)


async def test_a_form_that_is_not_read_is_written_down_for_its_vendor_too(bridge: Bridge) -> None:
    case = Case()
    await bridge.take_in(*case.opened())
    handoff = await handed_over(bridge, case)
    for wrong in ({"private": "kanske"}, {"language": "de"}, {"text": "å" * 20_001}, {"status": "closed"}):
        assert (await send(bridge, handoff, LOG, **wrong)).status_code == 422
    assert (await send(bridge, handoff)).status_code == 422
    assert (await send(bridge, handoff, LOG, key="k" * 101)).status_code == 422
    assert (await send(bridge, handoff, *[LOG] * 40)).status_code == 400
    written = await bridge.rows(
        "SELECT status, reason FROM refusal WHERE connection = :name ORDER BY id", name=WIFI_WAY
    )
    assert [row.status for row in written] == [422] * 6 + [400]
    places = [row.reason.split()[0] for row in written[:6]]
    assert places == ["/private", "/language", "/text", "/status", "/files", "/header/idempotency-key"]


def large(case: Case, size: int = 100_000_000) -> Event:
    """An entry with files that fill a case."""
    file = FileRef(sha256="b" * 64, name="film.pdf", media_type="application/pdf", size=size)
    return case.entry("Filmen.", "reporter", case=case.tickets[0], files=(file,))


async def test_nothing_is_put_of_what_is_refused(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case()
    await bridge.take_in(*case.opened())
    handoff = await handed_over(bridge, case)
    assert (await send(bridge, handoff, LOG, key="k-1")).status_code == 202
    there = bridge.kept()
    other = ("annan.log", b"12 V\n", "text/plain")
    assert (await send(bridge, handoff, other, key="k-1")).status_code == 409
    assert (await send(bridge, handoff, other, ticket="tk_nobodys")).status_code == 422
    assert (await send(bridge, handoff, other, text="a\0b")).status_code == 422
    assert (await send(bridge, handoff, other, DRAWING)).status_code == 422
    assert (await send(bridge, "ho_nobodys", other)).status_code == 404
    with monkeypatch.context() as patched:
        patched.setattr(bridge.vendors, "_limits", Buckets(0.001, 0))
        assert (await send(bridge, handoff, other)).status_code == 429
    await bridge.take_in(large(case))
    full = await send(bridge, handoff, other)
    assert (full.status_code, full.json()["errors"][0]["pointer"]) == (422, "/files")
    assert "as many files as it can (100 MB)" in full.json()["errors"][0]["detail"]
    assert bridge.kept() == there
    assert len(of_type(await bridge.stated(), v.VendorEntryAdded)) == 1


async def test_nothing_is_put_anew_of_what_was_taken_before_though_the_case_is_full_by_now(bridge: Bridge) -> None:
    case = Case()
    await bridge.take_in(*case.opened())
    handoff = await handed_over(bridge, case)
    assert (await send(bridge, handoff, LOG)).status_code == 202
    await bridge.take_in(large(case))
    (added,) = of_type(await bridge.stated(), v.VendorEntryAdded)
    await DiskStore(bridge.objects).delete(added.files[0].sha256)
    again = await send(bridge, handoff, LOG)
    assert (again.status_code, again.json()["status"]) == (202, "repeated")
    assert not bridge.kept()


async def test_a_case_is_full_by_what_stands_where_the_vendors_file_would(bridge: Bridge) -> None:
    """One reporter's many photos leave room for the others of a large disturbance."""
    case = Case()
    await bridge.take_in(*case.opened(), *case.filed("Också nere"), case.linked(case.tickets[1]), large(case))
    handoff = await handed_over(bridge, case)
    assert (await send(bridge, handoff, LOG, ticket=case.tickets[0])).status_code == 422
    assert (await send(bridge, handoff, LOG, ticket=case.tickets[1])).status_code == 202
    assert (await send(bridge, handoff, LOG)).status_code == 202


async def test_a_case_takes_what_fits_to_the_last_byte_and_words_when_it_is_full(bridge: Bridge) -> None:
    case = Case()
    await bridge.take_in(*case.opened(), large(case, 100_000_000 - len(LOG[1])))
    handoff = await handed_over(bridge, case)
    assert (await send(bridge, handoff, *[LOG] * 5)).status_code == 422
    assert (await send(bridge, handoff, LOG)).status_code == 202
    await bridge.take_in(large(case, 1))
    assert (await bridge.say(WIFI_WAY, "entry_added", handoff=handoff, text="Hej")).status_code == 202


async def test_what_is_on_its_way_to_the_history_takes_room_and_once_there_no_more(bridge: Bridge) -> None:
    case = Case()
    await bridge.take_in(*case.opened(), large(case, 100_000_000 - 2 * len(LOG[1])))
    handoff = await handed_over(bridge, case)
    assert [(await send(bridge, handoff, LOG, key=key)).status_code for key in ("k-1", "k-2", "k-3")] == [202, 202, 422]
    for each in of_type(await bridge.stated(), v.VendorEntryAdded):
        await bridge.take_in(case.entry("Loggen.", "vendor", case=case.tickets[0], files=each.files, cause=each))
    async with bridge.engine.connect() as conn:
        assert await stories.size_of_files(conn, case.incident, case.tickets[0]) == 100_000_000


async def test_as_many_files_as_one_message_may_bring_are_taken(bridge: Bridge) -> None:
    case = Case()
    await bridge.take_in(*case.opened())
    handoff = await handed_over(bridge, case)
    assert (await send(bridge, handoff, *[LOG] * bridge.files.settings.files_at_once)).status_code == 202


async def test_what_a_vendor_reported_itself_is_full_too_and_nothing_is_put_for_what_is_refused_or_there(
    bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with bridge.engine.connect() as conn:
        way = await bridge.directories.way(conn, "malarvik", WIFI_WAY)
    assert way is not None
    checked = await bridge.files.checked([Sent.of_bytes(LOG[0], LOG[1], LOG[2])])
    old = TicketReported(title="Fiberbrott", external_id="NL-1", occurred_at=datetime(2020, 1, 1, tzinfo=UTC))
    with pytest.raises(Wrong):
        await bridge.files.report(way, old, "vm_1", b"{}", checked, by="webhook")
    assert not bridge.kept()
    good = old.model_copy(update={"occurred_at": None})
    report = await bridge.files.report(way, good, "vm_1", b"{}", checked, by="webhook")
    assert len(bridge.kept()) == 1
    await DiskStore(bridge.objects).delete(checked[0].kept.sha256)
    assert (await bridge.files.report(way, good, "vm_1", b"{}", checked, by="webhook")).id == report.id
    assert not bridge.kept()
    size = len(LOG[1])
    for room, status in ((2 * size - 1, 422), (2 * size, 202)):
        monkeypatch.setattr(bridge.vendors._reporting, "_files_of_case", room)
        assert (await send(bridge, report.id, ("mer.log", LOG[1], LOG[2]), key="k-more")).status_code == status
    monkeypatch.setattr(bridge.vendors._reporting, "_files_of_case", 0)
    again = await send(bridge, report.id, ("mer.log", LOG[1], LOG[2]), key="k-more")
    assert again.status_code == 202, "what came before is answered as it was, however full it is by now"
    assert (await bridge.say(WIFI_WAY, "ticket_changed", ticket=report.id, text="Hej")).status_code == 202


async def test_n9_who_speaks_for_another_municipality_alone_finds_no_report(bridge: Bridge) -> None:
    ticket = (await bridge.say(WIFI_WAY, "ticket_reported", title="Fiberbrott", external_id="NL-1")).json()["ticket"]
    message = message_of("entry_added", {"handoff": ticket, "text": "Hej"})
    with pytest.raises(UnknownHandoff):
        await bridge.vendors.say(WIFI_WAY, {"hallsberg"}, message, "vm_2", b"{}")


async def test_n11_the_name_of_a_refused_file_is_answered_and_not_kept(bridge: Bridge) -> None:
    case = Case()
    await bridge.take_in(*case.opened())
    handoff = await handed_over(bridge, case)
    answer = await send(bridge, handoff, ("Asta Zebrafinksgatan.log", b"", "text/plain"))
    assert "“Asta Zebrafinksgatan.log” is empty" in answer.json()["errors"][0]["detail"]
    (line,) = await bridge.rows("SELECT reason FROM refusal WHERE connection = :name", name=WIFI_WAY)
    assert line.reason == "/files A file is empty. Choose the file again."
    await Standings(bridge.engine, bridge.directories, ByProfile(bridge.profiles)).look()
    told = [each.refused for each in of_type(await bridge.stated(), v.ConnectionChanged) if each.refused]
    assert [each.reason for each in told] == [line.reason]
    assert await places(bridge.engine, "Zebrafinksgatan") == []


async def test_n1_death_between_put_and_commit_is_repaired_by_sending_again(
    bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = Case()
    await bridge.take_in(*case.opened())
    handoff = await handed_over(bridge, case)

    def dies(point: str) -> None:
        assert point == "bridge.files_put"
        raise ConnectionResetError

    with monkeypatch.context() as patched:
        patched.setattr("vendor_bridge.files.crash_point", dies)
        assert (await send(bridge, handoff, LOG)).status_code == 500
    assert not of_type(await bridge.stated(), v.VendorEntryAdded)
    assert (await send(bridge, handoff, LOG)).status_code == 202
    (added,) = of_type(await bridge.stated(), v.VendorEntryAdded)
    assert await bridge.files.content(added.files[0]) == LOG[1]


async def test_what_a_vendor_reported_itself_takes_its_files_and_goes_on_with_them(bridge: Bridge) -> None:
    """R17: the ticket's id is as good before it is a hand-off as after."""
    ticket = (await bridge.say(WIFI_WAY, "ticket_reported", title="Fiberbrott", external_id="NL-1")).json()["ticket"]
    for _ in range(2):
        answer = await send(bridge, ticket, LOG, text="Så här.", key="k-1")
        assert answer.status_code == 202, answer.text
    assert (await send(bridge, ticket, LOG, text="Annat.", key="k-1")).status_code == 409
    (change,) = of_type(await bridge.stated(), v.VendorTicketChanged)
    (file,) = change.files
    assert (change.ticket, change.text, file.name) == (ticket, {"sv": "Så här."}, "switch.log")
    address = answer.json()["files"][0]["url"].rpartition("/")[2]
    assert (await get(bridge, ticket, address, bearer(WIFI_WAY))).content == LOG[1]
    assert (await get(bridge, ticket, address, bearer(PLATFORM_WAY))).status_code in (401, 404)
    assert (await send(bridge, ticket, DRAWING)).status_code == 422
    case = Case()
    report = filed(case, ticket)
    await bridge.take_in(report, *case.opened_for(ticket, report), *case.assigned(WIFI))
    assert (await send(bridge, ticket, ("mer.log", b"0 V\n", "text/plain"))).status_code == 202
    (added,) = of_type(await bridge.stated(), v.VendorEntryAdded)
    assert added.files[0].name == "mer.log"
    assert (await get(bridge, ticket, address, bearer(WIFI_WAY))).content == LOG[1]
    ours = await kept(bridge, "kartan.log", b"map\n")
    await bridge.take_in(case.entry("Kartan.", "reporter", case=ticket, party=COORDINATOR, files=(ours,)))
    assert (await get(bridge, ticket, ours.sha256, bearer(WIFI_WAY))).content == b"map\n"
    async with httpx.AsyncClient(trust_env=False) as client:
        shown = await client.get(f"{bridge.url}/reports/{ticket}", headers=bearer(WIFI_WAY))
    assert shown.json()["files"] == [
        file.model_dump() | {"url": f"/handoffs/{ticket}/attachments/{file.sha256}?name=switch.log"}
    ]
    await bridge.take_in(case.entry("Ett ord.", "reporter", case=ticket), *case.erased(ticket))
    assert (await get(bridge, ticket, address, bearer(WIFI_WAY))).status_code == 404
