"""A vendor's endpoint to play with: says of each message who signed it, whether its story is whole, and what is new."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httpx
from fastapi import FastAPI, Request, Response
from pydantic import ValidationError

from chassis.faults import faults
from contracts.bundle import Bundle, prove
from contracts.values import Head
from contracts.webhooks import Outgoing, TrialMessage, type_of
from vendor_bridge import signing

Say = Callable[[str], None]


@dataclass
class Sandbox:
    """Keeps in memory which messages came and how far each story goes. `token`: opens bundles that are only linked."""

    secret: str
    say: Say
    token: str | None = None
    seen: set[str] = field(default_factory=set)
    heads: dict[str, dict[str, Head]] = field(default_factory=dict)

    def app(self) -> FastAPI:
        """Any path, one answer: 200 for what is genuine, 401 for what is not, 422 for what is no message."""
        app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

        @app.post("/{path:path}")
        async def take(path: str, request: Request) -> Response:
            status, why = self.take(request.headers, await request.body())
            return Response(why, status, media_type="text/plain")

        return app

    def take(self, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        """(the status that the message is answered with, why where it is refused)."""
        try:
            webhook_id = signing.verify([self.secret], headers, body)
        except signing.BadSignature:
            return self._refuse(401, "not signed with this secret, or not now")
        try:
            message = _message_in(body)
        except ValidationError as error:
            wrong = "; ".join(f"{fault['pointer']} {fault['detail']}".strip() for fault in faults(error))
            return self._refuse(422, f"rightly signed, but no message: {wrong}")
        if isinstance(message, Outgoing) and _lacks_its_story(message):
            return self._refuse(422, "rightly signed, but /data has neither a bundle nor a bundle_link")
        if webhook_id in self.seen:
            self.say(f"= {webhook_id} again: nothing to do")
            return 200, ""
        self.seen.add(webhook_id)
        if isinstance(message, TrialMessage):
            self.say(f"✓ test of {message.data.connection}: it belongs to no case  ({message.id})")
        else:
            self._tell(message)
        return 200, ""

    def _refuse(self, status: int, why: str) -> tuple[int, str]:
        self.say(f"✗ refused with {status}: {why}")
        return status, why

    def _tell(self, message: Outgoing) -> None:
        data = message.data
        if message.type != type_of(data.message):
            self.say(f"✓ {message.type}: a kind that this sandbox does not know")
            return
        self.say(f"✓ {data.message}  {data.handoff}  {data.subject.title}  ({message.id})")
        for words in (data.answer and data.answer.text, data.verdict and data.verdict.reason):
            if words:
                self.say(f"    {next(iter(words.values()))}")
        for gone in data.forget:
            entries = ", ".join(map(str, gone.entries)) or "none"
            also = ", and all else that you know of it" if gone.whole else ""
            self.say(f"    erased: delete what you have of {gone.case}, entries {entries}{also}")
        story = data.bundle or self._fetched(message)
        if story is not None:
            self._tell_story(data.handoff, story)

    def _tell_story(self, handoff: str, story: Bundle) -> None:
        known = self.heads.setdefault(handoff, {})
        broken = prove(story, known)
        for place in broken:
            self.say(f"    ✗ {place.case} number {place.seq}: {place.why}")
        if not broken:
            known.update(story.heads)
        entries = [entry for chain in story.chains for entry in chain.entries]
        hidden = sum(not entry.disclosures for entry in entries)
        self.say(
            f"    {'NOT ' if broken else ''}whole: {len(entries)} entries, {hidden} of them the municipality's own"
        )
        for entry in sorted(entries, key=lambda each: each.at):
            if (text := entry.disclosures.get("text")) is not None:
                self.say(f"    {entry.at:%Y-%m-%d %H:%M} {entry.party}: {next(iter(text.value.values()), '')}")

    def _fetched(self, message: Outgoing) -> Bundle | None:
        link = message.data.bundle_link
        if link is None:
            return None
        if self.token is None:
            self.say(f"    the story is at {link.url} ({link.bytes} bytes): give --token to fetch it")
            return None
        answer = httpx.get(link.url, headers={"authorization": f"Bearer {self.token}"}, timeout=15, trust_env=False)
        if not answer.is_success:
            self.say(f"    ✗ {link.url} answered {answer.status_code}")
            return None
        return Bundle.model_validate_json(answer.content)


def _lacks_its_story(message: Outgoing) -> bool:
    """Of a kind that is known; what others carry nobody can say."""
    data = message.data
    return message.type == type_of(data.message) and data.bundle is None and data.bundle_link is None


def _message_in(body: bytes) -> Outgoing | TrialMessage:
    """pydantic.ValidationError for what is neither: it says what a hand-off's message lacks."""
    try:
        return TrialMessage.model_validate_json(body)
    except ValidationError:
        return Outgoing.model_validate_json(body)
