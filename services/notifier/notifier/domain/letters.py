"""A notification in words: what goes into the mail, before it has the form of one.

Composed from the person's own tickets, the vendor's name and what was addressed to them or published; nothing else of
the case is known here (N5).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from contracts.directory import Directory
from contracts.events.notifier import Occasion
from contracts.values import REPORTER_PARTY, Changer, Language, Words, in_language
from notifier.domain import wording
from notifier.domain.state import Notification, Person, Ticket

ZONE: Final = ZoneInfo("Europe/Stockholm")
LONGEST_TITLE: Final = 120
LONGEST_TEXT: Final = 4000


@dataclass(frozen=True, slots=True)
class Link:
    """One of the person's tickets."""

    number: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Letter:
    """The parts of a mail; all but `quote` are single lines."""

    language: Language
    subject: str
    greeting: str
    opening: str
    quote: str
    """What somebody wrote, in its lines; empty: nothing is quoted."""
    closing: str
    links: tuple[Link, ...]
    footer: str


def compose(
    notification: Notification, person: Person, tickets: Sequence[Ticket], directory: Directory | None, pages_url: str
) -> Letter:
    """The letter to a person about their `tickets` (at least one), or to staff about one of its incident; in theirs."""
    language, occasion = person.language, notification.occasion
    to_staff = occasion in wording.TO_STAFF
    links = tuple(
        Link(
            one_line(ticket.number),
            one_line(ticket.title, LONGEST_TITLE),
            f"{pages_url}/storningar/{notification.case}" if to_staff else f"{pages_url}/arenden/{ticket.id}",
        )
        for ticket in tickets
    )
    party = _name(directory, notification.party, language, occasion)
    kind = f"{occasion}.{notification.detail}" if notification.detail else occasion

    def say(words: Words, **values: str | int) -> str:
        return in_language(words, language).format(**values)

    subject, opening = wording.SUBJECTS[kind], wording.OPENINGS[kind]
    if occasion == "resolved" and notification.case in notification.tickets:
        subject, opening = wording.LATE_SUBJECT, wording.LATE_OPENING
    closing = wording.CLOSINGS.get(kind) or wording.CLOSINGS[occasion]
    if notification.until is not None:
        opening, closing = wording.PLANNED_OPENING, wording.PLANNED_CLOSING
    zone = ZoneInfo(directory.municipality.time_zone) if directory else ZONE
    since = _spoken(say, wording.SINCE, notification.solved_at, zone)
    until = _spoken(say, wording.UNTIL, notification.until, zone)
    day = say(wording.EXPECTED, day=f"{notification.expected_at}") if notification.expected_at else ""
    number = links[0].number
    if len(links) > 1:
        number = say(wording.SEVERAL, number=number, more=len(links) - 1)
    return Letter(
        language=language,
        subject=say(subject, number=number, party=party),
        greeting=say(wording.GREETING, name=one_line(person.name, LONGEST_TITLE)),
        opening=say(opening, party=party, since=since, until=until) + day,
        quote=lines(in_language(notification.text, language)) if notification.text else "",
        closing=say(closing),
        links=links,
        footer=say(wording.FOOTER, municipality=_municipality(directory, language)),
    )


def _spoken(say: Callable[..., str], words: Words, at: datetime | None, zone: ZoneInfo) -> str:
    if at is None:
        return ""
    local = at.astimezone(zone)
    return say(words, day=f"{local:%Y-%m-%d}", time=f"{local:%H:%M}")


def one_line(text: str, longest: int = 200) -> str:
    """The text without line ends and other characters that do not show: nothing in it starts a header of its own."""
    shown = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def lines(text: str) -> str:
    """The text in its lines, without other characters that do not show."""
    kept = "\n".join("".join(c if c.isprintable() else " " for c in line).rstrip() for line in text.splitlines())
    return kept.strip()[:LONGEST_TEXT]


def _name(directory: Directory | None, party: Changer | None, language: Language, occasion: Occasion) -> str:
    if occasion == "stage" and party in (None, REPORTER_PARTY):
        return in_language(wording.WE if party is None else wording.YOU, language)
    if directory is None or party is None or party not in directory.parties:
        return in_language(wording.SOMEBODY, language)
    return one_line(getattr(directory.party_name(party), language))


def _municipality(directory: Directory | None, language: Language) -> str:
    if directory is None:
        return in_language(wording.MUNICIPALITY, language)
    return one_line(getattr(directory.municipality.name, language))
