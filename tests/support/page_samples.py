"""Made-up pages: empty, normal and full (300 entries, 80-letter names), for looking at and for tests of the markup."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from chassis.look.dates import month
from tests.support.directories import shipped
from ticketing import sentences as s
from ticketing import style_guide
from ticketing import views as v
from ticketing.web import who as who_page
from ticketing.web.reporting import urgent

ASKED = shipped("malarvik").urgencies
STOPPED = {"sv": "Lektionen står still", "en": "The lesson has stopped"}

NOW = datetime(2026, 10, 8, 8, 20, tzinfo=UTC)
NONE: frozenset[str] = frozenset()
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LONG = "Nätverksochdatorsamordningsleverantörsaktiebolaget i Mälardalen med omnejd KB AB"
LONGER = (
    "Projektorn i sal B204 startar inte och lampan blinkar rött tre gånger sedan i går kväll när vaktmästaren var här"
)
SCHOOL = "Ekbackens skola"
SUPPLIER = {"sv": "Skärmleverantören", "en": "The display supplier"}
SUPPORT = {"sv": "IT-stödet på Ekbackens skola", "en": "IT support at Ekbacken"}
MUNICIPALITY = {"sv": "Mälarviks kommun", "en": "Mälarvik municipality"}
TEACHER = v.Who("p1", "Lena Lindmark", {"sv": "lärare", "en": "teacher"}, SCHOOL)
TECHNICIAN = v.Who("p2", "Tomas Ekdal", {"sv": "IT-tekniker", "en": "local IT support"}, SCHOOL, at_desk=True)

Sample = tuple[str, object, v.Frame]
"""Template, page, frame."""


def frame(language: v.Language, path: str, who: v.Who | None = TEACHER, *, toast: v.Toast | None = None) -> v.Frame:
    return v.Frame(
        language,
        NOW,
        path,
        "csrf-token",
        MUNICIPALITY,
        "/",
        who,
        "ekbacken" if who else None,
        toast=toast,
        demo=True,
    )


def options() -> tuple[v.Option, ...]:
    names = ("Almgymnasiet", "Björkskolan", SCHOOL, "Förskolan Solrosen", "Kungsgymnasiet", "Sjöbo skola")
    return tuple(v.Option(name.split()[0].lower(), name) for name in names)


def services() -> tuple[v.Option, ...]:
    names = ("Trådlöst nät", "Skolportalen", "Skärm och projektor", "Inloggning", "Skrivare")
    return tuple(v.Option(str(n), name) for n, name in enumerate(names))


def known() -> v.KnownProblem:
    holder = v.HolderLine({"sv": "Portalleverantören", "en": "The portal supplier"}, None, NOW + 70 * MINUTE)
    return v.KnownProblem("known1", "Skolportalen: störning på flera skolor", holder, reporters=14)


def rail(now_at: int = 2) -> v.Rail:
    stops: tuple[tuple[str, v.Words], ...] = (
        ("received", ""),
        ("local", SUPPORT),
        ("vendor", SUPPLIER),
        ("resolved", ""),
    )
    states = (v.RailState.DONE, v.RailState.NOW, v.RailState.TODO)
    return tuple(
        v.RailStep(
            place,
            states[(n > now_at) - (n < now_at) + 1],
            who if n <= now_at else "",
            NOW - (3 - n) * HOUR if n <= now_at else None,
        )
        for n, (place, who) in enumerate(stops)
    )


def history(count: int, staff: bool = False) -> v.Timeline:
    kinds = style_guide.style_page(NOW).timeline.items
    if not staff:
        kinds = tuple(
            replace(item, audience=None)
            for item in kinds
            if item.kind is not v.EntryKind.NOTE
            and item.audience is not None
            and item.audience.reader in (v.Reader.REPORTER, v.Reader.REPORTERS)
        )
    items = tuple(
        replace(kinds[n % len(kinds)], key=f"e{n}", at=NOW - n * 47 * MINUTE, files=kinds[n % len(kinds)].files)
        for n in range(count)
    )
    return v.Timeline(items, older="?fore=300" if count >= 50 else None, total=count)


def case(count: int = 7) -> v.CasePage:
    return v.CasePage(
        "MAL-2026-000123",
        "Projektorn i B204 startar inte",
        "/arenden/x1",
        v.Status.VENDOR,
        rail(),
        v.HolderLine(SUPPLIER, NOW - HOUR, NOW + 40 * MINUTE),
        "Projektorn i B204 startar inte. Lampan blinkar rött tre gånger.\n\nJag har provat att dra ur sladden.",
        NOW - 26 * HOUR,
        "Lena Lindmark",
        SCHOOL,
        history(count),
        room="B204",
        service={"sv": "Skärm och projektor", "en": "Display and projector"},
        asset="EKB-PJ-0204",
        next_step=s.escalates(NOW + 4 * HOUR, "samordnaren"),
        urgent=s.because(STOPPED, {"sv": "en klass eller grupp", "en": "a class or group"}, s.SO_URGENT[1]),
        answers=(STOPPED, {"sv": "En klass eller grupp", "en": "A class or group"}),
        can_ask_further=True,
        can_withdraw=True,
        further_hint=s.ASKED_IS_TOLD,
        others=3,
        can_answer=True,
        can_confirm=True,
        can_reopen=True,
        live="/arenden/x1/laget",
        who_url="/vem-gor-vad?kind=incident&urgency=3&school=ekbacken&service=classroom_display",
    )


def full_case() -> v.CasePage:
    return replace(
        case(300),
        title=LONGER,
        status=v.Status.WAITING_ON_YOU,
        holder=v.HolderLine(LONG, NOW - 50 * HOUR, NOW + 40 * MINUTE),
        rail=tuple(replace(step, who=LONG if step.who else "") for step in rail()),
        filed_by=LONG,
        school=LONG,
        service=LONG,
        urgent=s.counted_otherwise(LONG, LONG, LONG),
        answers=(LONG, LONG),
        questions=(v.OpenQuestion("q1", LONG, NOW - HOUR, "Lyser någon lampa på projektorn? " * 6),),
        requests=tuple(
            v.RequestMark(state, s.hand_off(LONG), state, NOW - MINUTE, reason)
            for state, reason in (
                (v.RequestState.PENDING, None),
                (v.RequestState.DONE, None),
                (v.RequestState.REFUSED, {"sv": "en fråga väntar på svar", "en": "a question is still open"}),
            )
        ),
    )


def solved_case() -> v.CasePage:
    return replace(
        case(5),
        status=v.Status.RESOLVED,
        rail=rail(3),
        holder=v.HolderLine(SUPPLIER, is_solved=True),
        can_answer=False,
        can_ask_further=False,
        next_step=s.closes(NOW + 90 * HOUR),
    )


def asked_case() -> v.CasePage:
    """The school has asked that it goes further."""
    return replace(case(5), can_ask_further=False, asked_further=s.asked_further(NOW - HOUR, NOW + 3 * HOUR))


def failed_ask() -> v.CasePage:
    return replace(case(5), further=v.Field(LONG, s.WHY_REQUIRED))


def form() -> v.FormPage:
    return v.FormPage(
        "key-1",
        options(),
        services(),
        urgent.options(ASKED.needs),
        urgent.options(ASKED.impacts),
        school=v.Field("ekbackens"),
        impact=v.Field("one_person"),
        known=(known(),),
        suggest_url="/arenden/ny/liknande",
    )


def blank_form() -> v.FormPage:
    return replace(form(), services=(), school=v.Field(), known=(), suggest_url=None)


def full_form() -> v.FormPage:
    """As many answers as a directory may have, each as long as it may be."""
    many = tuple(v.Option(f"answer_{n}", LONG, LONGER) for n in range(12))
    return replace(form(), needs=many, impacts=many, need=v.Field("answer_3"), impact=v.Field("answer_0"))


def failed_form() -> v.FormPage:
    return replace(
        form(),
        known=(),
        text=v.Field("", s.TEXT_REQUIRED),
        school=v.Field("", s.SCHOOL_REQUIRED),
        need=v.Field("", s.URGENCY_REQUIRED),
        impact=v.Field("", s.IMPACT_REQUIRED),
        asset=v.Field(LONG, s.too_long(60)),
    )


def case_row(n: int, title: str, status: v.Status, last_word: v.Words = "") -> v.CaseRow:
    return v.CaseRow(
        f"MAL-2026-000{n:03}", title, f"/arenden/x{n}", status, f"{SCHOOL}, B204", SUPPLIER, NOW - n * HOUR, last_word
    )


def my_cases() -> v.MyCasesPage:
    return v.MyCasesPage(
        "Lena",
        (
            replace(
                case_row(2, "Elevkonton låser sig i 7B", v.Status.WAITING_ON_YOU),
                needs_you=True,
                last_word="Skärmleverantören frågar: Lyser någon lampa på projektorn?",
            ),
        ),
        (
            case_row(3, "Projektorn i B204 startar inte", v.Status.VENDOR, last_word="Tekniker framme 11:00."),
            case_row(9, LONGER, v.Status.LOCAL),
        ),
        tuple(replace(case_row(n * 30, "Skrivaren drar snett", v.Status.CLOSED), holder=None) for n in range(1, 4)),
        (known(),),
        school_url="/skolor/ekbacken",
    )


def school_cases() -> v.MyCasesPage:
    """What who leads a school finds."""
    shown = (("/arenden", "nav.my_cases", False), ("/arenden?visa=skolan", "my_cases.of_school", True))
    return replace(
        my_cases(), needs_you=(), of_school=True, narrowings=tuple(v.Narrowing(u, v.say(w), s) for u, w, s in shown)
    )


def school() -> v.SchoolPage:
    fine = ("Skrivare", "Elevdatorer", "Schema och frånvaro", "E-post", "Telefoni", "Passersystem")
    lines = (
        v.ServiceLine(
            "Skolportalen",
            v.Health.DOWN,
            "Skolportalen: störning på flera skolor",
            {"sv": "Portalleverantören", "en": "The portal supplier"},
            NOW - HOUR,
            NOW + 70 * MINUTE,
        ),
        v.ServiceLine(
            "Trådlöst nät",
            v.Health.TROUBLE,
            "Trådlöst nät: störning på B-huset",
            "Nätleverantören",
            NOW - 26 * HOUR,
            NOW + 20 * HOUR,
            more=2,
            single=3,
        ),
        v.ServiceLine(
            "Inloggning och konton",
            v.Health.ELSEWHERE,
            "Inloggning och konton: störning på flera skolor",
            SUPPORT,
            NOW - 2 * HOUR,
            single=1,
        ),
        *(v.ServiceLine(name, v.Health.OK) for name in fine),
    )
    return v.SchoolPage(
        SCHOOL,
        lines,
        (v.PlannedWork("Byte av switchar i B-huset", NOW + 60 * HOUR, NOW + 64 * HOUR, ("Trådlöst nät", "Telefoni")),),
        (
            v.SolvedLine("Skrivare: störning på A-huset", "Skrivare", NOW - 20 * HOUR),
            v.SolvedLine(
                "Inloggning: störning på flera skolor", "Inloggning", NOW - 70 * HOUR, text="Certifikatet är bytt."
            ),
        ),
        schools=tuple(v.Option(f"/skolor/{option.value}", option.label) for option in options()),
        live="/skolor/ekbacken/laget",
    )


def quiet_school() -> v.SchoolPage:
    return replace(
        school(), services=tuple(v.ServiceLine(n, v.Health.OK) for n in ("Skrivare", LONG)), planned=(), solved=()
    )


def chips() -> tuple[v.ClockChip, ...]:
    return style_guide.style_page(NOW).clocks


def queue_row(n: int, title: str) -> v.QueueRow:
    statuses = (v.Status.LOCAL, v.Status.VENDOR, v.Status.CENTRAL, v.Status.WAITING_ON_REPORTER, v.Status.REOPENED)
    return v.QueueRow(
        f"i{n}",
        f"/storningar/i{n}",
        title,
        f"{SCHOOL}, B204",
        1 + n * 5 % 17,
        statuses[n % 5],
        SUPPORT,
        (chips()[2], chips()[1], chips()[0], chips()[3], None)[n % 5],
        "Reservlampan ligger i vaktmästeriet, jag byter efter lunch när salen är tom.",
        "Tomas Ekdal",
        NOW - n * 17 * MINUTE,
        1 + n % 4,
        answered=n % 5 == 3,
    )


TITLES = (
    "Skolportalen går inte att nå",
    "Projektorn i B204 startar inte",
    "Trådlöst nät segt i B-huset",
    "Elevkonton låser sig i 7B",
    "Skrivaren drar snett",
)


def queue(count: int = 12) -> v.QueuePage:
    def group(title: v.Say, *ids: str) -> v.FilterGroup:
        return v.FilterGroup(
            title,
            tuple(v.Filter(name, f"/ko?urval={name}", 3 * n, selected=name == "all") for n, name in enumerate(ids, 1)),
        )

    return v.QueuePage(
        s.QUEUE,
        (
            replace(
                show := group(s.QUEUE_SHOW, "all", "mine", "my_schools"),
                filters=(
                    *show.filters[:1],
                    v.Filter("questions", "/ko/hor-ihop", 4, label=s.QUESTIONS),
                    *show.filters[1:],
                ),
            ),
            group(s.QUEUE_STATE, "breached", "vendor", "vendor_silent", "waiting", "resolved"),
        ),
        tuple(queue_row(n, TITLES[n % 5]) for n in range(count)),
        v.Pages(1, count, max(count, 312), None, "/ko?sida=2"),
        v.EmptyState(s.QUEUE_EMPTY, s.QUEUE_EMPTY_TEXT, "/ko", s.QUEUE_ALL),
        live="/ko/rader",
    )


def question(n: int, title: str, other: str) -> v.LinkQuestion:
    return v.LinkQuestion(
        f"su{n}",
        v.QuestionSide(title, "/storningar/in1", 1, f"{SCHOOL} · B204", NOW - n * MINUTE, f"MAL-2026-{n:06d}"),
        v.QuestionSide(other, "/storningar/in2", 14, f"{SCHOOL}, Sjöbo skola", NOW - HOUR, "MAL-2026-000101"),
        ("Samma tjänst, Trådlöst nät.", "Samma skola, 6 minuter isär."),
        ("MAL-2026-000131", "MAL-2026-000140") if n == 2 else (),
    )


def questions(count: int = 4) -> v.QuestionsPage:
    asked = tuple(question(n, "Kommer inte ut på nätet", "Nätet nere i hela huset") for n in range(1, count + 1))
    empty = v.EmptyState(s.QUESTIONS_EMPTY, s.QUESTIONS_EMPTY_TEXT, "/ko", s.TO_QUEUE)
    following = "/ko/hor-ihop?cursor=x&sida=2" if count >= 20 else None
    return v.QuestionsPage(asked, v.Pages(min(count, 1), count, count, None, following), empty)


def answered_questions() -> v.QuestionsPage:
    link = ("/storningar/i2?flik=anmalningar#flikar", s.TO_DISRUPTION)
    asked = v.say("suggest.asked", number="MAL-2026-000123", case="Kommer inte ut på nätet", other="Nätet nere")
    told = v.Notice(v.Tone.OK, s.ANSWER_LINKED, asked, *link)
    back = v.WayBack("/storningar/i2/bryt-ut", "tickets", ("tk1",), s.UNDO_OUT)
    return replace(questions(), answered=v.Answered(told, back))


def waiting_questions() -> v.QuestionsPage:
    """The answer was sent a moment ago."""
    asked = v.say("suggest.asked", number="MAL-2026-000123", case="Kommer inte ut på nätet", other="Nätet nere")
    told = v.Notice(v.Tone.INFO, s.ANSWER_PENDING, asked, "/ko/hor-ihop?svarad=su1&begaran=rq1", s.LOOK_AGAIN)
    return replace(questions(), answered=v.Answered(told, live="/ko/hor-ihop/nu?svarad=su1&begaran=rq1"))


def full_questions() -> v.QuestionsPage:
    full = questions(20)
    return replace(full, questions=tuple(question(n, LONGER, LONGER) for n in range(1, 21)))


def full_queue() -> v.QueuePage:
    made = queue(300)
    return replace(made, rows=tuple(replace(r, title=LONGER, holder=LONG, place=LONG) for r in made.rows))


def one_story(count: int) -> v.Timeline:
    """What several reports hold beside the incident's own."""
    told = history(count, staff=True)
    said = v.EntryOf("MAL-2026-000123", SCHOOL, "/arenden/x1")
    items = tuple(replace(item, of=said) if n % 3 == 1 else item for n, item in enumerate(told.items))
    shown = (("", "history.all"), ("?visa=anmalda", "history.reports"), ("?visa=storningen", "history.incident"))
    links = tuple(v.Narrowing(f"/storningar/i1{show}", v.say(word), not show) for show, word in shown)
    return replace(told, items=items, narrowings=links, hint=v.say("history.first_words"))


