"""Who may see and do what. Deny by default: every question has one function here, and each route asks one of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from contracts.directory import Directory, local_support, resolve
from contracts.directory.parties import Access
from contracts.disclosure import INTERNAL, REPORTER, Reader, Reporter, Staff
from contracts.events.ticketing import PersonChanged
from contracts.values import REPORTER_PARTY, SYSTEM_PARTY, Actor, Language, Words, is_vendor
from ticketing.domain.shared import Told
from ticketing.domain.state import ENDED, Incident, Suggestion, Ticket

FILE_FOR_OTHERS = "tickets:file-for-others"
IMPORT = "tickets:import"
ADMINISTER = "directory:apply"
SCOPES = frozenset({FILE_FOR_OTHERS, IMPORT, ADMINISTER})


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks: one person of one municipality, as its directory and people file know them."""

    municipality: str
    person: str
    name: str
    role: str
    access: Access
    schools: frozenset[str] = frozenset()
    parties: frozenset[str] = frozenset()
    """Party ids of the person's teams."""
    party: str | None = None
    """The one that they speak for as staff: the coordinator's before any other (V8), else the first by its id.
    With a case `acts_as`."""
    scopes: frozenset[str] = frozenset()
    language: Language = "sv"
    served: frozenset[str] = field(default=frozenset())
    """Schools that the person's teams serve, hosted ones included (L1)."""

    @property
    def at_desk(self) -> bool:
        """Works with others' cases."""
        return self.access in ("support", "coordinator", "administrator")

    @property
    def actor(self) -> Actor:
        """How this person stands as the author of something they write as staff."""
        nobodys = SYSTEM_PARTY if self.at_desk else REPORTER_PARTY  # who belongs to no team is not the reporter
        return Actor(party=self.party or nobodys, person=self.person)

    @property
    def reporter(self) -> Actor:
        """How this person stands as the author of something on their own ticket."""
        return Actor(party=REPORTER_PARTY, person=self.person)


def acts_as(who: Identity, holder: str | None) -> Actor:
    """As whom they work with a case: the team that holds it, where one of theirs does; else as whom they speak."""
    return Actor(party=holder, person=who.person) if holder in who.parties and holder else who.actor


def calls_as(who: Identity, holder: str | None, coordinator: str) -> Actor:
    """As whom they take it to a vendor: that may be the coordinator's alone to do (V8)."""
    return who.actor if who.party == coordinator else acts_as(who, holder)


def may_enter(person: PersonChanged) -> bool:
    """Whether they may ask anything at all, by token or page: nobody may whom an import knows by id alone, who is
    erased, or who has left.
    """
    return not person.placeholder and person.role != ""


def identify(directory: Directory, person: PersonChanged, scopes: frozenset[str] = frozenset()) -> Identity:
    """The identity of a known person; a role that the directory does not know opens nothing but own tickets."""
    role = directory.roles_by_id.get(person.role)
    access: Access = role.access if role and not person.placeholder else "reporter"
    parties = frozenset(f"team:{team}" for team in person.teams)
    served = frozenset(
        school.id
        for school in directory.schools
        if access == "support" and local_support(directory, school.id)[0] in parties
    )
    speaks_for = directory.coordinator if directory.coordinator in parties else min(parties, default=None)
    granted = scopes | ({FILE_FOR_OTHERS} if access in ("coordinator", "support") else set())
    if access == "administrator":
        granted |= SCOPES
    return Identity(
        municipality=person.municipality,
        person=person.person,
        name=person.name,
        role=person.role,
        access=access,
        schools=frozenset(person.schools),
        parties=parties,
        party=speaks_for,
        scopes=frozenset(granted),
        language=person.language,
        served=served,
    )


def reader_of_ticket(who: Identity, ticket: Ticket, incident: Incident | None) -> Reader | None:
    """As whom `who` reads the ticket's page; None: not at all (and nothing may tell that it exists)."""
    if who.municipality != ticket.municipality:
        return None
    if _works_with(who, {ticket.school}, incident is not None and _reads_all_of(who, incident)):
        return Staff()
    return Reporter(own=True) if ticket.reporter == who.person else None


