"""Messages about a case that does not exist: as the bridge would send them, from its first to its last."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from contracts import bundle, ids
from contracts.bundle import Around, Place, Subject
from contracts.disclosure import REPORTER, REPORTERS, Vendor
from contracts.timeline import Draft, Entry, EntryKind, append, head_of
from contracts.values import SYSTEM_PARTY, Head
from contracts.webhooks import Forgotten, HandoffData, MessageKind, Outgoing, type_of

MUNICIPALITY = "prov"
"""Whose the case is: nobody's that a bridge knows, so there is nothing to say to it of the case."""
TITLE = "PROV – inget riktigt ärende"


@dataclass
class MadeUpCase:
    """One incident with one ticket. `connection`: the name under which the vendor knows the municipality."""

    connection: str
    municipality: str = MUNICIPALITY
    incident: str = field(default_factory=lambda: ids.new("incident"))
    ticket: str = field(default_factory=lambda: ids.new("ticket"))
    handoff: str = field(default_factory=lambda: ids.new("handoff"))
    _chains: dict[str, list[Entry]] = field(default_factory=dict)
    _told: Mapping[str, Head] = field(default_factory=dict)

    def messages(self) -> Iterator[Outgoing]:
        """offered, updated, taken_back, redacted: then the vendor is free of it, and has none of its words left."""
        self._write(self.ticket, "filed", REPORTER, "reporter", "Provärende: nätet i B204 är borta.")
        self._write(self.incident, "handed_over", REPORTERS, SYSTEM_PARTY, "Ärendet ligger nu hos leverantören.")
        yield self.message("offered")
        self._write(self.ticket, "reply", REPORTER, "reporter", "Nu är även B205 utan nät. Räksmörgås.")
        yield self.message("updated")
        self._write(self.incident, "taken_back", REPORTERS, SYSTEM_PARTY, "Provet är slut.")
        yield self.message("taken_back")
        gone = tuple(entry.seq for entry in self._chains[self.ticket])
        self._write(self.ticket, "erased", REPORTER, SYSTEM_PARTY, "Uppgifterna i ärendet är raderade.")
        yield self.message("redacted", forget=(Forgotten(case=self.ticket, entries=gone, whole=True),))

    def message(self, kind: MessageKind, forget: tuple[Forgotten, ...] = ()) -> Outgoing:
        """What was written since the message before; `forget`: what the vendor is to delete."""
        now = datetime.now(UTC)
        subject = Subject(
            incident=self.incident,
            kind="incident",
            title=TITLE,
            service="wifi",
            schools=("provskolan",),
            tickets=1,
            urgency=4,
            opened_at=now,
        )
        told = bundle.make(
            self.handoff,
            self.municipality,
            subject,
            self._chains,
            Vendor(party="vendor:prov"),
            around=Around(places=(Place(school="provskolan", name="Provskolan", tickets=1),)),
            known=self._told,
            numbers={self.ticket: "PROV-0000-000001"},
        )
        self._told = told.heads
        return Outgoing(
            id=ids.new("message"),
            type=type_of(kind),
            time=now,
            subject=self.handoff,
            data=HandoffData(
                message=kind,
                handoff=self.handoff,
                municipality=self.municipality,
                connection=self.connection,
                role="lead",
                subject=subject,
                bundle=told,
                forget=forget,
            ),
        )

    def _write(self, case: str, kind: EntryKind, reader: str, party: str, text: str) -> None:
        chain = self._chains.setdefault(case, [])
        draft = Draft(
            at=datetime.now(UTC),
            party=party,
            kind=kind,
            audience=(reader,),
            caused_by=ids.new("event"),
            text={"sv": text},
        )
        chain.append(append(case, head_of(chain[-1]) if chain else None, draft))