def incident(tab: v.Tab = v.Tab.HISTORY, count: int = 10) -> v.IncidentPage:
    return v.IncidentPage(
        "/storningar/i1",
        "Skolportalen går inte att nå",
        v.Status.VENDOR,
        "Skolportalen",
        s.SCOPES["schools"],
        NOW - 3 * HOUR,
        14,
        (SCHOOL, "Björkskolan", "Almgymnasiet"),
        v.HolderLine(SUPPLIER, NOW - 2 * HOUR, NOW + 40 * MINUTE),
        rail(),
        7,
        one_story(count),
        "MAL-S-2026-0045",
        1,
        (chips()[4], chips()[1], chips()[0]),
        s.escalates(NOW + HOUR, "samordnaren"),
        (v.RequestMark("r1", s.hand_off("Skärmleverantören"), v.RequestState.DONE, NOW - 2 * HOUR),),
        tab=tab,
        linked=tuple(
            v.LinkedTicket(
                f"t{n}",
                f"MAL-2026-000{n:03}",
                TITLES[n % 5],
                f"/arenden/t{n}",
                "Lena Lindmark",
                f"{SCHOOL}, B204",
                NOW - n * HOUR,
                v.Status.VENDOR,
                ("samma tjänst", "samma hus", "6 min isär"),
                linked_by_person=n % 2 == 0,
                linked_by="Tova Teknik" if n % 2 == 0 else "",
                back_to="/storningar/i2" if n == 2 else None,
            )
            for n in range(1, 6)
        ),
        linked_older="/storningar/i1?flik=anmalningar&aldre=x",
        moved=(v.MovedTicket("t9", "MAL-2026-000009", TITLES[4], "/storningar/i9", may_return=True),),
        suggestions=tuple(
            v.LinkSuggestion(
                f"s{n}",
                n % 2 == 0,
                TITLES[n % 5],
                f"/storningar/i{n}",
                n,
                SCHOOL,
                ("Samma tjänst: Skolportalen.", "Samma skola.", "6 minuter isär."),
                likely=n < 3,
            )
            for n in range(1, 5)
        ),
        hand_offs=(
            v.HandOff(
                "h1",
                SUPPLIER,
                v.HandOffState.ACKNOWLEDGED,
                NOW - 2 * HOUR,
                note="Gäller alla salar i B-huset.",
                vendor_reference="SR-88121",
                delivered_at=NOW - 2 * HOUR,
                acknowledged_at=NOW - HOUR,
            ),
            v.HandOff(
                "h2",
                "Nätleverantören",
                v.HandOffState.FAILED,
                NOW - HOUR,
                lead=False,
            ),
            v.HandOff(
                "h3",
                "Portalleverantören",
                v.HandOffState.OFFERED,
                NOW - HOUR,
                problem=s.not_arrived("resting", NOW - 3 * HOUR),
                problem_url="/leverantorer#demo-vendor",
            ),
        ),
        rules=v.Rules(
            "Skolportalen sköts av leverantören enligt avtalet.",
            "skolportalen-alla",
            (
                v.PathStep(SUPPORT, s.LEVELS["local"], passed=True),
                v.PathStep(SUPPLIER, s.LEVELS["vendor"], here=True),
                v.PathStep("Samordnaren", s.LEVELS["central"]),
            ),
            (
                v.PromiseLine(v.Promise.ACKNOWLEDGE, "30 min", chips()[4]),
                v.PromiseLine(v.Promise.NEXT_UPDATE, "2 h", chips()[1]),
                v.PromiseLine(v.Promise.RESOLVE, "12 h", chips()[0]),
            ),
            (
                v.PolicyStep(s.escalates(NOW - HOUR, "IT-stödet"), done=True),
                v.PolicyStep(s.escalates(NOW + HOUR, "samordnaren"), next=True),
            ),
            "Skolavtal 2026",
            ("Efter 30 min utan svar: samordnaren får veta det.", "Efter 12 h utan lösning: det går vidare."),
            ("Om minst 3 skolor är drabbade: det räknas som brådska 1.",),
        ),
        composer=v.Composer(
            (
                v.Option("reporters", {"sv": "Alla som anmält", "en": "Everyone who reported"}),
                v.Option("party:vendor:screens", SUPPLIER),
                v.Option("internal", {"sv": "Bara internt", "en": "Internal only"}),
            ),
            v.Field("internal"),
        ),
        actions=v.Actions(
            options()[:3],
            services()[:3],
            take_back=(v.Option("vendor:natleverantoren", "Nätleverantören"),),
            resolve=True,
            close=True,
            split=True,
            link=True,
            asks=v.Asks(options()[:1], "Hallsbergs kommun", by_mail=False),
            services=services()[:3],
            scopes=tuple(v.Option(scope, words) for scope, words in s.SCOPES.items()),
            number=v.Field("MAL-2026-999999", s.NUMBER_UNKNOWN),
            number_like="MAL-2026-000123",
        ),
        further=replace(further(), for_others=SUPPORT),
        proposals=(v.Proposal("f1", SUPPLIER, NOW - 20 * MINUTE, "Vi har startat om tjänsten. Går det nu?"),),
        live="/storningar/i1/nu?flik=historik",
    )


