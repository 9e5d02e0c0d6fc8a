"""Made-up pages of needs, ideas and orders, for looking at and for tests of the markup."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from tests.support import page_samples as samples
from ticketing import sentences as s
from ticketing import views as v

COORDINATOR = v.Who("p3", "Sara Nordvall", {"sv": "samordnare", "en": "coordinator"}, "Samordnaren", at_desk=True)
WHY = "Det ryms i nästa års budget. Skolorna får dem till höstterminen."


def wish(nth: int, course: v.Course) -> v.Wish:
    return v.Wish(
        f"in{nth}",
        f"/storningar/in{nth}",
        f"MAL-2026-{nth:06}",
        "Hörlurar till alla läsplattor",
        "I dag delar tre klasser på åtta par.",
        v.say("kind.need"),
        "Lena Lindmark",
        "Ekbackens skola · B204",
        {"sv": "Surfplatta", "en": "Tablet"},
        samples.NOW - 30 * samples.HOUR,
        3,
        course,
    )


def outcome(nth: int, decision: v.Decided) -> v.Outcome:
    title = {"sv": "Surfplatta: ett behov från Sjöbo skola", "en": "Tablet: a need from Sjöbo skola"}
    change = v.ChangedDecision(4) if decision is not v.Decided.LATER else None
    return v.Outcome(f"in9{nth}", title, decision, WHY, samples.NOW - nth * 50 * samples.HOUR, change)


def forum(*, full: bool = False) -> v.ForumPage:
    later = v.Course(decision=v.Decided.LATER, reason=WHY, decided_at=samples.NOW - samples.HOUR)
    wrong = replace(
        wish(4, v.Course()),
        decision=v.Field("", s.DECISION_REQUIRED),
        reason=v.Field("", s.DECISION_REASON_REQUIRED),
        title=samples.LONGER,
        asked_by=samples.LONG,
        place=samples.LONG,
    )
    at_vendor = replace(wish(6, v.Course()), held_by="Skärmleverantören")
    lights = tuple(
        replace(wish(nth, v.Course(light=light)), priority=v.Field(light)) for nth, light in enumerate(v.Light, 1)
    )
    return v.ForumPage(
        (
            v.WishGroup("gathered", s.FORUM_GATHERED, lights),
            v.WishGroup("received", s.FORUM_RECEIVED, (wrong,) if full else (wish(4, v.Course()), at_vendor)),
            v.WishGroup("later", s.FORUM_LATER, (replace(wish(5, later), may_gather=False),)),
        ),
        tuple(outcome(nth, decision) for nth, decision in enumerate(v.Decided)),
        empty(),
        may_decide=True,
        more=v.Notice(v.Tone.INFO, s.forum_shows_oldest(200)) if full else None,
        older="?cursor=x",
        request=v.RequestMark("rq1", s.DECIDE, v.RequestState.PENDING, samples.NOW) if full else None,
    )


def empty() -> v.EmptyState:
    return v.EmptyState(s.FORUM_EMPTY, s.FORUM_EMPTY_TEXT)


def decisions() -> v.ForumPage:
    """As everybody reads it."""
    read = tuple(replace(each, change=None) for each in forum().outcomes)
    return replace(forum(), groups=(), outcomes=read, may_decide=False)


def rail(*stops: str, now: int) -> v.Rail:
    states = (v.RailState.DONE, v.RailState.NOW, v.RailState.TODO)
    return tuple(v.RailStep(place, states[(nth > now) - (nth < now) + 1]) for nth, place in enumerate(stops))


_ORDER = ("ordered", "approved", "shipped", "arrived")


def case(course: v.Course | None = None) -> v.CasePage:
    return replace(samples.case(5), next_step=None, others=0, can_confirm=False, can_reopen=False, course=course)


def order() -> v.CasePage:
    late = v.Course(expected_at=date(2026, 10, 5), late=True)
    return replace(case(late), status=v.Status.CENTRAL, rail=rail(*_ORDER, now=2), order=v.OrderActs(came=True))


def ordered() -> v.CasePage:
    acts = v.OrderActs(came=True, early=True)
    return replace(case(v.Course()), status=v.Status.CENTRAL, rail=rail(*_ORDER, now=0), order=acts)


def arrived() -> v.CasePage:
    acts = v.OrderActs(came=True, differs=True, arrived=True)
    wrong = v.Field("", s.DIFFERENCE_REQUIRED)
    return replace(case(v.Course()), status=v.Status.ARRIVED, rail=rail(*_ORDER, now=3), order=acts, still_wrong=wrong)


def decided() -> v.CasePage:
    course = v.Course(v.Light.RED, v.Decided.NO, WHY, samples.NOW - samples.HOUR)
    way = rail("received", "gathered", "decided", now=3)
    return replace(case(course), status=v.Status.DECIDED, rail=way, holder=None)


def desk() -> v.IncidentPage:
    parties = (v.Option("reporter", v.say("order.who_ordered")), v.Option("vendor:x", samples.LONG))
    stages = tuple(
        v.Option(stage, v.say(f"stage.{stage}"), v.say(f"stage_hint.{stage}"))
        for stage in ("shipped", "received", "changed")
    )
    form = v.OrderDesk(
        stages,
        parties,
        v.Field("changed"),
        v.Field("", s.STAGE_TEXT_REQUIRED),
        v.Field("2026-10-05", s.DAY_PAST),
        v.Field("vendor:x"),
    )
    course = v.Course(expected_at=date(2026, 10, 16))
    delivered = tuple(replace(one, of=v.ProposalOf.ORDER) for one in samples.incident().proposals)
    page = replace(samples.incident(), proposals=delivered, about=v.ProposalOf.ORDER)
    return replace(page, order=form, course=course, rail=rail(*_ORDER, now=1), forum_url="/behov#i1")


def pages() -> dict[str, Callable[[v.Language], samples.Sample]]:
    def shown(name: str, make: Callable[[], object], path: str, who: v.Who) -> Callable[[v.Language], samples.Sample]:
        return lambda lang: (name, make(), samples.frame(lang, path, who))

    return {
        "forum": shown("forum", forum, "/behov", COORDINATOR),
        "forum_full": shown("forum", lambda: forum(full=True), "/behov", COORDINATOR),
        "forum_empty": shown("forum", lambda: replace(forum(), groups=(), outcomes=()), "/behov", COORDINATOR),
        "forum_decisions": shown("forum", decisions, "/behov", samples.TEACHER),
        "case_order": shown("case", order, "/arenden/x1", samples.TEACHER),
        "case_ordered": shown("case", ordered, "/arenden/x1", samples.TEACHER),
        "case_arrived": shown("case", arrived, "/arenden/x1", samples.TEACHER),
        "case_decided": shown("case", decided, "/arenden/x1", samples.TEACHER),
        "incident_order": shown("incident", desk, "/storningar/i1", COORDINATOR),
    }
