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
    """A file that is not taken. `name`: cleaned, empty where it is about several."""

    def __init__(self, reason: Reason, name: str, words: Mapping[str, str]) -> None:
        self.reason = reason
        self.name = name
        self.words = dict(words)
        super().__init__(f"{reason}: {name}")


def refuse(reason: Reason, name: str = "", **values: object) -> Refused:
    """The refusal, to be raised."""
    slots = {"name": name} | values
    return Refused(reason, name, {language: said.format(**slots) for language, said in _SENTENCES[reason].items()})


_SENTENCES: Final[Mapping[Reason, Mapping[str, str]]] = {
    "empty": {
        "sv": "”{name}” är tom. Välj filen igen.",
        "en": "“{name}” is empty. Choose the file again.",
    },
    "too_large": {
        "sv": "”{name}” är för stor. En fil får vara högst {limit} MB.",
        "en": "“{name}” is too large. A file may be {limit} MB at most.",
    },
    "not_taken": {
        "sv": "”{name}” är av en sort som inte tas emot. Skicka en bild (JPEG, PNG, WebP, GIF), en PDF, en textfil "
        "eller ett Office-dokument utan makron.",
        "en": "“{name}” is of a kind that is not taken. Send a picture (JPEG, PNG, WebP, GIF), a PDF, a text file or "
        "an office document without macros.",
    },
    "disguised": {
        "sv": "”{name}” är något annat än namnet säger. Spara om filen i rätt format och skicka den igen.",
        "en": "“{name}” is something else than its name says. Save it in the right format and send it again.",
    },
    "unreadable": {
        "sv": "”{name}” går inte att läsa. Öppna filen, spara om den och skicka den igen.",
        "en": "“{name}” cannot be read. Open the file, save it again and send that.",
    },
    "too_many_pixels": {
        "sv": "”{name}” har för många bildpunkter. Skicka en mindre bild, till exempel en skärmbild av den.",
        "en": "“{name}” has too many pixels. Send a smaller picture, such as a screenshot of it.",
    },
    "unpacks_too_large": {
        "sv": "”{name}” blir för stor när den öppnas. Skicka den som PDF.",
        "en": "“{name}” grows too large when it is opened. Send it as PDF.",
    },
    "has_program": {
        "sv": "”{name}” innehåller ett program (makron eller inbäddade filer). Skicka den som PDF.",
        "en": "“{name}” holds a program (macros or embedded files). Send it as PDF.",
    },
    "reaches_out": {
        "sv": "”{name}” hämtar något utifrån när den öppnas (en mall, en bild, en länkad fil). Skicka den som PDF.",
        "en": "“{name}” fetches something from elsewhere when it is opened (a template, a picture, a linked file). "
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
        "sv": "”{name}” finns bara som länk. Skicka med själva filen.",
        "en": "“{name}” is only a link. Send the file itself along.",
    },
}