def full_incident() -> v.IncidentPage:
    return replace(
        incident(count=300),
        title=LONGER,
        service=LONG,
        holder=v.HolderLine(LONG, NOW - 50 * HOUR, NOW + HOUR),
        clocks=(
            *incident().clocks,
            *(replace(chip, whose="Nätleverantören") for chip in incident().clocks),
            *(replace(chip, whose=LONG) for chip in incident().clocks),
        ),
        schools=tuple(LONG for _ in range(12)),
        questions=(v.OpenQuestion("q1", LONG, NOW - HOUR, "Vilken version har ni?"),),
        composer=v.Composer(
            (v.Option("reporters", LONG), v.Option("internal", LONG)),
            v.Field("reporters"),
            v.Field(LONG, s.NOTE_REQUIRED),
            (v.OpenQuestion("q1", LONG, NOW - HOUR, "Vilken version har ni?"),),
        ),
        actions=replace(incident().actions, party=v.Field("", s.PARTY_REQUIRED)),
    )


def further() -> v.Further:
    urgencies = tuple(v.Option(str(n), v.Say(f"urgency_number.{n}")) for n in range(1, 5))
    return v.Further(True, goes_to="Samordnaren", stop=True, urgencies=urgencies, urgency=v.Field("3"))


def major_incident() -> v.IncidentPage:
    """It is a major one, nobody has taken it, and a form could not be sent."""
    notice = v.Notice(v.Tone.WATCH, s.write_title_by(NOW + 20 * MINUTE), s.major(NOW - HOUR), "#bedom", s.WRITE_TITLE)
    stopped = v.Notice(v.Tone.PLAIN, "De kommer i morgon bitti, det är avtalat med skolan.", s.stopped(NOW - MINUTE))
    return replace(
        incident(),
        next_step=None,
        notices=(notice, stopped),
        proposals=(),
        suggestions=(),
        clocks=(chips()[5], chips()[1], chips()[2], replace(chips()[3], whose=LONG)),
        further=replace(further(), urgency=v.Field("3", s.OTHER_URGENCY_REQUIRED), urgency_reason=v.Field("x")),
    )


