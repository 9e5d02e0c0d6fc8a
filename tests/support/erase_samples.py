"""Made-up pages of erasing, for looking at and for tests of the markup."""

from collections.abc import Callable
from dataclasses import replace

from tests.support import page_samples as samples
from tests.support.wish_samples import COORDINATOR
from ticketing import sentences as s
from ticketing import views as v


def erase(count: int = 3, *, is_erased: bool = False) -> v.ErasePage:
    items = [item for item in samples.history(4 * count, staff=True).items if item.text][:count]
    return v.ErasePage(
        number="MAL-2026-000123",
        title="Raderat ärende" if is_erased else "Projektorn i B204 startar inte",
        url="/arenden/x1/radera",
        back="/arenden/x1",
        is_erased=is_erased,
        reasons=tuple(v.Option(value, words) for value, words in s.ERASE_REASONS.items()),
        others=tuple(v.OthersWords(item, "" if n % 3 == 2 else f"in_0/{n}") for n, item in enumerate(items)),
    )


def pages() -> dict[str, Callable[[v.Language], samples.Sample]]:
    def shown(make: Callable[[], object]) -> Callable[[v.Language], samples.Sample]:
        return lambda lang: ("erase", make(), samples.frame(lang, "/arenden/x1/radera", COORDINATOR))

    def errors() -> v.ErasePage:
        return replace(erase(), reason=v.Field("", s.ERASE_REASON_REQUIRED), sure=v.Field("", s.ERASE_SURE_REQUIRED))

    return {
        "erase": shown(erase),
        "erase_errors": shown(errors),
        "erased": shown(lambda: erase(is_erased=True)),
        "erased_empty": shown(lambda: erase(0, is_erased=True)),
        "erase_full": shown(lambda: replace(erase(60), title=samples.LONGER)),
    }
