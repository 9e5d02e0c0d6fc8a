"""A message to a vendor in words: what a person at its mailbox reads, before it has the form of a mail.

Composed from the message alone, which holds what this vendor may read (N5), and the names of the directory.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from contracts.bundle import Around, Bundle
from contracts.directory import Connection, Directory
from contracts.disclosure import DisclosedEntry
from contracts.timeline import files_of
from contracts.values import REPORTER_PARTY, SYSTEM_PARTY, Language, Words, in_language
from contracts.webhooks import HandoffData
from vendor_bridge.domain import forgotten
from vendor_bridge.mail import wording
from vendor_bridge.mail.wording import Counted

SHOWN = 25
"""Entries of a story in the mail itself; of more the newest, the rest in an attachment."""
SPOTS_NAMED = 20
"""Reports whose room or device is in the mail itself."""
LONGEST_ENTRY = 4_000
LONGEST_SUBJECT = 200
STORY_FILE = "arendet.txt"
BUNDLE_FILE = "arendet.json"
ZONE = "Europe/Stockholm"
LANGUAGES: tuple[Language, ...] = ("sv", "en")


@dataclass(frozen=True, slots=True)
class Fact:
    label: Words
    value: Words


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One entry: who wrote when, about which report, in which words; `beside`: the same in English."""

    at: str
    who: str
    number: str
    text: str
    beside: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The parts of a mail, in their order. `title` and `subject` are single lines."""

    subject: str
    heading: Words
    asks: Words
    title: str
    facts: tuple[Fact, ...]
    quoted: tuple[Words, Words] | None
    """A label and what somebody wrote: the answer to a question, why a solution was refused."""
    story: Words
    newest: Words | None
    """Said where only the newest are shown."""
    shown: tuple[Paragraph, ...]
    whole: tuple[Paragraph, ...]
    """Every entry, oldest first: for the attachment, where there is one."""
    hidden: Words | None
    left: Words | None
    """Names the files that do not fit into a mail."""
    keywords: tuple[tuple[str, Words], ...]
    """Words that a reply may begin with, and what they mean."""
    bundle: Words
    footer: Words


@dataclass(frozen=True, slots=True)
class Names:
    """What the directory calls whom; `own`: the vendor that reads."""

    directory: Directory | None
    own: str

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.directory.municipality.time_zone if self.directory else ZONE)

    def municipality(self, language: Language) -> str:
        if self.directory is None:
            return wording.SOMEBODY[language]
        return one_line(getattr(self.directory.municipality.name, language))

    def party(self, party: str, language: Language = "sv") -> str:
        """In Swedish where what is written by whom stands once."""
        if party == self.own:
            return wording.YOU[language]
        if party in (REPORTER_PARTY, SYSTEM_PARTY):
            return (wording.REPORTER if party == REPORTER_PARTY else wording.US)[language]
        if self.directory is None or party not in self.directory.parties:
            return wording.SOMEBODY[language]
        return one_line(getattr(self.directory.party_name(party), language))


def read(
    data: HandoffData,
    told: Bundle,
    connection: Connection,
    names: Names,
    *,
    numbers: Mapping[str, str],
    answers: Collection[str] = (),
) -> Reading:
    """The message as its vendor reads it. `told`: its bundle, inside or apart; `numbers`: what people call its reports,
    in their order; `answers`: the events whose entries a mail of their own tells, but for their files.
    """
    first = next(iter(numbers.values()), "")
    number = wording.SEVERAL.format(number=first) if len(numbers) > 1 else first
    entries = sorted(_entries(told), key=lambda entry: (entry.at, entry.case, entry.seq))
    readable = [entry for entry in entries if "text" in entry.disclosures and entry.disclosures["text"].value]
    hidden = len(entries) - len(readable)
    quoted = _quoted(data)
    several = numbers if len(numbers) > 1 else {}
    news = [entry for entry in readable if entry.caused_by not in answers or files_of(entry.disclosures)]
    whole = tuple(_paragraph(entry, names, several) for entry in news)
    whole = tuple(each for each in whole if quoted is None or each.text != lines(quoted[1].get("sv", "")))
    is_long = len(whole) > SHOWN
    shown = whole[: -SHOWN - 1 : -1] if is_long else whole
    turn = _turn(data, entries)
    title = one_line(data.subject.title)
    return Reading(
        subject=one_line(wording.SUBJECT.format(number=number, title=title) if number else title, LONGEST_SUBJECT),
        heading=_filled(_heading(data, turn), names),
        asks=_asks(data, turn),
        title=f"{number} {title}".strip(),
        facts=tuple(_facts(data, told.around, names, numbers)),
        quoted=quoted,
        story=wording.STORY if data.message == "offered" else wording.NEWS,
        newest=_counted(wording.NEWEST, len(whole) - SHOWN, file=STORY_FILE) if is_long else None,
        shown=tuple(_shortened(each) for each in shown),
        whole=whole if is_long or any(len(each.text) > LONGEST_ENTRY for each in whole) else (),
        hidden=_counted(wording.HIDDEN, hidden) if hidden else None,
        left=None,
        keywords=wording.KEYWORDS_OF_PART if data.role == "parallel" else wording.KEYWORDS,
        bundle=_say(wording.BUNDLE, file=BUNDLE_FILE),
        footer=_footer(connection),
    )


def with_files_left(reading: Reading, files: Sequence[str]) -> Reading:
    """The same, saying which files do not come along."""
    if not files:
        return reading
    return replace(reading, left=_say(wording.FILES_LEFT, files=one_line(", ".join(files), 1000)))


def one_line(text: str, longest: int = 200) -> str:
    """The text without line ends and other characters that do not show: nothing in it starts a header of its own."""
    shown = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def lines(text: str) -> str:
    """The text in its lines, without other characters that do not show."""
    kept = "\n".join("".join(c if c.isprintable() else " " for c in line).rstrip() for line in text.splitlines())
    return kept.strip()


def in_order(words: Words) -> list[str]:
    """What somebody wrote, in lines; Swedish first where there are both."""
    said = [lines(words[language]) for language in LANGUAGES if language in words]
    return "\n\n".join(dict.fromkeys(said)).splitlines()


def _entries(told: Bundle) -> Iterator[DisclosedEntry]:
    for chain in told.chains:
        yield from chain.entries


def _paragraph(entry: DisclosedEntry, names: Names, numbers: Mapping[str, str]) -> Paragraph:
    text: Words = entry.disclosures["text"].value
    attached = "".join(f"\n[bifogad fil: {one_line(file.name)}]" for file in files_of(entry.disclosures))
    first = lines(in_language(text, "sv")) + attached
    beside = lines(text.get("en", ""))
    return Paragraph(
        at=_moment(entry.at, names.zone),
        who=names.party(entry.party),
        number=numbers.get(entry.case, ""),
        text=first,
        beside=beside if beside != first.removesuffix(attached) else "",
    )


def _shortened(each: Paragraph) -> Paragraph:
    if len(each.text) <= LONGEST_ENTRY:
        return each
    cut = wording.CUT.format(file=STORY_FILE)
    return Paragraph(each.at, each.who, each.number, f"{each.text[:LONGEST_ENTRY]}{cut}", "")


def _turn(data: HandoffData, entries: Sequence[DisclosedEntry]) -> str | None:
    """What of the news changes what is left to do: that the case is solved, or open again."""
    if data.message != "updated":
        return None
    turns = [each.kind for each in reversed(entries) if each.case == data.subject.incident]
    return next((kind for weight in wording.WEIGHTS for kind in turns if kind in weight), None)


def _heading(data: HandoffData, turn: str | None) -> Words:
    if turn is not None:
        return wording.TURNS[turn][0]
    if data.message == "offered" and data.role == "parallel":
        return wording.BESIDE
    if data.message == "completed" and data.verdict is not None:
        return wording.PART_DONE
    if data.role == "parallel" and data.message in wording.PARTS:
        return wording.PARTS[data.message][0]
    if data.answer is not None and data.answer.unanswered:
        return wording.NO_ANSWER
    return wording.HEADINGS.get(data.message, wording.HEADINGS["updated"])


def _asks(data: HandoffData, turn: str | None) -> Words:
    if turn is not None:
        return wording.TURNS[turn][1]
    if data.continues_in:
        return wording.CONTINUES
    if data.forget and not any(each.whole for each in data.forget):
        return wording.ASKS_ENTRY
    if data.role == "parallel" and (asks := wording.PARTS.get(data.message, ({}, None))[1]):
        return asks
    return wording.ASKS.get(data.message, wording.ASKS["updated"])


def _quoted(data: HandoffData) -> tuple[Words, Words] | None:
    if data.answer is not None:
        return wording.WHY if data.answer.unanswered else wording.ANSWER, data.answer.text
    if data.verdict is not None and data.verdict.reason:
        return wording.REASON, data.verdict.reason
    return None


def _facts(data: HandoffData, around: Around, names: Names, numbers: Mapping[str, str]) -> Iterator[Fact]:
    subject = data.subject
    gone = forgotten.named(data.forget, at=lambda at: _moment(at, names.zone), party=names.party, numbers=numbers)
    yield from (Fact(wording.FORGET, what) for what in gone)
    yield _same(wording.SINCE, _moment(subject.opened_at, names.zone))
    yield Fact(wording.URGENCY, wording.URGENCIES[subject.urgency])
    if len(around.places) > 1:
        yield _same(wording.PLACES, ", ".join(f"{one_line(place.name)} ({place.tickets})" for place in around.places))
    schools = {place.school: place.name for place in around.places}
    for spot in around.spots[:SPOTS_NAMED]:
        at = schools.get(spot.school, spot.school) if len(around.places) > 1 else None
        number = f" ({numbers[spot.ticket]})" if data.subject.tickets > 1 and spot.ticket in numbers else ""
        yield _same(wording.SPOT, one_line(f"{', '.join(filter(None, (spot.room, spot.asset, at)))}{number}"))
    if (more := len(around.spots) - SPOTS_NAMED) > 0:
        yield Fact(wording.SPOT, _say(wording.MORE_SPOTS, count=str(more)))
    placed = {spot.ticket for spot in around.spots if spot.room}
    for seen in around.reporters:
        room = seen.room if seen.ticket not in placed else None
        where = ", ".join(part for part in (seen.name, schools.get(seen.school, seen.school), room) if part)
        number = f" ({numbers[seen.ticket]})" if len(around.reporters) > 1 and seen.ticket in numbers else ""
        yield _same(wording.REPORTER, one_line(f"{where}{number}"))
    for promised in around.terms.promises if around.terms else ():
        if promised.due_at is not None:
            yield _same(wording.PROMISES[promised.promise], _moment(promised.due_at, names.zone))
        else:
            yield Fact(wording.PROMISES[promised.promise], wording.PAUSED)
    for earlier in around.earlier:
        since, until = (_moment(at, names.zone) if at else "" for at in (earlier.since, earlier.until))
        yield _same(wording.EARLIER if until else wording.ALONGSIDE, one_line(f"{earlier.name}, {since} – {until}"))
    if data.vendor_reference:
        yield _same(wording.REFERENCE, one_line(data.vendor_reference))


def _same(label: Words, value: str) -> Fact:
    """What reads alike in both languages."""
    return Fact(label, {"sv": value, "en": value})


def _footer(connection: Connection) -> Words:
    mailbox = connection.email or ""
    if connection.replies_from == "domain":
        return _say(wording.FOOTER_DOMAIN, mailbox=mailbox.rpartition("@")[2])
    return _say(wording.FOOTER, mailbox=mailbox)


def _filled(words: Words, names: Names) -> Words:
    return {language: words[language].format(who=names.municipality(language)) for language in LANGUAGES}


def _say(words: Words, **values: str) -> Words:
    return {"sv": words["sv"].format(**values), "en": words["en"].format(**values)}


def _counted(words: Counted, count: int, **values: str) -> Words:
    return _say(words[0 if count == 1 else 1], count=str(count), **values)


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def as_text(paragraphs: Sequence[Paragraph]) -> str:
    """Every entry in plain words, oldest first."""
    return "\n\n".join("\n".join(_rows(each)) for each in paragraphs) + "\n"


def _rows(each: Paragraph) -> Iterator[str]:
    yield " · ".join(part for part in (each.at, each.who, each.number) if part)
    yield each.text
    if each.beside:
        yield f"[en] {each.beside}"
