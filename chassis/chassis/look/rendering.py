"""From a view model to the bytes of a page. Templates are compiled once per language and kept."""

from collections.abc import Callable, Mapping, MutableMapping
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import cache, lru_cache, partial
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from chassis.look import spoken
from chassis.look.dates import DEFAULT_ZONE
from chassis.look.files import icon, static_url
from chassis.look.parts import BLANK
from chassis.look.texts import Texts
from chassis.look.words import Language, Say, Words
from chassis.uploads import ACCEPT

_now: ContextVar[datetime] = ContextVar("now of the page being rendered")
_zone: ContextVar[ZoneInfo] = ContextVar("zone in which the page being rendered says its times")


class Frame(Protocol):
    """What surrounds a page, as far as rendering cares."""

    @property
    def language(self) -> Language: ...
    @property
    def now(self) -> datetime: ...
    @property
    def zone(self) -> ZoneInfo: ...


class Rendering:
    """The pages of one package: its `templates/`, with the shared components beside, in its `texts`.

    `more`: globals of its own templates.
    """

    def __init__(self, package: str, texts: Texts, more: Mapping[str, object] | None = None) -> None:
        self._package = package
        self._texts = texts
        self._more = dict(more or {})
        self._template = lru_cache(maxsize=128)(self._compiled)
        self.environment = cache(self._made)

    def render(self, name: str, page: object, frame: Frame) -> bytes:
        """The whole page `templates/<name>.html`, UTF-8. Missing values raise UndefinedError, never show blank."""
        return self._render(f"{name}.html", page, frame)

    def fragment(self, name: str, page: object, frame: Frame) -> bytes:
        """Only the live part `templates/fragments/<name>.html`, the same markup as within its page."""
        return self._render(f"fragments/{name}.html", page, frame)

    def say(self, words: Words, language: Language, now: datetime, zone: ZoneInfo = DEFAULT_ZONE) -> str:
        """Words outside a page (a title, a table): the text without markup."""
        return self.said(language, words, now, zone).striptags()

    def said(self, language: Language, words: Words, now: datetime, zone: ZoneInfo = DEFAULT_ZONE) -> Markup:
        """Words as markup in one language; what a person wrote is escaped."""
        if isinstance(words, str):
            return escape(words)
        if not isinstance(words, Say):
            return escape(words.get(language) or words.get("sv") or next(iter(words.values())))
        values = {name: self._value(language, value, now, zone) for name, value in words.values.items()}
        if "n" in values and f"{words.key}.one" in self._texts.catalogue(language):
            return self._texts.text(language, f"{words.key}.{'one' if words.values['n'] == 1 else 'other'}", **values)
        return self._texts.text(language, words.key, **values)

    def _value(self, language: Language, value: object, now: datetime, zone: ZoneInfo) -> object:
        match value:
            case Say() | Mapping():
                return self.said(language, value, now, zone)
            case datetime():
                return spoken.moment(language, value, now, zone, short=True)
            case timedelta():
                return spoken.duration(language, value)
            case _:
                return value

    def _render(self, template: str, page: object, frame: Frame) -> bytes:
        now, zone = _now.set(frame.now), _zone.set(frame.zone)
        try:
            return self._template(frame.language, template).render(page=page, frame=frame).encode("utf-8")
        finally:
            _now.reset(now)
            _zone.reset(zone)

    def _compiled(self, language: Language, name: str) -> Template:
        return self.environment(language).get_template(name)

    def _made(self, language: Language) -> Environment:
        """The Jinja environment of a language; its globals and filters already know the words."""

        def shown(value: object) -> object:
            # Nearly everything is text already; the two checks below cost more than the rest of an output.
            if type(value) is str or type(value) is Markup:
                return value
            return self.said(language, value, _now.get(), _zone.get()) if isinstance(value, Say | Mapping) else value

        made = _Environment(
            loader=ChoiceLoader([PackageLoader(self._package), PackageLoader("chassis.look")]),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=shown,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
        )
        made.globals |= {
            "t": partial(self._texts.text, language),
            "n": partial(self._texts.counted, language),
            "of": partial(self._texts.member, language),
            "blank": BLANK,
            "static": static_url,
            "icon": icon,
            "ACCEPT": ACCEPT,
            "language": language,
        } | self._more
        filters: Mapping[str, Callable[..., object]] = {
            "say": lambda words: self.said(language, words, _now.get(), _zone.get()),
            "when": lambda at: spoken.moment(language, at, _now.get(), _zone.get()),
            "short": lambda at: spoken.moment(language, at, _now.get(), _zone.get(), short=True),
            "exact": lambda at: spoken.exact(language, at, _zone.get()),
            "is_past": lambda at: at <= _now.get(),
            "dated": lambda day: spoken.dated(language, day),
            "hour": lambda at: spoken.clock_time(language, at, _zone.get()),
            "to_the_second": lambda at: spoken.to_the_second(at, _zone.get()),
            "day": lambda at: spoken.day(language, at, _now.get(), _zone.get()),
            "away": lambda at: spoken.away(language, at, _now.get(), _zone.get()),
            "duration": lambda length: spoken.duration(language, length),
            "worked": spoken.worked,
            "size": size,
            "nowrap": Markup('<span class="nowrap">{}</span>').format,
        }
        made.filters |= filters
        return made


class _Environment(Environment):
    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """One plain dict: at each import Jinja compares the globals, slowly where they are a chain of dicts."""
        return {**self.globals, **(d or {})}


def size(count: int) -> str:
    """Bytes as people read them: "340 kB", "2,1 MB"."""
    if count < 1_000_000:
        return f"{max(round(count / 1000), 1)} kB"
    return f"{count / 1_000_000:.1f} MB"
