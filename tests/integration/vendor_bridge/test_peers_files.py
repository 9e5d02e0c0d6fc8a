"""Files between two municipalities: named at once with the words they came with, there a moment later, each once."""

import hashlib
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from starlette.responses import Response

from chassis import metrics
from contracts.bundle import file_path
from contracts.disclosure import to_party
from contracts.events import vendor_bridge as v
from contracts.events.ticketing import EntryErased
from contracts.timeline import FileRef
from tests.integration.vendor_bridge.conftest import new_secret, of_type
from tests.integration.vendor_bridge.test_peers import Pair, X, neighbours, pair
from tests.support.handoff_life import STAFF, Case
from tests.support.two_towns import Town
from tests.support.uploads import LOG, PROGRAM, photo
from vendor_bridge import signing
from vendor_bridge.files import Files, Sent
from vendor_bridge.handlers import UnknownHandoff
from vendor_bridge.limits import Buckets

__all__ = ["neighbours", "pair"]


async def kept(town: Town, name: str = LOG[0], content: bytes = LOG[1], kind: str = LOG[2]) -> FileRef:
    files: Files = town.bridge.files
    (file,) = await files.put(await files.checked([Sent.of_bytes(name, content, kind)]))
    return file


async def handed_over(pair: Pair, *files: FileRef) -> tuple[Case, Case]:
    """With a word of the reporter's that brought these."""
    case = Case(pair.a.municipality, school=pair.a.school)
    pair.a.cases[case.incident] = case
    opened = case.opened()
    said = case.entry("A1 Så här ser det ut.", "reporter", case=case.tickets[0], files=files)
    await pair.a.bridge.take_in(*opened, said, *case.assigned(pair.a.other))
    await pair.at_rest()
    [theirs] = pair.b.cases.values()
    return case, theirs


async def crossed(pair: Pair) -> None:
    """All that is due has gone, and what follows from it."""
    while any([await each.look() for each in pair.crossing]):
        pass
    await pair.at_rest()


async def due_again(pair: Pair) -> None:
    for town in (pair.a, pair.b):
        await town.bridge.rows("UPDATE peer_file SET due_at = now()")
    await crossed(pair)


async def waiting(town: Town) -> list[tuple[str, str, int]]:
    rows = await town.bridge.rows("SELECT direction, name, failures FROM peer_file ORDER BY id")
    return [tuple(row) for row in rows]


async def files_of(town: Town) -> list[tuple[str, str, bytes | None]]:
    """What the other's entries have, with the words beside and the bytes as they lie there."""
    return [
        (entry.text["sv"], file.name, await content(town, file))
        for entry in await town.entries()
        if entry.party == town.other
        for file in entry.files
    ]


async def content(town: Town, file: FileRef) -> bytes | None:
    found: bytes | None = await town.bridge.files.content(file)
    return found


async def test_n4_a_reporters_picture_comes_to_the_other_after_the_words_that_name_it(pair: Pair) -> None:
    _, theirs = await handed_over(pair, await kept(pair.a, *photo()))
    [fact] = [entry for entry in await pair.b.entries() if entry.kind == "filed"]
    assert "A1 Så här ser det ut. [bifogad fil: lampa.jpg]" in fact.text["sv"]
    assert await files_of(pair.b) == []
    await crossed(pair)
    [(words, name, there)] = await files_of(pair.b)
    assert (words, name) == ("Bifogad fil: lampa.jpg", "lampa.jpg")
    assert there is not None
    assert there.startswith(b"\xff\xd8")
    assert len(theirs.tickets) == 1
    assert await waiting(pair.b) == []
    [made] = await pair.b.bridge.rows("SELECT way FROM inbound WHERE webhook_id LIKE '%/file/%'")
    assert made.way == "part", "the other said no such message: it is in no list of what came"


async def test_n4_files_cross_both_ways_once_and_do_not_come_back(pair: Pair) -> None:
    await _both_ways(pair)


async def test_n4_files_cross_between_two_of_one_installation(neighbours: Pair) -> None:
    await _both_ways(neighbours)