def closed_incident() -> v.IncidentPage:
    return replace(
        incident(),
        status=v.Status.CLOSED,
        rail=rail(3),
        clocks=(),
        next_step=None,
        proposals=(),
        suggestions=(),
        requests=(),
        actions=v.Actions(),
        further=v.Further(reopen=True),
        composer=None,
    )


def day_row(n: int, title: str, minutes: int) -> v.DayRow:
    statuses = (v.Status.LOCAL, v.Status.VENDOR, v.Status.CENTRAL)
    left = minutes * MINUTE
    chip = v.ClockChip(tuple(v.Promise)[n % 4], left, 1 - minutes / 200, NOW + left)
    step = s.if_nothing(NOW + 3 * HOUR, s.both(s.is_told(SUPPORT), s.goes_to("Samordnaren för skolornas IT")))
    return v.DayRow(
        f"i{n}",
        f"/storningar/i{n}",
        title,
        f"MAL-2026-{n:06d}",
        f"{SCHOOL} · B204",
        1 + n % 3,
        statuses[n % 3],
        SUPPORT,
        NOW + left,
        chip if n % 5 else None,
        step if n % 2 else None,
        1 + n % 4,
    )


def day(count: int = 8) -> v.DayPage:
    rows = [day_row(n, TITLES[n % 5], 60 * n - 150) for n in range(count)]
    return v.DayPage(
        tuple(row for row in rows if row.at <= NOW),
        tuple(row for row in rows if row.at > NOW),
        (
            v.Filter("all", "/ko/tider?visa=all", selected=True, label=v.say("day.all")),
            v.Filter("mine", "/ko/tider?visa=mine", label=v.say("filter.mine")),
        ),
        v.Pages(min(count, 1), count, count),
        v.EmptyState(s.DAY_EMPTY, s.DAY_EMPTY_TEXT, "/ko", s.TO_QUEUE),
        "/ko/tider.csv?visa=all",
    )


