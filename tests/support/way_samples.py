"""Made-up pages of the ways to vendors, for looking at and for tests of the markup."""

from collections.abc import Callable
from dataclasses import replace

from contracts import refusals
from contracts.reasons import UNREAD, in_words
from tests.support import page_samples as samples
from tests.support.wish_samples import COORDINATOR
from ticketing import sentences as s
from ticketing import views as v

LOOKS_AFTER = replace(COORDINATOR, looks_after_vendors=True)
NETWORK = {"sv": "Nätleverantören", "en": "The network operator"}
WEBHOOK = "webhook"


def way(id_: str, health: v.WayHealth, vendor: v.Words = NETWORK) -> v.VendorWay:
    return v.VendorWay(
        id_, vendor, WEBHOOK, health, samples.NOW - 3 * samples.HOUR, last_taken=samples.NOW - 4 * samples.HOUR
    )


def vendors(*, full: bool = False) -> v.VendorsPage:
    oldest = samples.NOW - 3 * samples.HOUR
    resting = way("demo-vendor-platform", v.WayHealth.RESTING, samples.SUPPLIER)
    paused = way("demo-vendor-devices", v.WayHealth.PAUSED, samples.SUPPLIER)
    mark = v.RequestMark("rq1", s.TEST_WAY, v.RequestState("done"), samples.NOW)
    ways = [
        replace(way("demo-vendor", v.WayHealth.WELL), refused=_REFUSED),
        replace(resting, detail=in_words("answered 503: Nere"), backlog=37, oldest=oldest),
        replace(paused, backlog=37, oldest=oldest),
        replace(way("demo-vendor-mail", v.WayHealth.WELL), profile="email", held=_HELD),
        way("demo-vendor-door", v.WayHealth.WELL, samples.SUPPLIER),
        replace(way("demo-vendor-print", v.WayHealth.UNHEARD), since=None, last_taken=None),
        replace(way("demo-vendor-portal", v.WayHealth.UNINVITED), profile="portal", last_taken=None),
    ]
    if full:
        ways += [
            *(way(f"a-well-{number}", v.WayHealth.WELL, samples.LONG) for number in range(9)),
            replace(way("a-failing", v.WayHealth.FAILING), detail=in_words(f"{UNREAD}: answered 500")),
            replace(way("a-behind", v.WayHealth.BEHIND, samples.LONG), backlog=1, oldest=samples.NOW - samples.HOUR),
            replace(
                way("a-disabled", v.WayHealth.DISABLED, samples.LONG),
                backlog=5120,
                oldest=samples.NOW - 170 * samples.HOUR,
            ),
            replace(
                way("a-misconfigured", v.WayHealth.MISCONFIGURED),
                detail=in_words("the secret 'skarmleverantoren-2026-hemlighet' is not known to this installation"),
                replay_since=v.Field("2026-10-08T09:00", s.START_REQUIRED),
                replay_until=v.Field("2026-10-08T08:00", s.REPLAY_ORDER),
            ),
        ]
        outcome = v.Notice(v.Tone.WATCH, s.way_not_tested(NETWORK, in_words("answered 503: Nere")))
        return v.VendorsPage(_in_order(ways), _EMPTY, mark, outcome)
    sent = v.RequestMark("rq1", s.PAUSE_WAY, v.RequestState("pending"), samples.NOW)
    return v.VendorsPage(
        _in_order(ways), _EMPTY, sent, again="/leverantorer?begaran=rq1", live="/leverantorer/nu?begaran=rq1"
    )


def _in_order(ways: list[v.VendorWay]) -> tuple[v.VendorWay, ...]:
    return tuple(sorted(ways, key=lambda way: way.place))


def _refused(hours: int, status: int, reason: str, *, proven: bool = True) -> v.Refused:
    plain, known = refusals.in_plain_words(reason) or "", refusals.in_words(reason) or ""
    at = samples.NOW - hours * samples.HOUR
    return v.Refused(at, status, str(status), reason, proven, plain, "" if plain else known)


_REFUSED = v.RefusedLately(
    _refused(1, 422, "/data/text unknown field"),
    (
        _refused(2, 404, "This connection reported no such thing."),
        _refused(3, 401, "there is no webhook-signature", proven=False),
    ),
    3,
)
_STRANGE = refusals.in_words("it does not come from the vendor's mailbox") or ""
_HELD = v.HeldMails(
    2,
    samples.NOW - samples.HOUR,
    (
        v.HeldMail("ml_4b0d7c1f9e2a4c5d8f60718293a4b5c6", samples.NOW, _STRANGE, "/storningar/in_1", "MAL-2026-000123"),
        v.HeldMail("ml_5c1e8d2fae3b5d6e9f718293a4b5c6d7", samples.NOW - samples.HOUR, _STRANGE),
    ),
)
_EMPTY = v.EmptyState(s.VENDORS_EMPTY, s.VENDORS_EMPTY_TEXT, "/vem-gor-vad", s.VENDORS_EMPTY_GO)


def pages() -> dict[str, Callable[[v.Language], samples.Sample]]:
    def shown(make: Callable[[], object]) -> Callable[[v.Language], samples.Sample]:
        return lambda lang: ("vendors", make(), samples.frame(lang, "/leverantorer", LOOKS_AFTER))

    return {
        "vendors": shown(vendors),
        "vendors_full": shown(lambda: vendors(full=True)),
        "vendors_empty": shown(lambda: v.VendorsPage((), _EMPTY)),
    }