async def _both_ways(pair: Pair) -> None:
    ours, theirs = await handed_over(pair)
    await pair.a.reporter_writes(ours, "A2 Loggen.", await kept(pair.a))
    await pair.b.staff_replies(theirs, "B1 Mätningen.", await kept(pair.b, "matning.log", b"12 V\n"))
    await pair.at_rest()
    await crossed(pair)
    assert await files_of(pair.b) == [("Bifogad fil: switch.log", "switch.log", LOG[1])]
    assert await files_of(pair.a) == [("Bifogad fil: matning.log", "matning.log", b"12 V\n")]
    await pair.a.reporter_writes(ours, "A3 Igen.", await kept(pair.a, "samma.log"))
    await pair.b.staff_replies(theirs, "B2 Igen.", await kept(pair.b, "igen.log", b"12 V\n"))
    await pair.at_rest()
    await crossed(pair)
    assert [name for _, name, _ in await files_of(pair.b)] == ["switch.log", "samma.log"]
    assert [name for _, name, _ in await files_of(pair.a)] == ["matning.log", "igen.log"]
    told = [entry.text["sv"] for entry in await pair.a.entries() if entry.party == pair.a.other]
    assert "B1 Mätningen. [bifogad fil: matning.log]" in told
    await due_again(pair)
    assert len(await files_of(pair.a)) == len(await files_of(pair.b)) == 2