def full_day() -> v.DayPage:
    rows = tuple(replace(day_row(n, LONGER, n - 20), holder=LONG, place=LONG) for n in range(1, 51))
    return replace(day(), late=rows[:20], later=rows[20:], pages=v.Pages(51, 100, 1000, "#", "#", more=True))


def who(name: str, school: str, service: str = "", urgency: str = "3", **more: str) -> v.WhoPage:
    """Who does what in a municipality that the project ships."""
    return who_page.page_of(shipped(name), who_page.Choices(school, service=service, urgency=urgency, **more), NONE)


def full_who() -> v.WhoPage:
    page = who("lund", "norrangsskolan", "wifi", "1")
    assert page.answer is not None
    reached = v.ReachedAt(LONG, "0123-45 67 00", f"{LONG.split()[0].lower()}@lund.example", (LONG,) * 30)
    answer = replace(page.answer, first=reached, reason=LONGER, then=(LONG,) * 6, about=(LONG,) * 4)
    return replace(page, answer=answer, local=(reached,) * 40, vendors=(replace(reached, phone="", email=""),) * 10)


def empty_who() -> v.WhoPage:
    bare = shipped("malarvik").model_copy(update={"matrix": ()})
    return who_page.page_of(bare, who_page.Choices(), NONE)


def sign_in() -> v.SignInPage:
    people = (TEACHER, TECHNICIAN, v.Who("p3", LONG, {"sv": "samordnare", "en": "coordinator"}))
    return v.SignInPage(
        MUNICIPALITY,
        "/malarvik/logga-in",
        tuple(v.PersonChoice(p.id, p.name, p.role, p.place) for p in people),
        others=(("Hallsbergs kommun", "/hallsberg/"),),
    )