def reader_of_incident(who: Identity, incident: Incident) -> Reader | None:
    """As whom `who` reads the incident's desk page; None: not at all."""
    if who.municipality != incident.municipality:
        return None
    return Staff() if _works_with(who, set(incident.schools), _is_involved(who, incident)) else None


def schools_read(who: Identity, incident: Incident) -> frozenset[str] | None:
    """Of an incident that they work with, the schools whose reports they read; None: all (`reader_of_ticket`)."""
    return who.served if who.access == "support" and not _reads_all_of(who, incident) else None


def reader_of_both(who: Identity, ticket: Ticket, incident: Incident | None) -> dict[str, Reader]:
    """As whom `who` reads the chains that a ticket's page merges, by case; empty: not at all.

    Who works with one ticket of many does not thereby read what staff wrote about all of them.
    """
    reader = reader_of_ticket(who, ticket, incident)
    if reader is None:
        return {}
    if incident is None:
        return {ticket.id: reader}
    return {ticket.id: reader, incident.id: reader_of_incident(who, incident) or Reporter(own=False)}


def readers_of_former(who: Identity, formers: Iterable[Incident]) -> dict[str, Reader]:
    """As whom `who`, who may read a ticket, reads what was told on the incidents it was on before (R3)."""
    return {former.id: reader_of_incident(who, former) or Reporter(own=False) for former in formers}


def may_link(who: Identity, ticket: Ticket, on: Incident | None, to: Incident) -> bool:
    """Put a ticket on an incident: who works with both."""
    return may_act(who, to) and who.at_desk and isinstance(reader_of_ticket(who, ticket, on), Staff)


def may_answer(who: Identity, asked: Suggestion, known: Mapping[str, Incident]) -> bool:
    """Say yes or no to a suggested link: who works with both incidents, of which neither has ended."""
    both = (known.get(asked.incident), known.get(asked.candidate))
    return all(one is not None and one.state not in ENDED and may_act(who, one) for one in both)


def may_join(who: Identity, incident: Incident, *, reported: bool = False) -> bool:
    """Say "Jag har samma problem" of it: what several have reported, what has a title for others or is
    published, or what they work with (N5: not one person's).

    `reported`: a ticket on it is their own.

    Never of an order, a need or an idea (R10).
    """
    if who.municipality != incident.municipality or incident.kind != "incident":
        return False
    told = incident.tickets > 1 or incident.is_published
    return reported or told or reader_of_incident(who, incident) is not None


def _is_involved(who: Identity, incident: Incident) -> bool:
    """A team of theirs has it, or was told of it by its policy; who is no school's own support goes on reading what it
    has had (ADR 0040).
    """
    had = () if who.served else incident.held
    return not who.parties.isdisjoint((incident.holder, *incident.informed, *had))


def _reads_all_of(who: Identity, incident: Incident) -> bool:
    """The reports of every school: who has it, and a team of no school of its own that is involved."""
    return incident.holder in who.parties or (not who.served and _is_involved(who, incident))


def _works_with(who: Identity, schools: set[str], involved: bool) -> bool:
    match who.access:
        case "coordinator" | "administrator":
            return True
        case "support":
            return bool(schools & who.served) or involved
        case "school_lead":
            return bool(schools) and schools <= who.schools
        case "reporter":
            return False


def may_act(who: Identity, incident: Incident) -> bool:
    """Assign, hand over, take back, resolve, close, write notes: those who work with it, not those who only look on."""
    return who.at_desk and reader_of_incident(who, incident) is not None


def may_decide(who: Identity) -> bool:
    """See the needs forum's agenda, put needs and ideas on it, and decide: the coordinator (V16)."""
    return who.access in ("coordinator", "administrator")


