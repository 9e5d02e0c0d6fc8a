"""What a vendor's engineer tries a program on: a message of every kind, and signatures right and wrong.

`python -m tests.support.vendor_samples [--check]` writes them into `docs/vendors/samples`. Always the same bytes.
"""

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

from contracts import bundle
from contracts.bundle import Around, Bundle, Earlier, Place, Promised, Spot, Terms
from contracts.disclosure import Vendor
from contracts.values import Head
from contracts.webhooks import Answer, Forgotten, HandoffData, MessageKind, Outgoing, Verdict, Written, type_of
from tests.support import vendor_catalogue
from tests.support.histories import INCIDENT, RIVAL, START, SUBJECT, TICKET, VENDOR, told
from vendor_bridge import signing

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "vendors" / "samples"
HANDOFF = "ho_1"
SECRET = "whsec_ZXNrYWxlcmEtZXhhbXBsZS1zZWNyZXQtb2YtMzItYnl0ZXM="
OTHER = "whsec_YW5vdGhlci1leGFtcGxlLXNlY3JldC1vZi0zMi1ieXRlcyE="
AT = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
DETAILS: Mapping[str, dict[str, Any]] = {
    "answered": {
        "answer": Answer(question="qu_1", vendor_question="Q-1", ticket=TICKET, text={"sv": "Ja, den blinkar rött."})
    },
    "accepted": {"verdict": Verdict(proposal="pr_1")},
    "rejected": {"verdict": Verdict(proposal="pr_1", reason={"sv": "Fortfarande nere i B-huset."})},
    "released": {"continues_in": None},
    "redacted": {
        "forget": (
            Forgotten(
                case=TICKET,
                entries=(1, 2),
                whole=True,
                written=(
                    Written(seq=1, at=START, party="reporter"),
                    Written(seq=2, at=START + timedelta(minutes=20), party=VENDOR),
                ),
            ),
        )
    },
}


def _bundle(known: Mapping[str, Head] | None = None, *, entries: int | None = None) -> Bundle:
    later = START + timedelta(hours=3)
    return bundle.make(
        HANDOFF,
        "malarvik",
        SUBJECT,
        {case: chain[:entries] for case, chain in told().items()},
        Vendor(party=VENDOR),
        around=Around(
            spots=(Spot(ticket=TICKET, school="ekbacken", room="B204", asset="EKB-AP-0012"),),
            places=(Place(school="ekbacken", name="Ekbackens skola", tickets=2),),
            terms=Terms(
                agreement="leverantor", name="Leverantör", promises=(Promised(promise="resolve", due_at=later),)
            ),
            earlier=(
                Earlier(
                    vendor=RIVAL, name="Datorleverantören", role="lead", since=START, until=later, outcome="returned"
                ),
            ),
        ),
        known=known,
        numbers={TICKET: "MAL-2026-000123"},
    )


def outgoing() -> dict[str, Outgoing]:
    """{kind: message}, in the order in which they can come; each continues the one before."""
    first, rest = _bundle(entries=2), None
    messages: dict[str, Outgoing] = {}
    for place, kind in enumerate(get_args(MessageKind)):
        rest = first if kind == "offered" else _bundle(first.heads) if kind == "updated" else _bundle(_bundle().heads)
        messages[kind] = Outgoing(
            id=f"msg_{kind}",
            type=type_of(kind),
            time=AT + timedelta(minutes=place),
            subject=HANDOFF,
            data=HandoffData(
                message=kind,
                handoff=HANDOFF,
                municipality="malarvik",
                connection="example",
                role="lead",
                subject=SUBJECT,
                vendor_reference=None if kind == "offered" else "INC-4711",
                bundle=rest,
                vendor=VENDOR,
                **DETAILS.get(kind, {}),
            ),
        )
    return messages