def confirmation() -> v.ConfirmationPage:
    return v.ConfirmationPage(
        "MAL-2026-000123",
        "Projektorn i B204 startar inte",
        "/arenden/x1",
        v.HolderLine(SUPPORT, since=NOW, next_update_by=NOW + HOUR),
        (s.party_looks("IT-stödet på Ekbackens skola"), s.next_update_by(NOW + HOUR), s.TOLD_WHEN_SOLVED),
        urgent=s.because(STOPPED, {"sv": "en klass eller grupp", "en": "a class or group"}, s.SO_URGENT[1]),
    )


def work(
    title: v.Words = "Byte av switchar i B-huset.", days: int = 2, state: v.WorkState = v.WorkState.AHEAD
) -> v.PlannedWork:
    starts = NOW + days * 24 * HOUR
    return v.PlannedWork(
        title,
        starts,
        starts + 4 * HOUR,
        ({"sv": "Trådlöst nät", "en": "Wi-Fi"}, "Telefoni"),
        s.EFFECTS["interruptions"],
        schools=(SCHOOL, "Sjöbo skola"),
        state=state,
        url="/planerat/wk1",
    )


def works(count: int = 4) -> v.WorksPage:
    return v.WorksPage(
        running=(work(days=0, state=v.WorkState.RUNNING),),
        ahead=(
            *(work(days=n) for n in range(1, count)),
            replace(work("Skolportalen får en ny version.", 9), schools=(), ends=NOW + 20 * 24 * HOUR),
            replace(work("Växeln uppdateras.", 12, v.WorkState.CANCELLED), reason="Leverantören är sjuk."),
        ),
        over=(work(days=-3, state=v.WorkState.OVER),),
        year=2026,
        may_plan=True,
        later="/planerat?efter=x",
        older="/planerat?fore=x",
    )


