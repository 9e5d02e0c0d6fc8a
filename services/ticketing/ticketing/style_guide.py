"""`/stil`: every component once, with made-up content; shown in demo mode."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.directory.urgency import USUAL
from ticketing import sentences
from ticketing.views import (
    BLANK,
    Audience,
    ClockChip,
    EmptyState,
    EntryKind,
    Field,
    FileLink,
    HolderLine,
    KnownProblem,
    Notice,
    Option,
    Pages,
    PlannedWork,
    Promise,
    Rail,
    RailState,
    RailStep,
    Reader,
    RequestMark,
    RequestState,
    Say,
    Status,
    Timeline,
    TimelineItem,
    Toast,
    Tone,
    WorkState,
)

COLOURS = (
    *("ink", "ink-soft", "paper", "raised", "line", "accent", "accent-bg"),
    *("ok", "ok-bg", "watch", "watch-bg", "bad", "bad-bg", "info", "info-bg"),
)


@dataclass(frozen=True, slots=True)
class StylePage:
    """`stil.html`."""

    clocks: tuple[ClockChip, ...]
    next_step: Say
    major: Notice
    holder: HolderLine
    rail: Rail
    known: KnownProblem
    requests: tuple[RequestMark, ...]
    timeline: Timeline
    empty: EmptyState
    blank: Field
    filled: Field
    chosen: Field
    wrong: Field
    options: tuple[Option, ...]
    choices: tuple[Option, ...]
    notices: tuple[Notice, ...]
    errors: tuple[tuple[str, Say], ...]
    pages: Pages
    toast: Toast
    works: tuple[PlannedWork, ...]
    colours: tuple[str, ...] = COLOURS
    statuses: tuple[Status, ...] = tuple(Status)


def style_page(now: datetime) -> StylePage:
    """All components as seen at `now`."""
    hour, minute = timedelta(hours=1), timedelta(minutes=1)
    return StylePage(
        blank=BLANK,
        filled=Field("B204"),
        chosen=Field(USUAL.needs[2].id),
        choices=tuple(Option(need.id, need.name.words) for need in USUAL.needs),
        wrong=Field("", sentences.TEXT_REQUIRED),
        options=(Option("ekbacken", "Ekbackens skola"), Option("B204", "Almgymnasiet")),
        notices=(
            Notice(Tone.INFO, sentences.TOLD_WHEN_SOLVED),
            Notice(Tone.OK, sentences.GOOD_IT_WORKS),
            Notice(Tone.WATCH, sentences.WAITING_ON_YOU),
            Notice(Tone.PLAIN, sentences.JOINED),
        ),
        errors=(("stil-fel", sentences.TEXT_REQUIRED),),
        pages=Pages(51, 100, 312, previous="#", next="#"),
        toast=Toast(sentences.NOTE_SAVED, undo="/stil"),
        works=tuple(
            PlannedWork(
                "Växlarna i B-huset byts.",
                now + n * 24 * hour,
                now + (n * 24 + 3) * hour,
                ("Trådlöst nät",),
                sentences.EFFECTS["interruptions"],
                state,
                ("Ekbackens skola",),
                url="#",
            )
            for n, state in enumerate((WorkState.RUNNING, WorkState.AHEAD, WorkState.CANCELLED))
        ),
        clocks=(
            ClockChip(Promise.RESOLVE, 3 * hour, 0.2, now + 3 * hour),
            ClockChip(Promise.NEXT_UPDATE, 20 * minute, 0.8, now + 20 * minute),
            ClockChip(Promise.ACKNOWLEDGE, -35 * minute, 1.2, now - 35 * minute),
            ClockChip(Promise.RESOLVE, hour, 0.5, paused_because=sentences.PAUSED_FOR_REPORTER),
            ClockChip(Promise.ACKNOWLEDGE, hour, 0.5, kept=True),
            ClockChip(Promise.PUBLIC_SENTENCE, 12 * minute, 0.6, now + 12 * minute),
        ),
        next_step=sentences.escalates(now + 4 * hour, {"sv": "samordnaren", "en": "the coordinator"}),
        major=Notice(
            Tone.WATCH,
            sentences.write_title_by(now + 12 * minute),
            sentences.major(now - minute),
            "#",
            sentences.WRITE_TITLE,
        ),
        holder=HolderLine("Skärmleverantören", now - 2 * hour, now + hour),
        rail=(
            RailStep("received", RailState.DONE, "", now - 3 * hour),
            RailStep("local", RailState.DONE, "Ekbackens IT-stöd", now - 3 * hour),
            RailStep("vendor", RailState.NOW, "Skärmleverantören", now - 2 * hour),
            RailStep("resolved", RailState.TODO),
        ),
        known=KnownProblem(
            "known", "Skolportalen: störning på flera skolor", HolderLine("Portalbolaget", None, now + hour)
        ),
        requests=tuple(
            RequestMark(state.value, sentences.TAKE_BACK, state, now - minute, reason)
            for state, reason in (
                (RequestState.PENDING, None),
                (RequestState.DONE, None),
                (RequestState.REFUSED, sentences.PAUSED_FOR_VENDOR),
            )
        ),
        timeline=Timeline(tuple(_entries(now)), older="#", total=42),
        empty=EmptyState(sentences.QUEUE_EMPTY, sentences.QUEUE_EMPTY_TEXT, link="#", link_text=sentences.QUEUE_ALL),
    )


def _entries(now: datetime) -> tuple[TimelineItem, ...]:
    """Every kind of entry with every audience, newest first."""
    mine, everyone, inside = (Audience(reader) for reader in (Reader.REPORTER, Reader.REPORTERS, Reader.INTERNAL))
    supplier = "Skärmleverantören"
    theirs = Audience(Reader.PARTY, (supplier,))
    photo = (FileLink("projektor.jpg", "#", 340_000, picture=True),)

    def entry(
        hours: float,
        kind: EntryKind,
        author: str,
        text: str,
        audience: Audience,
        own: bool = False,
        files: tuple[FileLink, ...] = (),
    ) -> TimelineItem:
        at = now - timedelta(hours=hours)
        return TimelineItem(f"stil-{hours}", at, kind, author, text, audience, files=files, own=own)

    step = "Vi skickar ärendet till Skärmleverantören. De får allt som är skrivet."
    return (
        entry(0.2, EntryKind.SOLVED, supplier, "Lampan är bytt och bilden är ljus igen.", everyone),
        entry(0.5, EntryKind.PROPOSAL, supplier, "Vi har bytt lampan. Fungerar den?", inside),
        entry(1, EntryKind.ANSWER, "Anna Ek", "Ja, den blinkar rött tre gånger.", mine, own=True),
        entry(1.5, EntryKind.QUESTION, supplier, "Lyser någon lampa på projektorn?", mine),
        entry(2, EntryKind.VENDOR_WORDS, supplier, "Tekniker är på väg, framme 11:00.", everyone),
        entry(2.1, EntryKind.STEP, "", step, everyone),
        entry(24, EntryKind.NOTE, "Tove Tekniker", "Garantin går ut på fredag, tryck på.", inside),
        entry(24.5, EntryKind.WORDS, "Tove Tekniker", "Reservlampan ligger i vaktmästeriet.", theirs),
        entry(25, EntryKind.ERASED, "Anna Ek", "", mine),
        entry(26, EntryKind.WORDS, "Anna Ek", "Projektorn i B204 startar inte.", mine, own=True, files=photo),
    )