def incoming() -> dict[str, Any]:
    """{type: message} that fits the hand-off above, and what a vendor reports itself."""
    heads = {INCIDENT: _bundle().heads[INCIDENT].model_dump()}
    said: dict[str, dict[str, Any]] = {
        "acknowledged": {"vendor_reference": "INC-4711", "heads": heads},
        "status_changed": {"status": "in_progress", "text": "En tekniker är på väg."},
        "information_requested": {"ticket": TICKET, "question": "Q-1", "text": "Lyser lampan rött eller grönt?"},
        "entry_added": {"text": "Felet sitter i switchen i B-huset.", "private": False},
        "resolution_proposed": {"text": "Switchen är bytt och provad."},
        "returned": {"text": "Accesspunkten är inte vår."},
    }
    own: dict[str, dict[str, Any]] = {
        "ticket_reported": {
            "external_id": "NL-48302",
            "title": "Fiberbrott i Ekbackenområdet",
            "category": "WLAN",
            "place": "Ekbackens skola",
            "priority": "P1",
        },
        "ticket_changed": {"ticket": "tk_9", "text": "Brottet är lokaliserat.", "withdrawn": False},
        "work_announced": {
            "external_id": "CHG-2211",
            "starts_at": "2026-10-14T16:30:00+02:00",
            "ends_at": "2026-10-14T19:00:00+02:00",
            "services": ["WLAN"],
            "places": ["Ekbackens skola"],
            "text": "Ny programvara i stamnätets routrar.",
            "effect": "interruptions",
        },
    }
    of_handoff = {kind: {"type": kind, "data": {"handoff": HANDOFF} | data} for kind, data in said.items()}
    return of_handoff | {kind: {"type": kind, "data": data} for kind, data in own.items()}


def signatures() -> list[dict[str, Any]]:
    """Cases for a verifier; `now` is the time of checking, in seconds."""
    published = {
        "secrets": ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        "body": '{"test": 2432232314}',
        "now": 1614265330,
        "genuine": True,
    }
    body = '{"text": "Räksmörgås på B204"}'
    now = int(AT.timestamp())
    ours: dict[str, Any] = {"secrets": [SECRET], "body": body, "now": now, "genuine": True}
    ours |= signing.sign([SECRET], "msg_1", AT, body.encode())
    both = signing.sign([OTHER, SECRET], "msg_2", AT, body.encode())
    return [
        {"case": "the vector that Standard Webhooks publishes"} | published,
        {"case": "one of ours, beyond ASCII"} | ours,
        {"case": "signed with two keys while one is changed"} | ours | both,
        {"case": "five minutes old"} | ours | {"now": now + 300},
        {"case": "older than that"} | ours | {"now": now + 301, "genuine": False},
        {"case": "from the future"} | ours | {"now": now - 301, "genuine": False},
        {"case": "a changed body"} | ours | {"body": body + " ", "genuine": False},
        {"case": "another id"} | ours | {"webhook-id": "msg_3", "genuine": False},
        {"case": "somebody else's key"} | ours | {"secrets": [OTHER], "genuine": False},
        {"case": "no signature of this version"} | ours | {"webhook-signature": "v2,AAAA", "genuine": False},
        {"case": "no time"} | ours | {"webhook-timestamp": "now", "genuine": False},
    ]


def files() -> dict[str, str]:
    """{file name: content}."""
    made: dict[str, Any] = {f"handoff.{kind}.json": m.model_dump(mode="json") for kind, m in outgoing().items()}
    made |= {f"incoming.{kind}.json": message for kind, message in incoming().items()}
    made["signatures.json"] = signatures()
    return {
        **{name: json.dumps(value, indent=1, ensure_ascii=False) + "\n" for name, value in made.items()},
        "../events.md": vendor_catalogue.page(),
    }


def main(arguments: list[str]) -> int:
    """Exit code 1 with `--check` where a file is not current."""
    stale = [name for name, text in files().items() if not _is(FOLDER / name, text)]
    for name in stale:
        print("not current:" if "--check" in arguments else "written:", f"docs/vendors/samples/{name}")
        if "--check" not in arguments:
            (FOLDER / name).write_text(files()[name], encoding="utf-8")
    return int(bool(stale) and "--check" in arguments)


def _is(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
