"""From a view model to the bytes of a page. Templates are compiled once per language and kept."""

import hashlib
from collections.abc import Callable, Mapping, MutableMapping
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import cache, lru_cache, partial
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from ticketing import spoken, texts
from ticketing.views import BLANK, KINDS, Frame, Language, Option, Say, Tab, Words

_now: ContextVar[datetime] = ContextVar("now of the page being rendered")


def render(name: str, page: object, frame: Frame) -> bytes:
    """The whole page `templates/<name>.html`, UTF-8. Missing values raise UndefinedError, never show blank."""
    return _render(f"{name}.html", page, frame)


def fragment(name: str, page: object, frame: Frame) -> bytes:
    """Only the live part `templates/fragments/<name>.html`, the same markup as within its page."""
    return _render(f"fragments/{name}.html", page, frame)


def say(words: Words, language: Language, now: datetime) -> str:
    """Words outside a page (a title, a mail): the text without markup."""
    return said(language, words, now).striptags()


def said(language: Language, words: Words, now: datetime) -> Markup:
    """Words as markup in one language; what a person wrote is escaped."""
    if isinstance(words, str):
        return escape(words)
    if not isinstance(words, Say):
        return escape(words.get(language) or words.get("sv") or next(iter(words.values())))
    values = {name: _value(language, value, now) for name, value in words.values.items()}
    if "n" in values and f"{words.key}.one" in texts.catalogue(language):
        return texts.text(language, f"{words.key}.{'one' if words.values['n'] == 1 else 'other'}", **values)
    return texts.text(language, words.key, **values)


def _value(language: Language, value: object, now: datetime) -> object:
    match value:
        case Say() | Mapping():
            return said(language, value, now)
        case datetime():
            return spoken.moment(language, value, now, short=True)
        case timedelta():
            return spoken.duration(language, value)
        case _:
            return value


def _render(template: str, page: object, frame: Frame) -> bytes:
    token = _now.set(frame.now)
    try:
        return _template(frame.language, template).render(page=page, frame=frame).encode("utf-8")
    finally:
        _now.reset(token)


@lru_cache(maxsize=128)
def _template(language: Language, name: str) -> Template:
    return environment(language).get_template(name)


class _Environment(Environment):
    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """One plain dict: at each import Jinja compares the globals, slowly where they are a chain of dicts."""
        return {**self.globals, **(d or {})}


@cache
def environment(language: Language) -> Environment:
    """The Jinja environment of a language; its globals and filters already know the words."""

    def shown(value: object) -> object:
        # Nearly everything is text already; the two checks below cost more than the rest of an output.
        if type(value) is str or type(value) is Markup:
            return value
        return said(language, value, _now.get()) if isinstance(value, Say | Mapping) else value

    made = _Environment(
        loader=PackageLoader("ticketing"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    made.globals |= {
        "t": partial(texts.text, language),
        "n": partial(texts.counted, language),
        "of": partial(texts.member, language),
        "kinds": lambda: options("kind", KINDS),
        "tabs": lambda: tuple(Tab),
        "blank": BLANK,
        "static": static_url,
        "icon": icon,
        "language": language,
    }
    filters: Mapping[str, Callable[..., object]] = {
        "say": lambda words: said(language, words, _now.get()),
        "when": lambda at: spoken.moment(language, at, _now.get()),
        "short": lambda at: spoken.moment(language, at, _now.get(), short=True),
        "is_past": lambda at: at <= _now.get(),
        "dated": lambda day: spoken.dated(language, day),
        "hour": lambda at: spoken.clock_time(language, at),
        "day": lambda at: spoken.day(language, at, _now.get()),
        "away": lambda at: spoken.away(language, at, _now.get()),
        "duration": lambda length: spoken.duration(language, length),
        "size": size,
        "nowrap": Markup('<span class="nowrap">{}</span>').format,
    }
    made.filters |= filters
    return made


def size(count: int) -> str:
    """Bytes as people read them: "340 kB", "2,1 MB"."""
    if count < 1_000_000:
        return f"{max(round(count / 1000), 1)} kB"
    return f"{count / 1_000_000:.1f} MB"


@cache
def static_url(name: str) -> str:
    """The address of a file in `static/`, with its content's digest so that it may be cached for ever."""
    content = (files("ticketing") / "static" / name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:10]}"


@cache
def icon(name: str) -> Markup:
    """A symbol of `static/icons.svg`; always beside a word, so it is silent to readers."""
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>').format(
        static_url("icons.svg"), name
    )


@cache
def options(family: str, values: tuple[str, ...]) -> tuple[Option, ...]:
    """Choice cards whose words are the families `<family>` and `<family>_hint`."""
    return tuple(Option(value, Say(f"{family}.{value}"), Say(f"{family}_hint.{value}")) for value in values)