async def test_n1_what_cannot_be_had_is_tried_again_and_what_is_gone_is_not(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, _ = await handed_over(pair, await kept(pair.a))

    async def breaks(*_: Any) -> Any:
        raise RuntimeError("the store is broken")

    async def other_bytes(*_: Any) -> Response:
        return Response(b"something else\n")

    async def gone(*_: Any) -> Any:
        raise UnknownHandoff

    for failures, (whose, what, answer) in enumerate(
        ((Files, "serve", breaks), (Files, "serve", other_bytes), (Files, "say", breaks)), 1
    ):
        with monkeypatch.context() as wrong:
            wrong.setattr(whose, what, answer)
            await due_again(pair)
        assert await waiting(pair.b) == [("in", LOG[0], failures)]
        assert metrics.registry.get_sample_value("peer_files_waiting") == 1
        assert await files_of(pair.b) == []
    await due_again(pair)
    assert await files_of(pair.b) == [(f"Bifogad fil: {LOG[0]}", *LOG[:2])]
    assert metrics.registry.get_sample_value("peer_files_waiting") == 0
    await pair.a.reporter_writes(ours, "A2 En till.", await kept(pair.a, "borta.log", b"gone\n"))
    await pair.at_rest()
    monkeypatch.setattr(Files, "serve", gone)
    await due_again(pair)
    assert await waiting(pair.b) == []
    assert len(await files_of(pair.b)) == 1


async def test_what_the_other_does_not_take_is_said_there_with_the_reason(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own checks hold, whatever was taken at the other end."""
    await handed_over(pair, await kept(pair.a))
    monkeypatch.setitem(pair.b.bridge.files.settings.__dict__, "file_bytes", len(LOG[1]) - 1)
    await crossed(pair)
    assert await files_of(pair.b) == []
    [said] = [entry.text["sv"] for entry in await pair.b.entries() if "kom inte med" in entry.text["sv"]]
    assert said.startswith("Filen kom inte med. ”switch.log” är för stor.")


async def test_n1_what_the_other_does_not_get_is_put_again_and_what_it_refuses_is_not(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, theirs = await handed_over(pair)
    await pair.b.staff_replies(theirs, "B1 Mätningen.", await kept(pair.b, "B1.log", b"1 V\n"))
    await pair.at_rest()

    async def breaks(*_: Any) -> Any:
        raise RuntimeError("the store is broken")

    with monkeypatch.context() as wrong:
        wrong.setattr(Files, "attach", breaks)
        await due_again(pair)
        assert await waiting(pair.b) == [("out", "B1.log", 1)]
        assert await files_of(pair.a) == []
        await pair.b.bridge.rows("UPDATE peer_file SET created_at = now() - interval '92 hours'")
        await due_again(pair)
        assert await waiting(pair.b) == [], "nobody waits for it any more"
    with monkeypatch.context() as small:
        small.setitem(pair.a.bridge.files.settings.__dict__, "file_bytes", 2)
        await pair.b.staff_replies(theirs, "B2 Bilden.", await kept(pair.b, "B2.log", b"2 V\n"))
        await pair.at_rest()
        await crossed(pair)
        assert await waiting(pair.b) == []
    assert await files_of(pair.a) == []
    await pair.b.staff_replies(theirs, "B3 Bilden.", await kept(pair.b, "B3.log", b"3 V\n"))
    await pair.at_rest()
    assert await waiting(pair.b) == [("out", "B3.log", 0)]
    await pair.b.bridge.rows("UPDATE peer_file SET due_at = now() + interval '1 minute'")
    await pair.crossing[1].look()
    assert metrics.registry.get_sample_value("peer_files_waiting") == 0, "it was not tried yet"
    await due_again(pair)
    assert [name for _, name, _ in await files_of(pair.a)] == ["B3.log"]


async def test_what_came_back_and_is_handed_over_once_more_brings_its_files_once(pair: Pair) -> None:
    """The new hand-off tells all of it; the files of what came back stand with that as words of the other's."""
    ours, theirs = await handed_over(pair)
    await pair.b.hand_on(theirs, "B1 Det är er switch.")
    await pair.at_rest()
    file = await kept(pair.a, "A1.log", b"1 V\n")
    await pair.a.bridge.take_in(ours.entry("A1 Bytt.", "reporters", kind="note", party=pair.a.team, files=(file,)))
    await pair.at_rest()
    await crossed(pair)
    assert [name for _, name, _ in await files_of(pair.b)] == ["A1.log"]
    await pair.b.staff_replies(theirs, "B2 Mätningen.", await kept(pair.b, "B2.log", b"2 V\n"))
    await pair.at_rest()
    await crossed(pair)
    third = await kept(pair.b, "B3.log", b"3 V\n")
    await pair.b.bridge.take_in(
        theirs.entry("B3 Till er.", to_party(pair.b.other), kind="note", party=pair.b.team, files=(third,))
    )
    await pair.at_rest()
    await crossed(pair)
    added = of_type(await pair.a.bridge.stated(), v.VendorEntryAdded)
    assert sorted(file.name for fact in added for file in fact.files) == ["B2.log", "B3.log"]
    await pair.a.hand_on(ours, "A2 Nu är det er tur.")
    await pair.at_rest()
    file = await kept(pair.a, "A3.log", b"3 V\n")
    await pair.a.bridge.take_in(ours.entry("A3 Kartan.", "reporters", kind="note", party=pair.a.team, files=(file,)))
    await pair.at_rest()
    assert [one[0] for one in await waiting(pair.a)] == []
    await crossed(pair)
    assert [name for _, name, _ in await files_of(pair.b)].count("A3.log") == 1


async def test_n11_a_file_that_is_erased_before_it_went_goes_nowhere(pair: Pair) -> None:
    ours, theirs = await handed_over(pair, await kept(pair.a))
    await crossed(pair)
    for text in ("B1 Mätningen.", "B2 Bilden."):
        await pair.b.staff_replies(theirs, text, await kept(pair.b, f"{text[:2]}.log", text.encode()))
    await pair.at_rest()
    [ticket] = theirs.tickets
    last = theirs.heads[ticket].seq
    erased = EntryErased(
        **theirs.stamp(),
        by=STAFF,
        reason="asked",
        entries={ticket: (last,)},
        causes=(),
        since=datetime(2026, 1, 1, tzinfo=UTC),
        audience=("reporter",),
    )
    await pair.b.bridge.take_in(erased)
    await crossed(pair)
    assert [name for _, name, _ in await files_of(pair.a)] == ["B1.log"]
    await pair.b.staff_replies(theirs, "B3 En till.", await kept(pair.b, "B3.log", b"3 V\n"))
    await pair.a.reporter_writes(ours, "A2 Loggen.", await kept(pair.a, "A2.log", b"4 V\n"))
    await pair.at_rest()
    assert await waiting(pair.b) == [("out", "B3.log", 0), ("in", "A2.log", 0)]
    await pair.b.bridge.take_in(*theirs.erased(ticket))
    assert await waiting(pair.b) == []


async def put(pair: Pair, url: str, key: str, content: bytes = LOG[1], asked: bytes = b"") -> httpx.Response:
    headers = signing.sign([key], "file_1", datetime.now(UTC), asked)
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.put(f"{pair.a.bridge.url}{url}", content=content, headers=headers)


async def test_n9_only_its_own_secret_puts_and_fetches_a_file_and_only_the_bytes_that_it_named(pair: Pair) -> None:
    file = await kept(pair.a)
    await handed_over(pair, file)
    [row] = await pair.a.bridge.rows("SELECT id FROM handoff")
    own, digest = pair.a.bridge.secrets[X], hashlib.sha256(LOG[1]).hexdigest()
    url, asked = f"{file_path(row.id, digest)}?name=a.log", signing.puts_file(row.id, digest, "a.log")
    assert (await put(pair, url, new_secret(), asked=asked)).status_code == 401
    assert (await put(pair, f"{file_path(row.id, digest)}?name=b.log", own, asked=asked)).status_code == 401
    assert (await put(pair, url.replace(row.id, "ho_unknown"), own, asked=asked)).status_code == 401
    other = await put(pair, url, own, b"others\n", asked)
    assert (other.status_code, other.json()["detail"]) == (400, "The bytes are others than the address names.")
    program = hashlib.sha256(PROGRAM[1]).hexdigest()
    where, asked_too = f"{file_path(row.id, program)}?name=bild.jpg", signing.puts_file(row.id, program, "bild.jpg")
    assert (await put(pair, where, own, PROGRAM[1], asked_too)).status_code == 422
    written = await pair.a.bridge.rows("SELECT what, status FROM refusal WHERE proven ORDER BY id")
    assert [(each.what, each.status) for each in written] == [
        (f"PUT {file_path(row.id, digest)}", 400),
        (f"PUT {file_path(row.id, program)}", 422),
    ]
    assert await files_of(pair.a) == []
    for status in ("stored", "repeated"):
        assert (await put(pair, url, own, asked=asked)).json()["status"] == status
    await pair.at_rest()
    assert [name for _, name, _ in await files_of(pair.a)] == ["a.log"]
    fetch = f"{pair.a.bridge.url}{file_path(row.id, file.sha256)}"
    signed = signing.asks_for_file(row.id, file.sha256)
    async with httpx.AsyncClient(trust_env=False) as client:
        for key, content, expected in ((own, signed, 200), (new_secret(), signed, 401), (own, b"other", 401)):
            headers = signing.sign([key], "fetch_1", datetime.now(UTC), content)
            assert (await client.get(fetch, headers=headers)).status_code == expected


async def test_a_signed_fetch_is_of_the_connections_share_and_one_too_many_is_429(pair: Pair) -> None:
    """Who has not signed it uses nothing of it up."""
    file = await kept(pair.a)
    await handed_over(pair, file)
    await pair.at_rest()
    [row] = await pair.a.bridge.rows("SELECT handoff, webhook_id FROM delivery WHERE kind = 'offered'")
    own = pair.a.bridge.secrets[X]
    ways = (
        (file_path(row.handoff, file.sha256), signing.asks_for_file(row.handoff, file.sha256)),
        (f"/handoffs/{row.handoff}/bundle?message=msg_other", signing.asks_for(row.handoff, "msg_other")),
    )
    pair.a.bridge.vendors._limits = Buckets(rate=0.1, burst=len(ways))
    answers = []
    async with httpx.AsyncClient(trust_env=False, base_url=pair.a.bridge.url) as client:
        for key in (new_secret(), own, own):
            for path, asked in ways:
                headers = signing.sign([key], "fetch_1", datetime.now(UTC), asked)
                answers.append(await client.get(path, headers=headers))
    assert [answer.status_code for answer in answers] == [401, 401, 200, 404, 429, 429]
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in answers[4:])
