"""What is asked of another Eskalera: where it may go, with whose keys, and what of an answer is taken."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from contracts.bundle import Bundle, file_path
from contracts.directory import Connection
from contracts.timeline import FileRef, head_of
from contracts.values import Head
from contracts.webhooks import BundleLink, Outgoing
from tests.support.histories import INCIDENT, TICKET
from tests.unit.vendor_bridge.test_peers import STORY, bundled
from tests.unit.vendor_bridge.test_peers import message as offered
from vendor_bridge import peer_files, signing
from vendor_bridge.profiles import Disabled, Misconfigured, NotTaken
from vendor_bridge.profiles.neighbour import LARGEST, Failure, Neighbour
from vendor_bridge.secret_store import SecretStore
from vendor_bridge.store.directories import Way

OWN: Final = "https://bridge.b.example/webhooks/b-of-a"
SECRET: Final = signing.new_secret()
FILE: Final = b"12 V\n"
DIGEST: Final = sha256(FILE).hexdigest()
WITHIN: Final = "10.1.2.3"


class House:
    """Another Eskalera and all else that the operator lets this installation call: what each is asked, and answers."""

    def __init__(self, folder: Path, *, secret: str = SECRET, url: str = OWN) -> None:
        self.asked: list[httpx.Request] = []
        self.answer = httpx.Response(200, content=FILE)
        file = folder / "secrets.json"
        file.write_text(json.dumps({"key": secret} if secret else {}))
        self.neighbour = Neighbour(
            httpx.AsyncClient(transport=httpx.MockTransport(self._take)),
            SecretStore(file),
            allowed=["bridge.b.example:443", "bridge.b.example:8443", "store.a.example:443", "store.a.example:9000"],
            resolver=self._within,
        )
        connection = Connection(name="b", profile="webhook", url=url, secret_ref="key")
        self.way = Way("a", "vendor:b", connection)

    async def fetched(self, url: str) -> bytes | Failure:
        return await self.neighbour.fetch_file(self.way, "ho_1", DIGEST, url)

    async def put(self) -> Failure | None:
        file = FileRef(sha256=DIGEST, name="mätning.log", media_type="text/plain", size=len(FILE))
        return await self.neighbour.put_file(self.way, "ho_1", file, FILE)

    async def _within(self, _host: str, _port: int) -> list[str]:
        return [WITHIN]

    def _take(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self.answer


@pytest.mark.parametrize(
    ("own", "url"),
    [
        (OWN, "https://bridge.b.example/handoffs/ho_1/x"),
        (OWN, "https://bridge.b.example:443/handoffs/ho_1/x"),
        ("https://bridge.b.example:8443/webhooks/b", "https://bridge.b.example:8443/handoffs/ho_1/x"),
    ],
)
async def test_within_this_network_it_goes_where_the_connection_itself_leads(
    tmp_path: Path, own: str, url: str
) -> None:
    house = House(tmp_path, url=own)
    assert await house.fetched(url) == FILE
    (request,) = house.asked
    assert (request.url.host, request.headers["host"].partition(":")[0]) == (WITHIN, "bridge.b.example")


@pytest.mark.parametrize(
    "url",
    [
        "http://store.a.example:9000/bucket",
        "https://store.a.example/bucket",
        "https://bridge.b.example:8443/handoffs/ho_1/x",
    ],
)
async def test_an_address_that_the_other_names_leads_nowhere_else_that_the_operator_allows(
    tmp_path: Path, url: str
) -> None:
    """The operator's list is for the connections' own addresses: the other side may name any."""
    house = House(tmp_path)
    assert isinstance(await house.fetched(url), Misconfigured)
    assert house.asked == []


@pytest.mark.parametrize(
    ("secret", "words"),
    [("whsec_a29ydA==", "shorter than 24 bytes"), ("whsec_å", "no base64"), ("", "is not known to this installation")],
)
async def test_without_a_secret_that_is_one_nothing_is_asked_and_the_reason_is_said(
    tmp_path: Path, secret: str, words: str
) -> None:
    house = House(tmp_path, secret=secret)
    for why in (await house.fetched("https://bridge.b.example/x"), await house.put()):
        assert isinstance(why, Misconfigured)
        assert words in why.reason
    assert house.asked == []


async def test_a_file_is_put_beside_the_others_endpoint_signed_for_its_bytes(tmp_path: Path) -> None:
    house = House(tmp_path)
    assert await house.put() is None
    (request,) = house.asked
    assert (request.method, request.headers["content-type"], request.content) == ("PUT", "text/plain", FILE)
    assert str(request.url).endswith(file_path("ho_1", DIGEST, "mätning.log"))
    signing.verify([SECRET], request.headers, signing.puts_file("ho_1", DIGEST, "mätning.log"))
    nowhere = House(tmp_path, url="https://bridge.b.example/in")
    assert await nowhere.put() == Misconfigured("the connection's address is none of an Eskalera's")
    assert nowhere.asked == []
    house.answer = httpx.Response(413, text="Full")
    assert await house.put() == NotTaken("answered 413: Full", status=413)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (httpx.Response(404, text="No such file"), NotTaken("answered 404: No such file", status=404)),
        (httpx.Response(410), Disabled(410)),
        (httpx.Response(200, content=b"13 V\n"), NotTaken("answered with another file than the story names")),
        (httpx.Response(200, content=bytes(LARGEST + 1)), NotTaken("answered with more than 20 MB", status=200)),
    ],
    ids=["unknown", "gone", "another", "large"],
)
async def test_what_is_not_the_file_is_not_taken(tmp_path: Path, answer: httpx.Response, why: Failure) -> None:
    house = House(tmp_path)
    house.answer = answer
    assert await house.fetched("https://bridge.b.example/x") == why


def linked(told: Bundle, **more: Any) -> tuple[Outgoing, BundleLink]:
    """What announces this story; `more`: what the link says of it otherwise."""
    given = {"digest": told.digest, "heads": told.heads, "bytes": len(told.model_dump_json())} | more
    link = BundleLink(url="https://bridge.b.example/handoffs/ho_1/bundle", **given)
    message = offered("offered", None, bundle_link=link, handoff=told.handoff, municipality=told.municipality)
    return message.model_copy(update={"id": "msg_" + "1" * 196}), link


async def test_a_story_is_asked_for_in_the_name_of_the_message_that_linked_to_it(tmp_path: Path) -> None:
    house, told = House(tmp_path), bundled(*STORY)
    message, link = linked(told)
    house.answer = httpx.Response(200, content=told.model_dump_json())
    assert await house.neighbour.fetch(house.way, message, link) == told
    (request,) = house.asked
    name = signing.verify([SECRET], request.headers, signing.asks_for("ho_1", message.id))
    assert name == f"fetch_{message.id}"[:200], "an id that is as long as one may be"


async def test_a_story_that_goes_on_from_what_is_here_is_taken_and_another_one_is_not(tmp_path: Path) -> None:
    house, whole = House(tmp_path), bundled(*STORY)
    later = bundled(*STORY, known={INCIDENT: head_of(STORY[0][0]), TICKET: head_of(STORY[1][-1])})
    house.answer = httpx.Response(200, content=later.model_dump_json())
    assert await house.neighbour.fetch(house.way, *linked(later)) == later
    another = NotTaken("answered with another story than the message announced")
    cut = later.chains[0].model_copy(update={"entries": ()})
    for told, of in (
        (whole.model_copy(update={"handoff": "ho_2"}), whole),
        (whole.model_copy(update={"municipality": "hallsberg"}), whole),
        (whole.model_copy(update={"digest": "0" * 64}), whole),
        (whole.model_copy(update={"heads": later.heads | {TICKET: Head(seq=9, hash="1" * 64)}}), whole),
        (later.model_copy(update={"chains": (cut,)}), later),
    ):
        house.answer = httpx.Response(200, content=told.model_dump_json())
        assert await house.neighbour.fetch(house.way, *linked(of)) == another
    house.answer = httpx.Response(200, text="{}")
    no_story = NotTaken("answered with something that is no story")
    assert await house.neighbour.fetch(house.way, *linked(whole)) == no_story


async def test_a_story_of_more_than_20_mb_is_not_even_asked_for(tmp_path: Path) -> None:
    house, told = House(tmp_path), bundled(*STORY)
    why = await house.neighbour.fetch(house.way, *linked(told, bytes=LARGEST + 1))
    assert why == NotTaken("the story has more than 20 MB")
    assert house.asked == []
    house.answer = httpx.Response(200, content=told.model_dump_json())
    assert await house.neighbour.fetch(house.way, *linked(told, bytes=LARGEST)) == told


@pytest.mark.parametrize("status", [404, 409, 413, 422])
def test_what_will_never_be_taken_is_not_tried_again(status: int) -> None:
    assert peer_files._is_final(NotTaken("no", status=status))


@pytest.mark.parametrize(
    "why", [*(NotTaken("not now", status=status) for status in (None, 400, 401, 429, 503)), Misconfigured("no key")]
)
def test_what_may_be_taken_later_is_tried_again(why: Failure) -> None:
    assert not peer_files._is_final(why)
    assert not peer_files._is_final(Disabled(410))