def full_works() -> v.WorksPage:
    lines = tuple(replace(work(LONGER, n), services=(LONG,) * 3, schools=(LONG,) * 6) for n in range(1, 60))
    return replace(works(), ahead=lines)


def plan() -> v.PlanPage:
    effects = tuple(v.Option(effect, words) for effect, words in s.EFFECTS.items())
    return v.PlanPage("key-1", services(), options(), effects, vendors=services()[:2])


def failed_plan() -> v.PlanPage:
    return replace(
        plan(),
        text=v.Field("", s.WORK_WRONG["text_required"]),
        starts=v.Field("2027-03-28T02:30", s.WORK_NO_SUCH_TIME),
        ends=v.Field("2027-03-27T02:30", s.WORK_WRONG["ends_first"]),
        effect=v.Field("", s.WORK_WRONG["effect_required"]),
        services_error=s.WORK_WRONG["services_required"],
        schools_error=s.WORK_WRONG["school_unknown"],
        chosen_schools=frozenset({options()[2].value}),
    )


def reviewed_plan() -> v.PlanPage:
    preview = v.Preview(replace(work(), url=None), 2, everywhere=False, beside=(work("Växeln uppdateras."),))
    return replace(plan(), preview=preview)


def one_work() -> v.WorkPage:
    return v.WorkPage(work(), "/planerat/wk1", may_change=True, vendor=SUPPLIER, starts=v.Field("2026-10-10T10:20"))


def year() -> v.YearPage:
    months = [month("sv", NOW.replace(month=number, day=1)).capitalize() for number in range(1, 13)]
    return v.YearPage(
        2026,
        tuple((name, tuple(work(days=n) for n in range(n % 3))) for n, name in enumerate(months)),
        "/planerat/ar/2025",
        "/planerat/ar/2027",
    )


