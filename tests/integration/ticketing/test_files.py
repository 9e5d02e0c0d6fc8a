"""Files of tickets: who may send them, what is refused and what of the form stays, and who may fetch them."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from PIL import Image
from sqlalchemy import text

from chassis.objects import DiskStore
from contracts.events import vendor_bridge as v
from contracts.timeline import Entry, FileRef, verify
from tests.support.pages import Browser
from tests.support.ticketing_house import NETWORK, House
from tests.support.uploads import DRAWING, GPS, LOG, PROGRAM, photo
from ticketing import attaching
from ticketing.attaching import Sweeper
from ticketing.store import uploads

File = tuple[str, bytes, str]
NOTHING = ("", b"", "application/octet-stream")
REPORT = {"title": "Projektorn startar inte", "school": "ekbacken"}
FORM = {"school": "ekbacken", "need": "work_around", "impact": "class"}


async def attach(
    client: httpx.AsyncClient, ticket: str, files: Sequence[File], key: str = "", **fields: str
) -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    parts = [("files", each) for each in files]
    return await client.post(f"/tickets/{ticket}/attachments", data=fields, files=parts, headers=headers)


async def timeline(client: httpx.AsyncClient, ticket: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await client.get(f"/tickets/{ticket}/timeline")).json()["items"]
    return items


async def chain(house: House, case: str) -> list[Entry]:
    async with house.engine.connect() as conn:
        found = await conn.scalars(text("SELECT content FROM entry WHERE case_id = :case ORDER BY seq"), {"case": case})
    return [Entry.model_validate(content) for content in found]


async def fetched(client: httpx.AsyncClient, file: dict[str, Any]) -> httpx.Response:
    return await client.get(f"http://127.0.0.1{file['url']}")


async def form_of(browser: Browser) -> str:
    form = await browser.get("/arenden/ny")
    assert 'enctype="multipart/form-data"' in form.text
    key: str = re.findall(r'name="idempotency_key" value="([^"]+)"', form.text)[0]
    return key


async def test_the_api_takes_files_and_gives_them_back(house: House) -> None:
    teacher = house.client("larare")
    ticket = (await house.file("larare", **REPORT))["id"]
    answer = await attach(teacher, ticket, [photo(), LOG], text="Så här ser den ut.")
    assert answer.status_code == 201, answer.text
    (entry, _filed) = await timeline(teacher, ticket)
    assert entry["text"] == {"sv": "Så här ser den ut."}
    assert [file["name"] for file in entry["files"]] == ["lampa.jpg", "switch.log"]
    assert entry["files"] == answer.json()["files"]
    picture, log = [await fetched(teacher, file) for file in entry["files"]]
    assert log.content == LOG[1]
    assert log.headers["content-disposition"].startswith("attachment;")
    assert picture.headers["content-disposition"].startswith("inline;")
    for served in (picture, log):
        assert served.headers["x-content-type-options"] == "nosniff"
        assert served.headers["content-security-policy"].startswith("sandbox;")
    assert verify(await chain(house, ticket)) == []


async def test_the_same_bytes_come_under_the_name_that_their_entry_gives(house: House) -> None:
    teacher = house.client("larare")
    ticket = (await house.file("larare", **REPORT))["id"]
    first, second = LOG, ("å b&c.log", *LOG[1:])
    for one in (first, second):
        assert (await attach(teacher, ticket, [one])).status_code == 201
    (late, early, _filed) = await timeline(teacher, ticket)
    for entry, name in ((early, "switch.log"), (late, "%C3%A5%20b_c.log")):
        served = await fetched(teacher, entry["files"][0])
        assert served.status_code == 200
        assert served.headers["content-disposition"].endswith(f"''{name}")
    old = f"/tickets/{ticket}/attachments/{early['files'][0]['sha256']}"
    assert (await teacher.get(old)).headers["content-disposition"].endswith("''switch.log")
    assert (await teacher.get(f"{old}?name=annat.log")).status_code == 404


async def test_a_link_of_a_page_gives_the_same_bytes_under_the_name_that_stands_there(house: House) -> None:
    ticket = (await house.file("larare", **REPORT))["id"]
    incident = await house.incident(ticket, schools=["ekbacken"])
    teacher, desk = await house.visitor("larare"), await house.visitor("samordnare")
    await desk.get(f"/storningar/{incident}")
    for name in ("ett.log", "två.log"):
        one = (name, *LOG[1:])
        assert (await attach(house.client("larare"), ticket, [one])).status_code == 201
        note = {"text": name, "audience": "internal", "answers": ""}
        assert (await desk.attach(f"/storningar/{incident}/anteckning", one, **note)).status_code == 303
    for browser, url in ((teacher, f"/arenden/{ticket}"), (desk, f"/storningar/{incident}")):
        links = set(re.findall(rf'href="({url}/filer/[0-9a-f]{{64}}\?name=[^"]+)"', (await browser.get(url)).text))
        named = [(await browser.get(link)).headers["content-disposition"].rpartition("''")[2] for link in links]
        assert sorted(named) == ["ett.log", "tv%C3%A5.log"]


async def test_where_a_picture_was_taken_is_kept_nowhere(house: House) -> None:
    sent = photo()
    assert Image.open(io.BytesIO(sent[1])).getexif().get_ifd(GPS)
    teacher = house.client("larare")
    ticket = (await house.file("larare", **REPORT))["id"]
    (file,) = (await attach(teacher, ticket, [sent])).json()["files"]
    kept = (await fetched(teacher, file)).content
    assert not Image.open(io.BytesIO(kept)).getexif()
    assert b"Kameratillverkaren" not in kept
    objects = DiskStore(house.settings.object_store)
    assert [chunk async for chunk in objects.open(file["sha256"])] == [kept]


async def test_only_those_who_read_the_ticket_fetch_its_files(house: House) -> None:
    """N5, N9: another reporter of the same disturbance, another municipality: all the same 404."""
    mine, theirs = await house.file("larare", **REPORT), await house.file("larare-ekbacken-2", **REPORT)
    await house.incident(mine["id"], theirs["id"], schools=["ekbacken"])
    (file,) = (await attach(house.client("larare"), mine["id"], [LOG])).json()["files"]
    for person in ("larare", "tekniker", "samordnare"):
        assert (await fetched(house.client(person), file)).status_code == 200, person
    foreign = house.client("hallsberg-strateg", municipality="hallsberg")
    for client in (house.client("larare-ekbacken-2"), foreign, house.http()):
        assert (await fetched(client, file)).status_code in (401, 404)
    through_theirs = f"/tickets/{theirs['id']}/attachments/{file['sha256']}"
    assert (await house.client("larare-ekbacken-2").get(through_theirs)).status_code == 404
    for other in ("0" * 64, "..%2f..%2fetc%2fpasswd", file["sha256"].upper()):
        assert (await house.client("larare").get(f"/tickets/{mine['id']}/attachments/{other}")).status_code == 404


async def test_what_staff_put_for_themselves_no_reporter_fetches(house: House) -> None:
    ticket = (await house.file("larare", **REPORT))["id"]
    staff = house.client("samordnare")
    (file,) = (await attach(staff, ticket, [LOG], audience="internal")).json()["files"]
    assert (await fetched(staff, file)).status_code == 200
    assert (await fetched(house.client("larare"), file)).status_code == 404
    assert all(not entry["files"] for entry in await timeline(house.client("larare"), ticket))
    assert (await attach(house.client("larare"), ticket, [LOG], audience="internal")).status_code == 403


async def test_nobody_puts_files_to_anothers_ticket_and_nothing_is_kept(house: House) -> None:
    ticket = (await house.file("larare", **REPORT))["id"]
    never = ("unik.log", b"nobody else sends this line\n", "text/plain")
    assert (await attach(house.client("larare-ekbacken-2"), ticket, [never])).status_code == 404
    assert (
        await attach(house.client("hallsberg-strateg", municipality="hallsberg"), ticket, [never])
    ).status_code == 404
    assert (await attach(house.client("administrator"), ticket, [never])).status_code == 403  # who works with no case
    objects = DiskStore(house.settings.object_store)
    assert not await objects.exists(hashlib.sha256(never[1]).hexdigest())


@pytest.mark.parametrize("bad", [PROGRAM, DRAWING, ("tom.txt", b"", "text/plain"), ("a.exe", b"MZ", "")])
async def test_a_file_that_is_not_taken_is_said_at_its_field_and_nothing_changes(house: House, bad: File) -> None:
    ticket = (await house.file("larare", **REPORT))["id"]
    before = await house.stored()
    answer = await attach(house.client("larare"), ticket, [LOG, bad])
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["pointer"] == "/files"
    assert error["detail"]
    assert await house.stored() == before


async def test_unknown_parts_too_many_files_and_none_are_refused(house: House) -> None:
    teacher = house.client("larare")
    ticket = (await house.file("larare", **REPORT))["id"]
    assert (await attach(teacher, ticket, [LOG], status="closed")).status_code == 422
    assert (await attach(teacher, ticket, [LOG] * 6)).status_code == 422
    assert (await attach(teacher, ticket, [LOG] * 40)).status_code == 400
    assert (await attach(teacher, ticket, [LOG], **{f"x{n}": "y" for n in range(300)})).status_code == 400
    assert (await teacher.post(f"/tickets/{ticket}/attachments", data={"text": "x"})).status_code == 422
    flood = ("stor.txt", b"x" * (house.settings.file_bytes + 1), "text/plain")
    assert (await attach(teacher, ticket, [flood])).status_code == 422
    assert (await attach(teacher, ticket, [flood] * 6)).status_code == 413


async def test_the_same_key_again_attaches_once(house: House) -> None:
    teacher = house.client("larare")
    ticket = (await house.file("larare", **REPORT))["id"]
    first = await attach(teacher, ticket, [photo()], key="k1")
    again = await attach(teacher, ticket, [photo()], key="k1")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert len(await timeline(teacher, ticket)) == 2
    assert (await attach(teacher, ticket, [LOG], key="k1")).status_code == 422


async def test_a_case_holds_so_many_bytes(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    teacher = house.client("larare")
    ticket = (await house.file("larare", **REPORT))["id"]
    assert (await attach(teacher, ticket, [LOG])).status_code == 201
    async with house.engine.connect() as conn:
        assert await uploads.size_of(conn, ticket) == len(LOG[1])
    monkeypatch.setitem(house.settings.__dict__, "files_of_case_bytes", len(LOG[1]) + 1)
    refused = await attach(teacher, ticket, [LOG])
    assert refused.status_code == 422
    assert "holds as many files" in refused.json()["errors"][0]["detail"]


async def test_a_report_brings_its_photo(house: House) -> None:
    teacher = await house.visitor("larare")
    key = await form_of(teacher)
    sent = await teacher.attach(
        "/arenden/ny", photo("<img src=x>\r\n\u202egpj.jpg"), LOG, idempotency_key=key, text="Lampan blinkar", **FORM
    )
    assert sent.status_code == 303, sent.text
    url = sent.headers["location"].removesuffix("/tack")
    case = await teacher.get(url)
    assert re.search(r"_img src=x_\w*gpj\.jpg", case.text)
    assert "<img src=x" not in case.text
    assert "switch.log" in case.text
    links = re.findall(rf'href="({url}/filer/[0-9a-f]{{64}}\?name=[^"]+)"', case.text)
    assert len(links) == 2
    assert {(await teacher.get(link)).status_code for link in links} == {200}
    other = await house.visitor("larare-ekbacken-2")
    assert {(await other.get(link)).status_code for link in links} == {404}
    (filed,) = await chain(house, url.rpartition("/")[2])
    assert len(filed.files) == 2


async def test_a_refused_file_leaves_the_rest_of_the_form(house: House) -> None:
    teacher = await house.visitor("larare")
    key = await form_of(teacher)
    before = await house.stored()
    again = await teacher.attach(
        "/arenden/ny", PROGRAM, idempotency_key=key, text="Lampan <blinkar>", room="B204", **FORM
    )
    assert again.status_code == 422
    assert "är något annat än namnet säger" in again.text
    assert 'id="files-fel"' in again.text
    assert "Lampan &lt;blinkar&gt;" in again.text
    assert 'value="B204"' in again.text
    assert await house.stored() == before
    right = await teacher.attach("/arenden/ny", photo(), idempotency_key=key, text="Lampan <blinkar>", **FORM)
    assert right.status_code == 303


async def test_files_are_asked_for_again_where_the_form_is_shown_again_for_another_reason(house: House) -> None:
    teacher = await house.visitor("larare")
    key = await form_of(teacher)
    said = "Välj filerna en gång till"
    unsaid = await teacher.attach("/arenden/ny", photo(), idempotency_key=key, text="Lampan", **(FORM | {"need": ""}))
    assert unsaid.status_code == 422
    assert said in unsaid.text
    assert re.search(r'<details class="more" open>', unsaid.text)
    assert said not in (await teacher.attach("/arenden/ny", NOTHING, idempotency_key=key, text="", **FORM)).text
    ticket = (await house.file("larare", **REPORT))["id"]
    await teacher.get(f"/arenden/{ticket}")
    long = await teacher.attach(f"/arenden/{ticket}/svar", photo(), text="x" * 10_001, answers="")
    assert long.status_code == 422
    assert said in long.text


async def test_a_few_files_too_many_are_told_beside_the_field(house: House) -> None:
    teacher = await house.visitor("larare")
    key = await form_of(teacher)
    again = await teacher.attach("/arenden/ny", *[LOG] * 12, idempotency_key=key, text="Lampan blinkar", **FORM)
    assert again.status_code == 422
    assert 'id="files-fel"' in again.text
    assert "Lampan blinkar" in again.text


async def test_a_form_without_a_chosen_file_is_sent_as_before(house: House) -> None:
    teacher = await house.visitor("larare")
    key = await form_of(teacher)
    sent = await teacher.attach("/arenden/ny", NOTHING, idempotency_key=key, text="x", **FORM)
    assert sent.status_code == 303


async def test_files_come_with_an_answer_or_without_words(house: House) -> None:
    teacher = await house.visitor("larare")
    ticket = (await house.file("larare", **REPORT))["id"]
    url = f"/arenden/{ticket}"
    await teacher.get(url)
    assert (await teacher.attach(f"{url}/svar", photo(), text="Så här.", answers="")).status_code == 303
    assert (await teacher.attach(f"{url}/svar", LOG, text="", answers="")).status_code == 303
    _, said, alone = await chain(house, ticket)
    assert (said.text["sv"], said.files[0].name) == ("Så här.", "lampa.jpg")
    assert (alone.text["sv"], alone.files[0].name) == ("Bifogade en fil.", "switch.log")
    refused = await teacher.attach(f"{url}/svar", DRAWING, text="Och så här.", answers="")
    assert refused.status_code == 422
    assert "Och så här." in refused.text
    assert 'id="svar-filer-fel"' in refused.text
    assert len(await chain(house, ticket)) == 3


async def test_staff_put_files_to_their_note(house: House) -> None:
    mine = (await house.file("larare", **REPORT))["id"]
    incident = await house.incident(mine, schools=["ekbacken"])
    desk = await house.visitor("samordnare")
    url = f"/storningar/{incident}"
    await desk.get(url)
    sent = await desk.attach(f"{url}/anteckning", LOG, text="Loggen.", audience="internal", answers="")
    assert sent.status_code == 303, sent.text
    page = await desk.get(url)
    (link,) = re.findall(rf'href="({url}/filer/[0-9a-f]{{64}}\?name=[^"]+)"', page.text)
    assert (await desk.get(link)).content == LOG[1]
    teacher = await house.visitor("larare")
    assert (await teacher.get(link)).status_code == 404
    assert (await teacher.get(f"/arenden/{mine}/filer/{link.rpartition('/')[2]}")).status_code == 404
    refused = await desk.attach(f"{url}/anteckning", PROGRAM, text="Se här.", audience="internal", answers="")
    assert refused.status_code == 422
    assert "Se här." in refused.text


async def test_a_vendors_file_stands_with_its_words(house: House) -> None:
    ticket = (await house.file("larare", **REPORT))["id"]
    incident = await house.incident(ticket, schools=["ekbacken"])
    handoff = await house.hand_off(incident)
    file = FileRef(sha256="ab" * 32, name="protokoll.pdf", media_type="application/pdf", size=10)
    await house.said(v.VendorEntryAdded, incident, handoff, text={"sv": "Se protokollet."}, files=(file,))
    entry = next(each for each in await timeline(house.client("larare"), ticket) if each["party"] == NETWORK)
    assert [each["name"] for each in entry["files"]] == ["protokoll.pdf"]


async def test_the_preview_names_the_files_that_go_along(house: House) -> None:
    ticket = (await house.file("larare", **REPORT))["id"]
    incident = await house.incident(ticket, schools=["ekbacken"])
    await attach(house.client("larare"), ticket, [photo("dosan.jpg")])
    await attach(house.client("samordnare"), ticket, [("eget.log", b"a\n", "text/plain")], audience="internal")
    desk = await house.visitor("samordnare")
    await desk.get(f"/storningar/{incident}")
    page = await desk.post(f"/storningar/{incident}/forhandsvisa", vendor=NETWORK, note="", role="lead")
    assert page.status_code == 200
    assert "dosan.jpg" in page.text
    assert "eget.log" not in page.text


async def test_bytes_that_no_entry_names_are_removed_and_others_stay(house: House) -> None:
    """N1: what was answered 201 stays; what was put and never committed goes, a day later."""
    ticket = (await house.file("larare", **REPORT))["id"]
    (named,) = (await attach(house.client("larare"), ticket, [LOG])).json()["files"]
    objects = DiskStore(house.settings.object_store)
    orphan = await objects.put(b"put, and then the power went")
    ref = FileRef(sha256=orphan, name="a.txt", media_type="text/plain", size=1)
    long_ago = datetime.now(UTC) - timedelta(days=2)
    async with house.engine.begin() as conn:
        await uploads.claim(conn, [ref], long_ago)
        await conn.execute(text("UPDATE upload SET put_at = :at"), {"at": long_ago})
    await Sweeper(house.engine, objects).turn()
    assert not await objects.exists(orphan)
    assert await objects.exists(named["sha256"])


async def test_n11_the_bytes_that_an_erased_ticket_alone_named_are_removed(house: House) -> None:
    one, other = [(await house.file("larare", **REPORT))["id"] for _ in range(2)]
    shared, own = ("gemensam.log", b"both\n", "text/plain"), ("egen.log", b"one of a kind\n", "text/plain")
    (both,) = (await attach(house.client("larare"), other, [shared])).json()["files"]
    mine = (await attach(house.client("larare"), one, [shared, own])).json()["files"][-1]
    async with house.engine.begin() as conn:
        await conn.execute(text("DELETE FROM upload"))  # of another day
    erased = await house.client("samordnare").post(f"/tickets/{one}/erase", json={"reason": "protected"})
    assert erased.json()["erased"] is True
    objects = DiskStore(house.settings.object_store)
    await Sweeper(house.engine, objects).turn()
    assert not await objects.exists(mine["sha256"])
    assert await objects.exists(both["sha256"])
    late = await attach(house.client("larare"), one, [own], text="Kommer för sent")
    assert late.status_code == 409
    async with house.engine.connect() as conn:
        sent = await conn.scalars(text("SELECT convert_from(value, 'UTF8') FROM outbox"))
        assert not [value for value in sent if "egen.log" in value]


async def test_n1_death_between_put_and_commit_loses_no_answer_and_leaves_bytes_that_go(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = (await house.file("larare", **REPORT))["id"]
    file = ("krasch.log", b"put, and then the process died\n", "text/plain")
    sha256 = hashlib.sha256(file[1]).hexdigest()

    def dies(point: str) -> None:
        assert point == "ticketing.files_put"
        raise ConnectionResetError

    with monkeypatch.context() as patched:
        patched.setattr(attaching, "crash_point", dies)
        assert (await attach(house.client("larare"), ticket, [file], key="k-crash")).status_code == 500
    objects = DiskStore(house.settings.object_store)
    assert await objects.exists(sha256)
    assert len(await chain(house, ticket)) == 1
    assert (await attach(house.client("larare"), ticket, [file], key="k-crash")).status_code == 201
    assert len(await chain(house, ticket)) == 2
