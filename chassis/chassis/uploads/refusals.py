"""Why a file is not taken, as whoever sent it reads it. Every sentence says what to do instead."""

from collections.abc import Mapping
from typing import Final, Literal

Reason = Literal[
    "empty",
    "too_large",
    "not_taken",
    "disguised",
    "unreadable",
    "too_many_pixels",
    "unpacks_too_large",
    "has_program",
    "reaches_out",
    "too_many",
    "too_much",
    "not_inline",
]


class Refused(Exception):
    """A file that is not taken. `name`: cleaned, empty where it is about several; `words`: why, in both languages.

    `place`: which of those that came together, from 1; None: it came alone.
    """

    def __init__(self, reason: Reason, name: str, values: Mapping[str, object]) -> None:
        self.reason = reason
        self.name = name
        self.place: int | None = None
        self._values = dict(values)
        self.words = _said(reason, {"sv": f"”{name}”", "en": f"“{name}”"}, values)
        super().__init__(reason)

    @property
    def unnamed(self) -> dict[str, str]:
        """The words without the name, for what is kept. A person may have named the file, or be named in it, and what
        was refused belongs to no case, so that no erasure would find it.
        """
        numbered = {"sv": f"Fil {self.place}", "en": f"File {self.place}"}
        return _said(self.reason, _ANY if self.place is None else numbered, self._values)


def refuse(reason: Reason, name: str = "", **values: object) -> Refused:
    """The refusal, to be raised."""
    return Refused(reason, name, values)


def _said(reason: Reason, files: Mapping[str, str], values: Mapping[str, object]) -> dict[str, str]:
    sentences = _SENTENCES[reason].items()
    return {language: said.format(file=files[language], **values) for language, said in sentences}


_ANY: Final[Mapping[str, str]] = {"sv": "En fil", "en": "A file"}
_SENTENCES: Final[Mapping[Reason, Mapping[str, str]]] = {
    "empty": {
        "sv": "{file} är tom. Välj filen igen.",
        "en": "{file} is empty. Choose the file again.",
    },
    "too_large": {
        "sv": "{file} är för stor. En fil får vara högst {limit} MB.",
        "en": "{file} is too large. A file may be {limit} MB at most.",
    },
    "not_taken": {
        "sv": "{file} är av en sort som inte tas emot. Skicka en bild (JPEG, PNG, WebP, GIF), en PDF, en textfil "
        "eller ett Office-dokument utan makron.",
        "en": "{file} is of a kind that is not taken. Send a picture (JPEG, PNG, WebP, GIF), a PDF, a text file or "
        "an office document without macros.",
    },
    "disguised": {
        "sv": "{file} är något annat än namnet säger. Spara om filen i rätt format och skicka den igen.",
        "en": "{file} is something else than its name says. Save it in the right format and send it again.",
    },
    "unreadable": {
        "sv": "{file} går inte att läsa. Öppna filen, spara om den och skicka den igen.",
        "en": "{file} cannot be read. Open the file, save it again and send that.",
    },
    "too_many_pixels": {
        "sv": "{file} har för många bildpunkter. Skicka en mindre bild, till exempel en skärmbild av den.",
        "en": "{file} has too many pixels. Send a smaller picture, such as a screenshot of it.",
    },
    "unpacks_too_large": {
        "sv": "{file} blir för stor när den öppnas. Skicka den som PDF.",
        "en": "{file} grows too large when it is opened. Send it as PDF.",
    },
    "has_program": {
        "sv": "{file} innehåller ett program (makron eller inbäddade filer). Skicka den som PDF.",
        "en": "{file} holds a program (macros or embedded files). Send it as PDF.",
    },
    "reaches_out": {
        "sv": "{file} hämtar något utifrån när den öppnas (en mall, en bild, en länkad fil). Skicka den som PDF.",
        "en": "{file} fetches something from elsewhere when it is opened (a template, a picture, a linked file). "
        "Send it as PDF.",
    },
    "too_many": {
        "sv": "Skicka högst {limit} filer åt gången.",
        "en": "Send {limit} files at a time at most.",
    },
    "too_much": {
        "sv": "Ärendet har redan så många filer som ryms ({limit} MB). Beskriv i ord vad filen visar.",
        "en": "The case holds as many files as it can ({limit} MB) already. Say in words what the file shows.",
    },
    "not_inline": {
        "sv": "{file} finns bara som länk. Skicka med själva filen.",
        "en": "{file} is only a link. Send the file itself along.",
    },
}
