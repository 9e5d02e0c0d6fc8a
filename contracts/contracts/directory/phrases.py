"""The phrases that sentences about a directory are put together from, in Swedish and English."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from contracts.directory.matrix import resolve
from contracts.directory.model import Directory
from contracts.directory.rules import Criticality
from contracts.values import Language, Promise, Words

Said = dict[Language, str]
"""One sentence, or a part of one, in both languages."""

CLOCKS: dict[Promise, Said] = {
    "acknowledge": {"sv": "första svar", "en": "the first answer"},
    "next_update": {"sv": "nästa besked", "en": "the next update"},
    "resolve": {"sv": "lösningen", "en": "the solution"},
    "public_sentence": {"sv": "texten som alla kan läsa", "en": "the text that everybody can read"},
}
WITHOUT: dict[Promise, Said] = {
    "acknowledge": {"sv": "svar", "en": "an answer"},
    "next_update": {"sv": "besked", "en": "an update"},
    "resolve": {"sv": "lösning", "en": "a solution"},
    "public_sentence": {"sv": "en text som alla kan läsa", "en": "a text that everybody can read"},
}
BREACHED: dict[Promise, Said] = {
    "acknowledge": {"sv": "Om ingen har svarat i tid", "en": "If nobody has answered in time"},
    "next_update": {"sv": "Om nästa besked inte har kommit i tid", "en": "If the next update did not come in time"},
    "resolve": {"sv": "Om det inte är löst i tid", "en": "If it is not solved in time"},
    "public_sentence": {
        "sv": "Om det inte finns en text som alla kan läsa i tid",
        "en": "If there is no text that everybody can read in time",
    },
}
STANDING_FOR: dict[str, Said] = {
    "reporter": {"sv": "den som anmäler", "en": "who reports"},
    "local": {"sv": "skolans IT-stöd", "en": "the school's support"},
    "local:pedagogical": {"sv": "skolans pedagogiska IT-stöd", "en": "the school's pedagogical support"},
}
CRITICALITY: dict[Criticality, Said] = {
    "low": {"sv": "vilken tjänst det än gäller", "en": "whatever the service"},
    "normal": {"sv": "när tjänsten är vanlig eller viktigare", "en": "when the service is ordinary or more important"},
    "high": {"sv": "när tjänsten är viktig för undervisningen", "en": "when the service is important to teaching"},
    "vital": {"sv": "när tjänsten är livsviktig för undervisningen", "en": "when the service is vital to teaching"},
}

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)


def length(time: timedelta) -> str:
    """A duration as pages write it, the same in both languages: "30 min", "47 h 30 min", "45 s"."""
    seconds = round(time.total_seconds())
    hours, minutes, rest = seconds // 3600, seconds % 3600 // 60, seconds % 60
    parts = (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "", f"{rest} s" if rest else "")
    return " ".join(part for part in parts if part) or "0 min"


def whole(time: timedelta) -> timedelta:
    """A reckoned time as people say it: from an hour on without seconds."""
    return timedelta(minutes=round(time / _MINUTE)) if time >= _HOUR else time


def party_in_words(directory: Directory, step: str, school: str | None = None) -> Said:
    """What a path's step is called; `local` by name where the school is known."""
    if step in STANDING_FOR and (school is None or step == "reporter"):
        return STANDING_FOR[step]
    return name_in_words(directory, resolve(directory, step, school))


def name_in_words(directory: Directory, party: str) -> Said:
    """A party's name inside a sentence: without the capital of an English article."""
    return in_sentence(directory.party_name(party).words)


def in_sentence(name: Words) -> Said:
    """A name inside a sentence: without the capital of an English article."""
    en = name.get("en", name["sv"])
    return {"sv": name["sv"], "en": f"the {en[4:]}" if en.startswith("The ") else en}


def capital(words: str) -> str:
    """As a sentence begins."""
    return f"{words[0].upper()}{words[1:]}"


def listed(names: Iterable[Said]) -> Said:
    """Names in a row, as in "A, B och C", each once."""
    each = list({said["sv"]: said for said in names}.values())
    return joined(each, "och", "and")


def _series(words: Sequence[str], last: str) -> str:
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)


def joined(parts: Sequence[Said], sv: str, en: str) -> Said:
    """Parts of a sentence in a row, with the given words before the last."""
    return {"sv": _series([p["sv"] for p in parts], sv), "en": _series([p["en"] for p in parts], en)}


def sentence(when: Said, does: Sequence[Said]) -> Said:
    """`when: what follows.`; at once where it waits for nothing."""
    what = joined(does, "och", "and")
    now: Said = {"sv": "genast", "en": "at once"}
    start = when if when["sv"] else now
    return {language: _whole(start[language], what[language]) for language in start}


def _whole(when: str, what: str) -> str:
    return f"{capital(when)}: {what}." if what else f"{capital(when)}."