PAGES: dict[str, Callable[[v.Language], Sample]] = {
    "sign_in": lambda lang: ("sign_in", sign_in(), frame(lang, "/malarvik/", None)),
    "form": lambda lang: ("form", form(), frame(lang, "/arenden/ny")),
    "form_empty": lambda lang: ("form", blank_form(), frame(lang, "/arenden/ny")),
    "form_full": lambda lang: ("form", full_form(), frame(lang, "/arenden/ny")),
    "form_errors": lambda lang: ("form", failed_form(), frame(lang, "/arenden/ny")),
    "confirmation": lambda lang: ("confirmation", confirmation(), frame(lang, "/arenden/x1/mottaget")),
    "case": lambda lang: ("case", case(), frame(lang, "/arenden/x1")),
    "case_full": lambda lang: ("case", full_case(), frame(lang, "/arenden/x1")),
    "case_solved": lambda lang: (
        "case",
        solved_case(),
        frame(lang, "/arenden/x1", toast=v.Toast(s.ANSWER_SENT)),
    ),
    "case_asked": lambda lang: ("case", asked_case(), frame(lang, "/arenden/x1", toast=v.Toast(s.ASKED_TO_GO_FURTHER))),
    "case_ask_failed": lambda lang: ("case", failed_ask(), frame(lang, "/arenden/x1")),
    "day": lambda lang: ("day", day(), frame(lang, "/ko/tider", TECHNICIAN)),
    "day_empty": lambda lang: ("day", day(0), frame(lang, "/ko/tider", TECHNICIAN)),
    "day_full": lambda lang: ("day", full_day(), frame(lang, "/ko/tider", TECHNICIAN)),
    "incident_major": lambda lang: ("incident", major_incident(), frame(lang, "/storningar/i1", TECHNICIAN)),
    "incident_closed": lambda lang: ("incident", closed_incident(), frame(lang, "/storningar/i1", TECHNICIAN)),
    "my_cases": lambda lang: ("my_cases", my_cases(), frame(lang, "/arenden")),
    "my_cases_school": lambda lang: ("my_cases", school_cases(), frame(lang, "/arenden?visa=skolan")),
    "my_cases_disturbed": lambda lang: (
        "my_cases",
        v.MyCasesPage("Lena", school_url="/skolor/ekbacken", disturbed=True),
        frame(lang, "/arenden"),
    ),
    "my_cases_empty": lambda lang: ("my_cases", v.MyCasesPage("Lena"), frame(lang, "/arenden")),
    "school": lambda lang: ("school", school(), frame(lang, "/skolor/ekbacken")),
    "school_quiet": lambda lang: ("school", quiet_school(), frame(lang, "/skolor/ekbacken")),
    "queue": lambda lang: ("queue", queue(), frame(lang, "/ko", TECHNICIAN)),
    "queue_empty": lambda lang: ("queue", queue(0), frame(lang, "/ko", TECHNICIAN)),
    "questions": lambda lang: ("questions", questions(), frame(lang, "/ko/hor-ihop", TECHNICIAN)),
    "questions_answered": lambda lang: ("questions", answered_questions(), frame(lang, "/ko/hor-ihop", TECHNICIAN)),
    "questions_waiting": lambda lang: ("questions", waiting_questions(), frame(lang, "/ko/hor-ihop", TECHNICIAN)),
    "questions_empty": lambda lang: ("questions", questions(0), frame(lang, "/ko/hor-ihop", TECHNICIAN)),
    "questions_full": lambda lang: ("questions", full_questions(), frame(lang, "/ko/hor-ihop", TECHNICIAN)),
    "queue_full": lambda lang: ("queue", full_queue(), frame(lang, "/ko", TECHNICIAN)),
    "incident": lambda lang: ("incident", incident(), frame(lang, "/storningar/i1", TECHNICIAN)),
    "incident_full": lambda lang: ("incident", full_incident(), frame(lang, "/storningar/i1", TECHNICIAN)),
    "incident_tickets": lambda lang: ("incident", incident(v.Tab.TICKETS), frame(lang, "/storningar/i1", TECHNICIAN)),
    "incident_hand_offs": lambda lang: (
        "incident",
        incident(v.Tab.HAND_OFFS),
        frame(lang, "/storningar/i1", TECHNICIAN),
    ),
    "incident_rules": lambda lang: ("incident", incident(v.Tab.RULES), frame(lang, "/storningar/i1", TECHNICIAN)),
    "works": lambda lang: ("works", works(), frame(lang, "/planerat", TECHNICIAN)),
    "works_empty": lambda lang: ("works", v.WorksPage((), (), (), 2026), frame(lang, "/planerat")),
    "works_full": lambda lang: ("works", full_works(), frame(lang, "/planerat", TECHNICIAN)),
    "plan": lambda lang: ("plan", plan(), frame(lang, "/planerat/nytt", TECHNICIAN)),
    "plan_errors": lambda lang: ("plan", failed_plan(), frame(lang, "/planerat/nytt", TECHNICIAN)),
    "plan_reviewed": lambda lang: ("plan", reviewed_plan(), frame(lang, "/planerat/nytt", TECHNICIAN)),
    "work": lambda lang: ("work", one_work(), frame(lang, "/planerat/wk1", TECHNICIAN)),
    "year": lambda lang: ("year", year(), frame(lang, "/planerat/ar/2026")),
    "form_meanwhile": lambda lang: (
        "form",
        replace(form(), known=(), works=(replace(work(days=0), ends=NOW + 3 * HOUR),)),
        frame(lang, "/arenden/ny"),
    ),
    "error": lambda lang: (
        "error",
        v.ErrorPage(v.Failure.NOT_FOUND, 404, "01J9ZK", "/arenden"),
        frame(lang, "/x"),
    ),
    "error_of_nobody": lambda lang: (
        "error",
        v.ErrorPage(v.Failure.UNAVAILABLE, 503, "01J9ZK"),
        frame(lang, "/x", None),
    ),
    "stil": lambda lang: ("stil", style_guide.style_page(NOW), frame(lang, "/stil")),
    "who": lambda lang: ("who", who("malarvik", "ekbacken", "wifi", "1"), frame(lang, "/vem-gor-vad")),
    "who_need": lambda lang: ("who", who("malarvik", "ekbacken", kind="need"), frame(lang, "/vem-gor-vad")),
    "who_full": lambda lang: ("who", full_who(), frame(lang, "/vem-gor-vad")),
    "who_empty": lambda lang: ("who", empty_who(), frame(lang, "/vem-gor-vad", TECHNICIAN)),
    "who_errors": lambda lang: ("who", who("vasteras", "atlantis", urgency="9"), frame(lang, "/vem-gor-vad")),
    "accessibility": lambda lang: ("accessibility", None, frame(lang, "/tillganglighet", None)),
    "privacy": lambda lang: ("privacy", None, frame(lang, "/integritet", None)),
}


def _all() -> None:
    """Those of a module of their own, which is made of this one's parts."""
    from tests.support import erase_samples, way_samples, wish_samples

    PAGES.update(wish_samples.pages() | way_samples.pages() | erase_samples.pages())


_all()