def may_erase(who: Identity) -> bool:
    """Erase a ticket's words, or an entry's, for good: the coordinator and the administrator."""
    return who.access in ("coordinator", "administrator")


def may_look_after_vendors(who: Identity) -> bool:
    """See how the ways to vendors stand, pause them, try them, send once more: coordinator and administrator."""
    return who.access in ("coordinator", "administrator")


def may_speak_for(who: Identity, ticket: Ticket) -> bool:
    """Answer, withdraw: the reporter."""
    return who.municipality == ticket.municipality and ticket.reporter == who.person


def attaches_as(who: Identity, ticket: Ticket, incident: Incident | None) -> tuple[Actor, frozenset[str]] | None:
    """As whom one puts files to a ticket, and for whom they may be: its reporter, or who works with it; else None."""
    if may_speak_for(who, ticket):
        return who.reporter, frozenset({REPORTER})
    if who.at_desk and who.parties and isinstance(reader_of_ticket(who, ticket, incident), Staff):
        return acts_as(who, incident.holder if incident else None), frozenset({REPORTER, INTERNAL})
    return None


def may_judge(who: Identity, ticket: Ticket, incident: Incident | None) -> bool:
    """Confirm that it works, or that it still does not: the reporter; of what a vendor reported, who works with it."""
    if is_vendor(ticket.reporter):
        return who.at_desk and isinstance(reader_of_ticket(who, ticket, incident), Staff)
    return may_speak_for(who, ticket)


def may_ask_further(who: Identity, ticket: Ticket, incident: Incident | None) -> bool:
    """Ask that it goes further: the reporter, and whoever leads their school."""
    if may_speak_for(who, ticket):
        return True
    return who.access == "school_lead" and reader_of_ticket(who, ticket, incident) is not None


def schools_led(who: Identity, directory: Directory) -> frozenset[str]:
    """The schools whose reports somebody reads who leads them; `reader_of_ticket` says the same of each."""
    return who.schools & frozenset(directory.schools_by_id) if who.access == "school_lead" else frozenset()


def may_see_school(who: Identity, school: str, directory: Directory) -> bool:
    """A school's status page: everyone of the municipality; it shows nobody's words (N5)."""
    return who.municipality == directory.id and school in directory.schools_by_id


def words_to_all(told: Told) -> Words:
    """What a school's page tells of the solution: written to those who reported, so for one alone it is theirs (N5)."""
    return told.incident.public_text if told.shared else {}


def may_list_questions(who: Identity) -> bool:
    """See all open questions about causes at once: the desk, of the cases it works with (`may_answer` each of them)."""
    return who.at_desk


def plans_work(who: Identity, directory: Directory) -> bool:
    """Plan work on some service at least."""
    return any(may_plan(who, directory, [service.id], who.served) for service in directory.services)


def may_plan(who: Identity, directory: Directory, services: Iterable[str], schools: Iterable[str]) -> bool:
    """Plan, move and call off work on these services at these schools (none: all).

    The coordinator, the administrator, and a team of the services' owner there. Unknown services are nobody's.
    """
    if who.access in ("coordinator", "administrator"):
        return True
    if who.access != "support":
        return False
    places = list(schools) or list(directory.schools_by_id)
    known = [directory.services_by_id.get(service) for service in services]
    owners = {
        resolve(directory, service.owner, school) if service and service.owner else None
        for service in known
        for school in places
    }
    return bool(owners) and owners <= who.parties


def parties_on_desk(who: Identity) -> frozenset[str]:
    """The parties whose cases the person's queue shows besides."""
    return who.parties if who.access == "support" else frozenset()


def schools_on_desk(who: Identity, directory: Directory) -> frozenset[str] | None:
    """The schools whose cases the person's queue shows; None: all of the municipality."""
    match who.access:
        case "coordinator" | "administrator":
            return None
        case "support":
            return who.served
        case "school_lead":
            return who.schools & frozenset(directory.schools_by_id)
        case "reporter":
            return frozenset()
