"""What mails say: plain Swedish first, English beside. `{…}` are filled in by `letters`."""

from typing import Final

from contracts.events.notifier import Occasion
from contracts.values import Words

SUBJECTS: Final[dict[Occasion, Words]] = {
    "filed": {
        "sv": "Vi har fått ditt ärende {number}",
        "en": "We have got your case {number}",
    },
    "handed_over": {
        "sv": "{party} har nu ditt ärende {number}",
        "en": "{party} now has your case {number}",
    },
    "question": {
        "sv": "Vi behöver ditt svar om ärende {number}",
        "en": "We need your answer about case {number}",
    },
    "resolved": {
        "sv": "Fungerar det nu? Ditt ärende {number} är löst",
        "en": "Does it work now? Your case {number} is solved",
    },
}
OPENINGS: Final[dict[Occasion, Words]] = {
    "filed": {
        "sv": "Vi har fått ditt ärende och börjar med det.",
        "en": "We have got your case and are starting on it.",
    },
    "handed_over": {
        "sv": "Vi har skickat ditt ärende till {party}, som arbetar vidare med det. De har fått hela historiken.",
        "en": "We have sent your case to {party}, who work on with it. They have the whole history.",
    },
    "question": {
        "sv": "{party} arbetar med ditt ärende och frågar dig:",
        "en": "{party} work on your case and ask you:",
    },
    "resolved": {
        "sv": "Ärendet är löst, så vitt vi vet.",
        "en": "The case is solved, as far as we know.",
    },
}
CLOSINGS: Final[dict[Occasion, Words]] = {
    "filed": {
        "sv": "Du behöver inte göra något mer. Vi mejlar när något viktigt händer. På ärendets sida ser du vem som har "
        "det nu.",
        "en": "There is nothing more to do. We e-mail you when something important happens. The page of the case says "
        "who has it now.",
    },
    "handed_over": {
        "sv": "Ärendet är fortfarande vårt: vi följer det tills det är löst. På sidan ser du hela vägen.",
        "en": "The case is still ours: we follow it until it is solved. The page shows all of its way.",
    },
    "question": {
        "sv": "Svara på ärendets sida, så går svaret direkt till dem som frågar.",
        "en": "Answer on the page of the case, and it goes straight to those who ask.",
    },
    "resolved": {
        "sv": "Fungerar det nu? Säg det på ärendets sida: välj ”Fungerar nu” eller ”Fortfarande fel?”. Hör vi inget "
        "avslutas ärendet av sig självt.",
        "en": "Does it work now? Tell us on the page of the case: choose “It works now” or “Still wrong?”. If we hear "
        "nothing the case closes by itself.",
    },
}
LATE_SUBJECT: Final[Words] = {
    "sv": "Vi har fått ditt ärende {number}. Fungerar det nu?",
    "en": "We have got your case {number}. Does it work now?",
}
LATE_OPENING: Final[Words] = {
    "sv": "Vi har fått ditt ärende. Samma problem är redan anmält, och det är löst, så vitt vi vet{since}.",
    "en": "We have got your case. The same problem was reported already, and it is solved, as far as we know{since}.",
}
"""To who reports what was solved already: receipt and question in one."""
SINCE: Final[Words] = {"sv": ", sedan {day} kl. {time}", "en": ", since {day} at {time}"}
SEVERAL: Final[Words] = {"sv": "{number} och {more} till", "en": "{number} and {more} more"}
GREETING: Final[Words] = {"sv": "Hej {name}!", "en": "Hello {name},"}
SOMEBODY: Final[Words] = {"sv": "Leverantören", "en": "The vendor"}
"""A party that the directory names no longer."""
MUNICIPALITY: Final[Words] = {"sv": "din kommun", "en": "your municipality"}
FOOTER: Final[Words] = {
    "sv": "Det här mejlet skickas automatiskt från {municipality}. Svar på det läses inte: skriv på ärendets sida.",
    "en": "This e-mail is sent automatically by {municipality}. Replies to it are not read: write on the page of the "
    "case.",
}
